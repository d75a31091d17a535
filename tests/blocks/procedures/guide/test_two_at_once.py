"""Two people at once on the guide, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.blocks.procedures.operations import guide as operations
from madoguchi.kernel.refused import Refused
from tests.blocks.procedures.guide.samples import SMALL

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="two connections need PostgreSQL: set DATABASE_URL"
    ),
]

FAR = date(2099, 4, 1)


def at_once(*actions):
    """Start all together, each on its own connection; names of what each came to."""
    start = Barrier(len(actions))

    def run(action):
        try:
            start.wait(timeout=10)
            return type(action()).__name__
        except Refused as refused:
            return type(refused).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(run, actions))


def draft():
    return operations.keep_draft(source=SMALL, note="", by=None)


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_savers_one_is_told(attempt):
    kept = draft()
    results = at_once(
        *(
            lambda note=note: operations.save_draft(
                version=kept, source=SMALL, note=note, edit=0, by=None
            )
            for note in (f"甲{attempt}", f"乙{attempt}")
        )
    )
    assert results == ["DraftChanged", "GuideVersion"]
    assert GuideVersion.objects.get().edit == 1


def test_of_two_versions_for_one_day_one_is_published():
    kept = [draft(), draft()]
    results = at_once(
        *(
            lambda version=version: operations.publish_guide(
                version=version, starts_on=FAR, by=None
            )
            for version in kept
        )
    )
    assert results == ["DayTaken", "GuideVersion"]
    assert GuideVersion.objects.filter(published_at__isnull=False).count() == 1


def test_publishing_while_another_withdraws():
    kept = draft()
    results = at_once(
        lambda: operations.publish_guide(version=kept, starts_on=FAR, by=None, edit=0),
        lambda: operations.withdraw_draft(version=kept, by=None, edit=0),
    )
    found = GuideVersion.objects.get()
    assert found.withdrawn_at is not None
    assert results in (["GuideVersion", "GuideVersion"], ["GuideVersion", "NoDraft"])


def test_drafts_made_at_once_have_numbers_of_their_own():
    assert at_once(*[draft] * 3) == ["GuideVersion"] * 3
    assert sorted(GuideVersion.objects.values_list("number", flat=True)) == [1, 2, 3]
