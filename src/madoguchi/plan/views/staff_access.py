"""Who may open which of the plan's staff pages. Signed in and on the staff side is certain."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import Acting
from madoguchi.kernel.registries import roles
from madoguchi.plan.models import ScheduleRow
from madoguchi.plan.queries.cycle import departments_in_charge
from madoguchi.plan.queries.report import report_rows
from madoguchi.plan.rules import access


def require_any_role(request: HttpRequest) -> Acting:
    """Let in whoever has a role in the plan."""
    actor = identity.acting_as(request.user)
    if not access.may_enter(actor):
        raise PermissionDenied(identity.needed_roles(*access.ALL_ROLES))
    return actor


def require_reader_of_all(request: HttpRequest) -> Acting:
    actor = identity.acting_as(request.user)
    if not access.reads_everything(actor):
        raise PermissionDenied(identity.needed_roles(*access.READS_EVERYTHING))
    return actor


def require_office(request: HttpRequest) -> User:
    if not access.may_manage(identity.acting_as(request.user)):
        raise PermissionDenied(identity.needed_roles(access.OFFICE))
    return identity.user_of(request)


def require_council(request: HttpRequest) -> User:
    if not access.may_score(identity.acting_as(request.user)):
        raise PermissionDenied(identity.needed_roles(access.COUNCIL))
    return identity.user_of(request)


def readable_row(request: HttpRequest, pk: int) -> tuple[ScheduleRow, Acting]:
    """A row whose report this person may read, loaded for a page; 404 where there is none."""
    actor = require_any_role(request)
    row = get_object_or_404(report_rows(), pk=pk)
    if not access.may_read_reports(actor, departments_in_charge(row.initiative)):
        raise PermissionDenied(_not_yours())
    return row, actor


def reportable_row(request: HttpRequest, pk: int) -> ScheduleRow:
    """A row that this person may report on."""
    row, actor = readable_row(request, pk)
    if not access.may_report(actor, departments_in_charge(row.initiative)):
        raise PermissionDenied(_not_yours())
    return row


def _not_yours() -> str:
    return _(
        "Only the departments in charge of this initiative and the plan office may do this: "
        "it needs the role “%(role)s” for one of them."
    ) % {"role": roles[access.REPORTER].label}
