"""The window's screens: works, bad input, not allowed, missing, two at once."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.kernel import clock
from madoguchi.services.onestop.models import Call, Contract, HandOver, Visit, Window, WorkError
from madoguchi.services.onestop.operations import calls
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.operations.visits import close_visit
from madoguchi.services.onestop.rules.states import StepState as S
from tests.factories import make_user, sign_in
from tests.services.onestop.factories import (
    NAME,
    NOW,
    make_case,
    make_city,
    make_visit,
    states,
    step_of,
)

pytestmark = pytest.mark.django_db
DESK = "/staff/onestop/"


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def city():
    return make_city()


@pytest.fixture
def staff(client, city):
    return sign_in(client, city.clerk)


def page(visit):
    return f"{DESK}visits/{visit.public_id}/"


def text(answer):
    return answer.content.decode()


def post(client, visit, part, **given):
    visit.refresh_from_db()
    return client.post(f"{page(visit)}{part}/", {"edit": visit.edit, **given})


class TestDesk:
    def test_a_scanned_code_begins_the_visit(self, staff):
        case = make_case("K7Q29F4M")
        answer = staff.post(DESK, {"number": " madoguchi:k7q29f4m ", "seat": "2"})
        visit = Visit.objects.get()
        assert (answer.status_code, answer["Location"]) == (302, page(visit))
        assert (visit.case_number, visit.seat) == (case.number, 2)
        again = staff.post(DESK, {"number": "K7Q2-9F4M"}, follow=True)
        assert "すでに始まっています" in text(again)

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            ("", "QRコードを読み取るか、受付番号を入力してください。"),
            ("hello", "受付番号ではありません"),
            ("00000000", "この番号の受付はありません"),
        ],
    )
    def test_what_is_no_case_is_said(self, staff, number, words):
        answer = staff.post(DESK, {"number": number})
        assert answer.status_code == 422
        assert words in text(answer)

    def test_a_seat_that_was_taken_in_the_meantime(self, staff, city):
        case = make_case()
        assert "1番" in text(staff.get(DESK))
        visit = make_visit(city, seat=1)
        answer = staff.post(DESK, {"number": case.number, "seat": "1"})
        assert answer.status_code == 422  # the seat is not among those that are free
        assert Visit.objects.get() == visit

    def test_the_longest_wait_stands_first_with_what_is_next(self, staff, city):
        make_visit(city, number="AAAAAAAA", seat=1)
        found = text(staff.get(DESK))
        assert "窓口で行う：転入届" in found
        assert NAME in found
        assert "AAAA-AAAA" in found

    def test_as_many_queries_for_three_as_for_one(self, staff, city):
        make_visit(city)
        with CaptureQueriesContext(connection) as one:
            staff.get(DESK)
        make_visit(city)
        make_visit(city)
        with CaptureQueriesContext(connection) as three:
            staff.get(DESK)
        assert len(three) == len(one)

    def test_what_staff_entered_today_waits_to_be_begun(self, staff):
        make_case("BBBBBBBB", channel="window")
        assert "BBBB-BBBB" in text(staff.get(DESK))
        staff.post(DESK, {"number": "BBBBBBBB"})
        assert "本日窓口で入力した受付" not in text(staff.get(DESK))

    def test_operators_see_their_own_visits_only(self, client, city):
        make_visit(city, number="AAAAAAAA")
        make_visit(city, number="BBBBBBBB", by=city.operator)
        found = text(sign_in(client, city.operator).get(DESK))
        assert "BBBB-BBBB" in found
        assert "AAAA-AAAA" not in found

    def test_an_operator_without_a_contract_begins_nothing(self, client, city):
        other = make_user("other", "procedures_operator", department=city.residents_department)
        answer = sign_in(client, other).post(DESK, {"number": make_case().number})
        assert answer.status_code == 403
        assert "従事者として登録されていません" in text(answer)

    @pytest.mark.usefixtures("city")
    def test_an_auditor_looks_and_does_nothing(self, client):
        auditor = sign_in(client, make_user("auditor", "auditor"))
        assert auditor.get(DESK).status_code == 200
        assert auditor.post(DESK, {"number": make_case().number}).status_code == 403

    def test_without_a_window_the_way_to_calls_and_lists(self, client, city):
        found = sign_in(client, city.insurer).get(DESK)
        assert "あなたの課の総合窓口は開いていません" in text(found)

    def test_one_of_several_windows_is_chosen(self, staff, city):
        Window.objects.create(
            code="second",
            title="第二窓口",
            department=city.residents_department,
            place="2階",
            hours="平日",
            opened_on=city.window.opened_on,
        )
        assert "<h1>第二窓口</h1>" in text(staff.get(f"{DESK}?window=second"))
        assert "<h1>総合窓口</h1>" in text(staff.get(f"{DESK}?window=nothing"))


class TestVisit:
    @pytest.fixture
    def visit(self, city):
        return make_visit(
            city, forms=(("moving-in-notice", "転入届", city.residents_department),), seat=1
        )

    def test_who_which_event_and_the_next_step(self, staff, visit):
        found = text(staff.get(page(visit)))
        for words in (NAME, "引っ越してきた（転入）", "転入届", "完了にする", "国保年金課を呼ぶ"):
            assert words in found

    def test_one_step_after_the_other_until_the_end(self, staff, city, visit):
        notice = step_of(visit, "notice").pk
        assert post(staff, visit, "steps", steps=notice, target="done").status_code == 302
        allowance = step_of(visit, "allowance").pk
        post(staff, visit, "steps", steps=allowance, target="handed_over")
        post(staff, visit, "call", department=city.insurance_department.pk)
        assert states(visit)["insurance"] == "called"
        insurance = step_of(visit, "insurance").pk
        post(staff, visit, "steps", steps=insurance, target="done")
        post(
            staff, visit, "steps", steps=step_of(visit, "bin").pk, target="not_needed",
            reason="already",
        )  # fmt: skip
        post(staff, visit, "steps", steps=step_of(visit, "school").pk, target="goes")
        answer = post(staff, visit, "close")
        assert (answer.status_code, answer["Location"]) == (302, page(visit))
        assert "回った窓口は2か所です" in text(staff.get(page(visit)))
        pdf = staff.get(f"{page(visit)}slip.pdf")
        assert (pdf.status_code, pdf.content[:4]) == (200, b"%PDF")

    def test_what_is_left_must_be_said(self, staff, visit):
        asked = staff.get(f"{page(visit)}close/")
        assert "終わっていない手続きが5件あります" in text(asked)
        refused = post(staff, visit, "close")
        assert refused.status_code == 422
        assert "「後日に残す」を選んでください" in text(refused)
        assert post(staff, visit, "close", leaves="on").status_code == 302
        assert set(states(visit).values()) == {"left"}

    def test_two_staff_at_one_visit(self, staff, city, visit):
        move_steps(
            visit=visit,
            steps=[step_of(visit, "notice").pk],
            target=S.DONE,
            edit=0,
            by=city.decider,
        )
        late = {"edit": 0, "steps": step_of(visit, "school").pk, "target": "goes"}
        answer = staff.post(f"{page(visit)}steps/", late)
        assert answer.status_code == 409
        assert "ほかの職員が先に変更したため" in text(answer)
        assert states(visit)["school"] == "todo"
        closing = staff.post(f"{page(visit)}close/", {"edit": 0, "leaves": "on"})
        assert closing.status_code == 409

    def test_a_page_that_shows_an_older_state_is_renewed(self, staff, city, visit):
        fresh = staff.get(page(visit), {"seen": "0-0-0-0"})
        assert "HX-Refresh" not in fresh
        calls.call_department(
            visit=visit, department=city.insurance_department.pk, edit=0, by=city.clerk
        )
        assert staff.get(page(visit), {"seen": "0-0-0-0"})["HX-Refresh"] == "true"

    @pytest.mark.parametrize(
        ("part", "given"),
        [
            ("steps", {"target": "done"}),
            ("steps", {"steps": "1", "target": "called"}),
            ("steps", {"steps": "999999", "target": "done"}),
            ("call", {"department": "x"}),
            ("seat", {"seat": "99"}),
        ],
    )
    def test_what_no_page_sends_is_refused_in_words(self, staff, visit, part, given):
        answer = post(staff, visit, part, **given)
        assert answer.status_code == 422
        assert "操作を受け取れませんでした" in text(answer)

    def test_not_needed_needs_a_reason(self, staff, visit):
        step = step_of(visit, "school").pk
        answer = post(staff, visit, "steps", steps=step, target="not_needed")
        assert answer.status_code == 422
        assert "不要とする理由を選んでください" in text(answer)

    def test_the_seat_is_changed(self, staff, city, visit):
        post(staff, visit, "seat", seat="3")
        visit.refresh_from_db()
        assert visit.seat == 3
        make_visit(city, seat=1)
        assert post(staff, visit, "seat", seat="1").status_code == 409

    def test_the_call_is_ended(self, staff, city, visit):
        post(staff, visit, "call", department=city.insurance_department.pk)
        call = Call.objects.get()
        assert "まだ誰も受けていません" in text(staff.get(page(visit)))
        post(staff, visit, f"calls/{call.pk}/end")
        assert states(visit)["insurance"] == "todo"
        visit.refresh_from_db()
        assert staff.post(f"{page(visit)}calls/{call.pk}/end/", {}).status_code == 422

    def test_nothing_remains_no_slip(self, staff, visit):
        assert staff.get(f"{page(visit)}slip.pdf").status_code == 404

    def test_no_such_visit(self, staff):
        assert staff.get(f"{DESK}visits/nothing/").status_code == 404

    def test_a_called_department_may_look_and_finish_its_own(self, client, city, visit):
        guest = sign_in(client, city.insurer)
        assert guest.get(page(visit)).status_code == 200
        assert guest.get(f"{page(visit)}close/").status_code == 403
        own, other = step_of(visit, "insurance").pk, step_of(visit, "notice").pk
        assert post(guest, visit, "steps", steps=own, target="done").status_code == 302
        assert post(guest, visit, "steps", steps=other, target="done").status_code == 403

    def test_departments_without_a_part_in_it_see_nothing(self, client, city):
        visit = make_visit(city, checklist=("notice",))
        assert sign_in(client, city.insurer).get(page(visit)).status_code == 403

    def test_an_operator_takes_in_and_sees_no_decision(self, client, city):
        visit = make_visit(
            city,
            by=city.operator,
            forms=(("moving-in-notice", "転入届", city.residents_department),),
        )
        operator = sign_in(client, city.operator)
        found = text(operator.get(page(visit)))
        assert "引き継ぐ" in found
        assert "完了にする" not in found
        assert "申請を開く" not in found
        step = step_of(visit, "notice").pk
        assert post(operator, visit, "steps", steps=step, target="done").status_code == 403
        assert post(operator, visit, "steps", steps=step, target="handed_over").status_code == 302
        assert operator.get(page(make_visit(city))).status_code == 403


class TestCalls:
    @pytest.fixture
    def call(self, city):
        return calls.call_department(
            visit=make_visit(city, seat=2),
            department=city.insurance_department.pk,
            edit=0,
            by=city.clerk,
        )

    def test_taken_there_and_on_to_the_visit(self, client, city, call):
        guest = sign_in(client, city.insurer)
        found = text(guest.get(f"{DESK}calls/"))
        assert "国民健康保険の加入" in found
        assert "向かいます" in found
        guest.post(f"{DESK}calls/{call.pk}/take/")
        assert "窓口に着きました" in text(guest.get(f"{DESK}calls/"))
        answer = guest.post(f"{DESK}calls/{call.pk}/arrive/")
        assert answer["Location"] == page(call.visit)

    def test_given_back(self, client, city, call):
        guest = sign_in(client, city.insurer)
        guest.post(f"{DESK}calls/{call.pk}/take/")
        guest.post(f"{DESK}calls/{call.pk}/give-back/")
        assert Call.objects.get().taken_by is None

    def test_somebody_else_was_faster(self, client, city, call):
        Call.objects.update(taken_by=city.clerk, taken_at=NOW)
        answer = sign_in(client, city.insurer).post(f"{DESK}calls/{call.pk}/take/")
        assert answer.status_code == 409
        assert "すでに窓口 あおいさんが受けています" in text(answer)

    def test_not_for_others(self, client, city, call):
        assert (
            sign_in(client, city.children).post(f"{DESK}calls/{call.pk}/take/").status_code == 403
        )
        assert text(client.get(f"{DESK}calls/")).count("国民健康保険の加入") == 0

    def test_nobody_calls(self, client, city):
        assert "呼出しはありません" in text(sign_in(client, city.insurer).get(f"{DESK}calls/"))

    @pytest.mark.usefixtures("call")
    def test_it_waits_on_the_staff_home(self, client, city):
        assert "呼出しが1件待っています" in text(sign_in(client, city.insurer).get("/staff/"))


class TestHandOvers:
    @pytest.fixture
    def entry(self, city):
        visit = make_visit(city, by=city.operator)
        step = step_of(visit, "allowance").pk
        move_steps(visit=visit, steps=[step], target=S.HANDED_OVER, edit=0, by=city.operator)
        return HandOver.objects.get()

    @pytest.fixture
    def office(self, client, city, entry):  # noqa: ARG002 # it must be there
        return sign_in(client, city.children)

    def test_taken_over_and_done_from_the_list(self, office, entry):
        address = f"{DESK}hand-overs/"
        assert "児童手当の認定請求" in text(office.get(address))
        back = f"{address}?state=waiting"
        taken = office.post(f"{address}{entry.pk}/take/", {"back": back})
        assert taken["Location"] == back
        assert "児童手当の認定請求" not in text(office.get(back))
        assert "処理中" in text(office.get(f"{address}?state=taken"))
        away = office.post(f"{address}{entry.pk}/done/", {"back": "https://example.org/"})
        assert away["Location"] == address
        assert "児童手当の認定請求" in text(office.get(f"{address}?state=done"))

    def test_not_before_it_was_taken_over(self, office, entry):
        answer = office.post(f"{DESK}hand-overs/{entry.pk}/done/")
        assert answer.status_code == 422
        assert "先に引き受けてください" in text(answer)

    def test_somebody_else_was_faster(self, office, entry, city):
        HandOver.objects.update(taken_by=city.clerk, taken_at=NOW)
        answer = office.post(f"{DESK}hand-overs/{entry.pk}/take/")
        assert answer.status_code == 409

    def test_as_a_table_and_on_paper(self, office, entry):
        type(make_case()).objects.update(values={"applicant.name": "=見本"})
        table = office.get(f"{DESK}hand-overs/list.csv")
        rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
        assert rows[0][:3] == ["引継日時", "受付番号", "申請者"]
        assert rows[1][:4] == [
            "2026-11-30 10:00",
            entry.step.visit.case_number,
            "'=見本",
            "児童手当の認定請求",
        ]
        pdf = office.get(f"{DESK}hand-overs/list.pdf")
        assert pdf.content[:4] == b"%PDF"

    def test_sent_back_with_a_reason_it_stands_at_the_window(self, client, office, entry, city):
        address = f"{DESK}hand-overs/{entry.pk}/send-back/"
        assert "総合窓口" in text(office.get(address))
        wrong = office.post(address, {"reason": "already"})
        assert wrong.status_code == 422
        assert "m-error-summary" in text(wrong)
        answer = office.post(address, {"reason": "paper_missing"}, follow=True)
        assert "窓口へ差し戻しました" in text(answer)
        assert "児童手当の認定請求" not in text(answer)
        returned = text(office.get(f"{DESK}hand-overs/?state=returned"))
        assert "書類が足りない" in returned
        assert f"{entry.pk}/send-back/" not in returned
        again = office.post(f"{DESK}hand-overs/{entry.pk}/take/")
        assert again.status_code == 409
        assert "すでに窓口へ差し戻されています" in text(again)
        window = sign_in(client, city.clerk)
        desk = text(window.get(DESK))
        assert "後方からの差戻し" in desk
        assert "書類が足りない" in desk
        assert "後方からの差戻し：書類が足りない" in text(window.get(page(entry.step.visit)))

    def test_what_is_done_does_not_go_back(self, office, entry):
        HandOver.objects.update(taken_at=NOW, done_at=NOW)
        answer = office.post(f"{DESK}hand-overs/{entry.pk}/send-back/", {"reason": "not_ours"})
        assert answer.status_code == 409
        assert "send-back" not in text(office.get(f"{DESK}hand-overs/?state=done"))

    def test_after_the_visit_the_window_hands_it_over_again(self, client, office, entry, city):
        visit = entry.step.visit
        close_visit(visit=visit, edit=1, by=city.clerk, leaves=True)
        office.post(f"{DESK}hand-overs/{entry.pk}/send-back/", {"reason": "entry_wrong"})
        window = sign_in(client, city.clerk)
        assert "記入に不足・誤りがある" in text(window.get(DESK))
        assert 'value="handed_over"' in text(window.get(page(visit)))
        moved = post(window, visit, "steps", steps=entry.step_id, target="handed_over")
        assert moved.status_code == 302
        assert "後方からの差戻し" not in text(window.get(DESK))
        assert 'value="handed_over"' not in text(window.get(page(visit)))

    def test_a_later_visit_of_the_case_takes_it_off_the_list(self, client, office, entry, city):
        visit = entry.step.visit
        close_visit(visit=visit, edit=1, by=city.clerk, leaves=True)
        office.post(f"{DESK}hand-overs/{entry.pk}/send-back/", {"reason": "ask_again"})
        window = sign_in(client, city.clerk)
        assert "ご本人への確認が必要" in text(window.get(DESK))
        with clock.frozen(NOW + timedelta(hours=1)):
            window.post(DESK, {"number": visit.case_number})
            assert "後方からの差戻し" not in text(window.get(DESK))

    def test_a_reason_of_the_back_office_is_none_of_the_window_s(self, client, entry, city):
        window = sign_in(client, city.clerk)
        given = {"steps": entry.step_id, "target": "todo", "reason": "not_ours"}
        assert post(window, entry.step.visit, "steps", **given).status_code == 422

    def test_what_came_back_is_recorded(self, office, entry):
        address = f"{DESK}hand-overs/{entry.pk}/error/"
        assert office.get(address).status_code == 200
        assert office.post(address, {}).status_code == 422
        assert office.post(address, {"kind": "item"}).status_code == 302
        assert WorkError.objects.get().kind == "item"
        assert office.post(address, {"kind": "item"}).status_code == 409
        assert "誤りの記録あり" in text(office.get(f"{DESK}hand-overs/"))

    def test_lists_of_other_departments_are_theirs(self, client, city, entry):
        other = sign_in(client, city.insurer)
        assert "児童手当の認定請求" not in text(other.get(f"{DESK}hand-overs/"))
        assert other.post(f"{DESK}hand-overs/{entry.pk}/take/").status_code == 403
        assert other.get(f"{DESK}hand-overs/{entry.pk}/send-back/").status_code == 403
        assert other.get(f"{DESK}hand-overs/{entry.pk}/error/").status_code == 403

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("waiting", "引受け待ちの手続きはありません"),
            ("taken", "処理中の手続きはありません"),
            ("done", "完了した手続きはまだありません"),
            ("returned", "差し戻した手続きはありません"),
            ("nonsense", "引受け待ちの手続きはありません"),
        ],
    )
    def test_empty_lists_say_so(self, client, city, state, words):
        found = sign_in(client, city.children).get(f"{DESK}hand-overs/?state={state}")
        assert words in text(found)

    @pytest.mark.usefixtures("entry")
    def test_as_many_queries_for_three_as_for_one(self, client, city):
        auditor = sign_in(client, make_user("auditor", "auditor"))
        with CaptureQueriesContext(connection) as one:
            auditor.get(f"{DESK}hand-overs/")
        for _ in range(2):
            visit = make_visit(city)
            step = step_of(visit, "allowance").pk
            move_steps(visit=visit, steps=[step], target=S.HANDED_OVER, edit=0, by=city.clerk)
        with CaptureQueriesContext(connection) as three:
            auditor.get(f"{DESK}hand-overs/")
        assert len(three) == len(one)


class TestContracts:
    TERMS = {
        "title": "支所の受付",
        "code": "branch",
        "operator": "会社",
        "starts_on": "2026-12-01",
        "last_day": "2027-11-30",
        "agreed_volume": "10",
        "agreed_minutes": "20",
        "agreed_errors": "3",
    }

    @pytest.fixture
    def decider(self, client, city):
        return sign_in(client, city.decider)

    def test_added_changed_and_shown(self, decider, city):
        add = f"{DESK}contracts/add/"
        terms = {**self.TERMS, "department": city.residents_department.pk}
        assert decider.get(add).status_code == 200
        assert decider.post(add, {**terms, "last_day": "2026-11-01"}).status_code == 422
        assert decider.post(add, terms).status_code == 302
        assert decider.post(add, terms).status_code == 422
        change = f"{DESK}contracts/of/branch/change/"
        assert 'value="会社"' in text(decider.get(change))
        assert decider.post(change, {**terms, "operator": "別の会社"}).status_code == 302
        assert Contract.objects.get(code="branch").operator == "別の会社"
        assert "別の会社" in text(decider.get(f"{DESK}contracts/"))

    def test_month_by_month_with_a_drawing_and_a_table(self, decider, city):
        visit = make_visit(city, by=city.operator)
        close_visit(visit=visit, edit=0, by=city.operator, leaves=True)
        found = text(decider.get(f"{DESK}contracts/of/intake/"))
        assert "<svg" in found
        assert "2026年11月" in found
        table = decider.get(f"{DESK}contracts/of/intake/months.csv")
        assert table.content.decode("utf-8-sig").splitlines()[-1] == "2026-11,1,0,0,0,0,0.0"

    def test_operators_are_registered_and_leave(self, decider, city):
        add = f"{DESK}contracts/of/intake/operators/add/"
        assert "登録できる人がいません" in text(decider.get(add))
        other = make_user("other", "procedures_operator", department=city.residents_department)
        given = {"user": other.pk, "from_on": "2026-11-30"}
        assert decider.post(add, {"user": city.clerk.pk}).status_code == 422
        assert decider.post(add, given).status_code == 302
        member = city.contract.members.get(user=other)
        end = f"{DESK}contracts/of/intake/operators/{member.pk}/end/"
        assert decider.post(end, {"last_day": "2020-01-01"}).status_code == 422
        assert decider.post(end, {"last_day": "2026-12-31"}).status_code == 302
        assert "2026年12月31日" in text(decider.get(f"{DESK}contracts/of/intake/"))

    def test_an_error_is_withdrawn(self, decider, city):
        visit = make_visit(city, by=city.operator)
        step = step_of(visit, "allowance")
        move_steps(visit=visit, steps=[step.pk], target=S.HANDED_OVER, edit=0, by=city.operator)
        error = WorkError.objects.create(
            step=step, contract=city.contract, kind="item", recorded_at=NOW
        )
        decider.post(f"{DESK}contracts/of/intake/errors/{error.pk}/withdraw/")
        error.refresh_from_db()
        assert error.withdrawn_by == city.decider

    def test_operators_see_their_own_months_and_no_names(self, client, city):
        operator = sign_in(client, city.operator)
        found = operator.get(f"{DESK}contracts/of/intake/")
        assert found.status_code == 200
        assert "従事者" not in text(found)
        assert operator.get(f"{DESK}contracts/of/intake/change/").status_code == 403
        city.contract.members.all().delete()
        assert operator.get(f"{DESK}contracts/of/intake/").status_code == 403
        assert "閲覧できる委託契約はありません" in text(operator.get(f"{DESK}contracts/"))

    def test_no_such_contract(self, decider):
        assert decider.get(f"{DESK}contracts/of/nothing/").status_code == 404


class TestWindows:
    @pytest.fixture
    def composer(self, client, city):
        return sign_in(client, city.composer)

    def test_added_changed_and_given_ways(self, composer, city):
        given = {
            "title": "支所",
            "code": "branch",
            "department": city.residents_department.pk,
            "place": "支所1階",
            "hours": "平日",
            "seats": "2",
            "opened_on": "2026-12-01",
        }
        add = f"{DESK}windows/add/"
        assert composer.get(add).status_code == 200
        assert composer.post(add, {**given, "seats": "0"}).status_code == 422
        assert composer.post(add, given).status_code == 302
        assert composer.post(add, given).status_code == 422
        sheet = f"{DESK}windows/of/branch/"
        assert "対応方法はまだ定めていません" in text(composer.get(sheet))
        assert (
            composer.post(f"{sheet}change/", {**given, "last_day": "2026-01-01"}).status_code == 422
        )
        assert (
            composer.post(f"{sheet}change/", {**given, "last_day": "2027-03-31"}).status_code == 302
        )
        assert Window.objects.get(code="branch").closed_on.isoformat() == "2027-04-01"
        rule = {"way": "call", "from_on": "2026-12-01", "department": ""}
        assert composer.get(f"{sheet}rules/add/").status_code == 200
        assert composer.post(f"{sheet}rules/add/", rule).status_code == 302
        assert composer.post(f"{sheet}rules/add/", rule).status_code == 422
        assert "有効でない" in text(composer.get(sheet))

    def test_rules_are_shown_in_words(self, composer, city):
        make_visit(city)
        found = text(composer.get(f"{DESK}windows/of/onestop/"))
        assert "市民生活部国保年金課" in found
        assert "担当課が総合窓口へ来る（出張）" in found
        assert composer.get(f"{DESK}windows/of/nothing/").status_code == 404

    def test_clerks_read_and_change_nothing(self, staff):
        assert "総合窓口" in text(staff.get(f"{DESK}windows/"))
        assert staff.get(f"{DESK}windows/add/").status_code == 403
        assert staff.post(f"{DESK}windows/of/onestop/rules/add/", {}).status_code == 403
