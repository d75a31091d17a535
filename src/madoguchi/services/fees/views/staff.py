"""The desk of the fees: payers, decisions, bills, rules."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity.service import user_of
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.services.fees.forms import (
    AssessForm,
    FindForm,
    NewPayerForm,
    PayerForm,
    RuleForm,
    UploadForm,
    YearForm,
)
from madoguchi.services.fees.models import KindChoice, KindRule, Payer
from madoguchi.services.fees.operations import assessments, payers, upload
from madoguchi.services.fees.queries import desk
from madoguchi.services.fees.queries.payers import find_payers, payer_page
from madoguchi.services.fees.views.access import may_print, readable_kinds, served_kinds

GET_AND_POST = ["GET", "HEAD", "POST"]
A_PAGE = 50


@require_safe
def payer_list(request: HttpRequest) -> HttpResponse:
    """Find a payer; what waits to be billed stands above."""
    kinds = readable_kinds(request)
    form = FindForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    found = find_payers(query, _only(kinds))
    return render(
        request,
        "fees/staff/payers.html",
        {
            "form": form,
            "query": query,
            "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
            "waiting": desk.waiting(kinds),
        },
        status=200 if form.is_valid() else 422,
    )


@require_safe
def payer(request: HttpRequest, number: str) -> HttpResponse:
    kinds = readable_kinds(request)
    found = get_object_or_404(find_payers("", _only(kinds)), number=number)
    return render(
        request,
        "fees/staff/payer.html",
        {"found": payer_page(found, _only(kinds)), "labels": dict(KindChoice.choices)},
    )


@require_http_methods(GET_AND_POST)
def add_payer(request: HttpRequest) -> HttpResponse:
    served_kinds(request)
    form = NewPayerForm(posted(request))

    def act() -> str:
        payers.add_payer(**form.cleaned_data, by=user_of(request))
        return str(form.cleaned_data["number"])

    return _ask(request, form, act, title=_("Add a payer"), field="number")


@require_http_methods(GET_AND_POST)
def change_payer(request: HttpRequest, number: str) -> HttpResponse:
    kinds = served_kinds(request)
    found = get_object_or_404(find_payers("", _only(kinds)), number=number)
    form = PayerForm(posted(request), instance=Payer.objects.get(pk=found.pk))

    def act() -> str:
        payers.change_payer(payer=found, **form.cleaned_data, by=user_of(request))
        return number

    return _ask(request, form, act, title=_("Change name or address"), payer=found)


@require_http_methods(GET_AND_POST)
def assess(request: HttpRequest, number: str) -> HttpResponse:
    """Decide what a payer owes. Whoever serves a kind may give it to any payer, but reads the
    names of payers of the own kinds only.
    """
    kinds = served_kinds(request)
    found = get_object_or_404(Payer, number=number, erased_at=None)
    payer = find_payers("", _only(kinds)).filter(pk=found.pk).first()
    title = _("Decide a fee") if payer else f"{_('Decide a fee')} {number}"
    form = AssessForm(posted(request), kinds=kinds, this_year=_this_year())

    def act() -> str:
        given = form.cleaned_data
        decision = assessments.Decision(
            found, given["amount"], given["first_month"], given["last_month"]
        )
        assessments.assess(
            kind=given["kind"],
            fiscal_year=given["fiscal_year"],
            decisions=[decision],
            by=user_of(request),
        )
        return number

    return _ask(request, form, act, title=title, field="fiscal_year", payer=payer)


@require_http_methods(GET_AND_POST)
def upload_table(request: HttpRequest) -> HttpResponse:
    """Take over decisions from a table; its faults are named line by line."""
    kinds = served_kinds(request)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(data, files, kinds=kinds, this_year=_this_year())
    faults: list[upload.Fault] = []
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            kept = upload.upload_assessments(
                kind=given["kind"],
                fiscal_year=given["fiscal_year"],
                content=given["file"].read(),
                by=user_of(request),
            )
        except upload.TableRefused as refused:
            form.add_error("file", str(refused))
            faults = refused.faults
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(
                request,
                ngettext(
                    "%(count)d decision was kept.", "%(count)d decisions were kept.", len(kept)
                )
                % {"count": len(kept)},
            )
            return redirect("fees_staff:bill", given["kind"], given["fiscal_year"])
    return render(
        request,
        "fees/staff/upload.html",
        {"form": form, "faults": faults, "headings": upload.HEADINGS},
        status=422 if form.is_bound else 200,
    )


@require_safe
def choose_year(request: HttpRequest) -> HttpResponse:
    """Which fee and year shall be billed."""
    kinds = served_kinds(request)
    form = YearForm(request.GET or None, kinds=kinds, this_year=_this_year())
    if form.is_bound and form.is_valid():
        return redirect(
            "fees_staff:bill", form.cleaned_data["kind"], form.cleaned_data["fiscal_year"]
        )
    return render(
        request,
        "fees/staff/choose.html",
        {"form": form, "waiting": desk.waiting(kinds)},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(GET_AND_POST)
def bill(request: HttpRequest, kind: str, fiscal_year: int) -> HttpResponse:
    """How many decisions wait and what they come to; pressing the button makes their bills."""
    if kind not in served_kinds(request) or not fiscal.is_fiscal_year(fiscal_year):
        raise Http404
    context: dict[str, Any] = {
        "kind": KindChoice(kind),
        "fiscal_year": fiscal_year,
        "waiting": desk.waiting_for(kind, fiscal_year),
        "may_print": may_print(request),
    }
    if request.method != "POST":
        return render(request, "fees/staff/bill.html", context)
    try:
        done = assessments.bill_assessments(kind=kind, fiscal_year=fiscal_year, by=user_of(request))
    except Refused as refused:
        return render(request, "fees/staff/bill.html", {**context, "refused": refused}, status=422)
    return render(request, "fees/staff/billed.html", {**context, "done": done})


@require_http_methods(GET_AND_POST)
def rule_list(request: HttpRequest) -> HttpResponse:
    """The instalment rules through time."""
    readable_kinds(request)
    return render(
        request,
        "fees/staff/rules.html",
        {"rules": KindRule.objects.order_by("kind", "-from_fiscal_year")},
    )


@require_http_methods(GET_AND_POST)
def add_rule(request: HttpRequest) -> HttpResponse:
    kinds = served_kinds(request)
    form = RuleForm(posted(request), kinds=kinds, this_year=_this_year())

    def act() -> None:
        given = form.cleaned_data
        assessments.add_rule(
            kind=given["kind"],
            from_fiscal_year=given["fiscal_year"],
            due_months=given["due_months"],
            at_stores=given["at_stores"],
            source=given["source"],
            by=user_of(request),
        )

    back = reverse("fees_staff:rules")
    title = _("Add an instalment rule")
    return _ask(request, form, act, title=title, field="fiscal_year", back=back)


def _ask(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[], str | None],
    *,
    title: str,
    field: str | None = None,
    payer: Payer | None = None,
    back: str = "",
) -> HttpResponse:
    """The form, and once it is right the operation; its refusal stands at ``field``.

    ``act`` gives the customer number whose page comes next, or None for the rules. ``payer`` is
    whom it concerns, ``back`` where to go without it, other than to the payer or the list.
    """
    if form.is_bound and form.is_valid():
        try:
            number = act()
        except Refused as refused:
            form.add_error(field, str(refused))
        else:
            messages.success(request, _("Saved."))
            if number is None:
                return redirect("fees_staff:rules")
            return redirect("fees_staff:payer", number)
    return render(
        request,
        "fees/staff/ask.html",
        {"form": form, "title": title, "payer": payer, "back": back or _way_back(payer)},
        status=422 if form.is_bound else 200,
    )


def _way_back(payer: Payer | None) -> str:
    return (
        reverse("fees_staff:payer", args=[payer.number]) if payer else reverse("fees_staff:payers")
    )


def _only(kinds: list[str]) -> list[str] | None:
    """None for those who see every kind: they see payers without any fee too."""
    return None if len(kinds) == len(KindChoice.values) else kinds


def _this_year() -> int:
    return fiscal.fiscal_year_of(clock.today())
