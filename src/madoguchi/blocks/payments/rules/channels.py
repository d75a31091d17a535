"""How a bill may be paid, and what a channel tells of one act of paying."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Channel(StrEnum):
    """Stored codes; labels are translated in ``models.ChannelChoice``."""

    STORE = "store"
    CARD = "card"
    DEBIT = "debit"
    COUNTER = "counter"


class FactKind(StrEnum):
    """What was said of a payment: 速報, 速報取消, 確報."""

    PROVISIONAL = "provisional"
    REVERSAL = "reversal"
    SETTLEMENT = "settlement"


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement about one act of paying, as a channel made it.

    ``payment_key`` names the act of paying across its kinds of facts, and is the same whenever the
    same act is spoken of. ``barcode`` is the 44 digits of the slip, ``bill_number`` the 16 digits
    of the bill: at least one is given where the channel knows it; both empty is unidentified
    money. ``amount`` is yen and positive. ``transfer_on`` is the day on which the money comes.
    """

    kind: FactKind
    channel: Channel
    payment_key: str
    amount: int
    paid_at: datetime
    barcode: str = ""
    bill_number: str = ""
    transfer_on: date | None = None
    reference: str = ""
    """The store, the provider's intent, the bank's request: what to quote to the other side."""
    source: str = ""
    """Where it was read: ``file:12:345`` (file and line), ``card:evt_1``, ``debit:7:3``."""
