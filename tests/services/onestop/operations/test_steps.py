"""Steps of a visit, calls to the window, lists of the back office."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from madoguchi.kernel import clock
from madoguchi.services.onestop.models import Call, HandOver, StepChange
from madoguchi.services.onestop.operations import calls, errors
from madoguchi.services.onestop.operations.handing import finish_hand_over, send_back, take_over
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.operations.visits import close_visit
from madoguchi.services.onestop.rules.states import Reason, StepState
from tests.factories import make_user
from tests.services.onestop.factories import NOW, make_city, make_visit, states, step_of

pytestmark = pytest.mark.django_db
S = StepState


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def city():
    return make_city()


@pytest.fixture
def visit(city):
    return make_visit(city)


def move(visit, procedure, target, by, *, edit=None, reason=None):
    visit.refresh_from_db()
    return move_steps(
        visit=visit,
        steps=[step_of(visit, procedure).pk],
        target=target,
        edit=visit.edit if edit is None else edit,
        by=by,
        reason=reason,
    )


def call(city, visit):
    visit.refresh_from_db()
    return calls.call_department(
        visit=visit, department=city.insurance_department.pk, edit=visit.edit, by=city.clerk
    )


class TestMoving:
    def test_times_of_each_change_are_kept(self, city, visit):
        with clock.frozen(NOW + timedelta(minutes=5)):
            move(visit, "notice", S.DONE, city.clerk)
        with clock.frozen(NOW + timedelta(minutes=7)):
            moved = move(visit, "notice", S.TODO, city.decider, reason=Reason.BY_MISTAKE)
        rows = StepChange.objects.filter(step=step_of(visit, "notice")).order_by("number")
        assert [
            (row.number, row.source, row.target, row.reason, row.by.username, row.at - NOW)
            for row in rows
        ] == [
            (1, "", "todo", "", "clerk", timedelta()),
            (2, "todo", "done", "", "clerk", timedelta(minutes=5)),
            (3, "done", "todo", "by_mistake", "decider", timedelta(minutes=7)),
        ]
        assert (moved.edit, moved.moved_at) == (2, NOW + timedelta(minutes=7))

    def test_sent_twice_it_is_done_once(self, city, visit):
        move(visit, "notice", S.DONE, city.clerk)
        again = move(visit, "notice", S.DONE, city.clerk, edit=0)
        assert again.edit == 1
        assert step_of(visit, "notice").changes.count() == 2

    def test_two_at_one_visit(self, city, visit):
        move(visit, "notice", S.DONE, city.clerk)
        with pytest.raises(errors.Stale) as refused:
            move(visit, "school", S.GOES, city.decider, edit=0)
        assert "ほかの職員" in str(refused.value)
        assert states(visit)["school"] == "todo"

    def test_what_is_not_needed_says_why(self, city, visit):
        with pytest.raises(errors.ReasonMissing):
            move(visit, "school", S.NOT_NEEDED, city.clerk)
        move(visit, "school", S.NOT_NEEDED, city.clerk, reason=Reason.ALREADY)
        assert step_of(visit, "school").reason == "already"

    def test_some_ways_do_not_lead_anywhere(self, city, visit):
        move(visit, "notice", S.DONE, city.clerk)
        with pytest.raises(errors.StepNotThatWay) as refused:
            move(visit, "notice", S.GOES, city.clerk)
        assert "「転入届」" in str(refused.value)

    def test_all_of_them_or_none(self, city, visit):
        ids = [step_of(visit, each).pk for each in ("allowance", "bin")]
        with pytest.raises(errors.NoDepartment):
            move_steps(visit=visit, steps=ids, target=S.HANDED_OVER, edit=0, by=city.clerk)
        assert HandOver.objects.count() == 0

    def test_after_the_end_nothing_moves(self, city, visit):
        close_visit(visit=visit, edit=0, by=city.clerk, leaves=True)
        with pytest.raises(errors.VisitClosed):
            move(visit, "notice", S.DONE, city.clerk)

    def test_a_called_department_finishes_its_own_and_no_other(self, city, visit):
        move(visit, "insurance", S.DONE, city.insurer)
        with pytest.raises(errors.NotYours):
            move(visit, "notice", S.DONE, city.insurer)


class TestOperators:
    @pytest.fixture
    def visit(self, city):
        return make_visit(city, by=city.operator)

    @pytest.mark.parametrize("target", [S.DONE, S.NOT_NEEDED])
    def test_they_finish_and_judge_nothing(self, city, visit, target):
        with pytest.raises(errors.NotYours):
            move(visit, "notice", target, city.operator, reason=Reason.ALREADY)

    def test_what_they_hand_over_counts_for_the_contract(self, city, visit):
        move(visit, "allowance", S.HANDED_OVER, city.operator)
        move(visit, "school", S.GOES, city.operator)
        assert step_of(visit, "allowance").contract == city.contract
        assert step_of(visit, "school").contract is None

    def test_not_any_more_once_it_is_opened_again(self, city, visit):
        move(visit, "allowance", S.HANDED_OVER, city.operator)
        move(visit, "allowance", S.TODO, city.operator, reason=Reason.BY_MISTAKE)
        assert step_of(visit, "allowance").contract is None

    def test_what_the_city_s_staff_hand_over_does_not(self, city, visit):
        move(visit, "allowance", S.HANDED_OVER, city.clerk)
        assert step_of(visit, "allowance").contract is None

    def test_visits_of_the_city_s_staff_are_not_theirs(self, city):
        with pytest.raises(errors.NoContract):
            move(make_visit(city), "allowance", S.HANDED_OVER, city.operator)


class TestHandingOver:
    @pytest.fixture
    def entry(self, city, visit):
        move(visit, "allowance", S.HANDED_OVER, city.clerk)
        return HandOver.objects.get()

    def test_it_stands_on_the_list_of_its_department(self, city, entry):
        assert (entry.department, entry.made_at, entry.made_by, entry.taken_at) == (
            city.children_department,
            NOW,
            city.clerk,
            None,
        )

    def test_taken_over_and_done_once(self, city, entry):
        with pytest.raises(errors.NotTakenOver):
            finish_hand_over(entry=entry, by=city.children)
        for _ in range(2):
            taken = take_over(entry=entry, by=city.children)
        assert (taken.taken_by, taken.taken_at) == (city.children, NOW)
        for _ in range(2):
            done = finish_hand_over(entry=entry, by=city.children)
        assert (done.done_by, done.done_at) == (city.children, NOW)

    def test_somebody_else_has_it(self, city, entry):
        take_over(entry=entry, by=city.children)
        entry.taken_by = None
        HandOver.objects.update(taken_by=city.clerk)
        with pytest.raises(errors.HandOverTaken) as refused:
            take_over(entry=entry, by=city.children)
        assert "窓口 あおい" in str(refused.value)

    def test_not_by_another_department(self, city, entry):
        for other in (city.clerk, city.operator):
            with pytest.raises(errors.NotYours):
                take_over(entry=entry, by=other)

    def test_the_window_takes_it_back_before_it_was_taken_over(self, city, visit, entry):
        move(visit, "allowance", S.TODO, city.clerk)
        with pytest.raises(errors.HandOverGone):
            take_over(entry=entry, by=city.children)
        move(visit, "allowance", S.HANDED_OVER, city.clerk)
        assert HandOver.objects.filter(withdrawn_at__isnull=True).count() == 1

    def test_not_afterwards(self, city, visit, entry):
        take_over(entry=entry, by=city.children)
        with pytest.raises(errors.TakenOver):
            move(visit, "allowance", S.TODO, city.clerk)
        assert states(visit)["allowance"] == "handed_over"


class TestSendingBack:
    WHY = Reason.PAPER_MISSING

    @pytest.fixture
    def entry(self, city, visit):
        move(visit, "allowance", S.HANDED_OVER, city.clerk)
        return HandOver.objects.get()

    @pytest.mark.parametrize("is_taken", [False, True])
    def test_the_step_is_to_do_again_with_the_reason(self, city, visit, entry, is_taken):
        if is_taken:
            take_over(entry=entry, by=city.children)
        for _ in range(2):
            back = send_back(entry=entry, reason=self.WHY, by=city.children)
        assert (back.returned_at, back.returned_by, back.reason) == (NOW, city.children, self.WHY)
        step = step_of(visit, "allowance")
        assert (step.state, step.reason) == (S.TODO, self.WHY)
        rows = [(row.source, row.target, row.reason, row.by) for row in step.changes.all()]
        assert rows[1:] == [
            ("todo", "handed_over", "", city.clerk),
            ("handed_over", "todo", self.WHY, city.children),
        ]
        visit.refresh_from_db()
        assert visit.edit == 2

    def test_it_can_be_handed_over_again_and_stands_on_the_list_once(self, city, visit, entry):
        send_back(entry=entry, reason=self.WHY, by=city.children)
        move(visit, "allowance", S.HANDED_OVER, city.clerk)
        again = HandOver.objects.get(returned_at=None)
        assert step_of(visit, "allowance").reason == ""
        send_back(entry=again, reason=Reason.NOT_OURS, by=city.children)
        reasons = HandOver.objects.order_by("pk").values_list("reason", flat=True)
        assert list(reasons) == [self.WHY, Reason.NOT_OURS]

    def test_what_went_back_is_neither_taken_over_nor_done(self, city, entry):
        take_over(entry=entry, by=city.children)
        send_back(entry=entry, reason=self.WHY, by=city.children)
        for act in (take_over, finish_hand_over):
            with pytest.raises(errors.HandOverBack):
                act(entry=entry, by=city.children)

    def test_nor_sent_back_by_a_second_person(self, city, entry):
        send_back(entry=entry, reason=self.WHY, by=city.children)
        other = make_user("other", "procedures_clerk", department=city.children_department)
        with pytest.raises(errors.HandOverBack):
            send_back(entry=entry, reason=Reason.NOT_OURS, by=other)
        assert HandOver.objects.get().reason == self.WHY

    def test_not_what_is_done_nor_what_the_window_took_back(self, city, visit, entry):
        take_over(entry=entry, by=city.children)
        finish_hand_over(entry=entry, by=city.children)
        with pytest.raises(errors.HandOverDone):
            send_back(entry=entry, reason=self.WHY, by=city.children)
        assert states(visit)["allowance"] == "handed_over"
        other = make_visit(city)
        move(other, "allowance", S.HANDED_OVER, city.clerk)
        gone = HandOver.objects.get(step__visit=other)
        move(other, "allowance", S.TODO, city.clerk)
        with pytest.raises(errors.HandOverGone):
            send_back(entry=gone, reason=self.WHY, by=city.children)

    def test_not_by_another_department(self, city, entry):
        for other in (city.clerk, city.operator, city.insurer):
            with pytest.raises(errors.NotYours):
                send_back(entry=entry, reason=self.WHY, by=other)

    @pytest.mark.usefixtures("entry")
    def test_without_a_reason_the_database_refuses(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandOver.objects.update(returned_at=NOW)

    def test_after_the_end_it_is_left_and_the_window_settles_it_still(self, city, visit, entry):
        close_visit(visit=visit, edit=1, by=city.clerk, leaves=True)
        send_back(entry=entry, reason=self.WHY, by=city.children)
        step = step_of(visit, "allowance")
        assert (step.state, step.reason) == (S.LEFT, self.WHY)
        with pytest.raises(errors.Stale):
            move(visit, "allowance", S.HANDED_OVER, city.clerk, edit=2)
        with pytest.raises(errors.VisitClosed):
            move(visit, "notice", S.DONE, city.clerk)
        moved = move(visit, "allowance", S.HANDED_OVER, city.clerk)
        assert (moved.closed_at, moved.counters) == (NOW, 1)
        assert HandOver.objects.filter(returned_at=None).count() == 1
        with pytest.raises(errors.VisitClosed):
            move(visit, "allowance", S.TODO, city.clerk)

    def test_a_way_that_is_left_then_counts_among_the_counters(self, city, visit, entry):
        close_visit(visit=visit, edit=1, by=city.clerk, leaves=True)
        send_back(entry=entry, reason=self.WHY, by=city.children)
        assert move(visit, "allowance", S.GOES, city.clerk).counters == 2

    def test_what_came_back_and_is_left_keeps_its_reason(self, city, visit, entry):
        send_back(entry=entry, reason=self.WHY, by=city.children)
        close_visit(visit=visit, edit=2, by=city.clerk, leaves=True)
        step = step_of(visit, "allowance")
        assert (step.state, step.reason) == (S.LEFT, self.WHY)
        assert step_of(visit, "notice").reason == ""


class TestCalls:
    def test_a_department_is_called_for_all_that_is_to_do(self, city, visit):
        first = call(city, visit)
        again = calls.call_department(
            visit=visit, department=city.insurance_department.pk, edit=0, by=city.clerk
        )
        assert first == again
        assert states(visit)["insurance"] == "called"

    def test_nobody_is_called_for_nothing(self, city, visit):
        move(visit, "insurance", S.DONE, city.clerk)
        with pytest.raises(errors.NobodyToCall):
            call(city, visit)

    def test_only_by_those_who_serve_the_window(self, city, visit):
        with pytest.raises(errors.NotYours):
            calls.call_department(
                visit=visit, department=city.insurance_department.pk, edit=0, by=city.insurer
            )

    def test_taken_then_there_then_over_when_all_is_settled(self, city, visit):
        called = call(city, visit)
        for _ in range(2):
            taken = calls.take_call(call=called, by=city.insurer)
        assert (taken.taken_by, taken.arrived_at) == (city.insurer, None)
        for _ in range(2):
            there = calls.arrive(call=called, by=city.insurer)
        assert there.arrived_at == NOW
        assert states(visit)["insurance"] == "at_window"
        move(visit, "insurance", S.DONE, city.insurer)
        called.refresh_from_db()
        assert called.ended_at == NOW
        with pytest.raises(errors.CallOver):
            calls.take_call(call=called, by=city.insurer)

    def test_whoever_comes_untold_takes_it_by_that(self, city, visit):
        there = calls.arrive(call=call(city, visit), by=city.insurer)
        assert (there.taken_by, there.arrived_at) == (city.insurer, NOW)

    def test_not_by_another_department(self, city, visit):
        called = call(city, visit)
        for other in (city.clerk, city.children, city.operator):
            with pytest.raises(errors.NotYours):
                calls.take_call(call=called, by=other)

    def test_somebody_else_has_taken_it(self, city, visit):
        called = call(city, visit)
        Call.objects.update(taken_by=city.clerk, taken_at=NOW)
        with pytest.raises(errors.CallTaken) as refused:
            calls.take_call(call=called, by=city.insurer)
        assert "窓口 あおい" in str(refused.value)

    def test_nobody_is_at_two_windows_at_a_time(self, city, visit):
        calls.take_call(call=call(city, visit), by=city.insurer)
        with pytest.raises(errors.AtAnotherWindow):
            calls.take_call(call=call(city, make_visit(city)), by=city.insurer)

    def test_a_call_can_be_given_back_on_the_way(self, city, visit):
        called = call(city, visit)
        assert calls.give_call_back(call=called, by=city.insurer).taken_by is None
        calls.take_call(call=called, by=city.insurer)
        with pytest.raises(errors.NotYours):
            calls.give_call_back(call=called, by=city.clerk)
        assert calls.give_call_back(call=called, by=city.insurer).taken_at is None
        calls.arrive(call=called, by=city.insurer)
        with pytest.raises(errors.CallOver):
            calls.give_call_back(call=called, by=city.insurer)

    def test_the_window_needs_nobody_any_more(self, city, visit):
        called = call(city, visit)
        with pytest.raises(errors.NotYours):
            calls.end_call(call=called, edit=1, by=city.insurer)
        for _ in range(2):
            ended = calls.end_call(call=called, edit=1, by=city.clerk)
        assert ended.edit == 2
        assert states(visit)["insurance"] == "todo"
        assert call(city, visit) != called

    def test_calls_end_with_the_visit(self, city, visit):
        called = call(city, visit)
        close_visit(visit=visit, edit=1, by=city.clerk, leaves=True)
        called.refresh_from_db()
        assert called.ended_at == NOW
