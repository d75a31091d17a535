"""Our pages with Stripe's own card field: what is typed there goes from the browser to Stripe."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from madoguchi.blocks.payments.models import CardPayment
from madoguchi.blocks.payments.queries.cards import bill_words
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable, card_providers
from madoguchi.blocks.stripecards import rules
from madoguchi.blocks.stripecards.service import StripeProvider

CHALLENGE_ORIGINS = {"https://js.stripe.com": ["https://hooks.stripe.com"]}
"""Where Stripe shows the challenges of card companies, besides the origin of its script."""


@require_safe
@never_cache
def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Type in the card for an attempt, and confirm where the card company asks.

    What was charged without the payer has no page.
    """
    attempt = get_object_or_404(
        CardPayment.objects.select_related("bill").exclude(Q(reference="") | Q(return_url="")),
        public_id=public_id,
        provider=StripeProvider.code,
    )
    at = _stripe()
    try:
        told = at.find_payment(attempt.reference)
    except ProviderUnavailable:
        return render(request, "stripecards/unavailable.html", status=503)
    if told["status"] not in rules.PAYABLE:
        return redirect(attempt.return_url)
    context = {
        "amount": attempt.amount,
        "what": bill_words(attempt.bill),
        "saves_card": attempt.saves_card,
        **_for_script(at, told, attempt.return_url),
    }
    return _page(request, at, "stripecards/pay.html", context)


@require_safe
@never_cache
def save(request: HttpRequest, reference: str) -> HttpResponse:
    """Type in a card that is to be charged for coming bills."""
    at = _stripe()
    try:
        told = at.find_setup(reference)
    except ProviderUnavailable as failure:
        if not failure.may_retry:
            raise Http404 from failure
        return render(request, "stripecards/unavailable.html", status=503)
    return_url = told["metadata"].get("return_url", "")
    if not url_has_allowed_host_and_scheme(return_url, allowed_hosts={request.get_host()}):
        raise Http404
    if told["status"] not in rules.PAYABLE:
        return redirect(return_url)
    context = {"saves_card": True, **_for_script(at, told, return_url)}
    return _page(request, at, "stripecards/save.html", context)


def _stripe() -> StripeProvider:
    found = card_providers.get(StripeProvider.code)
    if not isinstance(found, StripeProvider):
        raise Http404
    return found


def _for_script(at: StripeProvider, told: rules.Told, return_url: str) -> dict[str, Any]:
    """``needs_card``: the payer chooses a card; else only the holder's word is missing."""
    return {
        "js_url": at.js_url,
        "key": at.publishable_key,
        "secret": told["client_secret"],
        "return_url": return_url,
        "needs_card": told["status"] == "requires_payment_method",
    }


def _page(
    request: HttpRequest, at: StripeProvider, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The page, and for it alone leave to load Stripe's script and to speak to Stripe."""
    script = _origin(at.js_url)
    policy: dict[str, Any] = {
        **settings.SECURE_CSP,
        "script-src": [CSP.SELF, script],
        "frame-src": [script, *CHALLENGE_ORIGINS.get(script, [])],
        "connect-src": [CSP.SELF, _origin(at.api_base)],
    }
    return csp_override(policy)(render)(request, template, context)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
