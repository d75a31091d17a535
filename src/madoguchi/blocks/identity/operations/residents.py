"""Accounts of residents: made by whoever signs in, with what they say of themselves."""

import logging
import secrets
from collections.abc import Mapping
from functools import partial
from smtplib import SMTPException
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import pgettext

from madoguchi.blocks.identity.models import IdentityLink, ResidentItem, User
from madoguchi.blocks.identity.operations import errors
from madoguchi.blocks.identity.operations.mails import send_mail
from madoguchi.blocks.identity.rules import vocabulary
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.registries import own_data

logger = logging.getLogger(__name__)

OWN_DATA = "identity"
"""The code of the account's own part among what the apps hold on a resident."""


def _subject(resident: User) -> str:
    return f"identity.user:{resident.pk}"


@transaction.atomic
def add_resident(*, email: str = "") -> User:
    """A new account without a password. Raises MailAddressTaken."""
    try:
        with transaction.atomic():
            resident = User(
                kind=User.Kind.RESIDENT,
                username=f"resident-{secrets.token_hex(8)}",
                email=email.strip().lower(),
            )
            resident.set_unusable_password()
            resident.save()
    except IntegrityError as error:
        raise errors.MailAddressTaken from error
    audit.record(by=resident, action="identity.resident_added", subject=_subject(resident))
    return resident


def resident_of_address(*, email: str) -> User:
    """The account of an address that was just proved, made where there is none.

    Two who prove the same new address at once get the same account.
    """
    email = email.strip().lower()
    accounts = User.objects.filter(kind=User.Kind.RESIDENT, email=email)
    found = accounts.first()
    if found is not None:
        return found
    try:
        return add_resident(email=email)
    except errors.MailAddressTaken:
        return accounts.get()


@transaction.atomic
def change_address(*, resident: User, email: str, by: User | None) -> None:
    """Sign in by another mail address from now on, which was just proved. The old one is told.

    Raises NotResident, AccountErased, MailAddressTaken.
    """
    resident = lock_resident(resident)
    old, new = resident.email, email.strip().lower()
    if old == new:
        return
    try:
        with transaction.atomic():
            resident.email = new
            resident.save(update_fields=["email"])
    except IntegrityError as error:
        raise errors.MailAddressTaken from error
    audit.record(by=by, action="identity.resident_address_changed", subject=_subject(resident))
    if old:
        tell(old, pgettext("account", "The mail address for signing in was changed."))


@transaction.atomic
def add_passkey(*, resident: User, name: str, credential: Mapping[str, Any], by: User) -> None:
    """Keep what a browser registered, once it was checked. Raises NotResident, AccountErased."""
    resident = lock_resident(resident)
    WebAuthn.add(resident, name.strip(), dict(credential))
    audit.record(by=by, action="identity.passkey_added", subject=_subject(resident))
    tell(resident.email, pgettext("account", "A passkey was added."))


@transaction.atomic
def rename_passkey(*, resident: User, pk: int, name: str) -> None:
    """Its owner's own word for it. Raises PasskeyGone."""
    passkey = _passkey(resident, pk)
    passkey.data["name"] = name.strip()
    passkey.save(update_fields=["data"])


@transaction.atomic
def remove_passkey(*, resident: User, pk: int, by: User) -> None:
    """Nobody signs in with it any more. Raises PasskeyGone."""
    _passkey(resident, pk).delete()
    audit.record(by=by, action="identity.passkey_removed", subject=_subject(resident))
    tell(resident.email, pgettext("account", "A passkey was removed."))


@transaction.atomic
def sign_out_everywhere(*, resident: User, by: User) -> None:
    """End every open session of the account, this one too."""
    resident = lock_resident(resident)
    resident.set_unusable_password()  # sessions stand on a digest of it
    resident.save(update_fields=["password"])
    audit.record(by=by, action="identity.signed_out_everywhere", subject=_subject(resident))


def lock_resident(user: User) -> User:
    """The account as it is now, held until the transaction ends.

    Raises NotResident, AccountErased.
    """
    resident = User.objects.select_for_update().get(pk=user.pk)
    if not resident.is_resident:
        raise errors.NotResident
    if resident.erased_at is not None:
        raise errors.AccountErased
    return resident


