"""The plan of a visit, against a slow oracle that tries everything."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.services.onestop.rules import planning
from madoguchi.services.onestop.rules.planning import Item, Seen, Serving, Stop
from madoguchi.services.onestop.rules.states import StepState, Way

ON = date(2026, 11, 30)
OWN = frozenset({1})
CODES = "abcdef"


@st.composite
def checklists(draw):
    """Up to six procedures of four departments; a procedure waits only for earlier ones."""
    count = draw(st.integers(0, 6))
    return [
        Item(
            procedure=CODES[at],
            department=draw(st.sampled_from([None, 1, 2, 3])),
            after=tuple(draw(st.sets(st.sampled_from(CODES[:at]), max_size=2))) if at else (),
        )
        for at in range(count)
    ]


servings = st.lists(
    st.builds(
        Serving,
        way=st.sampled_from(Way),
        from_on=st.dates(ON - timedelta(days=3), ON + timedelta(days=1)),
        department=st.sampled_from([None, 1, 2, 3]),
        event=st.sampled_from(["", "moving_in", "death"]),
        procedure=st.sampled_from(["", "a", "b"]),
    ),
    max_size=6,
)


def slow_way(item, rules):
    """Ask the rules from the closest to the most general, for each the latest day first."""
    for procedure, department, event in (
        (True, True, True),
        (True, True, False),
        (True, False, True),
        (True, False, False),
        (False, True, True),
        (False, True, False),
        (False, False, True),
        (False, False, False),
    ):
        wanted = (
            item.procedure if procedure else "",
            item.department if department else None,
            "moving_in" if event else "",
        )
        if department and item.department is None:
            continue
        for back in range(10):
            for rule in rules:
                is_that = (rule.procedure, rule.department, rule.event) == wanted
                if is_that and rule.from_on == ON - timedelta(days=back):
                    return rule.way
    return Way.WINDOW if item.department in OWN else Way.GO


def plan(items, rules=()):
    return planning.plan(items, rules, event="moving_in", on=ON, own=OWN)


@given(checklists(), servings)
def test_the_closest_rule_in_force_says_the_way(items, rules):
    # two rules of one day and one matter cannot be stored
    rules = list({(r.procedure, r.department, r.event, r.from_on): r for r in rules}.values())
    for stop in plan(items, rules).stops:
        for code in stop.procedures:
            item = next(each for each in items if each.procedure == code)
            way = slow_way(item, rules)
            if item.department is None and way in {Way.CALL, Way.HAND_OVER}:
                way = Way.GO
            assert (stop.way, stop.department) == (way, item.department)


@given(checklists(), servings)
def test_every_procedure_is_served_once_and_none_before_what_it_waits_for(items, rules):
    served = [code for stop in plan(items, rules).stops for code in stop.procedures]
    assert sorted(served) == sorted(item.procedure for item in items)
    for item in items:
        for before in item.after:
            assert served.index(before) < served.index(item.procedure)


@given(checklists())
def test_without_an_order_each_department_has_one_stop(items):
    free = [Item(item.procedure, item.department) for item in items]
    assert len(plan(free).stops) == len({item.department for item in items})


def all_before(code, items):
    """What a procedure waits for, directly or not."""
    of = {item.procedure: item.after for item in items}
    found = set(of[code])
    while more := {earlier for each in found for earlier in of[each]} - found:
        found |= more
    return found


@given(checklists(), servings)
def test_a_department_comes_again_only_for_what_waits_for_others_in_between(items, rules):
    stops = plan(items, rules).stops
    for at, stop in enumerate(stops):
        same = [n for n in range(at) if (stops[n].way, stops[n].department) == kind(stop)]
        if same:
            between = {code for each in stops[same[-1] + 1 : at] for code in each.procedures}
            assert all_before(stop.procedures[0], items) & between


def kind(stop):
    return stop.way, stop.department


def test_a_family_moves_in():
    """The notice first; whatever waits for it in one call a department; the way at last."""
    items = [
        Item("notice", 1),
        Item("insurance", 2, after=("notice",)),
        Item("allowance", 3, after=("notice",)),
        Item("pension", 2, after=("insurance",)),
        Item("school", 4, after=("notice",)),
        Item("seal", 1, after=("notice",)),
        Item("bin", None),
    ]
    rules = [
        Serving(Way.CALL, ON, department=2),
        Serving(Way.HAND_OVER, ON, department=3),
        Serving(Way.CALL, date(2026, 12, 1), department=4),
    ]
    found = plan(items, rules)
    assert found.stops == (
        Stop(Way.WINDOW, 1, ("notice", "seal")),
        Stop(Way.HAND_OVER, 3, ("allowance",)),
        Stop(Way.CALL, 2, ("insurance", "pension")),
        Stop(Way.GO, 4, ("school",)),
        Stop(Way.GO, None, ("bin",)),
    )
    assert found.calls == (2,)
    assert found.remaining == ("school", "bin")


def test_a_department_is_called_twice_where_the_order_demands_it():
    items = [Item("a", 2), Item("b", 3, after=("a",)), Item("c", 2, after=("b",))]
    rules = [Serving(Way.CALL, ON, department=each) for each in (2, 3)]
    assert [stop.procedures for stop in plan(items, rules).stops] == [("a",), ("b",), ("c",)]
    assert plan(items, rules).calls == (2, 3)


def test_a_circle_is_broken_where_it_begins():
    items = [Item("a", 1, after=("b",)), Item("b", 1, after=("a",)), Item("c", 1, after=("c",))]
    assert [code for stop in plan(items).stops for code in stop.procedures] == ["c", "a", "b"]


def test_nobody_can_be_called_where_the_department_is_not_known():
    assert plan([Item("a", None)], [Serving(Way.CALL, ON)]).stops == (Stop(Way.GO, None, ("a",)),)


steps = st.lists(
    st.builds(
        Seen,
        state=st.sampled_from(StepState),
        counter=st.sampled_from("123"),
        is_outside=st.booleans(),
    ),
    max_size=8,
)


@given(steps)
def test_counters_are_those_to_which_somebody_had_to_go(seen):
    went = [step.counter for step in seen if step.state == "goes" and not step.is_outside]
    count = 1
    for at, counter in enumerate(went):
        count += counter not in went[:at]
    assert planning.counters_visited("window:1", seen) == count


@given(steps)
def test_one_stop_means_one_counter_and_nothing_left(seen):
    left = [step for step in seen if step.state == "left" and not step.is_outside]
    expected = planning.counters_visited("window:1", seen) == 1 and not left
    assert planning.is_one_stop(seen) == expected
