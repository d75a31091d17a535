"""Rules that hold for the whole staff side."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP
from django.utils.translation import gettext as _

from madoguchi.blocks.identity import service as identity

Handler = Callable[[HttpRequest], HttpResponse]

STAFF_PATH = "/staff/"

# Wagtail's editor sets styles from script; scripts stay our own files only
STAFF_POLICY = {
    **settings.SECURE_CSP,
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "frame-ancestors": [CSP.SELF],
}


def staff_content_security_policy(get_response: Handler) -> Handler:
    """Give pages under /staff/ the policy that Wagtail's shell can work with."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(STAFF_PATH):
            response._csp_config = STAFF_POLICY  # type: ignore[attr-defined] # Django's own hook for an override
        return response

    return middleware


OPEN_ROOMS = frozenset({"staff_login", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog"})
"""What a browser may load under /staff/ before anybody has signed in."""

WAGTAIL_ROOMS = OPEN_ROOMS | {"wagtailadmin_home"}
"""The pages of Wagtail's own that are in use; the rest of its admin is not to be found."""


def staff_entrance(get_response: Handler) -> Handler:
    """Let only staff who hold a role into /staff/, and only where this installation has a page.

    Our own staff pages are therefore plain views: signed in and on the staff side is certain,
    which role they need is theirs to check. What they show is kept by no cache, so that nobody
    comes back to it after somebody else has signed out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(STAFF_PATH):
            return get_response(request)
        room = _room(request)
        if room in OPEN_ROOMS:
            return get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if identity.resident_of(request) is not None:
            raise PermissionDenied(_("These pages are for people who work at the city hall."))
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied(_("The staff pages need a role in this system."))
        if room is None:
            raise Http404
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware


STAFF_ACCOUNTS_PATH = "/accounts/"


def staff_accounts(get_response: Handler) -> Handler:
    """Passwords and second factors are of staff alone: a resident can set up none of them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_closed = request.path.startswith(STAFF_ACCOUNTS_PATH)
        if is_closed and identity.resident_of(request) is not None:
            raise PermissionDenied(_("These pages are for people who work at the city hall."))
        return get_response(request)

    return middleware


def _room(request: HttpRequest) -> str | None:
    """The name of the page asked for; None where there is none, or one of Wagtail's not in use."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    if match.func.__module__.startswith("wagtail.") and match.url_name not in WAGTAIL_ROOMS:
        return None
    return match.view_name


def second_factor(get_response: Handler) -> Handler:
    """Where MADOGUCHI_REQUIRE_MFA is set, staff reach nothing before a second factor is set up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        needs = (
            settings.MADOGUCHI_REQUIRE_MFA
            and request.path.startswith(STAFF_PATH)
            and request.user.is_authenticated
            and not identity.has_second_factor(request.user)
        )
        if needs:
            return redirect("mfa_activate_totp")
        return get_response(request)

    return middleware
