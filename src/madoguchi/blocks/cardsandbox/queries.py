"""What the sandbox knows."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Sum

from madoguchi.blocks.cardsandbox.models import SandboxIntent, SandboxRefund
from madoguchi.blocks.cardsandbox.rules import CARDS, InventedCard, Status
from madoguchi.kernel import clock


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of a day, with what was paid back of it since."""

    reference: str
    amount: int
    refunded: int
    at: datetime
    key: str


def intent(reference: str) -> SandboxIntent | None:
    return SandboxIntent.objects.filter(reference=reference).first()


def has_stumbled(payer: str, card: InventedCard) -> bool:
    """Whether this payer's last try with the card failed."""
    tries = SandboxIntent.objects.filter(metadata__payer=payer, method=card.code)
    last = tries.order_by("-id").first()
    return last is not None and last.status == Status.DECLINED


def paid_on(day: date) -> Sequence[Paid]:
    begins = datetime.combine(day, time(), clock.TOKYO)
    found = (
        SandboxIntent.objects.filter(
            is_setup=False,
            status=Status.SUCCEEDED,
            succeeded_at__gte=begins,
            succeeded_at__lt=begins + timedelta(days=1),
        )
        .annotate(given_back=Sum("refunds__amount", default=0))
        .order_by("succeeded_at", "id")
    )
    return [
        Paid(each.reference, each.amount, each.given_back, each.succeeded_at, each.idempotency_key)
        for each in found
        if each.succeeded_at is not None
    ]


def message_secret() -> bytes:
    """What the sandbox's messages are signed with."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"madoguchi.cardsandbox.messages", sha256).digest()


def message_of(reference: str) -> dict[str, Any]:
    """The message that tells how a payment, saving or refund stands now.

    Its ``id`` is the same whenever it tells the same. Raises SandboxIntent.DoesNotExist.
    """
    refund = SandboxRefund.objects.select_related("intent").filter(reference=reference).first()
    if refund is not None:
        return {
            "id": f"evt_{reference}",
            "type": "refund",
            "refund": reference,
            "amount": refund.amount,
            "intent": refund.intent.reference,
            "key": refund.idempotency_key,
        }
    found = SandboxIntent.objects.get(reference=reference)
    return {
        "id": f"evt_{reference}_{found.status}",
        "type": "setup" if found.is_setup else "payment",
        "intent": described(found),
    }


def described(found: SandboxIntent) -> dict[str, Any]:
    """A payment or saving as the sandbox tells of it outside."""
    card = CARDS.get(found.method) if found.saves_card else None
    return {
        "reference": found.reference,
        "status": found.status,
        "amount": found.amount,
        "decline_code": found.decline_code,
        "succeeded_at": found.succeeded_at and found.succeeded_at.isoformat(),
        "key": found.idempotency_key,
        "payer": found.metadata["payer"],
        "customer": found.customer,
        "card": card
        and {"code": card.code, "brand": card.brand, "last4": card.last4, "expires": card.expires},
    }
