"""What the pages of the desk share: who may see a case, and which of it."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import Acting
from madoguchi.blocks.procedures.models import Application, Attachment
from madoguchi.blocks.procedures.queries.sheets import ApplicationSheet, CaseSheet, case_sheet
from madoguchi.blocks.procedures.rules import access, codes
from madoguchi.blocks.procedures.rules.definition import DocumentUse
from madoguchi.blocks.procedures.views.staff_access import require_any_role


@dataclass(frozen=True, slots=True)
class Opened:
    """An application that somebody may see, with the others of its case."""

    actor: Acting
    user: User
    case: CaseSheet
    sheet: ApplicationSheet

    @property
    def application(self) -> Application:
        return self.sheet.application

    @property
    def others(self) -> tuple[ApplicationSheet, ...]:
        return tuple(each for each in self.case.sheets if each is not self.sheet)

    @property
    def is_full(self) -> bool:
        return not self.sheet.is_for_operator

    @property
    def may_correct(self) -> bool:
        return access.may_correct(self.actor, self.application.department_id)

    @property
    def attachable(self) -> tuple[DocumentUse, ...]:
        """Documents of the procedure that the reader may attach: what is guarded only in full."""
        documents = self.sheet.definition.documents
        return tuple(each for each in documents if self.is_full or not each.is_guarded)

    @property
    def may_decide(self) -> bool:
        return access.may_take(self.actor, access.Right.DECIDE, self.application.department_id)

    @property
    def may_work(self) -> bool:
        return access.may_take_in(self.actor, self.application.department_id)


def case_or_404(request: HttpRequest, number: str) -> tuple[Acting, CaseSheet]:
    """The case with what the reader may see of it; refused where that is nothing."""
    actor = require_any_role(request)
    found = case_sheet(codes.scanned(number), actor=actor)
    if found is None or found.case.stage == found.case.Stage.ERASED:
        raise Http404
    if not found.sheets:
        raise PermissionDenied(_("The applications of this case belong to other departments."))
    return actor, found


def may_issue_code(actor: Acting, found: CaseSheet) -> bool:
    """Whether the reader may give the applicant a new tracking code."""
    departments = {sheet.application.department_id for sheet in found.sheets}
    return access.may_issue_code(actor, departments)


def opened_or_404(request: HttpRequest, number: str, procedure: str) -> Opened:
    """One application of a case, as the reader may see it.

    That of another department is as if it were not there.
    """
    actor, found = case_or_404(request, number)
    for sheet in found.sheets:
        if sheet.application.procedure == procedure:
            return Opened(actor, identity.user_of(request), found, sheet)
    raise Http404


def attachment_or_404(opened: Opened, public_id: str) -> Attachment:
    """A file that the reader may open: guarded ones are not there for operators."""
    for document in opened.sheet.documents:
        for file in document.files:
            if file.public_id == public_id and not document.is_hidden:
                return file
    raise Http404
