"""The sandbox's hosted pages: choose an invented card, confirm, go back to the city."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.blocks.cardsandbox import operations, queries
from madoguchi.blocks.cardsandbox.forms import CardForm, ChallengeForm
from madoguchi.blocks.cardsandbox.models import SandboxIntent
from madoguchi.blocks.cardsandbox.rules import ENDED, Status


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose a card. Whoever comes back to what has ended is sent on to the city."""
    intent = _intent_or_404(reference)
    if intent.status != Status.OPEN:
        return _onward(intent)
    form = CardForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _onward(operations.choose_card(reference=reference, card=form.cleaned_data["card"]))
    context = {"intent": intent, "form": form}
    return render(request, "cardsandbox/pay.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def challenge(request: HttpRequest, reference: str) -> HttpResponse:
    """The card company asks whether it is the holder, as 3-D Secure does."""
    intent = _intent_or_404(reference)
    if intent.status != Status.CHALLENGE:
        return _onward(intent)
    form = ChallengeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _onward(
            operations.answer_challenge(reference=reference, is_confirmed=form.is_confirmed)
        )
    context = {"intent": intent, "form": form}
    return render(
        request, "cardsandbox/challenge.html", context, status=422 if form.is_bound else 200
    )


@never_cache
@require_POST
def give_up(request: HttpRequest, reference: str) -> HttpResponse:  # noqa: ARG001 # Django's signature
    """Back to the city without having paid."""
    _intent_or_404(reference)
    return _onward(operations.give_up(reference=reference))


def _intent_or_404(reference: str) -> SandboxIntent:
    """One that a holder may see; what was charged without the holder has no page."""
    intent = queries.intent(reference)
    if intent is None or not intent.return_url:
        raise Http404
    return intent


def _onward(intent: SandboxIntent) -> HttpResponse:
    if intent.status == Status.CHALLENGE:
        return redirect("cardsandbox:challenge", reference=intent.reference)
    if intent.status in ENDED:
        return HttpResponseRedirect(intent.return_url)
    return redirect("cardsandbox:pay", reference=intent.reference)
