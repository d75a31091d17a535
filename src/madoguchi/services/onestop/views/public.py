"""What residents open: ``/onestop/``."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.kernel import clock
from madoguchi.services.onestop.queries.public import figure_page
from madoguchi.services.onestop.queries.windows import windows_on


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the window is, how to use it, where it is."""
    return render(request, "onestop/index.html", {"windows": windows_on(clock.today())})


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How it goes, year by year."""
    return render(request, "onestop/figures.html", figure_page(clock.today()))
