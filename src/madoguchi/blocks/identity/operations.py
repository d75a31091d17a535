"""Changing departments, people and roles."""

import secrets
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from madoguchi.blocks.identity.models import Department, DepartmentName
from madoguchi.kernel.audit import operations as audit


@transaction.atomic
def department_for(
    *, path: tuple[str, ...], on: date, by: AbstractBaseUser | None
) -> Department:
    """The department of that path (部, 室, 課) as named on a day; made where it is missing.

    A name that the department bore on any day up to ``on`` finds it too, so that a plan which
    uses the old name of a renamed department means the same one.
    """
    parent: Department | None = None
    for name in path:
        found = (
            Department.objects.filter(parent=parent, names__name=name).order_by("id").first()
        )
        if found is None:
            found = Department.objects.create(public_id=secrets.token_hex(6), parent=parent)
            DepartmentName.objects.create(department=found, name=name, from_on=on)
            audit.record(
                by=by,
                action="identity.department_added",
                subject=f"identity.department:{found.public_id}",
                detail={"name": name},
            )
        parent = found
    if parent is None:
        message = "a department has at least one name"
        raise ValueError(message)
    return parent
