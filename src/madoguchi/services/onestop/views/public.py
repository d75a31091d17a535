"""What residents open: ``/onestop/``."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.kernel import clock
from madoguchi.services.onestop.queries.public import figure_page, records
from madoguchi.services.onestop.queries.windows import windows_on


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the window is, how to use it, where it is."""
    return render(request, "onestop/index.html", {"windows": windows_on(clock.today())})


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """How it goes, year by year."""
    return render(request, "onestop/figures.html", {"page": figure_page(clock.today())})


@require_safe
def figure(request: HttpRequest, key: str, year: int) -> HttpResponse:
    """The records behind one figure of a year."""
    found = records(figure_page(clock.today()), key=key, year=year, number=request.GET.get("page"))
    if found is None:
        raise Http404
    return render(request, "onestop/figure.html", {"found": found, "year": year})
