"""A payer at the card sandbox, and providers that fail as real ones do."""

import json

from madoguchi.blocks.cardsandbox import operations as sandbox
from madoguchi.blocks.cardsandbox import queries, rules
from madoguchi.blocks.cardsandbox.models import SandboxIntent
from madoguchi.blocks.cardsandbox.service import SandboxProvider
from madoguchi.blocks.payments.operations import cards
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable
from madoguchi.kernel import clock


def back(public_id):
    return f"/pay/back/{public_id}/"


def start(bill, *, saves_card=False, **given):
    attempt, _started = cards.start_card_payment(
        bill_id=bill.pk, saves_card=saves_card, return_url_of=back, **given
    )
    return attempt


def choose(attempt, card="pays"):
    """Answer at the sandbox with an invented card; nothing is told to the city yet."""
    return sandbox.choose_card(reference=attempt.reference, card=card)


def confirm(attempt, *, is_confirmed=True):
    return sandbox.answer_challenge(reference=attempt.reference, is_confirmed=is_confirmed)


def pay(bill, card="pays", **given):
    """Pay a bill and come back."""
    attempt = start(bill, **given)
    choose(attempt, card)
    return cards.refresh_card_payment(public_id=attempt.public_id)


def save_card(payer, card="pays"):
    started = cards.start_saving_card(payer=payer, return_url="/pay/card/")
    sandbox.choose_card(reference=started.reference, card=card)
    return cards.finish_saving_card(payer=payer, reference=started.reference)


def message(reference):
    """The body and headers with which the sandbox tells of a payment, saving or refund."""
    return signed(queries.message_of(reference))


def signed(told):
    body = json.dumps(told).encode()
    at = int(clock.now().timestamp())
    made = rules.signature(body, at=at, secret=queries.message_secret())
    return body, {rules.SIGNATURE_HEADER: made}


class Failing(SandboxProvider):
    """The sandbox, but some calls end as over a bad line: before (``lost`` False) or after the
    provider has done what was asked."""

    def __init__(self, *calls, lost=False, may_retry=True):
        self.failing = set(calls)
        self.lost = lost
        self.may_retry = may_retry

    def _call(self, name, *arguments):
        call = getattr(super(), name)
        if name not in self.failing:
            return call(*arguments)
        if self.lost:
            call(*arguments)
        raise ProviderUnavailable("no answer", may_retry=self.may_retry)

    def start(self, order):
        return self._call("start", order)

    def start_saving(self, order):
        return self._call("start_saving", order)

    def look_up(self, reference):
        return self._call("look_up", reference)

    def abandon(self, reference):
        return self._call("abandon", reference)

    def charge_saved(self, order, method):
        return self._call("charge_saved", order, method)

    def refund(self, reference, amount, idempotency_key):
        return self._call("refund", reference, amount, idempotency_key)

    def forget(self, method):
        return self._call("forget", method)


def intents():
    return SandboxIntent.objects.count()
