"""Versions of the guide in the real database."""

from datetime import date, datetime

import pytest

from madoguchi.blocks.procedures.guide import reading, tree
from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.blocks.procedures.operations import guide as operations
from madoguchi.blocks.procedures.queries.guide import current_guide, guide_of, version_on
from madoguchi.blocks.procedures.queries.guide_versions import version_rows
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.procedures.guide.samples import SMALL
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 30, 12, tzinfo=clock.TOKYO)
TODAY = NOON.date()
TOMORROW = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON):
        yield


def draft(source=SMALL, note=""):
    return operations.keep_draft(source=source, note=note, by=None)


def published(on=TODAY, source=SMALL):
    return operations.publish_guide(version=draft(source), starts_on=on, by=None)


def actions():
    return [(each.action, each.subject) for each in AuditEntry.objects.order_by("sequence")]


def test_a_draft_takes_any_text_and_changes_nothing():
    person = make_user("composer")
    kept = operations.keep_draft(source="format: 9", note="試し", by=person)
    assert (kept.number, kept.note, kept.made_by, kept.made_at) == (1, "試し", person, NOON)
    assert draft().number == 2
    assert current_guide(TODAY) is None
    assert ("procedures.guide_drafted", "procedures.guide:1") in actions()


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(operations.GuideTooLarge):
        draft("あ" * (tree.MAX_BYTES // 3 + 1))
    kept = draft()
    with pytest.raises(operations.GuideTooLarge):
        operations.save_draft(
            version=kept, source="x" * (tree.MAX_BYTES + 1), note="", edit=0, by=None
        )


def test_a_draft_is_changed_by_whoever_saw_it_last():
    kept = draft()
    changed = operations.save_draft(version=kept, source="a: 1", note="x", edit=0, by=None)
    assert (changed.edit, changed.source, changed.note) == (1, "a: 1", "x")
    assert changed.digest != kept.digest
    with pytest.raises(operations.DraftChanged) as caught:
        operations.save_draft(version=kept, source="b: 1", note="", edit=0, by=None)
    assert caught.value.draft.source == "a: 1"
    same = operations.save_draft(version=kept, source="a: 1", note="x", edit=1, by=None)
    assert same.edit == 1
    assert [each for each, _subject in actions()].count("procedures.guide_changed") == 1


def test_what_has_errors_is_not_published():
    for source in ("format: 9", SMALL.replace("deadline: {days: 14", "deadline: {days: soon"),
                   SMALL.replace("after: [notice]", "after: [change_school]")):  # fmt: skip
        kept = draft(source)
        with pytest.raises(operations.NotFit) as caught:
            operations.publish_guide(version=kept, starts_on=TODAY, by=None)
        assert caught.value.remarks
    assert version_on(TODAY) is None


def test_a_version_is_in_force_from_its_day_on():
    first, later = published(), published(TOMORROW)
    assert current_guide(TODAY)[0] == first
    assert current_guide(TOMORROW)[0] == later
    assert current_guide(date(2026, 11, 29)) is None
    assert current_guide(TODAY)[1] == reading.read(SMALL)
    assert [(row.version.number, row.state) for row in version_rows(TODAY)] == [
        (2, "coming"),
        (1, "in_force"),
    ]
    assert [row.state for row in version_rows(TOMORROW)] == ["in_force", "replaced"]
    assert [each for each, _subject in actions()].count("procedures.guide_published") == 2


def test_a_version_begins_today_or_later_and_on_a_day_of_its_own():
    kept = draft()
    with pytest.raises(operations.BeginsInPast):
        operations.publish_guide(version=kept, starts_on=date(2026, 11, 29), by=None)
    published(TOMORROW)
    with pytest.raises(operations.DayTaken):
        operations.publish_guide(version=kept, starts_on=TOMORROW, by=None)
    kept.refresh_from_db()
    assert kept.published_at is None


def test_what_was_published_is_never_changed():
    kept = published()
    with pytest.raises(operations.NoDraft):
        operations.save_draft(version=kept, source="x", note="", edit=0, by=None)
    with pytest.raises(operations.NoDraft):
        operations.publish_guide(version=kept, starts_on=TOMORROW, by=None)
    with pytest.raises(operations.GuideInForce):
        operations.withdraw_draft(version=kept, by=None)


def test_who_looked_at_an_older_draft_neither_publishes_nor_withdraws_it():
    kept = draft()
    operations.save_draft(version=kept, source=SMALL, note="x", edit=0, by=None)
    with pytest.raises(operations.DraftChanged):
        operations.publish_guide(version=kept, starts_on=TODAY, by=None, edit=0)
    with pytest.raises(operations.DraftChanged):
        operations.withdraw_draft(version=kept, by=None, edit=0)


def test_withdrawn():
    kept = draft()
    operations.withdraw_draft(version=kept, by=None, edit=0)
    with pytest.raises(operations.NoDraft):
        operations.withdraw_draft(version=kept, by=None)
    with pytest.raises(operations.NoDraft):
        operations.save_draft(version=kept, source="x", note="", edit=0, by=None)
    with pytest.raises(operations.NoDraft):
        operations.publish_guide(version=kept, starts_on=TODAY, by=None)
    coming = published(TOMORROW)
    operations.withdraw_draft(version=coming, by=None)
    assert version_on(TOMORROW) is None
    again = published(TOMORROW)
    assert (version_on(TOMORROW), again.number) == (again, 3)
    assert [row.state for row in version_rows(TODAY)] == ["coming", "withdrawn", "withdrawn"]


def test_rules_are_read_once_a_process_and_only_so_many_are_kept():
    kept = published()
    assert guide_of(kept) is guide_of(GuideVersion.objects.get())
    for number in range(8):
        guide_of(draft(f"{SMALL}# {number}\n"))
    assert guide_of(kept) == reading.read(SMALL)


def test_the_rules_are_not_fetched_when_they_are_known(django_assert_num_queries):
    current_guide(TODAY)
    published()
    current_guide(TODAY)
    with django_assert_num_queries(1):
        current_guide(TODAY)
