"""Residents' pages: who may open them, and how somebody comes in."""

from collections.abc import Callable
from dataclasses import asdict
from functools import update_wrapper
from typing import Any, Concatenate, Final

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.queries import resident_of
from madoguchi.blocks.identity.rules.codes import Proof
from madoguchi.kernel import clock

HOME: Final = "site:my_page"
FRESH_SECONDS: Final = 15 * 60
"""How long ago somebody may have signed in who changes the ways in."""
PROOF: Final = "identity_proof"
"""Where the session keeps the code that is on its way."""
CLOSED: Final = ("/staff/", "/accounts/")

type ResidentView[**P] = Callable[Concatenate[HttpRequest, User, P], HttpResponse]


def for_residents[**P](
    view: ResidentView[P],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give the view the resident who is signed in; strangers sign in first, staff are told.

    What such a page shows is kept by no cache.
    """

    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        resident = resident_of(request)
        if resident is not None:
            return view(request, resident, *args, **kwargs)
        if request.user.is_authenticated:
            return staff_here(request)
        # what was sent cannot be sent again by itself: one comes back to where it starts
        asked = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse(HOME)
        return redirect_to_login(asked, login_url=reverse("residents:sign_in"))

    update_wrapper(inner, view)
    return never_cache(inner)


def for_fresh_residents[**P](
    view: ResidentView[P],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """As ``for_residents``; whoever signed in a while ago signs in once more."""

    def checked(
        request: HttpRequest, resident: User, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not is_fresh(request):
            asked = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse(HOME)
            return redirect_to_login(asked, login_url=reverse("residents:sign_in"))
        return view(request, resident, *args, **kwargs)

    update_wrapper(checked, view)
    return for_residents(checked)


def staff_here(request: HttpRequest) -> HttpResponse:
    """A member of staff came to the residents' pages."""
    return render(request, "identity/residents/staff_here.html", status=403)


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever is signed in did so a moment ago."""
    since = clock.now().timestamp() - FRESH_SECONDS
    records = get_authentication_records(request, request.user)
    return any(record["at"] > since for record in records)


def enter(
    request: HttpRequest, resident: User, *, method: str, after: str, **particulars: Any
) -> HttpResponse:
    """Sign the resident in under a new session key, and go to ``after``.

    The session lasts until the browser closes, or for SESSION_COOKIE_AGE.
    """
    record_authentication(request, resident, method=method, **particulars)
    answer: HttpResponse = perform_login(request, resident, redirect_url=after)
    request.session.set_expiry(0)
    return answer


def after_of(request: HttpRequest) -> str:
    """Where somebody wants to go: a page of this site, and none of those that are for staff."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not is_ours or not wanted.startswith("/") or wanted.startswith(CLOSED):
        return resolve_url(HOME)
    return wanted


def keep_proof(request: HttpRequest, proof: Proof) -> None:
    request.session[PROOF] = asdict(proof)


def kept_proof(request: HttpRequest) -> Proof | None:
    kept = request.session.get(PROOF)
    return Proof(**kept) if isinstance(kept, dict) else None


def forget_proof(request: HttpRequest) -> None:
    request.session.pop(PROOF, None)
