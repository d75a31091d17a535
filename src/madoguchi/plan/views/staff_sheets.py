"""The office writes the plan itself: plans, themes and sheets."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.plan.forms.sheets import (
    NewPlanForm,
    NewSheetForm,
    NewThemeForm,
    PlanForm,
    SheetForm,
    ThemeForm,
    initial_of,
)
from madoguchi.plan.forms.staff import add_refusal
from madoguchi.plan.models import Initiative, Plan, PlanYear, Theme
from madoguchi.plan.operations import sheets
from madoguchi.plan.queries.cycle import sheet_number
from madoguchi.plan.queries.sheets import plans_with_sheets, sheet_text
from madoguchi.plan.rules import cycle
from madoguchi.plan.views.staff_access import require_office

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def sheet_list(request: HttpRequest) -> HttpResponse:
    """Every plan with its themes and sheets."""
    require_office(request)
    return render(request, "plan/staff/sheets.html", {"plans": plans_with_sheets()})


@require_http_methods(GET_AND_POST)
def add_plan(request: HttpRequest) -> HttpResponse:
    office = require_office(request)
    form = NewPlanForm(posted(request), initial={"is_public": True})

    def act() -> object:
        given = form.cleaned_data
        return sheets.add_plan(
            slug=given["slug"],
            first_year=given["first_year"],
            last_year=given["last_year"],
            text=_plan_text(given),
            by=office,
        )

    return _ask(request, form, act, title=_("Add a plan"), field="slug")


@require_http_methods(GET_AND_POST)
def change_plan(request: HttpRequest, slug: str) -> HttpResponse:
    office = require_office(request)
    plan = get_object_or_404(Plan, slug=slug)
    initial = {
        "title": plan.title,
        "introduction": plan.introduction,
        "is_public": plan.is_public,
    }
    form = PlanForm(posted(request), initial=initial)

    def act() -> object:
        return sheets.change_plan(plan=plan, text=_plan_text(form.cleaned_data), by=office)

    return _ask(request, form, act, title=_("Change the plan"))


@require_http_methods(GET_AND_POST)
def add_theme(request: HttpRequest, slug: str) -> HttpResponse:
    office = require_office(request)
    plan = get_object_or_404(Plan, slug=slug)
    form = NewThemeForm(posted(request))

    def act() -> object:
        return sheets.add_theme(plan=plan, by=office, **form.cleaned_data)

    return _ask(request, form, act, title=_("Add a theme"), field="number")


@require_http_methods(GET_AND_POST)
def rename_theme(request: HttpRequest, pk: int) -> HttpResponse:
    office = require_office(request)
    theme = get_object_or_404(Theme, pk=pk)
    form = ThemeForm(posted(request), initial={"name": theme.name})

    def act() -> object:
        return sheets.rename_theme(theme=theme, name=form.cleaned_data["name"], by=office)

    return _ask(request, form, act, title=_("Rename the theme"))


@require_http_methods(GET_AND_POST)
def add_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    office = require_office(request)
    theme = get_object_or_404(Theme.objects.select_related("plan"), pk=pk)
    form = NewSheetForm(posted(request), **_surroundings(theme.plan))
    if form.is_bound and form.is_valid():
        try:
            sheets.add_sheet(
                theme=theme, number=form.cleaned_data["number"], text=form.text, by=office
            )
        except Refused as refused:
            add_refusal(form, refused, "number")
        else:
            messages.success(request, _("The initiative was added."))
            return redirect("plan_staff:sheets")
    context = {"form": form, "theme": theme, "title": _("Add an initiative")}
    return render(request, "plan/staff/sheet.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_AND_POST)
def change_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    office = require_office(request)
    initiative = get_object_or_404(Initiative.objects.select_related("theme__plan"), pk=pk)
    stored = sheet_text(initiative)
    data = request.POST.copy() if request.method == "POST" else None
    form = SheetForm(
        data,
        initial=initial_of(stored),
        **_surroundings(initiative.theme.plan, charged=stored.departments),
    )
    status, theirs = 200, None
    if form.is_bound and form.is_valid():
        try:
            sheets.change_sheet(
                initiative=initiative, seen=form.cleaned_data["seen"], text=form.text, by=office
            )
        except sheets.SheetChanged as refused:
            add_refusal(form, refused)
            theirs = refused.theirs
            # the next save goes over what is shown now
            status = 409
            if data is not None:
                data["seen"] = theirs.fingerprint
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The sheet was stored."))
            return redirect("plan_staff:sheets")
    context = {
        "form": form,
        "theme": initiative.theme,
        "title": f"No.{sheet_number(initiative)} {initiative.name}",
        "theirs": _differences(form) if theirs else (),
    }
    if form.errors and status == 200:
        status = 422
    return render(request, "plan/staff/sheet.html", context, status=status)


def _differences(form: SheetForm) -> list[dict[str, Any]]:
    """The fields in which the stored sheet differs from what was written, with what is stored."""
    return [
        {"label": form[name].label, "stored": form.initial.get(name, "")}
        for name in ("name", "problem", "content", "goal", *(f"plan_{y}" for y in form.years))
        if form[name].value() != form.initial.get(name, "")
    ]


def _surroundings(plan: Plan, charged: tuple[int, ...] = ()) -> dict[str, Any]:
    """What a sheet's form offers: the departments on the sheet, then the others of today."""
    today = clock.today()
    in_charge = identity.department_names(charged, on=today) if charged else {}
    offered = in_charge | {row.id: row.full_name for row in identity.tree(today)}
    years = PlanYear.objects.filter(plan=plan, status__in=cycle.CORRECTED_YEARS)
    return {
        "plan": plan,
        "departments": list(offered.items()),
        "closed_years": frozenset(years.values_list("fiscal_year", flat=True)),
    }


def _plan_text(given: dict[str, Any]) -> sheets.PlanText:
    return sheets.PlanText(given["title"], given["introduction"], given["is_public"])


def _ask(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], object],
    *,
    title: str,
    field: str | None = None,
) -> HttpResponse:
    """A page with one short form; what is refused is an error of ``field``."""
    if form.is_bound and form.is_valid():
        try:
            act()
        except Refused as refused:
            add_refusal(form, refused, field)
        else:
            messages.success(request, _("Stored."))
            return redirect("plan_staff:sheets")
    context = {"form": form, "title": title}
    return render(request, "plan/staff/ask.html", context, status=422 if form.errors else 200)
