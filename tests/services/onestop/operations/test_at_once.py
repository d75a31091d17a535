"""Two at once on real connections: one scan counts, one person goes, one takes over."""

from datetime import timedelta

import pytest

from madoguchi.kernel import clock
from madoguchi.services.onestop.models import (
    Call,
    ContractMember,
    HandOver,
    ServingRule,
    StepChange,
    Visit,
)
from madoguchi.services.onestop.operations import calls, errors
from madoguchi.services.onestop.operations.contracts import add_member, end_member
from madoguchi.services.onestop.operations.handing import finish_hand_over, send_back, take_over
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.operations.visits import close_visit, open_visit
from madoguchi.services.onestop.operations.windows import add_rule
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import Reason, StepState, Way
from tests import connections
from tests.connections import SEVERAL_CONNECTIONS
from tests.factories import make_user
from tests.services.onestop.factories import (
    FIRST_DAY,
    NOW,
    make_case,
    make_city,
    make_contract,
    make_visit,
    step_of,
)

pytestmark = SEVERAL_CONNECTIONS


def at_once(*actions):
    return connections.at_once(*actions, at=NOW)


@pytest.fixture
def city():
    with clock.frozen(NOW):
        return make_city()


def test_one_code_scanned_eight_times_opens_one_visit(city):
    with clock.frozen(NOW):
        number = make_case().number
    found = at_once(*[lambda: open_visit(number=number, window=city.window, by=city.clerk)] * 8)
    assert sorted(each.is_new for each in found) == [False] * 7 + [True]
    assert {each.visit.pk for each in found} == {Visit.objects.get().pk}
    assert StepChange.objects.count() == 5


def test_one_seat_for_four(city):
    with clock.frozen(NOW):
        numbers = [make_case().number for _ in range(4)]
    found = at_once(
        *[
            lambda number=number: open_visit(
                number=number, window=city.window, by=city.clerk, seat=1
            )
            for number in numbers
        ]
    )
    assert [type(each) for each in found].count(errors.SeatTaken) == 3
    assert Visit.objects.get().seat == 1


def test_two_staff_at_one_visit_one_is_told(city):
    with clock.frozen(NOW):
        visit = make_visit(city)
        done, goes = step_of(visit, "notice").pk, step_of(visit, "school").pk
    found = at_once(
        lambda: move_steps(visit=visit, steps=[done], target=StepState.DONE, edit=0, by=city.clerk),
        lambda: move_steps(
            visit=visit, steps=[goes], target=StepState.GOES, edit=0, by=city.decider
        ),
    )
    assert sorted(type(each).__name__ for each in found) == ["Stale", "Visit"]
    assert StepChange.objects.exclude(target="todo").count() == 1


def test_one_button_pressed_by_two_hands_over_once(city):
    with clock.frozen(NOW):
        visit = make_visit(city)
        step = step_of(visit, "allowance").pk
    at_once(
        *[
            lambda by=by: move_steps(
                visit=visit, steps=[step], target=StepState.HANDED_OVER, edit=0, by=by
            )
            for by in (city.clerk, city.decider, city.clerk)
        ]
    )
    assert HandOver.objects.count() == 1


def test_a_call_is_taken_by_one_of_four(city):
    with clock.frozen(NOW):
        visit = make_visit(city)
        people = [
            make_user(f"p{n}", "procedures_clerk", department=city.insurance_department)
            for n in range(4)
        ]
        call = calls.call_department(
            visit=visit, department=city.insurance_department.pk, edit=0, by=city.clerk
        )
    found = at_once(*[lambda by=by: calls.take_call(call=call, by=by) for by in people])
    assert [type(each) for each in found].count(errors.CallTaken) == 3
    assert Call.objects.get().taken_by in people


def test_one_person_takes_one_of_two_calls(city):
    with clock.frozen(NOW):
        made = [
            calls.call_department(
                visit=make_visit(city),
                department=city.insurance_department.pk,
                edit=0,
                by=city.clerk,
            )
            for _ in range(2)
        ]
    found = at_once(
        *[lambda call=call: calls.take_call(call=call, by=city.insurer) for call in made]
    )
    assert sorted(type(each).__name__ for each in found) == ["AtAnotherWindow", "Call"]


def test_a_department_called_by_two_is_called_once(city):
    with clock.frozen(NOW):
        visit = make_visit(city)
    at_once(
        *[
            lambda by=by: calls.call_department(
                visit=visit, department=city.insurance_department.pk, edit=0, by=by
            )
            for by in (city.clerk, city.decider)
        ]
    )
    assert Call.objects.count() == 1


def test_the_window_takes_back_while_the_back_office_takes_over(city):
    with clock.frozen(NOW):
        visit = make_visit(city)
        step = step_of(visit, "allowance")
        move_steps(
            visit=visit, steps=[step.pk], target=StepState.HANDED_OVER, edit=0, by=city.clerk
        )
        entry = HandOver.objects.get()
    back, over = at_once(
        lambda: move_steps(
            visit=visit, steps=[step.pk], target=StepState.TODO, edit=1, by=city.clerk
        ),
        lambda: take_over(entry=entry, by=city.children),
    )
    entry.refresh_from_db()
    if isinstance(back, errors.TakenOver):
        assert entry.taken_by == city.children
    else:
        assert isinstance(over, errors.HandOverGone)
        assert entry.withdrawn_at is not None
    assert (entry.taken_at is None) != (entry.withdrawn_at is None)


