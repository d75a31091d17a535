"""The years of a plan: opened, watched, closed, published."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.plan.forms.staff import CloseForm, ConfirmForm, DueDateForm, add_refusal
from madoguchi.plan.models import Plan, PlanYear
from madoguchi.plan.operations import cycle
from madoguchi.plan.queries.closing import closing_of
from madoguchi.plan.queries.cycle import due_rows, progress_of
from madoguchi.plan.queries.years import year_states
from madoguchi.plan.rules import access
from madoguchi.plan.rules.cycle import YEAR_MOVES, YearMove
from madoguchi.plan.views.staff_access import require_office, require_reader_of_all


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Every plan with its years and the next step of each."""
    require_reader_of_all(request)
    stored = {(year.plan_id, year.fiscal_year): year for year in PlanYear.objects.all()}
    plans = [
        {
            "plan": plan,
            "years": [
                {
                    "fiscal_year": state.fiscal_year,
                    "label": fiscal.label(state.fiscal_year),
                    "status": state.status,
                    "status_label": PlanYear.Status(state.status).label,
                    "due_on": state.due_on,
                    "pk": getattr(stored.get((plan.pk, state.fiscal_year)), "pk", None),
                }
                for state in year_states(plan).values()
            ],
        }
        for plan in Plan.objects.all()
    ]
    is_office = access.may_manage(identity.acting_as(request.user))
    return render(request, "plan/staff/years.html", {"plans": plans, "is_office": is_office})


@require_safe
def year(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a year has come, initiative by initiative."""
    require_reader_of_all(request)
    found = _year(pk)
    rows = due_rows([found], today=clock.today())
    context = {
        "year": found,
        "label": fiscal.label(found.fiscal_year),
        "rows": rows,
        "progress": progress_of(rows),
        "is_office": access.may_manage(identity.acting_as(request.user)),
    }
    return render(request, "plan/staff/year.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_year(request: HttpRequest, slug: str, fiscal_year: int) -> HttpResponse:
    office = require_office(request)
    plan = get_object_or_404(Plan, slug=slug)
    if fiscal_year not in plan.fiscal_years:
        raise Http404
    form = DueDateForm(posted(request), today=clock.today())

    def act() -> PlanYear:
        return cycle.open_year(
            plan=plan, fiscal_year=fiscal_year, due_on=form.cleaned_data["due_on"], by=office
        )

    if request.method == "POST" and form.is_valid():
        done = _attempt(form, act)
        if done:
            messages.success(request, _("The year is open; its reporters get a mail."))
            return redirect("plan_staff:year", done.pk)
    context = {"form": form, "plan": plan, "label": fiscal.label(fiscal_year), "year": None}
    return render(request, "plan/staff/year_due.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def change_due_date(request: HttpRequest, pk: int) -> HttpResponse:
    office = require_office(request)
    found = _in_state(pk, YearMove.CHANGE_DUE_DATE)
    form = DueDateForm(posted(request), today=clock.today(), initial={"due_on": found.due_on})

    def act() -> PlanYear:
        return cycle.change_due_date(year=found, due_on=form.cleaned_data["due_on"], by=office)

    if request.method == "POST" and form.is_valid() and _attempt(form, act):
        messages.success(request, _("The due date was changed."))
        return redirect("plan_staff:year", pk)
    context = {
        "form": form,
        "plan": found.plan,
        "label": fiscal.label(found.fiscal_year),
        "year": found,
    }
    return render(request, "plan/staff/year_due.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows every figure that will be frozen and what is missing; then closes the year."""
    office = require_office(request)
    found = _in_state(pk, YearMove.CLOSE)
    closing = closing_of(found, today=clock.today())
    form = CloseForm(
        posted(request),
        outstanding=[(str(row.row), f"No.{row.number} {row.name}") for row in closing.outstanding],
    )

    def act() -> PlanYear:
        return cycle.close_year(
            year=found,
            without={int(row) for row in form.cleaned_data.get("without", ())},
            reason=form.cleaned_data.get("reason", ""),
            by=office,
        )

    if request.method == "POST" and form.is_valid() and _attempt(form, act):
        messages.success(request, _("The year is closed and its figures are frozen."))
        return redirect("plan_staff:year", pk)
    context = {
        "form": form,
        "year": found,
        "closing": closing,
        "label": fiscal.label(found.fiscal_year),
    }
    return render(
        request, "plan/staff/year_close.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    office = require_office(request)
    found = _in_state(pk, YearMove.PUBLISH)
    form = ConfirmForm(posted(request))

    def act() -> PlanYear:
        return cycle.publish_year(year=found, by=office)

    if request.method == "POST" and form.is_valid() and _attempt(form, act):
        messages.success(request, _("The results of the year are public now."))
        return redirect("plan_staff:year", pk)
    rows = due_rows([found], today=clock.today())
    context = {
        "form": form,
        "year": found,
        "label": fiscal.label(found.fiscal_year),
        "progress": progress_of(rows),
    }
    return render(
        request, "plan/staff/year_publish.html", context, status=422 if form.errors else 200
    )


def _year(pk: int) -> PlanYear:
    return get_object_or_404(PlanYear.objects.select_related("plan"), pk=pk)


def _in_state(pk: int, move: YearMove) -> PlanYear:
    """The year, if the move can start from its state; else why not."""
    found = _year(pk)
    if found.status != YEAR_MOVES[move][0]:
        raise PermissionDenied(
            _("This cannot be done now: the year is “%(status)s”.")
            % {"status": found.get_status_display()}
        )
    return found


def _attempt(
    form: CloseForm | ConfirmForm | DueDateForm, act: Callable[[], PlanYear]
) -> PlanYear | None:
    """Do it; what is refused becomes an error of the form."""
    try:
        return act()
    except Refused as refused:
        add_refusal(form, refused, "reason" if isinstance(refused, cycle.ReasonMissing) else None)
        return None
