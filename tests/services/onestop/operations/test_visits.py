"""Visits: begun once a case, planned from its checklist, ended with what is left said."""

import pytest

from madoguchi.kernel import clock
from madoguchi.services.onestop.models import StepChange, Visit
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.operations.visits import close_visit, give_seat, open_visit
from madoguchi.services.onestop.operations.windows import add_rule, change_window
from madoguchi.services.onestop.rules.states import StepState, Way
from tests.factories import make_department, make_user
from tests.services.onestop.factories import (
    FIRST_DAY,
    NOW,
    make_case,
    make_city,
    make_contract,
    make_visit,
    states,
    step_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def city():
    return make_city()


class TestBeginning:
    def test_the_checklist_becomes_the_plan_of_the_visit(self, city):
        visit = make_visit(city, number="K7Q29F4M", seat=2)
        assert (visit.case_number, visit.event, visit.event_title, visit.seat) == (
            "K7Q29F4M",
            "moving_in",
            "引っ越してきた（転入）",
            2,
        )
        assert (visit.contract, visit.opened_by, visit.opened_at) == (None, city.clerk, NOW)
        rows = visit.steps.order_by("place").values_list("procedure", "way", "counter")
        assert list(rows) == [
            ("notice", "window", "住民課 本庁舎1階 3番窓口"),
            ("allowance", "hand_over", "こども課 本庁舎2階 1番窓口"),
            ("insurance", "call", "国保年金課 本庁舎1階 6番窓口"),
            ("school", "go", "学校教育課 教育庁舎2階"),
            ("bin", "go", "ごみ相談 清掃センター"),
        ]
        assert step_of(visit, "bin").department is None
        assert StepChange.objects.filter(target="todo", source="", by=city.clerk).count() == 5

    def test_applications_belong_to_their_procedure_or_stand_for_themselves(self, city):
        visit = make_visit(
            city,
            checklist=("notice",),
            forms=(
                ("moving-in-notice", "転入届", city.residents_department),
                ("seal", "印鑑登録", city.residents_department),
            ),
        )
        rows = visit.steps.order_by("place").values_list("procedure", "form", "title", "counter")
        assert list(rows) == [
            ("notice", "moving-in-notice", "転入届", "住民課 本庁舎1階 3番窓口"),
            ("form.seal", "seal", "印鑑登録", "住民課"),
        ]

    def test_the_same_code_again_gives_the_same_visit(self, city):
        case = make_case()
        first = open_visit(number=case.number, window=city.window, by=city.clerk)
        again = open_visit(number=case.number, window=city.window, by=city.decider)
        assert (first.is_new, again.is_new) == (True, False)
        assert first.visit == again.visit
        assert Visit.objects.count() == 1

    def test_a_case_can_come_again_after_its_visit_ended(self, city):
        case = make_case()
        first = open_visit(number=case.number, window=city.window, by=city.clerk).visit
        close_visit(visit=first, edit=0, by=city.clerk, leaves=True)
        again = open_visit(number=case.number, window=city.window, by=city.clerk)
        assert again.is_new

    @pytest.mark.parametrize("stage", ["", "erased"])
    def test_a_number_of_nobody(self, city, stage):
        number = "00000000"
        if stage:
            case = make_case(number)
            type(case).objects.update(stage=stage)
        with pytest.raises(errors.CaseUnknown):
            open_visit(number=number, window=city.window, by=city.clerk)

    def test_a_case_without_procedures(self, city):
        case = make_case(checklist=())
        with pytest.raises(errors.NothingOnList):
            open_visit(number=case.number, window=city.window, by=city.clerk)

    def test_a_window_that_is_closed(self, city):
        closed = change_window(
            window=city.window,
            title="総合窓口",
            place="1階",
            hours="平日",
            seats=3,
            closed_on=NOW.date(),
            by=city.composer,
        )
        with pytest.raises(errors.WindowNotOpen):
            open_visit(number=make_case().number, window=closed, by=city.clerk)

    def test_staff_of_another_department(self, city):
        for stranger in (city.insurer, city.composer):
            with pytest.raises(errors.NotYours):
                open_visit(number=make_case().number, window=city.window, by=stranger)

    def test_rules_change_from_their_day_on(self, city):
        school = make_department("教育委員会", "学校教育課")
        add_rule(
            window=city.window,
            department=school,
            way=Way.CALL,
            from_on=NOW.date(),
            by=city.composer,
        )
        assert step_of(make_visit(city), "school").way == "call"


class TestOperators:
    def test_what_they_take_in_belongs_to_their_contract(self, city):
        assert make_visit(city, by=city.operator).contract == city.contract

    def test_only_under_a_contract_of_the_window(self, city):
        other = make_user("other", "procedures_operator", department=city.residents_department)
        with pytest.raises(errors.NoContract):
            make_visit(city, by=other)

    def test_only_while_the_contract_lasts(self, city):
        type(city.contract).objects.update(ends_on=NOW.date())
        with pytest.raises(errors.NoContract):
            make_visit(city, by=city.operator)

    def test_a_contract_of_another_department_opens_nothing(self, city):
        elsewhere = make_department("市民生活部", "国保年金課")
        decider = make_user("d2", "procedures_decider", department=elsewhere)
        contract = make_contract(elsewhere, decider, code="other")
        city.contract.members.update(contract=contract)
        with pytest.raises(errors.NoContract):
            make_visit(city, by=city.operator)

    def test_a_visit_of_the_city_s_staff_is_not_shown_to_them(self, city):
        visit = make_visit(city)
        with pytest.raises(errors.TakenInByOthers):
            open_visit(number=visit.case_number, window=city.window, by=city.operator)

    def test_the_city_s_staff_may_go_on_with_what_they_began(self, city):
        visit = make_visit(city, by=city.operator)
        found = open_visit(number=visit.case_number, window=city.window, by=city.clerk)
        assert (found.visit, found.is_new) == (visit, False)

    def test_a_colleague_scans_the_same_code(self, city):
        visit = make_visit(city, by=city.operator)
        found = open_visit(number=visit.case_number, window=city.window, by=city.operator)
        assert found.visit == visit


class TestSeats:
    def test_a_seat_is_given_once(self, city):
        make_visit(city, seat=1)
        with pytest.raises(errors.SeatTaken) as refused:
            make_visit(city, seat=1)
        assert str(refused.value) == "1番には別の方が座っています。別の席を選んでください。"
        other = make_visit(city, seat=2)
        with pytest.raises(errors.SeatTaken):
            give_seat(visit=other, seat=1, edit=0, by=city.clerk)

    def test_a_seat_is_free_again_when_the_visit_ends(self, city):
        first = make_visit(city, seat=1)
        close_visit(visit=first, edit=0, by=city.clerk, leaves=True)
        assert make_visit(city, seat=1).seat == 1

    def test_a_seat_can_be_changed_and_given_up(self, city):
        visit = give_seat(visit=make_visit(city, seat=1), seat=3, edit=0, by=city.clerk)
        assert (visit.seat, visit.edit) == (3, 1)
        assert give_seat(visit=visit, seat=3, edit=0, by=city.clerk).edit == 1
        assert give_seat(visit=visit, seat=None, edit=1, by=city.clerk).seat is None

    @pytest.mark.parametrize("seat", [0, 4])
    def test_there_are_only_so_many(self, city, seat):
        with pytest.raises(errors.NoSuchSeat):
            make_visit(city, seat=seat)

    def test_only_for_those_who_serve_the_window(self, city):
        with pytest.raises(errors.NotYours):
            give_seat(visit=make_visit(city), seat=1, edit=0, by=city.insurer)


class TestEnding:
    def test_what_is_not_settled_must_be_said(self, city):
        visit = make_visit(city)
        with pytest.raises(errors.Unfinished) as refused:
            close_visit(visit=visit, edit=0, by=city.clerk)
        assert refused.value.values == {"count": 5}
        closed = close_visit(visit=visit, edit=0, by=city.clerk, leaves=True)
        assert set(states(closed).values()) == {"left"}
        assert (closed.closed_at, closed.closed_by, closed.counters) == (NOW, city.clerk, 1)

    def test_counters_are_the_window_and_those_to_which_somebody_goes(self, city):
        visit = make_visit(city)
        for target, procedures in (
            (StepState.DONE, ["notice", "insurance"]),
            (StepState.HANDED_OVER, ["allowance"]),
            (StepState.GOES, ["school", "bin"]),
        ):
            ids = [step_of(visit, each).pk for each in procedures]
            visit = move_steps(
                visit=visit, steps=ids, target=target, edit=visit.edit, by=city.clerk
            )
        closed = close_visit(visit=visit, edit=3, by=city.clerk)
        assert (closed.counters, states(closed)["school"]) == (3, "goes")

    def test_ended_twice_it_is_ended_once(self, city):
        visit = make_visit(city)
        close_visit(visit=visit, edit=0, by=city.clerk, leaves=True)
        again = close_visit(visit=visit, edit=0, by=city.decider)
        assert again.closed_by == city.clerk

    def test_only_by_those_who_serve_the_window(self, city):
        with pytest.raises(errors.NotYours):
            close_visit(visit=make_visit(city), edit=0, by=city.insurer, leaves=True)

    def test_on_an_older_state_it_is_refused(self, city):
        visit = make_visit(city)
        give_seat(visit=visit, seat=1, edit=0, by=city.decider)
        with pytest.raises(errors.Stale) as refused:
            close_visit(visit=visit, edit=0, by=city.clerk, leaves=True)
        assert refused.value.visit.seat == 1


def test_windows_begin_on_their_day(city):
    later = type(city.window).objects.create(
        code="later",
        title="後から",
        department=city.residents_department,
        place="2階",
        hours="平日",
        opened_on=NOW.date().replace(year=2027),
    )
    assert NOW.date() > FIRST_DAY
    with pytest.raises(errors.WindowNotOpen):
        open_visit(number=make_case().number, window=later, by=city.clerk)
