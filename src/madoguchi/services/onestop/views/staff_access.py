"""Who may open which page of the one-stop window. Signed in and on the staff side is certain."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.service import Acting
from madoguchi.kernel import clock
from madoguchi.services.onestop.models import Contract, Visit, Window
from madoguchi.services.onestop.queries.contracts import own_contracts
from madoguchi.services.onestop.queries.visits import step_departments
from madoguchi.services.onestop.rules import access


def require(request: HttpRequest, *roles: str) -> Acting:
    """Let those in who hold one of these roles."""
    actor = identity.acting_as(request.user)
    if not actor.holds(*roles):
        raise PermissionDenied(identity.needed_roles(*roles))
    return actor


def require_desk(request: HttpRequest) -> Acting:
    """Clerks, those who decide, operators, auditors."""
    return require(request, *sorted(access.DESK_ROLES))


def require_worker(request: HttpRequest) -> Acting:
    """Those of the desk who do something."""
    return require(request, *access.WORKERS)


def require_back_office(request: HttpRequest) -> Acting:
    """The city's own staff and auditors: calls, hand-overs, contracts."""
    return require(request, *access.READERS)


def contracts_of(request: HttpRequest) -> frozenset[int]:
    """The contracts under which somebody works today."""
    return own_contracts(identity.user_of(request), on=clock.today())


def visit_for(request: HttpRequest, public_id: str) -> tuple[Visit, Acting]:
    """The visit, for those who may see it."""
    actor = require_desk(request)
    visit = get_object_or_404(
        Visit.objects.select_related("window", "opened_by", "closed_by"), public_id=public_id
    )
    if not access.may_read_visit(
        actor,
        window=visit.window.department_id,
        steps=step_departments(visit),
        contract=visit.contract_id,
        own=contracts_of(request),
    ):
        raise PermissionDenied(identity.needed_roles(access.CLERK, access.DECIDER))
    return visit, actor


def contract_for(request: HttpRequest, code: str) -> tuple[Contract, Acting]:
    """The contract, for its department, its operators, auditors."""
    actor = require_desk(request)
    contract = get_object_or_404(Contract.objects.select_related("department"), code=code)
    is_member = contract.pk in contracts_of(request)
    if not access.may_read_contract(actor, contract.department_id, is_member=is_member):
        raise PermissionDenied(identity.needed_roles(*access.READERS))
    return contract, actor


def require_maker(actor: Acting, department: int) -> None:
    """Contracts are made by those who decide for their department."""
    if not access.may_make_contracts(actor, department):
        raise PermissionDenied(identity.needed_roles(access.DECIDER))


def window_for(request: HttpRequest, code: str) -> tuple[Window, Acting]:
    """The window with its rules, for staff who may know them."""
    actor = require(request, *sorted(access.WINDOW_READERS))
    return get_object_or_404(Window, code=code), actor


def require_composer(request: HttpRequest) -> Acting:
    return require(request, access.COMPOSER)
