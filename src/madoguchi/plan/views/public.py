"""The public pages of a plan."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from madoguchi.kernel import fiscal
from madoguchi.kernel.money import thousands
from madoguchi.kernel.pages.rules import bars
from madoguchi.plan.forms.public import CommentForm, OverviewFilter
from madoguchi.plan.models import Plan
from madoguchi.plan.queries import comparison, public, sheet
from madoguchi.plan.queries.years import short_label
from madoguchi.plan.rules.progress import Standing


def plan_or_404(slug: str) -> Plan:
    """The public plan of that address; a hidden one does not exist for the public."""
    plan = public.public_plans().filter(slug=slug).first()
    if plan is None:
        raise Http404
    return plan


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All plans."""
    return render(request, "plan/index.html", {"plans": public.plan_cards()})


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan as initiative × year."""
    whole = public.overview_of(plan_or_404(slug))
    form = OverviewFilter(request.GET, departments=whole.departments())
    is_valid = form.is_valid()
    shown = whole
    if is_valid:
        department, standing = form.cleaned_data["department"], form.cleaned_data["standing"]
        shown = whole.filtered(
            lambda line: (
                (department is None or department in line.department_ids)
                and (not standing or line.standing == standing)
            )
        )
    context = {
        "plan": whole.plan,
        "whole": whole,
        "overview": shown,
        "form": form,
        "is_filtered": shown is not whole and len(shown.lines) != len(whole.lines),
        "finished": whole.count(Standing.FINISHED),
        "carried_over": whole.count(Standing.CARRIED_OVER),
    }
    return render(request, "plan/overview.html", context, status=200 if is_valid else 422)


@require_safe
def theme(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One theme: its initiatives, their timeline and what became of them."""
    whole = public.overview_of(plan_or_404(slug))
    found = next((theme for theme in whole.themes if theme.number == number), None)
    if found is None:
        raise Http404
    only = whole.filtered(lambda line: line.theme == number)
    context = {
        "plan": whole.plan,
        "theme": found,
        "overview": only,
        "lanes": public.lanes_of(found.lines),
        "years": [year.fiscal_year for year in whole.years],
    }
    return render(request, "plan/theme.html", context)


@require_safe
def show_sheet(request: HttpRequest, slug: str, theme: int, number: int) -> HttpResponse:
    """One initiative in the official form."""
    initiative = sheet.initiative_at(plan_or_404(slug), theme, number)
    if initiative is None:
        raise Http404
    return render(request, "plan/sheet.html", sheet_context(sheet.sheet_of(initiative)))


def sheet_context(found: sheet.Sheet, form: CommentForm | None = None) -> dict[str, Any]:
    """What the page of a sheet is drawn from; ``form`` is a comment that was not accepted."""
    return {
        "plan": found.plan,
        "sheet": found,
        "years": [row.year.fiscal_year for row in found.rows],
        "form": form or CommentForm(),
    }


@require_safe
def departments(request: HttpRequest, slug: str) -> HttpResponse:
    """The departments in charge of anything."""
    whole = public.overview_of(plan_or_404(slug))
    context = {"plan": whole.plan, "departments": public.department_lines(whole)}
    return render(request, "plan/departments.html", context)


@require_safe
def department(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What one department is in charge of, and how its plans came out."""
    whole = public.overview_of(plan_or_404(slug))
    only = whole.filtered(lambda line: pk in line.department_ids)
    if not only.lines:
        raise Http404
    slips = comparison.plan_slips(only)
    context = {
        "plan": whole.plan,
        "department": next(each for each in public.department_lines(only) if each.pk == pk),
        "overview": only,
        "slips": slips,
    }
    return render(request, "plan/department.html", context)


@require_safe
def timeline(request: HttpRequest, slug: str) -> HttpResponse:
    """Plan against result of every initiative, as a chart for each theme."""
    whole = public.overview_of(plan_or_404(slug))
    context = {
        "plan": whole.plan,
        "charts": [(theme, public.lanes_of(theme.lines)) for theme in whole.themes],
        "years": [year.fiscal_year for year in whole.years],
    }
    return render(request, "plan/timeline.html", context)


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """What became of the plan, by theme, department and initiative."""
    whole = public.overview_of(plan_or_404(slug))
    slips = comparison.plan_slips(whole)
    context = {"plan": whole.plan, "slips": slips}
    return render(request, "plan/comparison.html", context)


@require_safe
def effects(request: HttpRequest, slug: str) -> HttpResponse:
    """Effect amounts by year."""
    plan = plan_or_404(slug)
    found = public.effects_of(plan)
    chart = bars.draw(
        [
            bars.Column(short_label(year), total, thousands(total))
            for year, total in zip(found.years, found.totals, strict=True)
        ]
    )
    context = {
        "plan": plan,
        "effects": found,
        "chart": chart,
        "sentence": _effects_sentence(found),
        "heads": [_("Fiscal year"), _("Effect amount (thousand yen)")],
        "chart_rows": [
            (fiscal.label(year), thousands(total))
            for year, total in zip(found.years, found.totals, strict=True)
        ],
    }
    return render(request, "plan/effects.html", context)


def _effects_sentence(found: public.Effects) -> str:
    count = len(found.lines)
    return ngettext(
        "Together %(total)s thousand yen from %(count)d initiative.",
        "Together %(total)s thousand yen from %(count)d initiatives.",
        count,
    ) % {"total": thousands(found.total), "count": count}
