"""The tree of departments: adding, renaming, moving, closing."""

import secrets
from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from madoguchi.blocks.identity.models import Department, DepartmentName, User
from madoguchi.blocks.identity.operations import errors
from madoguchi.blocks.identity.operations.register import lock_register
from madoguchi.kernel.audit import operations as audit


def _subject(department: Department) -> str:
    return f"identity.department:{department.public_id}"


@transaction.atomic
def add_department(
    *, name: str, parent: Department | None = None, from_on: date, by: User | None
) -> Department:
    """A department below ``parent`` (or at the top) that exists from a day, last among siblings.

    Raises NameBlank, NameTaken, DepartmentClosed where ``parent`` is closed by then.
    """
    name = _checked_name(name)
    lock_register()
    if parent is not None:
        parent = Department.objects.get(pk=parent.pk)
        _refuse_closed(parent, from_on)
    _refuse_taken(name, parent=parent, on=from_on, but=None)
    department = Department.objects.create(
        public_id=secrets.token_hex(6),
        parent=parent,
        order=Department.objects.filter(parent=parent).count() + 1,
    )
    DepartmentName.objects.create(department=department, name=name, from_on=from_on)
    audit.record(
        by=by,
        action="identity.department_added",
        subject=_subject(department),
        detail={"name": name, "from": from_on.isoformat()},
    )
    return department


@transaction.atomic
def department_for(*, path: tuple[str, ...], on: date, by: User | None) -> Department:
    """The department of that path (部, 室, 課) as named on a day; made where it is missing.

    A name that the department bears on any other day finds it too, so that a plan which uses
    the old name of a renamed department means the same one. Where several bore the name, the
    one that bears it on ``on`` is meant. Raises ValueError for an empty path, NameBlank.
    """
    if not path:
        message = "a department has at least one name"
        raise ValueError(message)
    parent: Department | None = None
    for name in path:
        found = _named(name, parent=parent, on=on)
        parent = found or add_department(name=name, parent=parent, from_on=on, by=by)
    assert parent is not None  # noqa: S101 # the path has at least one name
    return parent


def _named(name: str, *, parent: Department | None, on: date) -> Department | None:
    candidates = list(
        Department.objects.filter(parent=parent, names__name=name.strip())
        .distinct()
        .prefetch_related("names")
    )
    bearing = [found for found in candidates if found.name_on(on) == name.strip()]
    return next(iter(bearing or candidates), None)


def check_rename(*, department: Department, name: str, from_on: date) -> str:
    """The name as it would be given; raises what ``rename_department`` would raise now."""
    name = _refuse_rename(department, name, from_on)
    if department.names.filter(from_on=from_on).exists():
        raise errors.NameAlreadyBegins
    return name


@transaction.atomic
def rename_department(
    *, department: Department, name: str, from_on: date, by: User | None
) -> DepartmentName:
    """Give the department another name from a day on; earlier days keep the old one.

    Raises NameBlank, NameUnchanged, NameAlreadyBegins, NameTaken, DepartmentClosed.
    """
    lock_register()
    department = Department.objects.get(pk=department.pk)
    name = _refuse_rename(department, name, from_on)
    try:
        with transaction.atomic():
            given = DepartmentName.objects.create(department=department, name=name, from_on=from_on)
    except IntegrityError as error:
        raise errors.NameAlreadyBegins from error
    audit.record(
        by=by,
        action="identity.department_renamed",
        subject=_subject(department),
        detail={"name": name, "from": from_on.isoformat()},
    )
    return given


@transaction.atomic
def remove_department_name(*, name: DepartmentName, by: User | None) -> None:
    """Take back a name that was entered by mistake. Raises OnlyName."""
    lock_register()
    department = name.department
    if department.names.exclude(pk=name.pk).count() == 0:
        raise errors.OnlyName
    deleted, _per_model = DepartmentName.objects.filter(pk=name.pk).delete()
    if deleted:
        audit.record(
            by=by,
            action="identity.department_name_removed",
            subject=_subject(department),
            detail={"name": name.name, "from": name.from_on.isoformat()},
        )


