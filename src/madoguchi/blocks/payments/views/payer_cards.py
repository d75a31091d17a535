"""A payer and the card: paying a bill, coming back from the provider, the card that is kept."""

from contextlib import suppress
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.payments.forms.payer import CardForm
from madoguchi.blocks.payments.models import CardPayment, Payment
from madoguchi.blocks.payments.operations import cards
from madoguchi.blocks.payments.operations.card_states import payment_key
from madoguchi.blocks.payments.queries.cards import current_card, decline_words, provider
from madoguchi.blocks.payments.queries.payer_bills import BillPage, good_through
from madoguchi.blocks.payments.rules.cards import (
    CardProvider,
    ProviderUnavailable,
    Started,
    is_expired,
)
from madoguchi.blocks.payments.views.payer import bill_or_404
from madoguchi.blocks.payments.views.payer_access import for_payer
from madoguchi.kernel import clock

SAVING: Final = "payments_saving"
"""Where the session keeps the provider's name for a card that is just being saved."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_payer
def check(request: HttpRequest, payer: str, number: str) -> HttpResponse:
    """What will be paid, and with which card; then on to the provider."""
    page = bill_or_404(payer, number)
    at = provider()
    if at is None or not page.line.takes_card:
        return redirect("payments:bill", number=number)
    form = CardForm(
        request.POST if request.method == "POST" else None,
        owed=page.line.balance.owed,
        saved=current_card(payer, provider=at.code),
    )
    if not form.is_bound:
        return _check_page(request, page, form, at)
    if not form.is_valid():
        return _check_page(request, page, form, at, status=422)
    try:
        _attempt, started = cards.start_card_payment(
            bill_id=page.line.bill.pk,
            saves_card=form.keeps_card,
            with_saved_card=form.with_saved_card,
            return_url_of=lambda public_id: _absolute(request, "card_result", public_id),
            by=None,
        )
    except (cards.NothingOwed, cards.NotByCard, cards.NoCardProvider) as refused:
        messages.warning(request, str(refused))
        return redirect("payments:bill", number=number)
    except ProviderUnavailable:
        return _check_page(request, page, form, at, status=503)
    return _to_provider(started)


@require_safe
@for_payer
def result(request: HttpRequest, payer: str, public_id: str) -> HttpResponse:
    """What came of an attempt: the provider is asked each time, until it is certain."""
    attempt = CardPayment.objects.filter(public_id=public_id, bill__payer=payer).first()
    if attempt is None:
        raise Http404
    # without an answer what is known so far is shown, and the page may be loaded again
    with suppress(ProviderUnavailable, cards.NoCardProvider):
        attempt = cards.refresh_card_payment(public_id=public_id)
    context = {
        "attempt": attempt,
        "page": bill_or_404(payer, attempt.bill.number),
        "decline": decline_words(attempt.decline_code),
        "payment": Payment.objects.filter(
            key=payment_key(attempt.provider, attempt.reference)
        ).first(),
    }
    return render(request, "payments/payer/card_result.html", context)


@require_safe
@for_payer
def saved_card(request: HttpRequest, payer: str) -> HttpResponse:
    """The card that coming bills are paid with, or how to register one."""
    at = _provider_or_404()
    card = current_card(payer, provider=at.code)
    context = {
        "card": card,
        "good_through": good_through(card),
        "is_expired": card is not None and is_expired(card.expires, clock.today()),
        "provider": at,
    }
    return render(request, "payments/payer/saved_card.html", context)


@require_POST
@for_payer
def register_card(request: HttpRequest, payer: str) -> HttpResponse:
    """Off to the provider to save a card, or another one in its place."""
    _provider_or_404()
    try:
        started = cards.start_saving_card(
            payer=payer, return_url=_absolute(request, "card_registered")
        )
    except ProviderUnavailable:
        messages.error(request, _("The card company cannot be reached just now. Try again later."))
        return redirect("payments:saved_card")
    request.session[SAVING] = started.reference
    return _to_provider(started)


@require_safe
@for_payer
def card_registered(request: HttpRequest, payer: str) -> HttpResponse:
    """Back from saving a card. Whoever comes here again finds the card as it is."""
    reference = request.session.get(SAVING)
    if reference:
        _finish_saving(request, payer, str(reference))
    return redirect("payments:saved_card")


@require_http_methods(["GET", "HEAD", "POST"])
@for_payer
def remove_card(request: HttpRequest, payer: str) -> HttpResponse:
    """Ask once, then forget the card here and at the provider."""
    at = _provider_or_404()
    card = current_card(payer, provider=at.code)
    if card is None:
        return redirect("payments:saved_card")
    if request.method != "POST":
        return render(request, "payments/payer/remove_card.html", {"card": card})
    cards.remove_saved_card(payer=payer, by=None)
    messages.success(request, _("The card was removed. Coming bills are not charged to it."))
    return redirect("payments:saved_card")


def _finish_saving(request: HttpRequest, payer: str, reference: str) -> None:
    try:
        cards.finish_saving_card(payer=payer, reference=reference)
    except cards.CardNotSaved as refused:
        code = str(refused.values["code"])
        words = decline_words(code)
        why = f"{words.happened} {words.next_step}" if code else _("You stopped before the end.")
        messages.error(request, f"{refused} {why}")
    except ProviderUnavailable:
        messages.error(request, _("The card company cannot be reached just now. Try again later."))
        return
    else:
        messages.success(request, _("The card is registered."))
    del request.session[SAVING]


def _check_page(
    request: HttpRequest, page: BillPage, form: CardForm, at: CardProvider, *, status: int = 200
) -> HttpResponse:
    context = {"page": page, "form": form, "provider": at, "is_unreachable": status == 503}
    return render(request, "payments/payer/card_check.html", context, status=status)


def _to_provider(started: Started) -> HttpResponse:
    return redirect(started.redirect_url)


def _provider_or_404() -> CardProvider:
    at = provider()
    if at is None:
        raise Http404
    return at


def _absolute(request: HttpRequest, name: str, *args: str) -> str:
    return request.build_absolute_uri(reverse(f"payments:{name}", args=args))
