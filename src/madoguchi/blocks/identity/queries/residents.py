"""Reading what a resident's account holds."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.blocks.identity.models import IdentityLink, ResidentItem, User
from madoguchi.blocks.identity.queries.vocabulary import in_order, item_label, shown
from madoguchi.blocks.identity.rules.vocabulary import VOCABULARY


def resident_of(request: HttpRequest) -> User | None:
    """The resident who is signed in; None for staff and strangers."""
    user = request.user
    return user if isinstance(user, User) and user.is_resident else None


def own_values(user: AbstractBaseUser) -> dict[str, str]:
    """What the account keeps of its owner, by reference of the vocabulary. One query."""
    return dict(ResidentItem.objects.filter(user_id=user.pk).values_list("ref", "value"))


def own_name(user: AbstractBaseUser) -> str:
    """How to greet a resident: the name that they gave, else the mail address. One query."""
    given = ResidentItem.objects.filter(user_id=user.pk, ref="applicant.name")
    name = given.values_list("value", flat=True).first()
    return name or str(getattr(user, "email", ""))


def account_export(user: AbstractBaseUser) -> dict[str, object]:
    """What identity holds on a resident, as plain data under words. Four queries."""
    account = User.objects.get(pk=user.pk)
    values = own_values(user)
    items = {ref: VOCABULARY[ref] for ref in in_order([ref for ref in values if ref in VOCABULARY])}
    return {
        _("Mail address for signing in"): account.email,
        _("Account made at"): _moment(account.date_joined),
        _("Last sign-in at"): _moment(account.last_login),
        _("Own data"): {item_label(item): shown(item, values[ref]) for ref, item in items.items()},
        _("Passkeys"): [key.name for key in passkeys(user)],
        _("Sign-in by authentication app since"): [
            _moment(link.linked_at) for link in IdentityLink.objects.filter(user_id=user.pk)
        ],
    }


def _moment(at: datetime | None) -> str:
    return "" if at is None else timezone.localtime(at).isoformat(timespec="minutes")


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner knows it."""

    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


def passkeys(user: AbstractBaseUser) -> tuple[Passkey, ...]:
    """The passkeys of an account, the oldest first. One query."""
    found = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return tuple(
        Passkey(each.pk, each.data["name"], each.created_at, each.last_used_at)
        for each in found.order_by("created_at", "pk")
    )


def own_rows(user: AbstractBaseUser) -> tuple[dict[str, str], ...]:
    """What the account keeps, in words and in order, as rows of a summary list. One query."""
    values = own_values(user)
    items = [VOCABULARY[ref] for ref in in_order(list(values)) if ref in VOCABULARY]
    return tuple(
        {"label": item_label(item), "value": shown(item, values[item.ref])} for item in items
    )


@dataclass(frozen=True, slots=True)
class WaysIn:
    """How many passkeys, and whether an authentication app, open the account."""

    passkeys: int
    has_app: bool


def ways_in(user: AbstractBaseUser) -> WaysIn:
    """By what the owner signs in, besides the mail address. Two queries."""
    return WaysIn(
        passkeys=len(passkeys(user)),
        has_app=IdentityLink.objects.filter(user_id=user.pk).exists(),
    )
