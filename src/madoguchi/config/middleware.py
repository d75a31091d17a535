"""Two rules that hold for the whole staff side."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.csp import CSP

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