def _passkey(resident: User, pk: int) -> Authenticator:
    found = Authenticator.objects.filter(
        user=resident, type=Authenticator.Type.WEBAUTHN, pk=pk
    ).first()
    if found is None:
        raise errors.PasskeyGone
    return found


def tell(address: str, what: str) -> None:
    """Mail about a change of the ways in, so that nobody makes one unseen."""
    if address:
        transaction.on_commit(partial(_send, address, what))


def _send(address: str, what: str) -> None:
    """The change stands, whether the mail goes out or not."""
    try:
        send_mail("identity/email/ways_in_changed", address, {"what": what})
    except (OSError, SMTPException) as error:
        logger.warning("a notice could not be sent: %s", type(error).__name__)


@transaction.atomic
def keep_own_values(*, user: User, values: Mapping[str, str], by: User | None) -> None:
    """Keep these items of the vocabulary for the resident; an empty text takes one out.

    References are of ``vocabulary.OWN``. Raises NotResident, AccountErased, ItemNotKept, and
    ``vocabulary.Unfit`` for the first value that does not fit; then nothing is kept.
    """
    resident = lock_resident(user)
    wanted = {ref: _checked(ref, value) for ref, value in values.items()}
    items = ResidentItem.objects.filter(user=resident)
    kept = dict(items.values_list("ref", "value"))
    changed = sorted(ref for ref, value in wanted.items() if kept.get(ref, "") != value)
    now = clock.now()
    for ref in changed:
        if wanted[ref]:
            items.update_or_create(
                user=resident, ref=ref, defaults={"value": wanted[ref], "changed_at": now}
            )
        else:
            items.filter(ref=ref).delete()
    if changed:
        audit.record(
            by=by,
            action="identity.own_data_changed",
            subject=_subject(resident),
            detail={"fields": changed},
        )


def erase_resident(*, resident: User, by: User | None) -> int:
    """Erase the account with everything that the apps hold on its owner and may let go.

    Gives the number of rows. What must be kept, and why, each app says through ``OwnData.kept``.
    Raises NotResident. An account that is erased already stays as it is.
    """
    if not resident.is_resident:
        raise errors.NotResident
    with transaction.atomic():
        # ours comes last: the others find their rows by what the account still says
        sources = sorted(own_data, key=lambda source: source.code == OWN_DATA)
        rows = sum(source.erase(resident) for source in sources)
        if rows:
            audit.record(by=by, action="identity.resident_erased", subject=_subject(resident))
    return rows


def erase_account(user: AbstractBaseUser) -> int:
    """The account's own part of erasing: mail address, items, and every way to sign in.

    The row stays without them, so that numbers elsewhere keep their meaning. Open sessions end.
    """
    resident = User.objects.select_for_update().get(pk=user.pk)
    if resident.erased_at is not None:
        return 0
    rows = 1
    for model in (ResidentItem, IdentityLink, Authenticator):
        rows += model.objects.filter(user=resident).delete()[0]
    resident.username = f"erased-{secrets.token_hex(6)}"
    resident.email = resident.name = ""
    resident.is_active = False
    resident.last_login = None
    resident.erased_at = clock.now()
    resident.set_unusable_password()
    resident.save()
    return rows


def erase_by_reference(reference: str) -> int:
    """The erasure hook: how many rows went with the account of a mail address or a number."""
    reference = reference.strip().lower()
    if not reference:
        return 0
    by_number = reference.isascii() and reference.isdigit()
    found = User.objects.filter(
        kind=User.Kind.RESIDENT, **{"pk" if by_number else "email": reference}
    ).first()
    return 0 if found is None else erase_resident(resident=found, by=None)


def _checked(ref: str, text: str) -> str:
    if ref not in vocabulary.OWN:
        raise errors.ItemNotKept
    item = vocabulary.VOCABULARY[ref]
    try:
        return vocabulary.check(item, text)
    except vocabulary.Unfit as unfit:
        if unfit.code == "empty":
            return ""
        raise
