"""Cases: begun, filled in, sent."""

import pytest

from madoguchi.blocks.procedures.models import Application, ApplicationEvent, Case, Message
from madoguchi.blocks.procedures.operations.cases import (
    begin_case,
    leave_out,
    save_values,
    send_case,
)
from madoguchi.blocks.procedures.operations.refusals import (
    Incomplete,
    NotDraft,
    NothingChosen,
    NotOpen,
    Stale,
    Unfits,
)
from madoguchi.blocks.procedures.queries.codes import case_for_code, case_for_number
from madoguchi.blocks.procedures.rules import codes
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.procedures.factories import (
    ANSWERS,
    BENEFIT,
    NOTICE,
    make_case,
    make_draft,
    make_procedure,
    make_procedures,
)
from tests.factories import make_resident, make_user

pytestmark = pytest.mark.django_db
HOME = Case.Channel.HOME


def test_a_case_has_each_procedure_once_and_a_code_that_opens_it():
    make_procedures()
    begun = begin_case(procedures=[NOTICE, BENEFIT, NOTICE], channel=HOME)
    assert [each.procedure for each in begun.case.applications.all()] == [NOTICE, BENEFIT]
    assert case_for_code(codes.shown(begun.code).lower()) == begun.case
    assert case_for_number(f"madoguchi:{codes.shown(begun.case.number)}") == begun.case
    assert begun.code not in str(Case.objects.values())


@pytest.mark.parametrize("code", ["", "X", "0" * 16, "AAAA-AAAA-AAAA-AAAA", "あ" * 16])
def test_another_code_opens_nothing(code):
    make_procedures()
    make_draft()
    assert case_for_code(code) is None


def test_nothing_or_what_is_closed_cannot_be_begun():
    make_procedure(NOTICE)
    make_procedure(BENEFIT, is_open=False)
    with pytest.raises(NothingChosen):
        begin_case(procedures=[], channel=HOME)
    for code in (BENEFIT, "unknown"):
        with pytest.raises(NotOpen) as refused:
            begin_case(procedures=[NOTICE, code], channel=HOME)
        assert refused.value.values["procedure"] == code
    assert Case.objects.count() == 0


def test_what_the_account_keeps_is_filled_in_and_not_counted_as_typed():
    make_procedures()
    resident = make_resident(name="佐藤 花子", address="窓口市本町")
    case = begin_case(procedures=[NOTICE], resident=resident, channel=HOME).case
    assert case.values == {"applicant.name": "佐藤 花子"}
    saved = save_values(
        case=case, values={"applicant.name": "佐藤 花子", "applicant.kana": "サトウ"}, edit=0
    )
    assert saved.typed == 1


def test_an_item_of_two_procedures_is_typed_once():
    make_procedures()
    case = make_draft(NOTICE, BENEFIT).case
    assert case.typed == len(ANSWERS)
    sent = send_case(case=case, edit=case.edit)
    one, other = sent.applications.all()
    assert one.values["applicant.name"] == other.values["applicant.name"] == "佐藤 花子"
    assert "bank.name" not in one.values
    assert "moving-in-notice.own.reason" not in other.values


def test_a_save_over_anothers_is_refused_and_shows_how_it_stands():
    make_procedures()
    draft = make_draft()
    with pytest.raises(Stale) as refused:
        save_values(case=draft.case, values={"applicant.name": "鈴木"}, edit=0)
    assert refused.value.now.values["applicant.name"] == "佐藤 花子"


def test_unfit_values_are_refused_each_with_its_reason_and_nothing_is_kept():
    make_procedures()
    draft = make_draft()
    with pytest.raises(Unfits) as refused:
        save_values(
            case=draft.case,
            values={"applicant.name": "あ" * 10_000, "move.date": "2026-02-30", "x": "y"},
            edit=draft.case.edit,
        )
    assert {key: unfit.code for key, unfit in refused.value.wrong.items()} == {
        "applicant.name": "long",
        "move.date": "date",
    }
    draft.case.refresh_from_db()
    assert draft.case.values == ANSWERS_OF_NOTICE


