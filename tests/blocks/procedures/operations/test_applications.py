"""Sent applications: steps, decisions, letters, withdrawing, sending again."""

from datetime import date

import pytest

from madoguchi.blocks.identity.service import assign_role
from madoguchi.blocks.procedures.models import ApplicationEvent, Letter, Message
from madoguchi.blocks.procedures.operations.applications import resend, take_step, withdraw
from madoguchi.blocks.procedures.operations.refusals import (
    AlreadyDecided,
    AlreadyWithdrawn,
    Incomplete,
    NoteMissing,
    NoteTooLong,
    Stale,
    StepForbidden,
    StepNotAllowed,
    Unfits,
)
from madoguchi.blocks.procedures.rules.access import CLERK, DECIDER, OPERATOR
from tests.blocks.procedures.factories import (
    BENEFIT,
    TODAY,
    make_application,
    make_procedures,
    make_staff,
    step,
)
from tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    """Clerk and decider of こども課, which receives the benefit."""
    _notice, benefit = make_procedures()
    return make_staff(benefit.department)


def taken(application, code, by, **given):
    return take_step(
        application=application,
        step=code,
        edit=given.pop("edit", application.edit),
        by=by,
        today=TODAY,
        **given,
    )


def test_an_application_goes_its_way_to_the_decision(staff):
    clerk, decider = staff
    application = make_application(BENEFIT)
    application = taken(application, "examine", clerk)
    assert (application.state, application.prepared_by, application.due_on) == (
        "examined",
        clerk,
        date(2026, 12, 14),
    )
    application = taken(application, "grant", decider)
    assert (application.state_kind, application.due_on) == ("granted", None)
    events = ApplicationEvent.objects.filter(application=application)
    assert [(e.number, e.action, e.role, e.source, e.target) for e in events] == [
        (1, "sent", "applicant", "", "submitted"),
        (2, "examine", "clerk", "submitted", "examined"),
        (3, "grant", "decider", "examined", "granted"),
    ]


def test_only_who_decides_decides(staff):
    clerk, _decider = staff
    application = taken(make_application(BENEFIT), "examine", clerk)
    with pytest.raises(StepForbidden):
        taken(application, "grant", clerk)


@pytest.mark.usefixtures("staff")
def test_a_role_counts_only_for_its_department():
    elsewhere = make_department("市民生活部", "住民課")
    application = make_application(BENEFIT)
    with pytest.raises(StepForbidden):
        taken(application, "examine", make_user("other", CLERK, department=elsewhere))


@pytest.mark.usefixtures("staff")
def test_a_decider_elsewhere_who_is_operator_here_only_prepares():
    person = make_user("both", DECIDER, department=make_department("市民生活部"))
    application = make_application(BENEFIT)
    assign_role(person=person, role=OPERATOR, department=application.department, by=None)
    application = taken(application, "examine", person)
    assert ApplicationEvent.objects.get(action="examine").role == "operator"
    with pytest.raises(StepForbidden):
        taken(application, "grant", person)


def test_a_decision_stands(staff):
    clerk, decider = staff
    application = taken(make_application(BENEFIT), "examine", clerk)
    decided = taken(application, "refuse", decider, note="所得が限度額を超えています。")
    for act in (
        lambda: taken(decided, "grant", decider),
        lambda: taken(application, "grant", decider),
        lambda: withdraw(application=decided, edit=decided.edit),
        lambda: resend(application=decided, values={}, edit=decided.edit),
    ):
        with pytest.raises(AlreadyDecided):
            act()
    assert Letter.objects.count() == 1


def test_a_letter_is_fixed_with_the_decision(staff):
    clerk, decider = staff
    application = taken(make_application(BENEFIT), "examine", clerk)
    taken(application, "refuse", decider, note="所得が限度額を超えています。")
    letter = Letter.objects.get()
    assert (letter.fiscal_year, letter.sequence, letter.addressee, letter.title) == (
        2026,
        1,
        "佐藤 花子",
        "不承認決定通知書",
    )
    assert "所得が限度額を超えています。" in letter.body
    assert "児童手当認定請求" in letter.body
    assert "{" not in letter.body + letter.notice


def test_letters_are_numbered_by_procedure_and_year(staff):
    clerk, decider = staff
    for _ in range(3):
        application = step(make_application(BENEFIT), "examine", clerk)
        step(application, "grant", decider)
    application = step(make_application(BENEFIT), "examine", clerk)
    step(application, "grant", decider, today=date(2027, 4, 1))
    assert list(Letter.objects.values_list("fiscal_year", "sequence")) == [
        (2026, 1),
        (2026, 2),
        (2026, 3),
        (2027, 1),
    ]


def test_what_somebody_else_changed_is_refused(staff):
    clerk, _decider = staff
    application = make_application(BENEFIT)
    taken(application, "examine", clerk)
    with pytest.raises(Stale) as refused:
        taken(application, "return_submitted", clerk, note="写しを付けてください。")
    assert refused.value.now.state == "examined"


@pytest.mark.parametrize("code", ["grant", "withdraw_submitted", "unknown"])
def test_a_step_that_does_not_lead_out_of_here_is_refused(staff, code):
    _clerk, decider = staff
    with pytest.raises(StepNotAllowed):
        taken(make_application(BENEFIT), code, decider)


def test_whoever_returns_says_why(staff):
    clerk, _decider = staff
    application = make_application(BENEFIT)
    with pytest.raises(NoteMissing):
        taken(application, "return_submitted", clerk, note="  ")
    with pytest.raises(NoteTooLong):
        taken(application, "return_submitted", clerk, note="あ" * 2001)
    returned = taken(application, "return_submitted", clerk, note="口座番号をご確認ください。")
    assert (returned.state_kind, returned.due_on) == ("returned", date(2026, 12, 14))
    message = Message.objects.latest("pk")
    assert message.note == "口座番号をご確認ください。"
    assert "2026年12月14日（月）までに" in message.text


def test_what_was_returned_is_mended_and_sent_again(staff):
    clerk, _decider = staff
    application = make_application(BENEFIT)
    returned = taken(application, "return_submitted", clerk, note="口座番号をご確認ください。")
    again = resend(
        application=returned, values={"bank.account_number": "７６５４３２１"}, edit=returned.edit
    )
    assert (again.state, again.values["bank.account_number"]) == ("submitted", "7654321")
    event = ApplicationEvent.objects.latest("pk")
    assert (event.action, event.detail) == ("resent", {"items": ["bank.account_number"]})
    again.case.refresh_from_db()
    assert again.case.values["bank.account_number"] == "7654321"


def test_what_is_sent_again_is_whole(staff):
    clerk, _decider = staff
    returned = taken(make_application(BENEFIT), "return_submitted", clerk, note="直してください。")
    with pytest.raises(Incomplete):
        resend(application=returned, values={"bank.name": " "}, edit=returned.edit)
    with pytest.raises(Unfits):
        resend(application=returned, values={"bank.account_number": "x"}, edit=returned.edit)


@pytest.mark.usefixtures("staff")
def test_only_what_was_returned_is_sent_again():
    application = make_application(BENEFIT)
    with pytest.raises(StepNotAllowed):
        resend(application=application, values={}, edit=application.edit)


def test_an_applicant_withdraws_once(staff):
    clerk, _decider = staff
    application = make_application(BENEFIT)
    gone = withdraw(application=application, edit=application.edit)
    assert (gone.state_kind, gone.due_on) == ("withdrawn", None)
    with pytest.raises(AlreadyWithdrawn):
        withdraw(application=gone, edit=gone.edit)
    with pytest.raises(AlreadyWithdrawn):
        taken(gone, "examine", clerk)
