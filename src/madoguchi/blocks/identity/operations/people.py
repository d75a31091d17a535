"""Accounts of members of staff, and what each may act as."""

import secrets
from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from madoguchi.blocks.identity.models import Department, RoleAssignment, User
from madoguchi.blocks.identity.operations import errors
from madoguchi.blocks.identity.operations.register import lock_register
from madoguchi.blocks.identity.rules import ADMINISTRATOR
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.registries import roles


def _subject(person: User) -> str:
    return f"identity.user:{person.pk}"


@transaction.atomic
def add_person(
    *, username: str, name: str, email: str = "", password: str | None = None, by: User | None
) -> User:
    """A new account. Without a password nobody can sign in to it until a link was issued.

    User names are kept in lower case, as sign-in does not tell cases apart.
    Raises UsernameTaken.
    """
    try:
        with transaction.atomic():
            person = User.objects.create_user(
                username.strip().lower(), email.strip(), password, name=name.strip()
            )
    except IntegrityError as error:
        raise errors.UsernameTaken from error
    audit.record(by=by, action="identity.person_added", subject=_subject(person))
    return person


@transaction.atomic
def change_person(*, person: User, name: str, email: str, by: User | None) -> User:
    """Correct the name or the mail address. Raises AccountErased."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at is not None:
        raise errors.AccountErased
    wanted = {"name": name.strip(), "email": email.strip()}
    changed = sorted(field for field, value in wanted.items() if getattr(person, field) != value)
    if changed:
        for field in changed:
            setattr(person, field, wanted[field])
        person.save(update_fields=changed)
        audit.record(
            by=by,
            action="identity.person_changed",
            subject=_subject(person),
            detail={"fields": changed},
        )
    return person


@transaction.atomic
def deactivate_person(*, person: User, by: User | None) -> None:
    """Sign the person out everywhere and let nobody sign in; roles stay for a return.

    Raises OwnAccount, LastAdministrator.
    """
    _refuse_own(person, by)
    lock_register()
    _keep_one_administrator(person)
    if User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        audit.record(by=by, action="identity.person_deactivated", subject=_subject(person))


@transaction.atomic
def reactivate_person(*, person: User, by: User | None) -> None:
    """Let a deactivated person sign in again. Raises AccountErased."""
    if User.objects.filter(pk=person.pk, erased_at__isnull=False).exists():
        raise errors.AccountErased
    if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        audit.record(by=by, action="identity.person_reactivated", subject=_subject(person))


@transaction.atomic
def assign_role(
    *, person: User, role: str, department: Department | None = None, by: User | None
) -> RoleAssignment:
    """Let ``person`` act as ``role``, and into the staff side.

    Raises RoleUnknown, DepartmentNeeded, DepartmentNotUsed, DepartmentClosed, RoleAlreadyHeld,
    AccountErased, NotStaff.
    """
    definition = roles.get(role)
    if definition is None:
        raise errors.RoleUnknown
    _check_department(needs=definition.needs_department, department=department)
    if person.is_resident:
        raise errors.NotStaff
    staff = lock_register()
    if User.objects.filter(pk=person.pk, erased_at__isnull=False).exists():
        raise errors.AccountErased
    try:
        with transaction.atomic():
            assignment = RoleAssignment.objects.create(
                user=person, role=role, department=department
            )
    except IntegrityError as error:
        raise errors.RoleAlreadyHeld from error
    person.groups.add(staff)
    audit.record(
        by=by,
        action="identity.role_assigned",
        subject=_subject(person),
        detail=_role_detail(assignment),
    )
    return assignment


@transaction.atomic
def withdraw_role(*, assignment: RoleAssignment, by: User | None) -> None:
    """Take a role back; with the last one the person leaves the staff side.

    Raises RoleNotHeld where it was withdrawn meanwhile, OwnAccount, LastAdministrator.
    """
    person = assignment.user
    staff = lock_register()
    if assignment.role == ADMINISTRATOR:
        _refuse_own(person, by)
        _keep_one_administrator(person)
    deleted, _per_model = RoleAssignment.objects.filter(pk=assignment.pk).delete()
    if not deleted:
        raise errors.RoleNotHeld
    if not RoleAssignment.objects.filter(user=person).exists():
        person.groups.remove(staff)
    audit.record(
        by=by,
        action="identity.role_withdrawn",
        subject=_subject(person),
        detail=_role_detail(assignment),
    )


@dataclass(frozen=True, slots=True)
class PasswordLink:
    """The two parts of the address under which the person chooses a password."""

    user: str
    key: str


@transaction.atomic
def issue_password_link(*, person: User, by: User | None) -> PasswordLink:
    """A link with which the person chooses a password: once, for PASSWORD_RESET_TIMEOUT.

    It needs no mail, and who hands it over never sees the password. It ends with the first use,
    and with any sign-in in between. Raises AccountErased.
    """
    if person.erased_at is not None:
        raise errors.AccountErased
    audit.record(by=by, action="identity.password_link_issued", subject=_subject(person))
    return PasswordLink(
        user=user_pk_to_url_str(person), key=default_token_generator.make_token(person)
    )


@transaction.atomic
def reset_second_factor(*, person: User, by: User | None) -> None:
    """Remove the authenticator and its recovery codes, for somebody who lost the device."""
    removed, _per_model = Authenticator.objects.filter(user=person).delete()
    if removed:
        audit.record(by=by, action="identity.second_factor_reset", subject=_subject(person))


@transaction.atomic
def erase_person(*, person: User, by: User | None) -> None:
    """Erase name, user name, mail address and every way to sign in; records of work stay.

    The row remains so that what the person did keeps its author ("former member of staff") and
    the audit chain stays whole. Raises OwnAccount, LastAdministrator.
    """
    _refuse_own(person, by)
    lock_register()
    _keep_one_administrator(person)
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.erased_at is not None:
        return
    RoleAssignment.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.username = f"erased-{secrets.token_hex(6)}"
    person.name = person.email = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.erased_at = clock.now()
    person.set_unusable_password()
    person.save()
    audit.record(by=by, action="identity.person_erased", subject=_subject(person))


def erase_by_username(username: str) -> int:
    """The erasure hook: how many accounts of that user name were erased."""
    found = list(User.objects.filter(username__iexact=username, erased_at__isnull=True))
    for person in found:
        erase_person(person=person, by=None)
    return len(found)


def _refuse_own(person: User, by: User | None) -> None:
    if by is not None and by.pk == person.pk:
        raise errors.OwnAccount


def _keep_one_administrator(leaving: User) -> None:
    """Somebody who can manage people must remain: by role, or as a superuser."""
    able = User.objects.filter(is_active=True)
    administrators = set(able.filter(role_assignments__role=ADMINISTRATOR).values_list("pk"))
    administrators |= set(able.filter(is_superuser=True).values_list("pk"))
    if administrators == {(leaving.pk,)}:
        raise errors.LastAdministrator


def _check_department(*, needs: bool, department: Department | None) -> None:
    if department is None:
        if needs:
            raise errors.DepartmentNeeded
        return
    if not needs:
        raise errors.DepartmentNotUsed
    if department.closed_on is not None and department.closed_on <= clock.today():
        raise errors.DepartmentClosed


def _role_detail(assignment: RoleAssignment) -> dict[str, str]:
    department = assignment.department
    return {
        "role": assignment.role,
        **({"department": department.public_id} if department is not None else {}),
    }
