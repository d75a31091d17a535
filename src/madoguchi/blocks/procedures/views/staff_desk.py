"""The desk: what must be done now, one case, one application with its files and papers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.blocks.documents.service import SigningNotConfigured
from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.forms.desk import DeskFilterForm, NumberForm
from madoguchi.blocks.procedures.models import Application, Case
from madoguchi.blocks.procedures.operations.letters import letter_pdf
from madoguchi.blocks.procedures.operations.printing import case_pdf
from madoguchi.blocks.procedures.queries.codes import case_for_number
from madoguchi.blocks.procedures.queries.desk import (
    DeskFilters,
    counts,
    deadline_words,
    desk_list,
    following,
    next_steps,
    procedure_choices,
    waiting_for,
)
from madoguchi.blocks.procedures.queries.sheets import case_sheet
from madoguchi.blocks.procedures.queries.work import Show, work_rows
from madoguchi.blocks.procedures.rules import access, codes
from madoguchi.blocks.procedures.rules.definition import StateKind
from madoguchi.blocks.procedures.views.cases import file_answer
from madoguchi.blocks.procedures.views.staff_access import require_any_role
from madoguchi.blocks.procedures.views.staff_cases import (
    Opened,
    attachment_or_404,
    case_or_404,
    may_issue_code,
    opened_or_404,
)
from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused

PER_PAGE = 50


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What must be done now, the most urgent first; with filters also what was."""
    actor = require_any_role(request)
    today = clock.today()
    form = filter_form(request)
    filters = form.filters(identity.user_of(request).pk)
    found = desk_list(actor, filters, today=today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"row": row, "due": deadline_words(row.due_on, today)}
        for row in work_rows(list(page), actor, today=today)
    ]
    context = {
        "form": form,
        "number": NumberForm(),
        "page": page,
        "rows": rows,
        "show": filters.work.show,
        "counts": counts(actor, today=today),
        "is_filtered": form.is_filtered,
        "query": query_of(request),
        "may_enter": actor.holds(*access.WORKERS),
    }
    return render(request, "procedures/desk/desk.html", context)


def filter_form(request: HttpRequest) -> DeskFilterForm:
    actor = identity.acting_as(request.user)
    return DeskFilterForm(request.GET, procedures=procedure_choices(actor))


def query_of(request: HttpRequest) -> str:
    """The filters of the list, to go on with them."""
    kept = request.GET.copy()
    for name in [*kept]:
        if name not in {"q", "show", "procedure", "only"} or not kept[name]:
            kept.pop(name)
    return f"?{kept.urlencode()}" if kept else ""


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Where a scanned or typed number leads; with none, to what is most urgent."""
    actor = require_any_role(request)
    form = NumberForm(request.GET)
    typed = form.cleaned_data["number"] if form.is_valid() else ""
    if not typed.strip():
        first = desk_list(actor, DeskFilters(), today=clock.today()).first()
        return redirect(address_of(first) if first else reverse("procedures_staff:desk"))
    case = case_for_number(typed)
    if case is None:
        messages.warning(
            request, _("There is no case with the number “%(number)s”.") % {"number": typed}
        )
        return redirect("procedures_staff:desk")
    found = case_sheet(case.number, actor=actor)
    if case.stage == Case.Stage.SENT and found is not None and len(found.sheets) == 1:
        return redirect(address_of(found.sheets[0].application))
    if case.stage == Case.Stage.DRAFT and _may_enter(request, actor, case):
        return redirect("procedures_staff:window_fill", case.number)
    return redirect("procedures_staff:case", case.number)


def _may_enter(request: HttpRequest, actor: access.Actor, case: Case) -> bool:
    began = case.begun_by_id == identity.user_of(request).pk
    departments = set(case.applications.values_list("department_id", flat=True))
    return access.may_enter(actor, departments, began=began)


def address_of(application: Application) -> str:
    """The application's page. Its case must be loaded."""
    number = application.case.number
    return reverse("procedures_staff:application", args=[number, application.procedure])


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """All applications of a case that the reader may see; what is being filled in goes on."""
    actor, found = case_or_404(request, number)
    today = clock.today()
    context = {
        "case": found.case,
        "number": codes.shown(found.case.number),
        "applicant": found.case.values.get("applicant.name", ""),
        "rows": [
            {"sheet": sheet, "due": deadline_words(sheet.application.due_on, today)}
            for sheet in found.sheets
        ],
        "hidden": found.hidden,
        "is_draft": found.case.stage == Case.Stage.DRAFT,
        "may_enter": _may_enter(request, actor, found.case),
        "may_issue_code": may_issue_code(actor, found),
    }
    return render(request, "procedures/desk/case.html", context)


