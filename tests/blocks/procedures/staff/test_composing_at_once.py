"""Two who compose the same procedure at once, on two real connections."""

import pytest

from madoguchi.blocks.procedures.models import Procedure, ProcedureVersion
from madoguchi.blocks.procedures.operations import composing
from madoguchi.blocks.procedures.queries.definitions import definition_of
from madoguchi.blocks.procedures.rules.access import COMPOSER
from madoguchi.kernel.audit.models import AuditEntry
from tests import connections
from tests.blocks.procedures.factories import NOTICE, make_procedure, notice_definition
from tests.connections import SEVERAL_CONNECTIONS, names
from tests.factories import make_user

pytestmark = SEVERAL_CONNECTIONS
ATTEMPTS = range(3)


def at_once(*actions):
    """Names of what each came to."""
    return names(connections.at_once(*actions))


@pytest.fixture
def people():
    return [make_user(f"composer{n}", COMPOSER) for n in range(3)]


@pytest.fixture
def draft(people):
    """A changed draft beside the version in force."""
    procedure = make_procedure(NOTICE)
    composing.start_draft(procedure_id=procedure.pk, by=people[0])
    return composing.save_draft(
        procedure_id=procedure.pk, parts={"title": "転入のお届け"}, edit=0, by=people[0]
    )


def publishing(draft, by):
    return lambda: composing.publish_draft(procedure_id=draft.procedure_id, edit=draft.edit, by=by)


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_of_three_who_publish_one_does(people, draft, _attempt):
    told = AuditEntry.objects.filter(action="procedures.version_published")
    before = told.count()  # the log is kept whatever is emptied between tests
    results = at_once(*[publishing(draft, by) for by in people])
    assert results == ["NoDraft", "NoDraft", "ProcedureVersion"]
    assert told.count() == before + 1
    draft.refresh_from_db()
    assert draft.published_by in people
    assert definition_of(NOTICE).title == "転入のお届け"


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_what_is_published_is_what_was_looked_at(people, draft, _attempt):
    """Saved in between, it is not published as somebody saw it before."""
    results = at_once(
        publishing(draft, people[0]),
        lambda: composing.save_draft(
            procedure_id=draft.procedure_id,
            parts={"title": "別の題"},
            edit=draft.edit,
            by=people[1],
        ),
    )
    assert results in (["DraftChanged", "ProcedureVersion"], ["NoDraft", "ProcedureVersion"])
    draft.refresh_from_db()
    published = draft.published_at is not None
    assert draft.title == ("転入のお届け" if published else "別の題")


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_published_by_one_while_another_throws_it_away(people, draft, _attempt):
    results = at_once(
        publishing(draft, people[0]),
        lambda: composing.discard_draft(
            procedure_id=draft.procedure_id, edit=draft.edit, by=people[1]
        ),
    )
    assert results in (["NoDraft", "ProcedureVersion"], ["NoDraft", "bool"])
    is_there = ProcedureVersion.objects.filter(pk=draft.pk, published_at__isnull=False).exists()
    assert is_there == ("ProcedureVersion" in results)


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_two_drafts_of_one_procedure_are_one(people, _attempt):
    procedure = make_procedure(NOTICE, notice_definition())
    at_once(
        *[lambda by=by: composing.start_draft(procedure_id=procedure.pk, by=by) for by in people]
    )
    assert ProcedureVersion.objects.filter(published_at=None).count() == 1
    assert Procedure.objects.get().versions.count() == 2
