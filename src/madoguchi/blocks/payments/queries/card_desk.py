"""Card payments as the treasury looks at them: attempts, refunds, days laid side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models import (
    CardPayment,
    CardReconciliation,
    Refund,
    SavedCard,
)
from madoguchi.blocks.payments.queries.cards import bill_words, decline_words
from madoguchi.blocks.payments.rules.cards import CardStatus, card_providers
from madoguchi.blocks.payments.rules.channels import Channel

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TAGS: Final = {
    CardStatus.STARTED: "clock",
    CardStatus.CHALLENGE: "clock",
    CardStatus.SUCCEEDED: "success",
    CardStatus.DECLINED: "warning",
    CardStatus.ABANDONED: "neutral",
}
REFUND_TAGS: Final = {
    Refund.Status.DECIDED: "warning",
    Refund.Status.SENT: "clock",
    Refund.Status.PAID: "success",
    Refund.Status.FAILED: "error",
    Refund.Status.WITHDRAWN: "neutral",
}


def attempts(*, status: str = "", code: str = "") -> QuerySet[CardPayment]:
    """Attempts to pay by card, the latest first. ``code`` is a bill number or a reference."""
    found = CardPayment.objects.select_related("bill", "saved_card")
    if status:
        found = found.filter(status=status)
    if code:
        found = found.filter(Q(bill__number=code) | Q(reference=code) | Q(public_id=code))
    return found


@dataclass(frozen=True, slots=True)
class AttemptRow:
    attempt: CardPayment
    what: str
    tag: str
    why: StrOrPromise
    """Why it was declined."""
    is_away: bool
    """The saved card was charged while nobody was there."""


def attempt_rows(found: Sequence[CardPayment]) -> list[AttemptRow]:
    return [
        AttemptRow(
            attempt=each,
            what=bill_words(each.bill),
            tag=TAGS[CardStatus(each.status)],
            why=decline_words(each.decline_code).happened if each.decline_code else "",
            is_away=each.saved_card is not None and not each.return_url,
        )
        for each in found
    ]


def card_refunds() -> QuerySet[Refund]:
    """Refunds to cards: what is to be sent first, the oldest on top; then the latest."""
    return (
        Refund.objects.filter(channel=Channel.CARD)
        .select_related("bill", "payment", "decided_by")
        .annotate(waits=Q(status__in=[Refund.Status.DECIDED, Refund.Status.SENT]))
        .order_by("-waits", "-id")
    )


def refund_rows(found: Sequence[Refund]) -> list[tuple[Refund, str, str]]:
    """Each refund with what was paid and the kind of its tag."""
    return [
        (each, bill_words(each.bill), REFUND_TAGS[Refund.Status(each.status)]) for each in found
    ]


def count_waiting_refunds() -> int:
    waiting = [Refund.Status.DECIDED, Refund.Status.SENT]
    return Refund.objects.filter(channel=Channel.CARD, status__in=waiting).count()


def count_cards() -> int:
    """Payers whose coming bills a saved card pays."""
    return SavedCard.objects.filter(removed_at=None).count()


def reconciliations() -> QuerySet[CardReconciliation]:
    """The latest of each day, newest day first."""
    later = CardReconciliation.objects.filter(
        provider=OuterRef("provider"), day=OuterRef("day"), pk__gt=OuterRef("pk")
    )
    return CardReconciliation.objects.filter(~Exists(later)).select_related("made_by")


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    kind: str
    tag: str
    label: StrOrPromise
    to_do: StrOrPromise
    reference: str
    bill: str
    there: int
    here: int


_DIFFERENCES: Final[Mapping[str, tuple[str, StrOrPromise, StrOrPromise]]] = {
    "booked": (
        "success",
        _("It was missing here and has been booked."),
        _("Nothing: the bill is paid."),
    ),
    "other_day": (
        "success",
        _("The provider has it on another day."),
        _("Nothing: the amount is the same."),
    ),
    "unknown": (
        "error",
        _("The provider has it; nobody here began it."),
        _("Ask the provider what was paid."),
    ),
    "missing_there": (
        "error",
        _("It is booked here, and the provider does not confirm it."),
        _("Ask the provider. Until then the money may not come."),
    ),
    "amount": (
        "error",
        _("The amounts differ."),
        _("Ask the provider, and correct what is wrong here."),
    ),
    "refunded": (
        "error",
        _("What was paid back differs."),
        _("See whether somebody paid back at the provider, and decide that refund here too."),
    ),
}


def difference_rows(made: CardReconciliation) -> list[DifferenceRow]:
    """What does not agree, in words; what somebody must do comes first."""
    rows = [_difference(each) for each in made.differences]
    return sorted(rows, key=lambda row: row.tag == "success")


def _difference(told: Mapping[str, Any]) -> DifferenceRow:
    tag, label, to_do = _DIFFERENCES[told["kind"]]
    return DifferenceRow(tag=tag, label=label, to_do=to_do, **{name: told[name] for name in _TOLD})


_TOLD: Final = ("kind", "reference", "bill", "there", "here")


def count_open(made: CardReconciliation) -> int:
    """How many differences somebody has to look at."""
    return sum(_DIFFERENCES[each["kind"]][0] == "error" for each in made.differences)


def provider_label(code: str) -> StrOrPromise:
    known = card_providers.get(code)
    return code if known is None else known.label
