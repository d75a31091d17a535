"""Who may open which staff page of payments. Signed in and on the staff side is certain."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import Acting
from madoguchi.blocks.payments.queries.profiles import responsible_department
from madoguchi.blocks.payments.rules import access
from madoguchi.kernel import clock
from madoguchi.kernel.registries import roles


def require_any_role(request: HttpRequest) -> Acting:
    """Let in whoever has a role in payments."""
    actor = identity.acting_as(request.user)
    if not access.may_enter(actor):
        raise PermissionDenied(identity.needed_roles(*access.ALL_ROLES))
    return actor


def require_reader(request: HttpRequest) -> Acting:
    """The treasury, and auditors."""
    actor = identity.acting_as(request.user)
    if not access.reads_everything(actor):
        raise PermissionDenied(identity.needed_roles(*access.READS_EVERYTHING))
    return actor


def require_treasury(request: HttpRequest) -> User:
    if not access.may_manage(identity.acting_as(request.user)):
        raise PermissionDenied(identity.needed_roles(access.TREASURY))
    return identity.user_of(request)


def require_reader_of_kinds(request: HttpRequest, *fee_kinds: str) -> Acting:
    """Whoever may read the bills of one of these fee kinds."""
    actor = require_any_role(request)
    if not any(_may(actor, access.may_read_kind, kind) for kind in fee_kinds or ("",)):
        raise PermissionDenied(_not_yours())
    return actor


def require_server_of_kinds(request: HttpRequest, *fee_kinds: str) -> User:
    """Whoever may serve the payers of one of these fee kinds."""
    actor = require_any_role(request)
    if not any(_may(actor, access.may_serve_kind, kind) for kind in fee_kinds or ("",)):
        raise PermissionDenied(_not_yours())
    return identity.user_of(request)


def readable_kinds(actor: Acting, fee_kinds: list[str]) -> list[str]:
    """Those of the fee kinds whose bills a person may read."""
    return [kind for kind in fee_kinds if _may(actor, access.may_read_kind, kind)]


def servable_kinds(actor: Acting, fee_kinds: list[str]) -> list[str]:
    """Those of the fee kinds whose payers a person may serve."""
    return [kind for kind in fee_kinds if _may(actor, access.may_serve_kind, kind)]


def _may(actor: Acting, rule: Callable[[Acting, int | None], bool], fee_kind: str) -> bool:
    return rule(actor, responsible_department(fee_kind, clock.today()))


def _not_yours() -> str:
    return _(
        "Only the treasury and the department responsible for this fee may do this: "
        "it needs the role “%(role)s” for that department."
    ) % {"role": roles[access.COLLECTOR].label}
