"""Reading people and what they may act as."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from madoguchi.blocks.identity.models import RoleAssignment, User
from madoguchi.blocks.identity.queries.departments import department_names, with_children_each
from madoguchi.blocks.identity.rules import ADMINISTRATOR
from madoguchi.kernel import clock, text
from madoguchi.kernel.registries import roles


@dataclass(frozen=True, slots=True)
class Acting:
    """What a person may act as: role codes, and the departments (primary keys) each holds.

    A role held for a department holds for everything below it in the tree. ``held`` has the
    departments of each role that is held for some.
    """

    roles: frozenset[str] = frozenset()
    departments: frozenset[int] = frozenset()
    held: tuple[tuple[str, frozenset[int]], ...] = ()

    def holds(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))

    def departments_as(self, *roles: str) -> frozenset[int]:
        """The departments, with all below them, that are held in one of these roles."""
        return frozenset[int]().union(*(ids for role, ids in self.held if role in roles))


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role in words, with the department for which it is held."""

    id: int
    code: str
    label: str
    department: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A line of the list of people."""

    id: int
    name: str
    username: str
    email: str
    is_active: bool
    is_superuser: bool
    has_second_factor: bool
    roles: tuple[HeldRole, ...]


def acting_as(user: AbstractBaseUser | AnonymousUser) -> Acting:
    """The roles of ``user``; nobody's for those not signed in. Two queries.

    A superuser (made by ``madoguchi createsuperuser``) manages people, and nothing else unless
    given a role: whoever runs the machine has no part in the plan.
    """
    if not user.is_authenticated or not user.is_active:
        return Acting()
    assignments = list(RoleAssignment.objects.filter(user_id=user.pk))
    own: dict[str, set[int]] = {}
    for found in assignments:
        if found.department_id is not None:
            own.setdefault(found.role, set()).add(found.department_id)
    codes = {found.role for found in assignments}
    if isinstance(user, User) and user.is_superuser:
        codes.add(ADMINISTRATOR)
    held = with_children_each(own) if own else {}
    return Acting(
        roles=frozenset(codes),
        departments=frozenset[int]().union(*held.values()),
        held=tuple(sorted(held.items())),
    )


def people_in_role(role: str, *, departments: Iterable[int] | None = None) -> list[User]:
    """Active people who hold ``role`` directly, for any of ``departments`` where given."""
    found = User.objects.filter(kind=User.Kind.STAFF, is_active=True, role_assignments__role=role)
    if departments is not None:
        found = found.filter(role_assignments__department_id__in=list(departments))
    return list(found.distinct().order_by("username"))


def has_second_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    return bool(is_mfa_enabled(user))


def find_people(*, words: str = "", role: str = "", is_active: bool | None = True) -> list[int]:
    """Primary keys of the accounts that match, by user name.

    Each of ``words`` must stand in the name, user name or mail address, whatever its width,
    kana or case. Erased accounts and residents are never found.
    """
    people = User.objects.filter(kind=User.Kind.STAFF, erased_at__isnull=True).order_by("username")
    if is_active is not None:
        people = people.filter(is_active=is_active)
    if role:
        people = people.filter(role_assignments__role=role).distinct()
    wanted = [folded for word in words.split() if (folded := text.fold(word))]
    if not wanted:
        return list(people.values_list("pk", flat=True))
    return [
        pk
        for pk, *fields in people.values_list("pk", "name", "username", "email")
        if all(word in text.fold(" ".join(fields)) for word in wanted)
    ]


def people_rows(ids: Iterable[int]) -> tuple[PersonRow, ...]:
    """These people with their roles, in the order given. Five queries, however many."""
    order = list(ids)
    people = User.objects.in_bulk(order)
    secured = set(
        Authenticator.objects.filter(user_id__in=order, type=Authenticator.Type.TOTP).values_list(
            "user_id", flat=True
        )
    )
    held = held_roles(order)
    return tuple(
        PersonRow(
            id=pk,
            name=people[pk].get_full_name(),
            username=people[pk].username,
            email=people[pk].email,
            is_active=people[pk].is_active,
            is_superuser=people[pk].is_superuser,
            has_second_factor=pk in secured,
            roles=held.get(pk, ()),
        )
        for pk in order
    )


def held_roles(ids: Iterable[int]) -> dict[int, tuple[HeldRole, ...]]:
    """Roles by person, in the registry's order. Three queries."""
    assignments = list(RoleAssignment.objects.filter(user_id__in=list(ids)))
    names = department_names(
        {found.department_id for found in assignments if found.department_id is not None},
        on=clock.today(),
    )
    labels = {definition.code: str(definition.label) for definition in roles}
    places = {code: place for place, code in enumerate(labels)}
    held: dict[int, tuple[HeldRole, ...]] = {}
    for found in sorted(assignments, key=lambda row: (places.get(row.role, 99), row.pk)):
        role = HeldRole(
            id=found.pk,
            code=found.role,
            label=labels.get(found.role, found.role),
            department=names.get(found.department_id, "") if found.department_id else "",
        )
        held[found.user_id] = (*held.get(found.user_id, ()), role)
    return held