@transaction.atomic
def move_department(
    *, department: Department, parent: Department | None, by: User | None
) -> Department:
    """Correct the place in the tree, for every day past and to come.

    A reorganisation from a certain day on is another matter: close the department and add one
    at the new place. Raises MoveBelowItself, DepartmentClosed, NameTaken.
    """
    lock_register()
    department = Department.objects.select_for_update().get(pk=department.pk)
    if (parent.pk if parent else None) == department.parent_id:
        return department
    if parent is not None:
        parent = Department.objects.get(pk=parent.pk)
        _refuse_below_itself(department, parent)
        if parent.closed_on is not None and department.closed_on is None:
            raise errors.DepartmentClosed
    for given in department.names.all():
        _refuse_taken(given.name, parent=parent, on=given.from_on, but=department)
    department.parent = parent
    department.order = Department.objects.filter(parent=parent).count() + 1
    department.save(update_fields=["parent", "order"])
    audit.record(
        by=by,
        action="identity.department_moved",
        subject=_subject(department),
        detail={"below": parent.public_id if parent else ""},
    )
    return department


def check_close(*, department: Department, on: date) -> None:
    """Raises what ``close_department`` would raise now."""
    if department.names.filter(from_on__gte=on).exists():
        raise errors.ClosedTooEarly
    if Department.objects.filter(parent=department).exclude(closed_on__lte=on).exists():
        raise errors.HasOpenDepartments


@transaction.atomic
def close_department(*, department: Department, on: date, by: User | None) -> Department:
    """End the department: ``on`` is the first day on which it no longer exists.

    Those who report for it keep their role, as last year's reports are written after a
    reorganisation. Raises ClosedTooEarly, HasOpenDepartments.
    """
    lock_register()
    department = Department.objects.select_for_update().get(pk=department.pk)
    check_close(department=department, on=on)
    if department.closed_on != on:
        department.closed_on = on
        department.save(update_fields=["closed_on"])
        audit.record(
            by=by,
            action="identity.department_closed",
            subject=_subject(department),
            detail={"on": on.isoformat()},
        )
    return department


@transaction.atomic
def reopen_department(*, department: Department, by: User | None) -> Department:
    """Take back a closing. Raises DepartmentClosed where the one above is closed, NameTaken."""
    lock_register()
    department = Department.objects.select_for_update().get(pk=department.pk)
    if department.closed_on is None:
        return department
    if department.parent is not None and department.parent.closed_on is not None:
        raise errors.DepartmentClosed
    name = department.name_on(department.closed_on)
    _refuse_taken(name, parent=department.parent, on=department.closed_on, but=department)
    department.closed_on = None
    department.save(update_fields=["closed_on"])
    audit.record(by=by, action="identity.department_reopened", subject=_subject(department))
    return department


@transaction.atomic
def reorder_departments(
    *, parent: Department | None, order: Sequence[Department], by: User | None
) -> None:
    """Put all departments below ``parent`` in this order. Raises NotSiblings."""
    lock_register()
    present = {found.pk for found in Department.objects.filter(parent=parent)}
    wanted = [department.pk for department in order]
    if len(wanted) != len(present) or set(wanted) != present:
        raise errors.NotSiblings
    for place, pk in enumerate(wanted, start=1):
        Department.objects.filter(pk=pk).update(order=place)
    audit.record(
        by=by,
        action="identity.departments_reordered",
        subject=_subject(parent) if parent else "identity.department",
        detail={"order": [department.public_id for department in order]},
    )


def _checked_name(name: str) -> str:
    if not (name := name.strip()):
        raise errors.NameBlank
    return name


def _refuse_rename(department: Department, name: str, from_on: date) -> str:
    name = _checked_name(name)
    _refuse_closed(department, from_on)
    if department.name_on(from_on) == name:
        raise errors.NameUnchanged
    _refuse_taken(name, parent=department.parent, on=from_on, but=department)
    return name


def _refuse_closed(department: Department, on: date) -> None:
    if department.closed_on is not None and department.closed_on <= on:
        raise errors.DepartmentClosed


def _refuse_taken(
    name: str, *, parent: Department | None, on: date, but: Department | None
) -> None:
    """Two siblings may not bear one name on one day, ``on`` or later."""
    siblings = Department.objects.filter(parent=parent).prefetch_related("names")
    for sibling in siblings:
        if sibling.closed_on is not None and sibling.closed_on <= on:
            continue
        if (but is None or sibling.pk != but.pk) and name in sibling.names_from(on):
            raise errors.NameTaken


def _refuse_below_itself(department: Department, parent: Department) -> None:
    above: Department | None = parent
    while above is not None:
        if above.pk == department.pk:
            raise errors.MoveBelowItself
        above = above.parent
