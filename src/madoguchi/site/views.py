"""Home, search, my page, the pages about this site, and those for when something is wrong."""

import logging
import secrets

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, requires_csrf_token
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.registries import own_data
from madoguchi.site import queries
from madoguchi.site.forms import EraseMeForm, SearchForm

logger = logging.getLogger(__name__)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What do you need?"""
    return render(
        request,
        "site/home.html",
        {
            "events": queries.events(),
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
@identity.for_residents
def my_page(request: HttpRequest, resident: User) -> HttpResponse:
    """What is mine, at a glance."""
    context = {"parts": queries.my_parts(request), "name": identity.own_name(resident)}
    return render(request, "site/my_page.html", context)


@require_safe
@identity.for_residents
def my_data(request: HttpRequest, resident: User) -> HttpResponse:
    """All that this site holds on the resident, to be read or printed."""
    context = {"parts": queries.own_parts(resident), "at": clock.now()}
    return render(request, "site/my_data.html", context)


@require_safe
@identity.for_residents
def my_data_file(request: HttpRequest, resident: User) -> HttpResponse:  # noqa: ARG001 # every view takes it
    """The same as a file that programs can read."""
    data = {_("Written at"): clock.now().isoformat(timespec="seconds")}
    answer = JsonResponse(
        data | queries.own_export(resident), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@identity.for_fresh_residents
def erase_me(request: HttpRequest, resident: User) -> HttpResponse:
    """The end of the account: what goes, what must stay and why, then a box and a button."""
    form = EraseMeForm(posted(request))
    if form.is_bound and form.is_valid():
        kept = queries.kept_after_erasing(resident)
        identity.erase_resident(resident=resident, by=resident)
        logout(request)
        return render(request, "site/erased.html", {"kept": kept})
    context = {
        "form": form,
        "parts": [str(source.label) for source in own_data],
        "kept": queries.kept_after_erasing(resident),
    }
    return render(request, "site/erase_me.html", context, status=422 if form.is_bound else 200)


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
