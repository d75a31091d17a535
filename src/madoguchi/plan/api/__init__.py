"""The read-only API: public plans, their results and figures, as JSON for anyone.

``/api/`` is the reference for people, ``/api/openapi.json`` for programs; docs/api.md.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.renderers import JSONRenderer

from madoguchi.plan.api.reference import endpoints, shapes
from madoguchi.plan.api.routes import router


def for_any_site(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let pages of any site read the answer: the data are public and nobody signs in."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


class ReadableJSON(JSONRenderer):
    """Japanese as it is, not as escapes."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class PublicAPI(NinjaAPI):
    """Every answer, errors included, may be read by pages of any site."""

    @for_any_site
    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().create_response(request, *args, **kwargs)


api = PublicAPI(
    title="Madoguchi",
    version="1",
    description=gettext_noop(
        "Public plans of the city with their published results and figures. "
        "Everything may be read without an account; nothing can be changed."
    ),
    renderer=ReadableJSON(),
    docs_url=None,
    docs_decorator=for_any_site,
    urls_namespace="api",
)
api.add_router("v1/", router, tags=["plan"])


@api.exception_handler(HttpError)
def in_words(request: HttpRequest, error: HttpError) -> HttpResponse:
    return api.create_response(request, {"message": error.message}, status=error.status_code)


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """What can be asked and what the answers hold, for people; a page without scripts."""
    schema = api.get_openapi_schema()
    context = {
        "description": _(api.description),
        "endpoints": list(endpoints(schema)),
        "shapes": list(shapes(schema)),
    }
    return render(request, "plan/api.html", context)


def not_found(request: HttpRequest) -> HttpResponse:
    """Any other address below /api/."""
    message = _("There is nothing at this address. See /api/ for the reference.")
    return api.create_response(request, {"message": message}, status=404)


urlpatterns: list[URLPattern | URLResolver] = [
    path("", reference, name="api_reference"),
    path("", api.urls),
    re_path("", not_found, name="api_not_found"),
]
