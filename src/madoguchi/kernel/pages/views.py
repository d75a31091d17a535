"""The two small files that carry the city's colour and mark to every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from madoguchi.kernel.city.queries import current_city
from madoguchi.kernel.pages import queries
from madoguchi.kernel.pages.rules import colours

WEEK = 7 * 24 * 60 * 60


@require_safe
@gzip_page
@cache_control(public=True, max_age=WEEK)
def styles(request: HttpRequest) -> HttpResponse:
    """Everything that a public page needs. Its address carries version and colour."""
    theme_css = render_to_string(
        "pages/theme.css", {"theme": colours.theme_of(current_city().key_colour)}, request
    )
    return HttpResponse(
        f"{queries.stylesheet().text}\n{theme_css}", content_type="text/css; charset=utf-8"
    )


@require_safe
@cache_control(public=True, max_age=WEEK)
def theme(request: HttpRequest) -> HttpResponse:
    """The key colour alone, for pages with a stylesheet of their own (the staff side)."""
    return render(
        request,
        "pages/theme.css",
        {"theme": colours.theme_of(current_city().key_colour)},
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
        {
            "colour": colours.theme_of(city.key_colour).light.rest,
            "mark": city.mark or city.name[:1],
        },
        content_type="image/svg+xml",
    )
