"""People and departments for tests, made the way the staff side makes them."""

from datetime import date

from django.test import Client

from madoguchi.blocks.identity import operations
from madoguchi.blocks.identity.models import Department, User
from madoguchi.kernel.registries import roles

FIRST_DAY = date(2015, 4, 1)
PASSWORD = "correct horse battery staple"


def make_department(*path: str, on: date = FIRST_DAY) -> Department:
    """The department of that path, with those above it; found again when it is there."""
    return operations.department_for(path=path, on=on, by=None)


def make_user(
    username: str,
    *role_codes: str,
    department: Department | None = None,
    name: str = "",
    email: str | None = None,
    password: str | None = None,
) -> User:
    """A member of staff who holds these roles; those that need a department hold it for that one.

    Only with ``password`` (see PASSWORD) can the sign-in page be used; tests call ``sign_in``.
    """
    person = operations.add_person(
        username=username,
        name=name or username,
        email=f"{username}@example.org" if email is None else email,
        password=password,
        by=None,
    )
    for code in role_codes:
        definition = roles.get(code)
        needs_department = definition is not None and definition.needs_department
        operations.assign_role(
            person=person,
            role=code,
            department=department if needs_department else None,
            by=None,
        )
    return User.objects.get(pk=person.pk)


def sign_in(client: Client, user: User) -> Client:
    """The same client, signed in as ``user`` without the sign-in page."""
    client.force_login(user)
    return client


def make_resident(email: str | None = None, **own: str) -> User:
    """A resident with an account. ``own`` are items of ``applicant``: ``name="佐藤 花子"``."""
    given = f"resident{User.objects.count()}@example.org" if email is None else email
    resident = operations.add_resident(email=given)
    values = {f"applicant.{name}": value for name, value in own.items()}
    operations.keep_own_values(user=resident, values=values, by=resident)
    return resident
