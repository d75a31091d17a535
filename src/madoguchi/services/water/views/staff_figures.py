"""The desk's figures, and the dated tables: tariffs, tax rates, terms."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.service import Channel, channel_label
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.services.water.forms.staff import MoveForm, add_refusal
from madoguchi.services.water.forms.tariffs import TariffForm, TaxForm, TermsForm
from madoguchi.services.water.models import BillingTerms, Tariff, TaxRate
from madoguchi.services.water.operations import tariffs as operations
from madoguchi.services.water.queries.charges import price_tables
from madoguchi.services.water.queries.contracts import FEE_KIND, KINDS
from madoguchi.services.water.queries.tariffs import prices, tariff_rule
from madoguchi.services.water.rules import access
from madoguchi.services.water.rules.periods import Terms
from madoguchi.services.water.rules.tariff import Counts
from madoguchi.services.water.views.staff_access import require_clerk, require_reader

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Collection rate, shares, costs; and what a move of payers would come to."""
    require_reader(request)
    found = payments.figures_now(KINDS)
    form = MoveForm(
        request.GET if "share" in request.GET else None,
        channels=[(each.value, channel_label(each)) for each in Channel],
        initial={"share": 10, "old": Channel.STORE.value, "new": Channel.CARD.value},
    )
    year = payments.year_to_reckon_with(found.years)
    context = {
        "figures": found,
        "charts": payments.figure_charts(found.years),
        "form": form,
        "year": year and payments.row_label(year),
        "move": _move(form, year),
    }
    return render(request, "water/staff/figures.html", context, status=422 if form.errors else 200)


def _move(form: MoveForm, year: payments.Year | None) -> dict[str, Any] | None:
    if year is None or not form.is_bound or not form.is_valid():
        return None
    old, new = Channel(form.cleaned_data["old"]), Channel(form.cleaned_data["new"])
    share = form.cleaned_data["share"]
    found = payments.what_if(
        year, fee_kind=FEE_KIND, old=old, new=new, share=share, on=clock.today()
    )
    return {
        "move": found,
        "share": share,
        "old": channel_label(old),
        "new": channel_label(new),
        "saved": max(-found.change, 0),
        "more": max(found.change, 0),
    }


@require_safe
def tariffs(request: HttpRequest) -> HttpResponse:
    """Every tariff, tax rate and terms of billing, latest first."""
    actor = require_reader(request)
    in_force = prices().on(clock.today())
    rows = [(row, price_tables(tariff_rule(row))) for row in Tariff.objects.all()]
    context = {
        "rows": rows,
        "present": in_force and in_force[0].from_on,
        "rates": TaxRate.objects.all(),
        "terms": [
            (row, [channel_label(each) for each in row.channels])
            for row in BillingTerms.objects.all()
        ],
        "may_manage": access.may_manage(actor),
    }
    return render(request, "water/staff/tariffs.html", context)


@require_http_methods(GET_AND_POST)
def tariff_add(request: HttpRequest) -> HttpResponse:
    clerk = require_clerk(request)
    form = TariffForm(posted(request))

    def store() -> object:
        return operations.add_tariff(by=clerk, **form.values())

    return _ask(request, form, store, title=_("Lay down a tariff"))


@require_http_methods(GET_AND_POST)
def tax_add(request: HttpRequest) -> HttpResponse:
    clerk = require_clerk(request)
    form = TaxForm(posted(request))

    def store() -> object:
        given = form.cleaned_data
        return operations.add_tax_rate(
            from_on=given["from_on"],
            per_cent=given["per_cent"],
            counts=Counts(given["counts"]),
            by=clerk,
        )

    return _ask(request, form, store, title=_("Lay down a tax rate"))


@require_http_methods(GET_AND_POST)
def terms_add(request: HttpRequest) -> HttpResponse:
    clerk = require_clerk(request)
    form = TermsForm(posted(request))

    def store() -> object:
        given = form.cleaned_data
        return operations.add_terms(
            from_on=given["from_on"],
            terms=Terms(given["due_months"], given["due_day"], given["least_days"]),
            channels=[Channel(each) for each in given["channels"]],
            by=clerk,
        )

    return _ask(request, form, store, title=_("Lay down terms of billing"))


def _ask(
    request: HttpRequest, form: forms.Form, store: Callable[[], object], *, title: str
) -> HttpResponse:
    """Show the form; store what is sound and go back to the tables."""
    if request.method == "POST" and form.is_valid():
        try:
            store()
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("It was laid down."))
            return redirect("water_staff:tariffs")
    context = {"form": form, "title": title}
    return render(
        request, "water/staff/tariff_form.html", context, status=422 if form.errors else 200
    )
