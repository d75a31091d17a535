"""Windows, ways of serving, contracts, operators, errors of intake."""

from datetime import date, timedelta

import pytest

from madoguchi.kernel import clock
from madoguchi.services.onestop.operations import contracts, errors, windows
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.queries.contracts import contract_of, contract_sheet, operators_for
from madoguchi.services.onestop.queries.statistics import chart_of, contract_csv
from madoguchi.services.onestop.rules.states import StepState, Way
from tests.factories import make_user
from tests.services.onestop.factories import (
    FIRST_DAY,
    NOW,
    make_city,
    make_contract,
    make_visit,
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


def add_window(city, by=None, code="second"):
    return windows.add_window(
        code=code,
        title="支所",
        department=city.residents_department,
        place="支所1階",
        hours="平日",
        seats=1,
        opened_on=FIRST_DAY,
        by=by or city.composer,
    )


def change_window(city, **given):
    values = {"title": "総合窓口", "place": "本庁舎1階", "hours": "平日", "seats": 3}
    return windows.change_window(
        window=city.window, closed_on=None, **(values | given), by=city.composer
    )


class TestWindows:
    def test_each_has_a_code_of_its_own(self, city):
        assert add_window(city).code == "second"
        with pytest.raises(errors.CodeTaken):
            add_window(city)

    def test_only_by_those_who_compose(self, city):
        with pytest.raises(errors.NotYours):
            add_window(city, by=city.decider)

    def test_changed_and_left_alone(self, city):
        assert change_window(city, seats=9).seats == 9
        assert change_window(city, seats=9).seats == 9

    def test_a_way_begins_once_a_day(self, city):
        given = {"window": city.window, "way": Way.GO, "from_on": FIRST_DAY, "by": city.composer}
        windows.add_rule(**given)
        with pytest.raises(errors.DayTaken):
            windows.add_rule(**given)
        with pytest.raises(errors.DayTaken):
            windows.add_rule(**given, department=city.insurance_department)
        assert windows.add_rule(**given, event="moving_in").event == "moving_in"


class TestContracts:
    def test_each_has_a_code_of_its_own(self, city):
        with pytest.raises(errors.CodeTaken):
            make_contract(city.residents_department, city.decider)

    def test_only_by_those_who_decide_for_the_department(self, city):
        for person in (city.clerk, city.operator, city.composer):
            with pytest.raises(errors.NotYours):
                make_contract(city.residents_department, person, code="other")

    def test_changed_and_left_alone(self, city):
        terms = {
            "title": "受付",
            "operator": "別の会社",
            "starts_on": FIRST_DAY,
            "ends_on": date(2027, 4, 1),
            "agreed_volume": 1,
            "agreed_minutes": 2,
            "agreed_errors": 3,
        }
        for _ in range(2):
            changed = contracts.change_contract(contract=city.contract, by=city.decider, **terms)
        assert (changed.operator, changed.last_day) == ("別の会社", date(2027, 3, 31))

    def test_an_operator_works_under_one_at_a_time(self, city):
        assert contract_of(city.operator, on=NOW.date()) == city.contract
        other = make_contract(city.residents_department, city.decider, code="other")
        given = {"user": city.operator, "from_on": NOW.date(), "by": city.decider}
        with pytest.raises(errors.MemberElsewhere):
            contracts.add_member(contract=other, **given)
        [member] = city.contract.members.all()
        with pytest.raises(errors.LeavesTooEarly):
            contracts.end_member(
                member=member, until_on=FIRST_DAY - timedelta(days=1), by=city.decider
            )
        for _ in range(2):
            ended = contracts.end_member(member=member, until_on=NOW.date(), by=city.decider)
        assert ended.until_on == NOW.date()
        assert contract_of(city.operator, on=NOW.date()) is None
        assert operators_for(other) == [city.operator]
        contracts.add_member(contract=other, **given)
        assert contract_of(city.operator, on=NOW.date()) == other
        assert operators_for(other) == []

    def test_nor_before_the_earlier_one_has_ended(self, city):
        [member] = city.contract.members.all()
        ends = NOW.date() + timedelta(days=30)
        contracts.end_member(member=member, until_on=ends, by=city.decider)
        other = make_contract(city.residents_department, city.decider, code="other")
        given = {"contract": other, "user": city.operator, "by": city.decider}
        with pytest.raises(errors.MemberElsewhere):
            contracts.add_member(**given, from_on=ends - timedelta(days=1))
        assert other.members.count() == 0
        assert contracts.add_member(**given, from_on=ends).from_on == ends

    def test_only_operators_of_the_department(self, city):
        elsewhere = make_user("op", "procedures_operator", department=city.insurance_department)
        for person in (city.clerk, elsewhere):
            with pytest.raises(errors.NotAnOperator):
                contracts.add_member(
                    contract=city.contract, user=person, from_on=FIRST_DAY, by=city.decider
                )


class TestErrors:
    @pytest.fixture
    def step(self, city):
        visit = make_visit(city, by=city.operator)
        move_steps(
            visit=visit,
            steps=[step_of(visit, "allowance").pk],
            target=StepState.HANDED_OVER,
            edit=0,
            by=city.operator,
        )
        return step_of(visit, "allowance")

    def test_recorded_once_by_those_to_whom_it_came_back(self, city, step):
        found = contracts.record_error(step=step, kind="item", by=city.children)
        assert (found.contract, found.recorded_by) == (city.contract, city.children)
        with pytest.raises(errors.ErrorRecorded):
            contracts.record_error(step=step, kind="item", by=city.children)
        contracts.record_error(step=step, kind="document", by=city.clerk)
        for other in (city.insurer, city.operator, city.composer):
            with pytest.raises(errors.NotYours):
                contracts.record_error(step=step, kind="identity", by=other)

    def test_withdrawn_it_counts_no_more_and_can_be_recorded_again(self, city, step):
        found = contracts.record_error(step=step, kind="item", by=city.children)
        with pytest.raises(errors.NotYours):
            contracts.withdraw_error(error=found, by=city.children)
        for _ in range(2):
            contracts.withdraw_error(error=found, by=city.decider)
        assert contract_sheet(city.contract).total.errors == 0
        contracts.record_error(step=step, kind="item", by=city.children)
        assert contract_sheet(city.contract).total.errors == 1

    def test_not_where_no_operator_took_it_in(self, city):
        step = step_of(make_visit(city), "allowance")
        with pytest.raises(errors.NotTakenInUnderContract):
            contracts.record_error(step=step, kind="item", by=city.children)

    def test_the_sheet_of_the_contract(self, city, step):
        contracts.record_error(step=step, kind="item", by=city.children)
        sheet = contract_sheet(city.contract)
        assert len(sheet.months) == 20
        month = sheet.months[-1]
        assert (month.month, month.visits, month.taken_in, month.errors) == (
            date(2026, 11, 1),
            1,
            1,
            1,
        )
        assert [len(each.chart.bars) for each in chart_of(sheet)] == [12, 12]
        lines = contract_csv(sheet).decode("utf-8-sig").splitlines()
        assert lines[0].startswith("月,来庁,")
        assert lines[-1] == "2026-11,1,1,,,1,100.0"

    def test_a_contract_that_begins_later_has_one_empty_month(self, city):
        later = contracts.add_contract(
            code="later",
            department=city.residents_department,
            by=city.decider,
            title="次",
            operator="会社",
            starts_on=date(2027, 4, 1),
            ends_on=date(2028, 4, 1),
            agreed_volume=1,
            agreed_minutes=1,
            agreed_errors=1,
        )
        sheet = contract_sheet(later)
        assert [month.month for month in sheet.months] == [date(2027, 4, 1)]
        assert chart_of(sheet) == []
