"""The sample city's profile, its staff, and the departments that changed their names."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import DepartmentName, User
from madoguchi.demo import content
from madoguchi.kernel.city.models import CityProfile
from madoguchi.kernel.city.operations import set_profile
from madoguchi.kernel.registries import roles
from madoguchi.plan.rules.departments import department_path

OFFICE = "office"
"""The user name of the plan office; it also reports for departments nobody signs in for."""

REPORTER = "department_reporter"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def staff() -> tuple[content.Staff, ...]:
    """Everybody who has something to do here: a city may leave the services of a role out."""
    return tuple(member for member in content.city().staff if member.role in roles)


def sign_in_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-sign-in.txt"


def sign_in_password() -> str:
    """The password of everybody in the sample city: made once for this installation, and kept."""
    kept = sign_in_file()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
        kept.write_text("-".join(groups) + "\n", encoding="utf-8")
    return kept.read_text(encoding="utf-8").strip()


def install_profile() -> None:
    if not CityProfile.objects.exists():
        set_profile(by=None, **asdict(content.city().profile))


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts in the sample, by user name."""

    people: Mapping[str, User]

    @property
    def office(self) -> User:
        return self.people[OFFICE]

    def reporter_for(self, departments: tuple[str, ...]) -> User:
        """The reporter of the first department that has one, else the office."""
        paths = [department_path(written) for written in departments]
        for member in content.city().staff:
            held = member.department if member.role == REPORTER else ()
            if held and any(path[: len(held)] == held for path in paths):
                return self.people[member.username]
        return self.office


@transaction.atomic
def register_office(*, password: str) -> User:
    """The plan office alone, which writes the plans that name the departments."""
    [office] = (each for each in content.city().staff if each.username == OFFICE)
    return _register(office, lambda: make_password(password))


def register_staff(*, password: str, on: date) -> Cast:
    """Everybody else; departments are looked up by their names on a day."""
    hashed = cache(lambda: make_password(password))  # one password, and reckoning it takes long
    people = {}
    for member in staff():
        with transaction.atomic():
            people[member.username] = _register(member, hashed, on)
    return Cast(people)


def _register(member: content.Staff, hashed: Callable[[], str], on: date | None = None) -> User:
    """The account with its role, made where it is missing."""
    found = User.objects.filter(username=member.username).first()
    if found is not None:
        return found
    person = identity.add_person(
        username=member.username,
        name=member.name,
        email=f"{member.username}@madoguchi.example",
        by=None,
    )
    person.password = hashed()
    person.save(update_fields=["password"])
    department = None
    if member.department and on is not None:
        department = identity.department_for(path=member.department, on=on, by=None)
    identity.assign_role(person=person, role=member.role, department=department, by=None)
    return person


def rename_departments(*, first_day: date, by: User) -> None:
    """Give departments their later names, each from its own day."""
    for rename in content.city().renames:
        department = identity.department_for(path=rename.department, on=first_day, by=by)
        names = DepartmentName.objects.filter(department=department, from_on=rename.from_on)
        if not names.exists():
            identity.rename_department(
                department=department, name=rename.name, from_on=rename.from_on, by=by
            )
