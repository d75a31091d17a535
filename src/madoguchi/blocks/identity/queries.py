"""Reading people, roles and departments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from madoguchi.blocks.identity.models import Department, DepartmentName, RoleAssignment, User


@dataclass(frozen=True, slots=True)
class Acting:
    """What a person may act as: role codes, and the departments (primary keys) each holds.

    A role held for a department holds for everything below it in the tree.
    """

    roles: frozenset[str] = frozenset()
    departments: frozenset[int] = frozenset()

    def holds(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


def acting_as(user: AbstractBaseUser | AnonymousUser) -> Acting:
    """The roles of ``user``; nobody's for those not signed in. Two queries."""
    if not user.is_authenticated or not user.is_active:
        return Acting()
    assignments = list(RoleAssignment.objects.filter(user_id=user.pk))
    own = {found.department_id for found in assignments if found.department_id is not None}
    return Acting(
        roles=frozenset(found.role for found in assignments),
        departments=_with_children(own) if own else frozenset(),
    )


def _with_children(ids: set[int]) -> frozenset[int]:
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    below = set(ids)
    while more := {pk for pk, parent in parents.items() if parent in below} - below:
        below |= more
    return frozenset(below)


def department_names(ids: Iterable[int], *, on: date) -> dict[int, str]:
    """Each department's full name (部室課 in one word) as it was on a day. Two queries."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    names: dict[int, str] = {}
    for pk, name, from_on in DepartmentName.objects.order_by("from_on").values_list(
        "department_id", "name", "from_on"
    ):
        if pk not in names or from_on <= on:
            names[pk] = name

    def full(pk: int | None) -> str:
        return "" if pk is None else full(parents.get(pk)) + names.get(pk, "")

    return {pk: full(pk) for pk in ids}


def people_in_role(role: str, *, departments: Iterable[int] | None = None) -> list[User]:
    """Active people who hold ``role`` directly, for any of ``departments`` where these are given."""
    found = User.objects.filter(is_active=True, role_assignments__role=role)
    if departments is not None:
        found = found.filter(role_assignments__department_id__in=list(departments))
    return list(found.distinct().order_by("username"))


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    return bool(is_mfa_enabled(user))
