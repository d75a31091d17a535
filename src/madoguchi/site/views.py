"""Home, search, the pages about this site, language, and the pages for when something is wrong."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt, requires_csrf_token
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from madoguchi.site import queries
from madoguchi.site.forms import SearchForm

logger = logging.getLogger(__name__)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What do you need?"""
    return render(
        request,
        "site/home.html",
        {
            "cards": queries.cards(),
            "figures": queries.figures(),
            "notices": queries.notices(),
            "has_own_search": True,
        },
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One search over everything that the services offer."""
    form = SearchForm(request.GET)
    context = {
        "form": form,
        "query": request.GET.get("q", ""),
        "cards": queries.cards(),
        "has_own_search": True,
    }
    if not form.is_valid():
        return render(request, "site/search.html", context, status=422)
    query, kind = form.cleaned_data["q"], form.cleaned_data["kind"]
    if query:
        context |= {"findings": queries.find(query, kind), "query": query, "kind": kind}
    return render(request, "site/search.html", context)


@csrf_exempt  # a forged choice of language harms nobody, and public pages stay free of cookies
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Keep the language in a cookie and go back to the page."""
    return django_set_language(request)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "site/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "site/privacy.html", {"kept": queries.kept_data()})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "site/robots.txt", content_type="text/plain; charset=utf-8")


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 # Django's signature
    return render(request, "site/400.html", status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The words of the refusal name the role that would be needed."""
    return render(request, "site/403.html", {"reason": str(exception)}, status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 # Django's signature
    return render(request, "site/404.html", {"has_own_search": True}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its proof of origin: usually cookies are off or the page was old."""
    logger.info("form refused: %s", reason)
    return render(request, "site/csrf_failure.html", status=403)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session: either may be what broke. The log knows the id."""
    incident = secrets.token_hex(4)
    logger.exception("incident %s at %s", incident, request.path)
    return HttpResponse(render_to_string("site/500.html", {"incident": incident}), status=500)
