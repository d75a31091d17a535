"""What residents see: which fees there are, how to pay them, and how collection goes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.blocks.payments import service as payments
from madoguchi.kernel import clock, fiscal
from madoguchi.services.fees.evidence import FEE_KINDS
from madoguchi.services.fees.queries.kinds import kinds


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The fees with their due dates in this fiscal year, and where each can be paid."""
    year = fiscal.fiscal_year_of(clock.today())
    return render(
        request,
        "fees/index.html",
        {"kinds": kinds(year), "fiscal_year": year, "today": clock.today()},
    )


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Collection rate, shares and costs of channels, year by year."""
    found = payments.kept_figures(FEE_KINDS)
    return render(
        request,
        "fees/figures.html",
        {"figures": found, "charts": payments.figure_charts(found.years)},
    )
