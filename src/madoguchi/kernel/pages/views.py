"""The two small files that carry the city's colour and mark to every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from madoguchi.kernel.city.queries import current_city
from madoguchi.kernel.pages import rules

WEEK = 7 * 24 * 60 * 60


@require_safe
@cache_control(public=True, max_age=WEEK)
def theme(request: HttpRequest) -> HttpResponse:
    """Custom properties of the key colour. Pages ask for it with the colour in the query."""
    return render(
        request,
        "pages/theme.css",
        {"theme": rules.theme_of(current_city().key_colour)},
        content_type="text/css; charset=utf-8",
    )


@require_safe
@cache_control(public=True, max_age=WEEK)
def favicon(request: HttpRequest) -> HttpResponse:
    """The city's mark in its key colour."""
    city = current_city()
    return render(
        request,
        "pages/favicon.svg",
        {"colour": rules.theme_of(city.key_colour).light.rest, "mark": city.mark or city.name[:1]},
        content_type="image/svg+xml",
    )
