"""What the entries of a bill come to."""

from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.blocks.payments.rules import ledger


@dataclass(frozen=True, slots=True)
class BillBalance:
    """Yen. ``owed`` is what is still due; below zero the bill is overpaid.

    ``settled`` and ``provisional`` are what was received, before anything went back; what is
    decided to go back is in ``refund_due`` until it is paid, then in ``refunded``.
    """

    assessed: int = 0
    provisional: int = 0
    settled: int = 0
    refund_due: int = 0
    refunded: int = 0
    written_off: int = 0
    owed: int = 0

    @property
    def received(self) -> int:
        """Provisional and settled, before anything went back."""
        return self.provisional + self.settled

    @property
    def overpaid(self) -> int:
        return max(0, -self.owed)

    @property
    def refundable(self) -> int:
        """What may be decided to go back: overpaid, and already settled here."""
        here = self.settled - self.refunded - self.refund_due
        return max(0, min(self.overpaid, here))


NOTHING = BillBalance()

type Total = tuple[str, str, int]
"""Debit, credit and the sum of the amounts of such entries."""


def balance(totals: Iterable[Total]) -> BillBalance:
    """The balance of one bill from the totals of its entries."""
    accounts: dict[str, int] = {}
    refunded = 0
    for debit, credit, amount in totals:
        accounts[debit] = accounts.get(debit, 0) + amount
        accounts[credit] = accounts.get(credit, 0) - amount
        if (debit, credit) == (ledger.REFUND_DUE, ledger.SETTLED):
            refunded += amount
    return BillBalance(
        assessed=-accounts.get(ledger.ASSESSED, 0),
        provisional=accounts.get(ledger.PROVISIONAL, 0),
        settled=accounts.get(ledger.SETTLED, 0) + refunded,
        refund_due=-accounts.get(ledger.REFUND_DUE, 0),
        refunded=refunded,
        written_off=accounts.get(ledger.WRITTEN_OFF, 0),
        owed=accounts.get(ledger.RECEIVABLE, 0),
    )


@dataclass(frozen=True, slots=True)
class Collected:
    """What of the bills assessed came in (収納率). ``collected`` counts each bill up to its
    amount, settled money only."""

    assessed: int
    collected: int
    bills: int
    bills_paid: int

    @property
    def rate(self) -> float | None:
        """A share of 1; None where nothing was assessed."""
        return self.collected / self.assessed if self.assessed else None
