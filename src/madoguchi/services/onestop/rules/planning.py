"""The plan of a visit: what happens at the window, who is called, where the resident must go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from madoguchi.services.onestop.rules.states import StepState, Way

_FIRST = {Way.WINDOW: 0, Way.HAND_OVER: 1, Way.CALL: 2, Way.GO: 3}


@dataclass(frozen=True, slots=True)
class Serving:
    """How something is served at a window from a day on. None and "" mean whichever it is."""

    way: Way
    from_on: date
    department: int | None = None
    event: str = ""
    procedure: str = ""

    @property
    def closeness(self) -> tuple[bool, bool, bool]:
        """The closer it names its matter, the more it counts: procedure, department, event."""
        return bool(self.procedure), self.department is not None, bool(self.event)

    def fits(self, *, department: int | None, event: str, procedure: str) -> bool:
        return (
            self.department in {None, department}
            and self.event in {"", event}
            and self.procedure in {"", procedure}
        )


@dataclass(frozen=True, slots=True)
class Item:
    """A procedure of the checklist. `after`: procedures that come first, where they are on it."""

    procedure: str
    department: int | None
    after: tuple[str, ...] = ()
    way: Way = Way.GO


@dataclass(frozen=True, slots=True)
class Stop:
    """Procedures that are served together, in one way and by one department."""

    way: Way
    department: int | None
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The stops in their order."""

    stops: tuple[Stop, ...]

    @property
    def calls(self) -> tuple[int, ...]:
        """Departments to be called, each once, in their order."""
        found = [stop.department for stop in self.stops if stop.way is Way.CALL]
        return tuple(dict.fromkeys(each for each in found if each is not None))

    @property
    def remaining(self) -> tuple[str, ...]:
        """Procedures for which the resident must go elsewhere."""
        return tuple(code for stop in self.stops if stop.way is Way.GO for code in stop.procedures)


def way_for(
    item: Item, servings: Iterable[Serving], *, event: str, on: date, own: frozenset[int]
) -> Way:
    """The way of the closest rule in force, of equally close ones the latest.

    Where no rule fits: a department of the window's own (``own``) is served there, for every
    other the resident goes.
    """
    fitting = [
        each
        for each in servings
        if each.from_on <= on
        and each.fits(department=item.department, event=event, procedure=item.procedure)
    ]
    if fitting:
        way = max(fitting, key=lambda each: (each.closeness, each.from_on)).way
    else:
        way = Way.WINDOW if item.department in own else Way.GO
    # nobody can be called or handed to where the department is not known
    return Way.GO if item.department is None and way is not Way.WINDOW else way


def plan(
    items: Sequence[Item],
    servings: Iterable[Serving],
    *,
    event: str,
    on: date,
    own: frozenset[int],
) -> Plan:
    """The stops of a visit: whatever the order allows at the window first, then the calls, those
    first that need not be repeated, and at last the ways that are left. A department is called
    again only where something of it waits for what others do in between."""
    rules = tuple(servings)
    left = [replace(item, way=way_for(item, rules, event=event, on=on, own=own)) for item in items]
    names = {item.procedure for item in items}
    done: set[str] = set()
    stops = []
    while left:
        taken = _next_stop(left, names, done)
        stops.append(
            Stop(taken[0].way, taken[0].department, tuple(each.procedure for each in taken))
        )
        done.update(each.procedure for each in taken)
        left = [item for item in left if item.procedure not in done]
    return Plan(tuple(stops))


def _next_stop(left: Sequence[Item], names: set[str], done: set[str]) -> list[Item]:
    def can(item: Item, begun: set[str]) -> bool:
        return (set(item.after) & names) <= begun | {item.procedure}

    ready = [item for item in left if can(item, done)]
    if not ready:  # a circle, which the guide's validator refuses: break it where it begins
        return [left[0]]

    def together(first: Item) -> list[Item]:
        """Everything of the same kind that can follow without leaving the stop."""
        same = [x for x in left if (x.way, x.department) == (first.way, first.department)]
        begun, found = set(done), []
        while more := [x for x in same if x not in found and can(x, begun)]:
            found += more
            begun |= {x.procedure for x in more}
        return sorted(found, key=left.index)

    def place(first: Item) -> tuple[int, bool, int]:
        same = sum((x.way, x.department) == (first.way, first.department) for x in left)
        return _FIRST[first.way], len(together(first)) < same, left.index(first)

    return _in_order(together(min(ready, key=place)), done, names)


def _in_order(found: list[Item], done: set[str], names: set[str]) -> list[Item]:
    """One after the other, none before what it waits for."""
    begun, ordered, left = set(done), list[Item](), list(found)
    while left:
        item = next(x for x in left if (set(x.after) & names) <= begun | {x.procedure})
        ordered.append(item)
        begun.add(item.procedure)
        left.remove(item)
    return ordered


@dataclass(frozen=True, slots=True)
class Seen:
    """A step of a visit that is over: how it ended, and the counter whose matter it is; that of
    a court or an employer is none of the city's (``is_outside``)."""

    state: StepState
    counter: str
    is_outside: bool = False


def counters_visited(window: str, steps: Iterable[Seen]) -> int:
    """Distinct counters of the city to which the resident had to go, the window among them."""
    went = {step.counter for step in steps if step.state is StepState.GOES and not step.is_outside}
    return len({window} | went)


def is_one_stop(steps: Iterable[Seen]) -> bool:
    """All that is the city's was settled at the window: nowhere to go, and no second visit."""
    return all(
        step.is_outside or step.state not in {StepState.GOES, StepState.LEFT} for step in steps
    )
