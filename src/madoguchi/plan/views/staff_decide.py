"""Decisions on a report: the office accepts or returns it, the council scores it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madoguchi.kernel.refused import Refused
from madoguchi.plan.forms.staff import AcceptForm, ReturnForm, ScoreForm, add_refusal
from madoguchi.plan.operations import reports, scores
from madoguchi.plan.queries.cycle import report_of
from madoguchi.plan.views.staff_access import readable_row, require_council, require_office
from madoguchi.plan.views.staff_report import show_report

CONFLICT = 409


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    office = require_office(request)
    row, _actor = readable_row(request, pk)
    report, form = report_of(row), AcceptForm(request.POST)
    if report is None or not form.is_valid():
        return show_report(request, row, status=422, accept_form=form)
    try:
        reports.accept_report(report=report, version=form.cleaned_data["version"], by=office)
    except Refused as refused:
        add_refusal(form, refused)
        return show_report(request, row, status=CONFLICT, accept_form=form)
    messages.success(request, _("The report was accepted."))
    return redirect("plan_staff:desk")


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    office = require_office(request)
    row, _actor = readable_row(request, pk)
    report, form = report_of(row), ReturnForm(request.POST)
    if report is None or not form.is_valid():
        return show_report(request, row, status=422, return_form=form)
    try:
        reports.return_report(
            report=report,
            version=form.cleaned_data["version"],
            comment=form.cleaned_data["comment"],
            by=office,
        )
    except Refused as refused:
        add_refusal(form, refused)
        return show_report(request, row, status=CONFLICT, return_form=form)
    messages.success(request, _("The report was returned with your comment."))
    return redirect("plan_staff:desk")


@require_POST
def score(request: HttpRequest, pk: int) -> HttpResponse:
    member = require_council(request)
    row, _actor = readable_row(request, pk)
    form = ScoreForm(request.POST)
    if not form.is_valid():
        return show_report(request, row, status=422, score_form=form)
    try:
        scores.give_score(row=row, by=member, **form.cleaned_data)
    except Refused as refused:
        add_refusal(form, refused)
        return show_report(request, row, status=CONFLICT, score_form=form)
    messages.success(request, _("Your score was stored."))
    return redirect("plan_staff:desk")
