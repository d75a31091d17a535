"""What residents open: ``/water/``."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.service import Channel
from madoguchi.kernel import clock
from madoguchi.services.water.forms.public import CalculatorForm
from madoguchi.services.water.queries import charges as words
from madoguchi.services.water.queries.contracts import KINDS
from madoguchi.services.water.queries.tariffs import prices, terms_for
from madoguchi.services.water.rules.periods import period_of
from madoguchi.services.water.rules.tariff import Charge, Tariff, TaxRate, water_charge


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Where to pay, what it costs, how to pay, how paying goes."""
    return render(request, "water/index.html", {"takes_cards": _takes_cards()})


@require_safe
def charges(request: HttpRequest) -> HttpResponse:
    """The calculator, and the tariff in force."""
    in_force = prices().on(clock.today())
    if in_force is None:
        return render(request, "water/charges.html", {"tariff": None})
    tariff, tax = in_force
    form = CalculatorForm(request.GET if "used" in request.GET else None, sizes=tariff.base)
    charge = _charge(form, tariff, tax)
    context = {
        "form": form,
        "charge": charge,
        "sections": words.sections(charge) if charge else [],
        "tariff": tariff,
        "tax": words.number_text(tax.per_cent),
        "tables": words.price_tables(tariff),
    }
    return render(request, "water/charges.html", context, status=422 if form.errors else 200)


def _charge(form: CalculatorForm, tariff: Tariff, tax: TaxRate) -> Charge | None:
    if not form.is_bound or not form.is_valid():
        return None
    given = form.cleaned_data
    return water_charge(tariff, tax, given["pipe"], given["used"], given["sewer"])


@require_safe
def payment(request: HttpRequest) -> HttpResponse:
    """The ways to pay beside one another."""
    _terms, channels = terms_for(period_of(clock.today()))
    offered = {channel.value: channel in channels for channel in Channel}
    offered["card"] = offered["card"] and _takes_cards()
    return render(request, "water/payment.html", {"offered": offered})


def _takes_cards() -> bool:
    return payments.provider() is not None


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Collection rate, shares and costs of channels."""
    found = payments.kept_figures(KINDS)
    context = {"figures": found, "charts": payments.figure_charts(found.years)}
    return render(request, "water/figures.html", context)
