"""Who may open which page of the water desk. Signed in and on the staff side is certain."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import Acting
from madoguchi.services.water.models import Contract
from madoguchi.services.water.rules import access, periods


def require_reader(request: HttpRequest) -> Acting:
    """The water desk, the treasury, auditors."""
    actor = identity.acting_as(request.user)
    if not access.may_read(actor):
        raise PermissionDenied(identity.needed_roles(*access.ALL_ROLES))
    return actor


def require_clerk(request: HttpRequest) -> User:
    if not access.may_manage(identity.acting_as(request.user)):
        raise PermissionDenied(identity.needed_roles(access.CLERK))
    return identity.user_of(request)


def contract_or_404(number: str) -> Contract:
    return get_object_or_404(Contract, number=number, erased_at=None)


def period_or_404(code: str) -> date:
    """The period of an address such as ``2026-12``."""
    try:
        return periods.parse(code)
    except periods.NoPeriod:
        raise Http404 from None
