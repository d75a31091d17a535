"""Who may open which of the fees' staff pages. Signed in and on the staff side is certain."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.rules import access
from madoguchi.kernel import clock
from madoguchi.services.fees.models import KindChoice
from madoguchi.services.fees.rules import fee_kind_code


def readable_kinds(request: HttpRequest) -> list[str]:
    """The kinds that this person may see; refused where there is none."""
    actor = identity.acting_as(request.user)
    return _kinds(lambda department: access.may_read_kind(actor, department))


def served_kinds(request: HttpRequest) -> list[str]:
    """The kinds that this person may decide and bill; refused where there is none."""
    actor = identity.acting_as(request.user)
    return _kinds(lambda department: access.may_serve_kind(actor, department))


def may_print(request: HttpRequest) -> bool:
    """Slips are printed by the treasury."""
    return access.may_manage(identity.acting_as(request.user))


def _kinds(may: Callable[[int | None], bool]) -> list[str]:
    today = clock.today()
    found = [
        kind
        for kind in KindChoice.values
        if may(payments.responsible_department(fee_kind_code(kind), today))
    ]
    if not found:
        raise PermissionDenied(identity.needed_roles(access.TREASURY, access.COLLECTOR))
    return found