@pytest.fixture
def entry(city):
    with clock.frozen(NOW):
        visit = make_visit(city)
        step = step_of(visit, "allowance").pk
        move_steps(visit=visit, steps=[step], target=StepState.HANDED_OVER, edit=0, by=city.clerk)
        return HandOver.objects.get()


def test_sent_back_by_four_it_goes_back_once(city, entry):
    people = [
        make_user(f"p{n}", "procedures_clerk", department=city.children_department)
        for n in range(4)
    ]
    found = at_once(
        *[lambda by=by: send_back(entry=entry, reason=Reason.PAPER_MISSING, by=by) for by in people]
    )
    assert [type(each) for each in found].count(errors.HandOverBack) == 3
    assert HandOver.objects.get().returned_by in people
    assert StepChange.objects.filter(source="handed_over").count() == 1


def test_done_by_one_while_another_sends_it_back(city, entry):
    with clock.frozen(NOW):
        take_over(entry=entry, by=city.children)
    done, back = at_once(
        lambda: finish_hand_over(entry=entry, by=city.children),
        lambda: send_back(entry=entry, reason=Reason.NOT_OURS, by=city.children),
    )
    entry.refresh_from_db()
    if isinstance(back, errors.HandOverDone):
        assert entry.done_by == city.children
    else:
        assert isinstance(done, errors.HandOverBack)
        assert entry.step.state == StepState.TODO
    assert (entry.done_at is None) != (entry.returned_at is None)


def test_the_window_takes_back_while_the_back_office_sends_back(city, entry):
    visit = entry.step.visit
    back, sent = at_once(
        lambda: move_steps(
            visit=visit, steps=[entry.step_id], target=StepState.TODO, edit=1, by=city.clerk
        ),
        lambda: send_back(entry=entry, reason=Reason.NOT_OURS, by=city.children),
    )
    entry.refresh_from_db()
    assert entry.step.state == StepState.TODO
    if entry.withdrawn_at is not None:
        assert isinstance(sent, errors.HandOverGone)
    else:
        assert isinstance(back, Visit)  # it is to do already: nothing was left to take back
        assert entry.returned_at == NOW
    assert (entry.withdrawn_at is None) != (entry.returned_at is None)


def test_what_came_back_is_handed_over_again_by_two_once(city, entry):
    with clock.frozen(NOW):
        send_back(entry=entry, reason=Reason.ENTRY_WRONG, by=city.children)
    at_once(
        *[
            lambda by=by: move_steps(
                visit=entry.step.visit,
                steps=[entry.step_id],
                target=StepState.HANDED_OVER,
                edit=2,
                by=by,
            )
            for by in (city.clerk, city.decider, city.clerk)
        ]
    )
    assert HandOver.objects.filter(returned_at=None).count() == 1


def test_ended_while_the_back_office_sends_back(city, entry):
    visit = entry.step.visit
    at_once(
        lambda: close_visit(visit=visit, edit=1, by=city.clerk, leaves=True),
        lambda: send_back(entry=entry, reason=Reason.ASK_AGAIN, by=city.children),
    )
    visit.refresh_from_db()
    entry.step.refresh_from_db()
    state = StepState.TODO if visit.closed_at is None else StepState.LEFT
    assert (entry.step.state, entry.step.reason) == (state, Reason.ASK_AGAIN)


def test_ended_while_somebody_arrives(city):
    with clock.frozen(NOW):
        visit = make_visit(city)
        call = calls.call_department(
            visit=visit, department=city.insurance_department.pk, edit=0, by=city.clerk
        )
    at_once(
        lambda: close_visit(visit=visit, edit=1, by=city.clerk, leaves=True),
        lambda: calls.arrive(call=call, by=city.insurer),
    )
    visit.refresh_from_db()
    assert visit.closed_at == NOW
    assert set(visit.steps.values_list("state", flat=True)) == {"left"}
    assert Call.objects.get().ended_at == NOW


def test_an_operator_registered_under_three_contracts_works_under_one(city):
    with clock.frozen(NOW):
        user = make_user("new", access.OPERATOR, department=city.residents_department)
        made = [
            make_contract(city.residents_department, city.decider, code=f"c{n}") for n in range(3)
        ]
    found = at_once(
        *[
            lambda contract=contract: add_member(
                contract=contract, user=user, from_on=FIRST_DAY, by=city.decider
            )
            for contract in made
        ]
    )
    assert [type(each) for each in found].count(errors.MemberElsewhere) == 2
    assert ContractMember.objects.filter(user=user).count() == 1


def test_a_contract_is_ended_later_while_another_one_begins(city):
    with clock.frozen(NOW):
        other = make_contract(city.residents_department, city.decider, code="other")
        [member] = city.contract.members.all()
    at_once(
        lambda: end_member(member=member, until_on=NOW.date() + timedelta(days=9), by=city.decider),
        lambda: add_member(contract=other, user=city.operator, from_on=NOW.date(), by=city.decider),
    )
    assert other.members.count() == 0


@pytest.mark.parametrize("for_all", [True, False])
def test_of_three_ways_laid_down_for_one_day_one_stands(city, for_all):
    department = None if for_all else city.residents_department
    found = at_once(
        *[
            lambda way=way: add_rule(
                window=city.window,
                department=department,
                way=way,
                from_on=NOW.date(),
                by=city.composer,
            )
            for way in (Way.GO, Way.CALL, Way.WINDOW)
        ]
    )
    assert [type(each) for each in found].count(errors.DayTaken) == 2
    assert ServingRule.objects.filter(department=department, from_on=NOW.date()).count() == 1