ANSWERS_OF_NOTICE = {key: value for key, value in ANSWERS.items() if not key.startswith("bank.")}


def test_variation_selectors_are_kept_as_they_are():
    make_procedures()
    name = "葛󠄀城 󠄁神"
    case = make_case(NOTICE, values={**ANSWERS, "applicant.name": name})
    assert case.applications.get().values["applicant.name"] == name


def test_sending_makes_state_event_and_message_of_each_once():
    make_procedures()
    case = make_case(NOTICE, BENEFIT, mail_to="hanako@example.org")
    assert case.stage == Case.Stage.SENT
    assert [each.state for each in case.applications.all()] == ["submitted", "submitted"]
    events = ApplicationEvent.objects.filter(application__case=case)
    assert [(e.number, e.action, e.role) for e in events] == [(1, "sent", "applicant")] * 2
    texts = list(Message.objects.order_by("pk").values_list("text", "mail_to"))
    assert [to for _text, to in texts] == ["hanako@example.org"] * 2
    assert texts[0][0] == "転入届を受け付けました。市民生活部住民課が内容を確認します。"


def test_sending_twice_gives_the_same_case_and_nothing_new():
    make_procedures()
    draft = make_draft()
    first = send_case(case=draft.case, edit=draft.case.edit)
    again = send_case(case=draft.case, edit=draft.case.edit)
    assert (again.pk, again.sent_at) == (first.pk, first.sent_at)
    assert ApplicationEvent.objects.count() == 1
    assert AuditEntry.objects.filter(action="procedures.case_sent").count() == 1


def test_what_is_missing_is_named():
    make_procedures()
    draft = make_draft(values={"applicant.name": "佐藤"})
    with pytest.raises(Incomplete) as refused:
        send_case(case=draft.case, edit=draft.case.edit)
    assert [each.key for each in refused.value.items] == [
        "applicant.kana",
        "applicant.birth_date",
        "move.date",
        "move.new_address",
        "moving-in-notice.own.reason",
    ]
    assert Application.objects.get().state == ""


def test_of_a_further_person_everything_is_needed_or_nothing():
    make_procedures()
    draft = make_draft(values={**ANSWERS, "member1.name": "佐藤 一郎"})
    with pytest.raises(Incomplete) as refused:
        send_case(case=draft.case, edit=draft.case.edit)
    assert [each.key for each in refused.value.items] == ["member1.birth_date"]


def test_a_wrong_mail_address_is_refused():
    make_procedures()
    draft = make_draft()
    with pytest.raises(Unfits) as refused:
        send_case(case=draft.case, edit=draft.case.edit, mail_to="hanako@")
    assert refused.value.wrong["mail_to"].code == "email"


def test_a_sent_case_is_changed_no_more():
    make_procedures()
    case = make_case()
    with pytest.raises(NotDraft):
        save_values(case=case, values={"applicant.name": "鈴木"}, edit=case.edit)
    with pytest.raises(NotDraft):
        leave_out(case=case, procedure=NOTICE, edit=case.edit)


def test_a_procedure_can_be_left_out_but_not_the_last_one():
    make_procedures()
    draft = make_draft(NOTICE, BENEFIT)
    case = leave_out(case=draft.case, procedure=NOTICE, edit=draft.case.edit)
    assert [each.procedure for each in case.applications.all()] == [BENEFIT]
    with pytest.raises(NothingChosen):
        leave_out(case=case, procedure=BENEFIT, edit=case.edit)


def test_what_was_closed_meanwhile_is_not_sent():
    notice, _benefit = make_procedures()
    draft = make_draft()
    notice.is_open = False
    notice.save()
    with pytest.raises(NotOpen):
        send_case(case=draft.case, edit=draft.case.edit)


def test_staff_enter_for_a_resident():
    notice, _benefit = make_procedures()
    clerk = make_user("clerk", "procedures_clerk", department=notice.department)
    case = make_case(channel=Case.Channel.WINDOW, by=clerk)
    event = ApplicationEvent.objects.get()
    assert (case.channel, event.role, event.by) == ("window", "clerk", clerk)
