"""Asking the collector: kept, and the matter stays open."""

import pytest

from madoguchi.blocks.payments.models import WorkItem
from madoguchi.blocks.payments.operations.asking import ask_collector
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.work import (
    ItemResolved,
    NoteMissing,
    resolve_work_item,
)
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.factories import REVERSAL, make_bill, make_slip, store_fact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


@pytest.fixture
def item():
    slip = make_slip(make_bill(1_000))
    book([store_fact(slip), store_fact(slip, REVERSAL)], by=None)
    return WorkItem.objects.get()


def test_what_was_asked_is_kept_and_the_matter_stays_open(item):
    ask_collector(item_id=item.pk, note=" 取消の理由 ", by=None)
    item.refresh_from_db()
    assert (item.note, item.resolved_at, item.asked_at is None) == ("取消の理由", None, False)
    entry = AuditEntry.objects.get(action="payments.work_item_asked")
    assert (entry.subject, entry.detail) == (
        f"payments.work_item:{item.pk}",
        {"kind": "reversed_settled"},
    )


def test_nothing_is_asked_in_silence_or_too_late(item):
    with pytest.raises(NoteMissing):
        ask_collector(item_id=item.pk, note="  ", by=None)
    resolve_work_item(item_id=item.pk, resolution="done", note="", by=None)
    with pytest.raises(ItemResolved):
        ask_collector(item_id=item.pk, note="理由", by=None)
    assert not AuditEntry.objects.filter(action="payments.work_item_asked").exists()
