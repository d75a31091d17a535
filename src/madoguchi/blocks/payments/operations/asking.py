"""Asking the collector about a matter: it stays open until the answer is here."""

from django.db import transaction

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import WorkItem
from madoguchi.blocks.payments.operations.work import ItemResolved, NoteMissing
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit


@transaction.atomic
def ask_collector(*, item_id: int, note: str, by: User | None) -> WorkItem:
    """Keep that, and what, the collector was asked. Raises ItemResolved, NoteMissing."""
    item = WorkItem.objects.select_for_update(no_key=True).get(pk=item_id)
    if item.resolved_at is not None:
        raise ItemResolved
    if not note.strip():
        raise NoteMissing
    item.asked_at, item.note = clock.now(), note.strip()
    item.save(update_fields=["asked_at", "note"])
    audit.record(
        by=by,
        action="payments.work_item_asked",
        subject=f"payments.work_item:{item.pk}",
        detail={"kind": item.kind},
    )
    return item
