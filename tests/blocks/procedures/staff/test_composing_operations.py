"""Composing: a draft beside what is in force."""

import pytest

from madoguchi.blocks.procedures.models import Application, Procedure, ProcedureVersion
from madoguchi.blocks.procedures.operations import composing
from madoguchi.blocks.procedures.operations.cases import begin_case
from madoguchi.blocks.procedures.queries.definitions import definition_of
from madoguchi.blocks.procedures.rules.access import COMPOSER
from madoguchi.blocks.procedures.rules.definition import Definition, ItemUse, read
from madoguchi.blocks.procedures.rules.flows import with_flow
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.procedures.factories import (
    NOTICE,
    make_application,
    make_procedure,
    notice_definition,
)
from tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def composer():
    return make_user("composer", COMPOSER)


@pytest.fixture
def residents():
    return make_department("市民生活部", "住民課")


def new(composer, department, definition=None, code="dog"):
    made = definition or with_flow(
        Definition(title="犬の登録", items=(ItemUse("applicant.name"),)), "notification"
    )
    return composing.add_procedure(code=code, department=department, definition=made, by=composer)


def told():
    return [
        (entry.action.removeprefix("procedures."), entry.detail)
        for entry in AuditEntry.objects.filter(action__startswith="procedures.").order_by(
            "sequence"
        )
    ]


def test_a_procedure_begins_as_a_draft_that_nobody_can_apply_for(composer, residents):
    draft = new(composer, residents)
    assert (draft.number, draft.published_at, draft.made_by) == (1, None, composer)
    assert definition_of("dog") is None
    assert told() == [("procedure_added", {"department": residents.pk})]


def test_a_code_is_given_once(composer, residents):
    new(composer, residents)
    with pytest.raises(composing.CodeTaken):
        new(composer, residents)
    assert Procedure.objects.count() == 1


def test_a_draft_is_changed_part_by_part(composer, residents):
    draft = new(composer, residents)
    draft = composing.save_draft(
        procedure_id=draft.procedure_id,
        parts={"title": "犬を飼い始めたとき", "fee": 3000},
        edit=0,
        by=composer,
    )
    assert (draft.title, draft.edit) == ("犬を飼い始めたとき", 1)
    assert read(draft.definition).fee == 3000
    assert told()[-1] == ("draft_saved", {"version": 1, "edit": 1, "sections": ["facts"]})


def test_storing_the_same_again_is_no_change(composer, residents):
    draft = new(composer, residents)
    same = composing.save_draft(
        procedure_id=draft.procedure_id, parts={"title": "犬の登録"}, edit=0, by=composer
    )
    assert same.edit == 0
    assert [action for action, _detail in told()] == ["procedure_added"]


def test_who_saw_an_older_draft_is_refused_and_nothing_is_stored(composer, residents):
    draft = new(composer, residents)
    pk = draft.procedure_id
    composing.save_draft(procedure_id=pk, parts={"fee": 300}, edit=0, by=composer)
    for act in (
        lambda: composing.save_draft(procedure_id=pk, parts={"fee": 500}, edit=0, by=composer),
        lambda: composing.publish_draft(procedure_id=pk, edit=0, by=composer),
        lambda: composing.discard_draft(procedure_id=pk, edit=0, by=composer),
    ):
        with pytest.raises(composing.DraftChanged) as refused:
            act()
        assert refused.value.draft.edit == 1
    draft.refresh_from_db()
    assert read(draft.definition).fee == 300


def test_what_is_whole_is_published_and_can_be_applied_for(composer, residents):
    draft = new(composer, residents)
    done = composing.publish_draft(procedure_id=draft.procedure_id, edit=0, by=composer)
    assert done.published_by == composer
    assert definition_of("dog").title == "犬の登録"
    with pytest.raises(composing.NoDraft):
        composing.publish_draft(procedure_id=draft.procedure_id, edit=0, by=composer)


def test_what_is_not_whole_stays_a_draft(composer, residents):
    draft = new(composer, residents, Definition(title="犬の登録"))
    with pytest.raises(composing.NotReady) as refused:
        composing.publish_draft(procedure_id=draft.procedure_id, edit=0, by=composer)
    assert "no_items" in {problem.code for problem in refused.value.problems}
    draft.refresh_from_db()
    assert draft.published_at is None


def test_running_applications_keep_their_version(composer):
    procedure = make_procedure(NOTICE)
    before = make_application(NOTICE)
    draft = composing.start_draft(procedure_id=procedure.pk, by=composer)
    composing.save_draft(
        procedure_id=procedure.pk, parts={"title": "転入の届出"}, edit=draft.edit, by=composer
    )
    composing.publish_draft(procedure_id=procedure.pk, edit=1, by=composer)
    begun = begin_case(procedures=[NOTICE], channel="home")
    before.refresh_from_db()
    assert before.version.title == "転入届"
    assert begun.case.applications.get().version.title == "転入の届出"


def test_two_who_begin_a_draft_get_the_same(composer):
    procedure = make_procedure(NOTICE)
    one = composing.start_draft(procedure_id=procedure.pk, by=composer)
    other = composing.start_draft(procedure_id=procedure.pk, by=None)
    assert one == other
    assert (one.number, read(one.definition)) == (2, notice_definition())
    assert [action for action, _detail in told()] == ["draft_started"]


def test_a_draft_thrown_away_leaves_what_is_in_force(composer):
    procedure = make_procedure(NOTICE)
    composing.start_draft(procedure_id=procedure.pk, by=composer)
    assert composing.discard_draft(procedure_id=procedure.pk, edit=0, by=composer)
    assert definition_of(NOTICE).title == "転入届"
    with pytest.raises(composing.NoDraft):
        composing.discard_draft(procedure_id=procedure.pk, edit=0, by=composer)


def test_a_procedure_that_was_never_in_force_goes_with_its_draft(composer, residents):
    draft = new(composer, residents)
    assert not composing.discard_draft(procedure_id=draft.procedure_id, edit=0, by=composer)
    assert not Procedure.objects.exists()
    assert not ProcedureVersion.objects.exists()


def test_the_intake_moves_and_closes_without_touching_what_was_sent(composer):
    procedure = make_procedure(NOTICE)
    application = make_application(NOTICE)
    elsewhere = make_department("総務部", "総合窓口課")
    for _again in range(2):
        composing.change_intake(
            procedure_id=procedure.pk, department=elsewhere, is_open=False, by=composer
        )
    found = definition_of(NOTICE)
    assert (found.department, found.is_open) == (elsewhere.pk, False)
    assert Application.objects.get().department_id == application.department_id
    assert told()[-1] == ("intake_changed", {"department": elsewhere.pk, "is_open": False})
    assert [action for action, _detail in told()].count("intake_changed") == 1


def test_nothing_is_opened_that_was_never_published(composer, residents):
    draft = new(composer, residents)
    with pytest.raises(composing.NeverPublished):
        composing.change_intake(
            procedure_id=draft.procedure_id, department=residents, is_open=True, by=composer
        )


def test_without_any_version_there_is_nothing_to_change(composer, residents):
    draft = new(composer, residents)
    draft.delete()
    with pytest.raises(composing.NoDraft):
        composing.start_draft(procedure_id=draft.procedure_id, by=composer)
