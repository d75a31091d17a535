"""Two people on one application, from two connections at once."""

import pytest

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.procedures.models import (
    Application,
    ApplicationEvent,
    Attachment,
    Case,
    Letter,
    Message,
)
from madoguchi.blocks.procedures.operations.applications import resend, take_step, withdraw
from madoguchi.blocks.procedures.operations.attachments import attach, remove_attachment
from madoguchi.blocks.procedures.operations.cases import save_values, send_case
from madoguchi.blocks.procedures.operations.letters import letter_pdf
from madoguchi.blocks.procedures.operations.refusals import (
    AlreadyDecided,
    AlreadyWithdrawn,
    Incomplete,
    NotDraft,
    Stale,
)
from madoguchi.blocks.procedures.operations.replacing import replace_letter
from madoguchi.blocks.procedures.rules.definition import DocumentUse
from madoguchi.kernel.refused import Refused
from tests.blocks.procedures.factories import (
    BENEFIT,
    NOTICE,
    TODAY,
    benefit_definition,
    make_application,
    make_draft,
    make_procedure,
    make_procedures,
    make_staff,
    picture,
    step,
)
from tests.connections import SEVERAL_CONNECTIONS, at_once

pytestmark = SEVERAL_CONNECTIONS
ATTEMPTS = range(3)


def refusals(outcomes):
    return sorted(type(each).__name__ for each in outcomes if isinstance(each, Refused))


@pytest.fixture
def staff():
    _notice, benefit = make_procedures()
    return make_staff(benefit.department)


def taking(application, code, by, note="理由"):
    return lambda: take_step(
        application=application, step=code, edit=application.edit, note=note, by=by, today=TODAY
    )


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_two_clerks_take_different_steps_and_one_is_shown_the_others(staff, _attempt):
    clerk, decider = staff
    application = make_application(BENEFIT)
    outcomes = at_once(
        taking(application, "examine", clerk), taking(application, "return_submitted", decider)
    )
    assert refusals(outcomes) == ["Stale"]
    stale = next(each for each in outcomes if isinstance(each, Stale))
    application.refresh_from_db()
    assert stale.now.state == application.state
    assert ApplicationEvent.objects.count() == 2


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_one_grants_and_one_refuses_and_one_decision_stands(staff, _attempt):
    clerk, decider = staff
    application = step(make_application(BENEFIT), "examine", clerk)
    outcomes = at_once(
        taking(application, "grant", decider), taking(application, "refuse", decider)
    )
    assert refusals(outcomes) == ["AlreadyDecided"]
    assert Letter.objects.count() == 1
    application.refresh_from_db()
    assert Letter.objects.get().event.target == application.state


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_a_resident_withdraws_while_a_clerk_decides(staff, _attempt):
    clerk, decider = staff
    application = step(make_application(BENEFIT), "examine", clerk)
    outcomes = at_once(
        lambda: withdraw(application=application, edit=application.edit),
        taking(application, "grant", decider),
    )
    assert refusals(outcomes) in (["AlreadyDecided"], ["AlreadyWithdrawn"])
    application.refresh_from_db()
    ended = {AlreadyDecided: "granted", AlreadyWithdrawn: "withdrawn"}
    refused = next(each for each in outcomes if isinstance(each, Refused))
    assert application.state == ended[type(refused)]
    assert Letter.objects.count() == (application.state == "granted")


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_a_set_that_is_sent_twice_is_sent_once(staff, _attempt):  # noqa: ARG001 # must be there
    case = make_draft(NOTICE, BENEFIT).case
    outcomes = at_once(*[lambda: send_case(case=case, edit=case.edit)] * 4)
    assert {each.pk for each in outcomes} == {case.pk}
    assert len({each.sent_at for each in outcomes}) == 1
    assert ApplicationEvent.objects.count() == 2
    assert Message.objects.count() == 2


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_a_set_is_sent_while_it_is_changed(staff, _attempt):  # noqa: ARG001 # must be there
    case = make_draft(NOTICE).case
    outcomes = at_once(
        lambda: send_case(case=case, edit=case.edit),
        lambda: save_values(case=case, values={"applicant.name": "鈴木"}, edit=case.edit),
    )
    assert refusals(outcomes) in (["NotDraft"], ["Stale"])
    case.refresh_from_db()
    if case.stage == Case.Stage.SENT:
        assert Application.objects.get().values["applicant.name"] == "佐藤 花子"
    else:
        assert case.values["applicant.name"] == "鈴木"


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_a_resident_sends_again_twice(staff, _attempt):
    clerk, _decider = staff
    application = step(make_application(BENEFIT), "return_submitted", clerk, note="直してください")
    again = lambda: resend(  # noqa: E731 # as the others
        application=application, values={"bank.name": "別の銀行"}, edit=application.edit
    )
    assert refusals(at_once(again, again)) == ["Stale"]
    assert ApplicationEvent.objects.filter(action="resent").count() == 1


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_the_same_file_at_the_same_time_is_one(staff, settings, tmp_path, _attempt):  # noqa: ARG001 # must be there
    settings.MEDIA_ROOT = tmp_path
    application = make_draft(BENEFIT).case.applications.get()
    add = lambda: attach(  # noqa: E731 # as the others
        application=application, document="insurance", name="a.png", content=picture()
    )
    one, other = at_once(add, add)
    assert one.pk == other.pk
    assert Attachment.objects.count() == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_what_is_needed_is_not_taken_back_while_it_is_sent(settings, tmp_path, _attempt):
    settings.MEDIA_ROOT = tmp_path
    needed = benefit_definition(documents=(DocumentUse("insurance", "写し"),))
    make_procedure(BENEFIT, needed)
    case = make_draft(BENEFIT).case
    kept = attach(
        application=case.applications.get(),
        document="insurance",
        name="a.png",
        content=picture(),
    )
    outcomes = at_once(
        lambda: send_case(case=case, edit=case.edit), lambda: remove_attachment(attachment=kept)
    )
    is_sent = Case.objects.get().stage == Case.Stage.SENT
    assert Attachment.objects.filter(removed_at=None).count() == is_sent
    expected = NotDraft if is_sent else Incomplete
    assert [type(each) for each in outcomes if isinstance(each, Refused)] == [expected]


@pytest.fixture
def granted(staff):
    clerk, decider = staff
    return step(step(make_application(BENEFIT), "examine", clerk), "grant", decider)


def replacing(application, by, body="新しい文面"):
    return lambda: replace_letter(
        application=application,
        addressee="佐藤 花子",
        body=body,
        reason="誤記",
        edit=application.edit,
        by=by,
        today=TODAY,
    )


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_of_two_who_replace_a_letter_one_is_told(staff, granted, _attempt):
    decider = staff[1]
    outcomes = at_once(*[replacing(granted, decider, body=f"文面{n}") for n in range(3)])
    assert refusals(outcomes) == ["Stale", "Stale"]
    assert Letter.objects.count() == 2


@pytest.mark.usefixtures("signing_key")
@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_a_letter_is_printed_while_it_is_replaced(staff, granted, settings, tmp_path, _attempt):
    settings.MEDIA_ROOT = tmp_path
    assert refusals(at_once(lambda: letter_pdf(granted), replacing(granted, staff[1]))) == []
    letter_pdf(granted)
    wrong, made = Letter.objects.order_by("pk")
    assert documents.check(made.document).status is documents.Status.GENUINE
    if wrong.document:
        assert documents.check(wrong.document).status is documents.Status.REVOKED
