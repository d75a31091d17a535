"""Two people at once on the guide, on two real connections."""

from datetime import date

import pytest

from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.blocks.procedures.operations import guide as operations
from tests import connections
from tests.blocks.procedures.guide.samples import SMALL
from tests.connections import SEVERAL_CONNECTIONS, names

pytestmark = SEVERAL_CONNECTIONS

FAR = date(2099, 4, 1)


def at_once(*actions):
    """Names of what each came to."""
    return names(connections.at_once(*actions))


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
