"""What happens at the sandbox: begun, answered with an invented card, confirmed, paid back."""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.cardsandbox import rules, tasks
from madoguchi.blocks.cardsandbox.models import SandboxIntent, SandboxRefund
from madoguchi.blocks.cardsandbox.queries import has_stumbled
from madoguchi.blocks.cardsandbox.rules import Status
from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused


class NotChargeable(Refused):
    """A refund of what was not paid, or of more than is left of it."""

    message = _("This payment has no %(amount)s yen left to pay back.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the city's side asks for. ``key`` is its name for it, the same when it asks again."""

    key: str
    payer: str
    amount: int
    description: str
    return_url: str = ""
    customer: str = ""
    saves_card: bool = False


@transaction.atomic
def begin(wanted: Wanted, *, is_setup: bool = False) -> SandboxIntent:
    """A payment, or the saving of a card (``is_setup``), that waits for its holder.

    The same key gives the same one again, whatever else is said.
    """
    made, _is_new = SandboxIntent.objects.get_or_create(
        idempotency_key=wanted.key,
        defaults={
            "reference": f"{'seti' if is_setup else 'pi'}_{secrets.token_hex(12)}",
            "is_setup": is_setup,
            "amount": wanted.amount,
            "status": Status.OPEN,
            "return_url": wanted.return_url,
            "saves_card": wanted.saves_card or is_setup,
            "customer": wanted.customer or f"cus_{secrets.token_hex(8)}",
            "metadata": {"payer": wanted.payer, "description": wanted.description},
            "created_at": clock.now(),
        },
    )
    return made


@transaction.atomic
def begin_with_saved(wanted: Wanted, *, card: str) -> SandboxIntent:
    """A payment with a saved card whose holder is there; it may still have to be confirmed."""
    return _charge(wanted, card, rules.answer_of_saved(rules.CARDS[card]))


@transaction.atomic
def charge_away(wanted: Wanted, *, card: str) -> SandboxIntent:
    """Charge a saved card while its holder is not there."""
    return _charge(wanted, card, rules.answer_when_away(rules.CARDS[card]))


@transaction.atomic
def choose_card(*, reference: str, card: str) -> SandboxIntent:
    """Answer an open intent with an invented card. One that waits for nothing stays as it is."""
    intent = _lock(reference)
    if intent.status != Status.OPEN:
        return intent
    chosen = rules.CARDS[card]
    answer = rules.answer_on_page(
        chosen,
        is_setup=intent.is_setup,
        has_stumbled=has_stumbled(intent.metadata["payer"], chosen),
    )
    intent.method = chosen.code
    return _answer(intent, answer)


@transaction.atomic
def answer_challenge(*, reference: str, is_confirmed: bool) -> SandboxIntent:
    """The holder's word at the challenge. Where none is waiting, nothing changes."""
    intent = _lock(reference)
    if intent.status != Status.CHALLENGE:
        return intent
    refused = rules.Answer(Status.DECLINED, rules.NOT_CONFIRMED)
    return _answer(intent, rules.Answer(Status.SUCCEEDED) if is_confirmed else refused)


@transaction.atomic
def give_up(*, reference: str) -> SandboxIntent:
    """The holder goes back without having paid. Where nothing is waiting, nothing changes."""
    intent = _lock(reference)
    if intent.status in rules.ENDED:
        return intent
    return _answer(intent, rules.Answer(Status.ABANDONED))


@transaction.atomic
def pay_back(*, reference: str, amount: int, key: str) -> SandboxRefund:
    """Pay money back, once for each ``key``. Raises NotChargeable, SandboxIntent.DoesNotExist."""
    intent = _lock(reference)
    made = SandboxRefund.objects.filter(idempotency_key=key).first()
    if made is not None:
        return made
    given = sum(refund.amount for refund in intent.refunds.all())
    if intent.status != Status.SUCCEEDED or not 0 < amount <= intent.amount - given:
        raise NotChargeable(amount=amount)
    refund = SandboxRefund.objects.create(
        reference=f"re_{secrets.token_hex(12)}",
        idempotency_key=key,
        intent=intent,
        amount=amount,
        created_at=clock.now(),
    )
    tasks.send_on_commit(refund.reference)
    return refund


def _charge(wanted: Wanted, card: str, answer: rules.Answer) -> SandboxIntent:
    intent = _lock(begin(wanted).reference)
    if intent.status != Status.OPEN:
        return intent
    intent.method = card
    return _answer(intent, answer)


def _lock(reference: str) -> SandboxIntent:
    return SandboxIntent.objects.select_for_update().get(reference=reference)


def _answer(intent: SandboxIntent, answer: rules.Answer) -> SandboxIntent:
    intent.status = answer.status
    intent.decline_code = answer.decline_code
    if answer.status == Status.SUCCEEDED:
        intent.succeeded_at = clock.now()
    intent.save()
    tasks.send_on_commit(intent.reference)
    return intent
