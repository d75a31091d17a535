"""Two administrators at once, on two real connections."""

from datetime import date

import pytest

from madoguchi.blocks.identity import operations
from madoguchi.blocks.identity.models import Department, DepartmentName, RoleAssignment, User
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from tests import connections
from tests.connections import SEVERAL_CONNECTIONS, names
from tests.factories import FIRST_DAY, make_department, make_user

pytestmark = SEVERAL_CONNECTIONS


def at_once(*actions):
    """Names of what each came to."""
    return names(connections.at_once(*actions))


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_renames_on_one_day_one_is_told(attempt):
    found = make_department(f"企画課{attempt}")
    on = date(2018, 4, 1)

    def rename(name):
        return operations.rename_department(department=found, name=name, from_on=on, by=None)

    results = at_once(lambda: rename("政策課"), lambda: rename("計画課"))
    assert results == ["DepartmentName", "NameAlreadyBegins"]
    assert DepartmentName.objects.filter(department=found).count() == 2


@pytest.mark.parametrize("attempt", range(5))
def test_one_name_is_given_to_one_department(attempt):
    top = make_department(f"総合政策部{attempt}")

    def add():
        return operations.add_department(name="企画課", parent=top, from_on=FIRST_DAY, by=None)

    assert at_once(add, add) == ["Department", "NameTaken"]
    assert Department.objects.filter(parent=top).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_two_administrators_cannot_remove_one_another(attempt):
    first, second = (make_user(f"admin{attempt}{n}", ADMINISTRATOR) for n in (1, 2))

    def withdraw(person, by):
        assignment = RoleAssignment.objects.get(user=person)
        return operations.withdraw_role(assignment=assignment, by=by)

    results = at_once(lambda: withdraw(first, second), lambda: withdraw(second, first))
    assert results == ["LastAdministrator", "NoneType"]
    assert RoleAssignment.objects.filter(role=ADMINISTRATOR).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_a_user_name_and_a_role_are_given_once(attempt):
    def add():
        return operations.add_person(username=f"hanako{attempt}", name="", by=None)

    assert at_once(add, add) == ["User", "UsernameTaken"]
    person = User.objects.get(username=f"hanako{attempt}")

    def assign():
        return operations.assign_role(person=person, role=AUDITOR, by=None)

    assert at_once(assign, assign) == ["RoleAlreadyHeld", "RoleAssignment"]


@pytest.mark.parametrize("attempt", range(5))
def test_whoever_gets_a_role_while_losing_another_may_still_enter(attempt):
    person = make_user(f"ichiro{attempt}", AUDITOR)
    make_user(f"admin{attempt}", ADMINISTRATOR)
    held = RoleAssignment.objects.get(user=person)
    results = at_once(
        lambda: operations.withdraw_role(assignment=held, by=None),
        lambda: operations.assign_role(person=person, role=ADMINISTRATOR, by=None),
    )
    assert results == ["NoneType", "RoleAssignment"]
    assert User.objects.get(pk=person.pk).has_perm("wagtailadmin.access_admin")
