"""The office's own word on what became of a plan item."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.kernel import fiscal
from madoguchi.kernel.refused import Refused
from madoguchi.plan.forms.public import MatchForm
from madoguchi.plan.forms.staff import add_refusal
from madoguchi.plan.models import Plan, PlanItem, ResultItem
from madoguchi.plan.operations.comparison import choose_match, follow_rule
from madoguchi.plan.queries.matches import matched_sheets, results_to_choose, sheet_matches
from madoguchi.plan.rules import access
from madoguchi.plan.views.staff_access import require_office, require_reader_of_all

CONFLICT = 409


@require_safe
def matches(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The sheets of the newest plan, or of the one that is named, with what is unanswered."""
    require_reader_of_all(request)
    plans = list(Plan.objects.all())
    plan = get_object_or_404(Plan, slug=slug) if slug else next(iter(plans), None)
    context = {"plan": plan, "plans": plans, "sheets": matched_sheets(plan) if plan else []}
    return render(request, "plan/staff/matches.html", context)


@require_safe
def matches_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: each plan item with its result."""
    actor = require_reader_of_all(request)
    sheet = sheet_matches(pk)
    if sheet is None:
        raise Http404
    context = {"sheet": sheet, "is_office": access.may_manage(actor)}
    return render(request, "plan/staff/matches_sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the result of one plan item."""
    office = require_office(request)
    item = get_object_or_404(
        PlanItem.objects.select_related("row__initiative__theme__plan", "match"), pk=pk
    )
    form = _form(request, item)
    if request.method != "POST":
        return _page(request, item, form)
    if not form.is_valid():
        return _page(request, item, form, status=422)
    try:
        if form.cleaned_data["result"] == MatchForm.BY_RULE:
            follow_rule(plan_item=item, by=office)
        else:
            chosen = form.chosen
            choose_match(
                plan_item=item,
                result_item=get_object_or_404(ResultItem, pk=chosen) if chosen else None,
                reason=form.cleaned_data["reason"],
                by=office,
            )
    except Refused as refused:
        add_refusal(form, refused, "result")
        return _page(request, item, form, status=CONFLICT)
    messages.success(request, _("Your decision was stored."))
    return redirect("plan_staff:matches_of", pk=item.row.initiative_id)


def _form(request: HttpRequest, item: PlanItem) -> MatchForm:
    word = getattr(item, "match", None)
    initial = {"result": MatchForm.BY_RULE}
    if word is not None:
        initial = {
            "result": str(word.result_item_id or MatchForm.NOTHING),
            "reason": word.reason,
        }
    results = {
        pk: f"{fiscal.label(year, 'short')} {text}"
        for pk, (year, text) in results_to_choose(item).items()
    }
    return MatchForm(request.POST or None, initial=initial, results=results)


def _page(request: HttpRequest, item: PlanItem, form: MatchForm, status: int = 200) -> HttpResponse:
    sheet = sheet_matches(item.row.initiative_id)
    lines = sheet.lines if sheet else ()
    context = {
        "item": item,
        "line": next((line for line in lines if line.item.pk == item.pk), None),
        "initiative": item.row.initiative,
        "fiscal_year": item.row.fiscal_year,
        "form": form,
    }
    return render(request, "plan/staff/matches_item.html", context, status=status)
