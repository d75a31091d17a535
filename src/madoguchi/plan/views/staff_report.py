"""One report: read it, write it, check it, hand it in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.service import user_of
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.plan.forms.staff import (
    AcceptForm,
    AttachmentForm,
    ReportForm,
    ReturnForm,
    ScoreForm,
    add_refusal,
)
from madoguchi.plan.models import OutcomeChoice, Report, ScheduleRow
from madoguchi.plan.operations import reports
from madoguchi.plan.queries.cycle import departments_in_charge, report_of
from madoguchi.plan.queries.figures import preview as preview_lines
from madoguchi.plan.queries.report import ReportPage, choices, report_page
from madoguchi.plan.rules import access, editing
from madoguchi.plan.views.staff_access import readable_row, reportable_row


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A report with its history; the office decides here, the council scores."""
    row, _actor = readable_row(request, pk)
    return show_report(request, row)


def show_report(
    request: HttpRequest, row: ScheduleRow, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page of a report, with forms that may carry errors."""
    actor = identity.acting_as(request.user)
    page = report_page(row, today=clock.today())
    version = {"version": page.report.version if page.report else 0}
    may_report = access.may_report(actor, departments_in_charge(row.initiative))
    context = {
        "page": page,
        "is_office": access.may_manage(actor),
        "is_council": access.may_score(actor),
        "may_edit": may_report and page.is_editable,
        "may_attach": may_report and page.is_open and page.report is not None,
        "return_form": ReturnForm(initial=version),
        "accept_form": AcceptForm(initial=version),
        "score_form": ScoreForm(initial=_own_score(page, user_of(request).pk)),
        "attachment_form": AttachmentForm(),
        **forms,
    }
    return render(request, "plan/staff/report.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a report. Buttons that only rearrange lines give the page back and store nothing."""
    row = reportable_row(request, pk)
    page = report_page(row, today=clock.today())
    if not page.is_editable:
        return _not_editable(request, page)
    if request.method != "POST":
        return _editor(request, page, ReportForm(initial=_initial(report_of(row))))
    form = ReportForm(request.POST)
    action = request.POST.get("action", "save")
    if action not in ("save", "check"):
        return _rearranged(request, page, action)
    if not form.is_valid():
        return _editor(request, page, form, status=422)
    return _save(request, page, form, action)


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines as they will be read, for the script that shows them while one writes."""
    row = reportable_row(request, pk)
    lines = [line for line in request.POST.getlist("line") if line.strip()]
    context = {"lines": preview_lines(lines, row.fiscal_year)}
    return render(request, "plan/staff/parts/lines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at the report as it will be read, then hand it in."""
    row = reportable_row(request, pk)
    report = report_of(row)
    page = report_page(row, today=clock.today())
    if report is None or not page.is_editable:
        return redirect("plan_staff:report", pk)
    form = AcceptForm(posted(request), initial={"version": report.version})
    if request.method == "POST" and form.is_valid():
        try:
            reports.submit(report=report, version=form.cleaned_data["version"], by=user_of(request))
        except reports.EditedMeanwhile as refused:
            messages.warning(request, f"{refused} {_('Please check it again.')}")
            return redirect("plan_staff:report_check", pk)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The report was handed in to the plan office."))
            return redirect("plan_staff:report", pk)
    status = 422 if form.errors else 200
    return render(
        request, "plan/staff/report_check.html", {"page": page, "form": form}, status=status
    )


def _save(request: HttpRequest, page: ReportPage, form: ReportForm, action: str) -> HttpResponse:
    written = form.cleaned_data
    draft = reports.Draft(written["line"], written["outcome"], written["effect"])
    try:
        reports.save_draft(
            row=page.row, version=written["version"], draft=draft, by=user_of(request)
        )
    except reports.EditedMeanwhile as refused:
        return _conflict(request, page, draft, refused.theirs)
    except reports.UnknownFigures as refused:
        wrong = {each.line: refused.say(each) for each in refused.found}
        form.add_error("line", list(wrong.values()))
        return _editor(request, page, form, status=422, lines=draft.lines, wrong=wrong)
    except Refused as refused:
        add_refusal(form, refused)
        return _editor(request, page, form, status=422)
    if action == "check":
        return redirect("plan_staff:report_check", page.row.pk)
    messages.success(request, _("The draft was saved."))
    return redirect("plan_staff:report_edit", page.row.pk)


def _conflict(
    request: HttpRequest, page: ReportPage, draft: reports.Draft, theirs: reports.Stored
) -> HttpResponse:
    """Both texts side by side; saving this page again stores the merged text over theirs."""
    mine = ReportForm(
        initial={
            "line": list(draft.lines),
            "outcome": draft.outcome,
            "effect": draft.effect,
            "version": theirs.version,
        }
    )
    return _editor(request, page, mine, status=409, theirs=theirs)


def _rearranged(request: HttpRequest, page: ReportPage, action: str) -> HttpResponse:
    """The page with the lines as an editing button leaves them; nothing is stored."""
    theirs = _theirs(page) if request.POST.get("conflict") else None
    lines = editing.apply(
        action,
        request.POST.getlist("line"),
        theirs=theirs.draft.lines if theirs else (),
    )
    form = ReportForm(
        initial={name: request.POST.get(name, "") for name in ("outcome", "effect", "version")}
        | {"line": lines}
    )
    return _editor(request, page, form, theirs=theirs)


def _not_editable(request: HttpRequest, page: ReportPage) -> HttpResponse:
    """Say so; what somebody wrote while the report was handed in stays on the page to be copied."""
    written = [line for line in request.POST.getlist("line") if line.strip()]
    if not written:
        raise PermissionDenied(
            _("This report cannot be changed now: it was handed in, or the year is not open.")
        )
    context = {"page": page, "text": "\n".join(written)}
    return render(request, "plan/staff/report_kept.html", context, status=409)


def _theirs(page: ReportPage) -> reports.Stored | None:
    return reports.stored(page.report) if page.report else None


def _editor(
    request: HttpRequest,
    page: ReportPage,
    form: ReportForm,
    *,
    status: int = 200,
    lines: Sequence[str] | None = None,
    wrong: Mapping[int, str] | None = None,
    theirs: reports.Stored | None = None,
) -> HttpResponse:
    """``wrong`` says by number which lines cannot stay; ``theirs`` is shown beside."""
    texts = lines or form["line"].value() or [""]
    errors = wrong or {}
    words = request.POST.get("find", "")
    context = {
        "page": page,
        "form": form,
        "lines": [
            {
                "number": number,
                "place": number - 1,
                "text": text,
                "error": errors.get(number),
            }
            for number, text in enumerate(texts, start=1)
        ],
        "preview": preview_lines([text for text in texts if text.strip()], page.row.fiscal_year),
        "choices": choices(page.row, page.milestones, words),
        "find": words,
        "theirs": theirs,
        "theirs_outcome": OutcomeChoice(theirs.draft.outcome).label
        if theirs and theirs.draft.outcome
        else "",
    }
    return render(request, "plan/staff/report_edit.html", context, status=status)


def _own_score(page: ReportPage, member: int) -> dict[str, Any]:
    own = next((given for given in page.scores if given.member_id == member), None)
    return {"score": own.score, "comment": own.comment} if own else {}


def _initial(report: Report | None) -> dict[str, Any]:
    if report is None:
        return {"line": [""], "version": 0}
    return {
        "line": [item.text for item in report.items.all()] or [""],
        "outcome": report.outcome,
        "effect": report.effect,
        "version": report.version,
    }
