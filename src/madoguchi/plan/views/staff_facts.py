"""What stands behind a report: files, milestones, corrections of frozen figures."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import user_of
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.plan.forms.staff import (
    AttachmentForm,
    CorrectionForm,
    MilestoneCorrectionForm,
    MilestoneForm,
    add_refusal,
)
from madoguchi.plan.models import Attachment, FrozenFigure, Milestone, ScheduleRow
from madoguchi.plan.operations import attachments, figures, milestones
from madoguchi.plan.queries.cycle import report_of, sheet_number
from madoguchi.plan.queries.figures import figure_text, frozen_rows
from madoguchi.plan.queries.report import report_page
from madoguchi.plan.rules.figures import Figure
from madoguchi.plan.views.staff_access import readable_row, reportable_row, require_office
from madoguchi.plan.views.staff_report import show_report


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    row = reportable_row(request, pk)
    report = report_of(row)
    if report is None:
        raise Http404
    form = AttachmentForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            attachments.add_attachment(
                report=report,
                name=file.name,
                content=file.read(),
                is_public=form.cleaned_data["is_public"],
                by=user_of(request),
            )
        except Refused as refused:
            add_refusal(form, refused, "file")
        else:
            messages.success(request, _("The file was attached."))
            return redirect("plan_staff:report", pk)
    return show_report(request, row, status=422, attachment_form=form)


@require_safe
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Hand an attachment to whoever may read its report; never shown inside a page."""
    attachment = get_object_or_404(Attachment.objects.select_related("report"), pk=pk)
    readable_row(request, attachment.report.row_id)
    answer = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def withdraw_attachment(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = get_object_or_404(
        Attachment.objects.select_related("report__row__initiative__theme"), pk=pk
    )
    row = reportable_row(request, attachment.report.row_id)
    try:
        attachments.withdraw_attachment(attachment=attachment, by=user_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The file was withdrawn."))
    return redirect("plan_staff:report", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def add_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a dated fact for the initiative of a row, in the row's year."""
    row = reportable_row(request, pk)
    form = MilestoneForm(posted(request), fiscal_year=row.fiscal_year)
    if request.method == "POST" and form.is_valid():
        try:
            milestones.add_milestone(
                initiative=row.initiative, by=user_of(request), **form.cleaned_data
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The milestone was recorded. Results can refer to it now."))
            return redirect("plan_staff:report_edit", pk)
    return _milestone_page(request, row, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_milestone(request: HttpRequest, pk: int, milestone: int) -> HttpResponse:
    row, found = _milestone(request, pk, milestone)
    initial = {"on": found.on, "text": found.text, "link": found.link}
    form = MilestoneForm(posted(request), fiscal_year=row.fiscal_year, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            milestones.change_milestone(milestone=found, by=user_of(request), **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The milestone was changed."))
            return redirect("plan_staff:report", pk)
    return _milestone_page(request, row, form, found)


@require_POST
def withdraw_milestone(request: HttpRequest, pk: int, milestone: int) -> HttpResponse:
    row, found = _milestone(request, pk, milestone)
    try:
        milestones.withdraw_milestone(milestone=found, by=user_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The milestone was withdrawn."))
    return redirect("plan_staff:report", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a dated correction beside a frozen figure."""
    office = require_office(request)
    figure = get_object_or_404(
        FrozenFigure.objects.select_related("report__row__initiative__theme"),
        public_id=public_id,
    )
    form, act = _correction(request, figure, office)
    if form.is_bound and form.is_valid():
        try:
            act()
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The correction stands beside the old value now."))
            return redirect("plan_staff:report", figure.report.row_id)
    context = {
        "form": form,
        "figure": figure,
        "text": figure_text(figure),
        "row": figure.report.row,
        "number": sheet_number(figure.report.row.initiative),
        "year_label": fiscal.label(figure.report.row.fiscal_year),
    }
    return render(
        request, "plan/staff/figure_correct.html", context, status=422 if form.errors else 200
    )


def _correction(
    request: HttpRequest, figure: FrozenFigure, office: User
) -> tuple[forms.Form, Callable[[], FrozenFigure]]:
    """The form for a frozen indicator or milestone, and what to do once it is valid."""
    if Figure(figure.code).milestone is None:
        form: forms.Form = CorrectionForm(posted(request))

        def correct_value() -> FrozenFigure:
            given = form.cleaned_data
            value = given["value"] if given["how"] == "given" else None
            return figures.correct_figure(
                figure=figure, value=value, reason=given["reason"], by=office
            )

        return form, correct_value
    rows = frozen_rows(figure)
    initial = {"on": rows[0].on if rows else None, "text": figure.label}
    form = MilestoneCorrectionForm(posted(request), initial=initial)

    def correct_fact() -> FrozenFigure:
        return figures.correct_milestone(figure=figure, by=office, **form.cleaned_data)

    return form, correct_fact


def _milestone(request: HttpRequest, pk: int, milestone: int) -> tuple[ScheduleRow, Milestone]:
    row = reportable_row(request, pk)
    found = get_object_or_404(
        Milestone.objects.select_related("initiative__theme"),
        pk=milestone,
        initiative=row.initiative_id,
    )
    return row, found


def _milestone_page(
    request: HttpRequest, row: ScheduleRow, form: MilestoneForm, milestone: Milestone | None
) -> HttpResponse:
    page = report_page(row, today=clock.today())
    if not page.is_open:
        raise PermissionDenied(_("Milestones are recorded while their fiscal year is open."))
    return render(
        request,
        "plan/staff/milestone.html",
        {"page": page, "form": form, "milestone": milestone},
        status=422 if form.errors else 200,
    )