@require_safe
def application(request: HttpRequest, number: str, procedure: str) -> HttpResponse:
    """Who, what, where it stands, what happened, what can be done."""
    opened = opened_or_404(request, number, procedure)
    if opened.case.case.stage == Case.Stage.DRAFT:
        return redirect("procedures_staff:case", opened.case.case.number)
    return show_application(request, opened)


def show_application(
    request: HttpRequest, opened: Opened, *, problem: str = "", status: int = 200
) -> HttpResponse:
    """The page; ``problem``: what could not be done, with how the application stands now."""
    today = clock.today()
    sheet = opened.sheet
    steps = next_steps(opened.application, sheet.definition, opened.actor)
    filters = filter_form(request).filters(opened.user.pk)
    listed = filters.work.show in {Show.TO_DO, Show.RETURNED}
    after = following(opened.application, opened.actor, filters, today=today) if listed else None
    context = {
        "opened": opened,
        "sheet": sheet,
        "case": sheet.case,
        "number": codes.shown(sheet.case.number),
        "applicant": opened.application.values.get("applicant.name", ""),
        "due": deadline_words(opened.application.due_on, today),
        "steps": steps,
        "waits": waiting_for(sheet, steps),
        "following": address_of(after) + query_of(request) if after else "",
        "query": query_of(request),
        "problem": problem,
        "can_withdraw": opened.may_correct
        and sheet.definition.applicants_step(opened.application.state, StateKind.WITHDRAWN)
        is not None,
        "may_issue_code": may_issue_code(opened.actor, opened.case),
        "can_replace": opened.may_decide and bool(sheet.letter and sheet.letter.body),
        "can_attach": opened.may_work and not sheet.is_final and bool(opened.attachable),
        "can_correct": opened.may_correct and not sheet.is_final,
        "is_returned": opened.application.state_kind == StateKind.RETURNED,
    }
    return render(request, "procedures/desk/application.html", context, status=status)


@require_safe
def file(request: HttpRequest, number: str, procedure: str, public_id: str) -> FileResponse:
    """An attached file, to be saved; guarded ones are not there for operators."""
    opened = opened_or_404(request, number, procedure)
    return file_answer(attachment_or_404(opened, public_id))


@require_safe
def form_pdf(request: HttpRequest, number: str, procedure: str) -> HttpResponse:
    """The application's form as it was sent; guarded items are blank where an operator prints."""
    opened = opened_or_404(request, number, procedure)
    content = case_pdf(opened.sheet.case, only=[procedure], for_operator=not opened.is_full)
    return pdf_answer(content, f"{opened.sheet.case.number}-{procedure}.pdf")


@require_POST
def letter(request: HttpRequest, number: str, procedure: str) -> HttpResponse:
    """The signed letter of the decision; never for operators."""
    opened = opened_or_404(request, number, procedure)
    if not opened.is_full:
        raise PermissionDenied(_("Decision letters are kept from contracted operators."))
    try:
        content = letter_pdf(opened.application, by=opened.user)
    except SigningNotConfigured:
        problem = _("Letters cannot be signed here: no signing key is set up.")
        return show_application(request, opened, problem=problem, status=409)
    except Refused as refused:
        return show_application(request, opened, problem=str(refused), status=409)
    return pdf_answer(content, f"{opened.sheet.case.number}-{procedure}-letter.pdf")


def pdf_answer(content: bytes, name: str, *, is_shown: bool = False) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    how = "inline" if is_shown else "attachment"
    answer["Content-Disposition"] = f'{how}; filename="{name}"'
    return answer
