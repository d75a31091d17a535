"""A new tracking code: the earlier one opens nothing, and who was too late is told."""

import pytest

from madoguchi.blocks.procedures.models import Case, Message
from madoguchi.blocks.procedures.operations.cases import send_case
from madoguchi.blocks.procedures.operations.erasure import erase_case
from madoguchi.blocks.procedures.operations.issuing import (
    CaseErased,
    CodeReplaced,
    OfAccount,
    issue_code,
)
from madoguchi.blocks.procedures.operations.refusals import Stale, StepForbidden
from madoguchi.blocks.procedures.queries.codes import case_for_code, mark_of
from madoguchi.blocks.procedures.rules import codes
from madoguchi.blocks.procedures.rules.access import AUDITOR, CLERK, OPERATOR
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.procedures.factories import (
    BENEFIT,
    NOTICE,
    make_case,
    make_draft,
    make_procedures,
    make_staff,
    step,
)
from tests.factories import make_department, make_resident, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    """A clerk and a decider of こども課, which receives the benefit."""
    _notice, benefit = make_procedures()
    return make_staff(benefit.department)


def issue(case, by, **changed):
    return issue_code(case=case, by=by, **{"seen": mark_of(case), **changed})


def events_of(case):
    return [
        (event.application.procedure, event.action, event.role, event.by, event.detail)
        for each in case.applications.order_by("procedure")
        for event in each.events.exclude(action="sent").order_by("number")
    ]


def test_the_new_code_opens_and_the_old_one_does_not(staff):
    draft = make_draft(BENEFIT)
    case = send_case(case=draft.case, edit=draft.case.edit)
    code = issue(case, staff[0])
    assert len(code) == codes.CODE_LENGTH
    assert case_for_code(code) == case
    assert case_for_code(codes.shown(code).lower()) == case
    assert case_for_code(draft.code) is None


def test_history_and_audit_log_say_so_without_the_code(staff):
    clerk, _decider = staff
    case = make_case(NOTICE, BENEFIT)
    code = issue(case, clerk)
    assert events_of(case) == [
        (BENEFIT, "code_issued", "clerk", clerk, {}),
        (NOTICE, "code_issued", "clerk", clerk, {}),
    ]
    entry = AuditEntry.objects.get(action="procedures.code_issued")
    assert (entry.subject, entry.detail) == (f"procedures.case:{case.number}", {})
    case.refresh_from_db()
    kept = str(list(AuditEntry.objects.values_list("subject", "detail", "action")))
    for secret in (code, codes.shown(code), case.code_digest):
        assert secret not in kept
    assert not Message.objects.filter(event__action="code_issued").exists()


def test_who_works_on_it_meanwhile_is_not_disturbed(staff):
    clerk, decider = staff
    case = make_case(BENEFIT)
    [application] = case.applications.all()
    issue(case, decider)
    step(application, "examine", clerk)
    case.refresh_from_db()
    issue(case, clerk)
    assert list(application.events.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert [event[1:3] for event in events_of(case)] == [
        ("code_issued", "decider"),
        ("examine", "clerk"),
        ("code_issued", "clerk"),
    ]


def test_a_draft_has_no_history_yet_and_is_sent_as_ever(staff):
    draft = make_draft(BENEFIT)
    code = issue(draft.case, staff[0])
    assert case_for_code(code) == draft.case
    assert events_of(draft.case) == []
    assert AuditEntry.objects.filter(action="procedures.code_issued").count() == 1
    sent = send_case(case=draft.case, edit=draft.case.edit)
    assert sent.stage == Case.Stage.SENT
    assert case_for_code(code) == sent


def test_of_two_the_later_is_refused_and_the_code_that_was_shown_is_valid(staff):
    case = make_case(BENEFIT)
    seen = mark_of(case)
    first = issue(case, staff[0], seen=seen)
    with pytest.raises(CodeReplaced):
        issue(case, staff[1], seen=seen)
    assert case_for_code(first) == case
    assert AuditEntry.objects.filter(action="procedures.code_issued").count() == 1


def test_a_draft_that_was_sent_meanwhile_is_looked_at_again(staff):
    draft = make_draft(BENEFIT)
    send_case(case=draft.case, edit=draft.case.edit)
    with pytest.raises(Stale):
        issue(draft.case, staff[0])
    assert case_for_code(draft.code) == draft.case


@pytest.mark.usefixtures("staff")
def test_only_the_citys_own_of_a_department_of_the_case():
    case = make_case(BENEFIT)
    children = case.applications.get().department
    other = make_department("市民生活部", "税務課")
    for role, department in ((OPERATOR, children), (CLERK, other), (AUDITOR, None)):
        with pytest.raises(StepForbidden):
            issue(case, make_user(f"{role}-x", role, department=department))
    assert not AuditEntry.objects.filter(action="procedures.code_issued").exists()


def test_nothing_is_issued_for_an_account_nor_for_what_was_erased(staff):
    of_account = make_case(BENEFIT, resident=make_resident("hanako@example.org"))
    with pytest.raises(OfAccount):
        issue(of_account, staff[0])
    draft = make_draft(BENEFIT).case
    erase_case(case=draft, by=None)
    draft.refresh_from_db()
    with pytest.raises(CaseErased):
        issue(draft, staff[0])
