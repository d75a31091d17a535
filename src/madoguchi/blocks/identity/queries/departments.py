"""Reading the tree of departments and its names through time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.blocks.identity.models import Department, DepartmentName, User


@dataclass(frozen=True, slots=True)
class TreeRow:
    """A department on a day, in the order of the tree. ``depth`` counts from 0 at the top.

    ``is_first`` and ``is_last`` are among the siblings of that day.
    """

    id: int
    public_id: str
    parent_id: int | None
    name: str
    full_name: str
    depth: int
    closes_on: date | None
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class NamePeriod:
    """A name and its days; ``until`` is the last of them, None while it is in use."""

    id: int
    name: str
    from_on: date
    until: date | None


def department_names(ids: Iterable[int], *, on: date) -> dict[int, str]:
    """Each department's full name (部室課 in one word) as it was on a day. Two queries.

    Before a department's first name begins, the first is given.
    """
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    names = _names_on(on)

    def full(pk: int | None) -> str:
        return "" if pk is None else full(parents.get(pk)) + names.get(pk, "")

    return {pk: full(pk) for pk in ids}


def name_on(department: Department, on: date) -> str:
    """The full name of one department on a day."""
    return department_names([department.pk], on=on)[department.pk]


def own_name_on(department: Department, on: date) -> str:
    """Its own name, without those of the departments above it."""
    return department.name_on(on)


def holders(department: Department) -> list[int]:
    """Those in use who hold a role for this very department, by user name. One query."""
    return list(
        User.objects.filter(is_active=True, role_assignments__department=department)
        .order_by("username")
        .distinct()
        .values_list("pk", flat=True)
    )


def shifted(department: Department, *, up: bool, on: date) -> list[Department]:
    """All siblings in the order that puts ``department`` one place up or down on a day.

    Those that do not exist on that day keep their place relative to the others. At the end of
    the list nothing moves.
    """
    siblings = list(Department.objects.filter(parent=department.parent).order_by("order", "id"))
    present = [row.id for row in tree(on) if row.parent_id == department.parent_id]
    step = -1 if up else 1
    here = present.index(department.pk) if department.pk in present else -1
    if here < 0 or not 0 <= here + step < len(present):
        return siblings
    other = present[here + step]
    places = {found.pk: place for place, found in enumerate(siblings)}
    mine, theirs = places[department.pk], places[other]
    siblings[mine], siblings[theirs] = siblings[theirs], siblings[mine]
    return siblings


def with_children(ids: set[int]) -> frozenset[int]:
    """These departments and all below them, on whatever day. One query."""
    return _with_children(ids, dict(Department.objects.values_list("pk", "parent_id")))


def _with_children(ids: set[int], parents: Mapping[int, int | None]) -> frozenset[int]:
    below = set(ids)
    while more := {pk for pk, parent in parents.items() if parent in below} - below:
        below |= more
    return frozenset(below)


def with_children_each(groups: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    """The departments of each group and all below them, on whatever day. One query."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    return {name: _with_children(ids, parents) for name, ids in groups.items()}


def tree(on: date) -> tuple[TreeRow, ...]:
    """The departments that exist on a day, each below its parent. Two queries."""
    departments = list(Department.objects.order_by("order", "id"))
    begins = _first_days()
    names = _names_on(on)
    children: dict[int | None, list[Department]] = {}
    for found in departments:
        is_open = found.closed_on is None or found.closed_on > on
        if is_open and begins.get(found.pk, date.max) <= on:
            children.setdefault(found.parent_id, []).append(found)

    def walk(parent: int | None, above: str, depth: int) -> Iterator[TreeRow]:
        siblings = children.get(parent, [])
        for place, found in enumerate(siblings):
            name = names[found.pk]
            yield TreeRow(
                id=found.pk,
                public_id=found.public_id,
                parent_id=parent,
                name=name,
                full_name=above + name,
                depth=depth,
                closes_on=found.closed_on,
                is_first=place == 0,
                is_last=place == len(siblings) - 1,
            )
            yield from walk(found.pk, above + name, depth + 1)

    return tuple(walk(None, "", 0))


def history(department: Department) -> tuple[NamePeriod, ...]:
    """The department's own names, the latest first. One query."""
    names = list(DepartmentName.objects.filter(department=department).order_by("from_on"))
    ends = [later.from_on for later in names[1:]] + [department.closed_on]
    return tuple(
        NamePeriod(
            id=given.pk,
            name=given.name,
            from_on=given.from_on,
            until=None if end is None else end - timedelta(days=1),
        )
        for given, end in reversed(list(zip(names, ends, strict=True)))
    )


def _names_on(on: date) -> dict[int, str]:
    names: dict[int, str] = {}
    for pk, name, from_on in DepartmentName.objects.order_by("from_on").values_list(
        "department_id", "name", "from_on"
    ):
        if pk not in names or from_on <= on:
            names[pk] = name
    return names


def _first_days() -> dict[int, date]:
    # the earliest comes last and stays
    return dict(DepartmentName.objects.order_by("-from_on").values_list("department_id", "from_on"))
