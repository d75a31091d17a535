"""What follows from the facts about a payment, whatever their order.

The accounts of a payment are a function of the set of its facts: a settlement (確報) makes it
settled; else a provisional receipt (速報) that was not reversed (速報取消) makes it provisional;
else it is no money. Where settlements name different amounts the lowest counts, and so it does
among provisional receipts: money that only one of two statements knows of is not booked, and
somebody is asked to look at it.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from madoguchi.blocks.payments.rules.channels import FactKind

RECEIVABLE: Final = "receivable"
ASSESSED: Final = "assessed"
PROVISIONAL: Final = "provisional"
SETTLED: Final = "settled"
UNIDENTIFIED: Final = "unidentified"
REFUND_DUE: Final = "refund_due"
WRITTEN_OFF: Final = "written_off"
"""The accounts: ``models.Account`` labels them."""

ANNOUNCED: Final = "announced"
REVERSED: Final = "reversed"
"""States of a payment beside provisional and settled."""

ASSIGNED: Final = "assigned"
"""The event of a payment that goes to another bill."""

type Statement = tuple[str, int]
"""What was said of a payment: a `FactKind` and an amount."""


class Standing(NamedTuple):
    """What a payment is by its facts. ``account`` is empty where there is no money."""

    state: str
    account: str
    amount: int
    is_contradicted: bool
    is_reversed_though_settled: bool


def standing(statements: Collection[Statement]) -> Standing:
    """What a payment is by all that was said of it: at least one statement, in any order."""
    if len(statements) == 1:
        ((kind, amount),) = statements
        return _STANDING_OF_ONE[kind](amount)
    amounts: dict[str, int] = {}
    for kind, amount in statements:
        amounts[kind] = min(amount, amounts.get(kind, amount))
    is_contradicted = len({amount for _kind, amount in statements}) > 1
    reversal = amounts.get(FactKind.REVERSAL)
    if (settled := amounts.get(FactKind.SETTLEMENT)) is not None:
        return Standing(SETTLED, SETTLED, settled, is_contradicted, reversal is not None)
    if (provisional := amounts.get(FactKind.PROVISIONAL)) is None:
        return Standing(ANNOUNCED, "", amounts[FactKind.REVERSAL], is_contradicted, False)
    if reversal is not None:
        return Standing(REVERSED, "", provisional, is_contradicted, False)
    return Standing(PROVISIONAL, PROVISIONAL, provisional, is_contradicted, False)


_STANDING_OF_ONE: Final = {
    FactKind.PROVISIONAL.value: lambda n: Standing(PROVISIONAL, PROVISIONAL, n, False, False),
    FactKind.REVERSAL.value: lambda n: Standing(ANNOUNCED, "", n, False, False),
    FactKind.SETTLEMENT.value: lambda n: Standing(SETTLED, SETTLED, n, False, False),
}


class Position(NamedTuple):
    """Where the money of a payment is: in an account, for a bill (None: not identified)."""

    account: str
    bill: int | None
    amount: int


class Move(NamedTuple):
    """An entry to be made: ``debit`` grows, ``credit`` shrinks. ``bill`` is the one it is about."""

    event: str
    debit: str
    credit: str
    amount: int
    bill: int | None


def positions(entries: Iterable[tuple[str, str, int, int | None]]) -> list[Position]:
    """Where the entries of a payment (debit, credit, amount, bill) leave its money."""
    money: dict[tuple[str, int | None], int] = {}
    for debit, credit, amount, bill in entries:
        for account, change in ((debit, amount), (credit, -amount)):
            if account in (PROVISIONAL, SETTLED):
                money[account, bill] = money.get((account, bill), 0) + change
    return [Position(account, bill, left) for (account, bill), left in money.items() if left]


def moves(have: Sequence[Position], want: Position | None) -> list[Move]:
    """What to append so that the money of a payment comes to stand where it should."""
    if want is not None and len(have) == 1 and have[0].amount == want.amount:
        return [*_assign(have[0], want.bill), *_settle(have[0].account, want)]
    undone = [_undo(position) for position in have if position != want]
    if want is None or want in have:
        return undone
    return [*undone, Move(want.account, want.account, side(want.bill), want.amount, want.bill)]


def side(bill: int | None) -> str:
    """The account that stands against money received."""
    return UNIDENTIFIED if bill is None else RECEIVABLE


def _assign(have: Position, bill: int | None) -> list[Move]:
    """Out of one bill, into the other: so that each fee kind balances by itself."""
    if have.bill == bill:
        return []
    return [
        Move(ASSIGNED, side(have.bill), have.account, have.amount, have.bill),
        Move(ASSIGNED, have.account, side(bill), have.amount, bill),
    ]


def _settle(account: str, want: Position) -> list[Move]:
    if account == want.account:
        return []
    return [Move(want.account, want.account, account, want.amount, want.bill)]


def _undo(position: Position) -> Move:
    against = side(position.bill)
    if position.amount > 0:
        return Move(REVERSED, against, position.account, position.amount, position.bill)
    return Move(REVERSED, position.account, against, -position.amount, position.bill)


class KnownSlip(NamedTuple):
    """A slip that a barcode belongs to."""

    id: int
    bill: int
    amount: int


class Named(NamedTuple):
    """What is known here of what a channel named as paid."""

    slip: KnownSlip | None
    """Of the barcode."""
    bill: int | None
    """Of the bill number."""
    bill_in_barcode: int | None
    """Of the number in the barcode's free field, where no slip has the barcode."""
    is_contradicted: bool


class Payee(NamedTuple):
    """What a payment is taken for. ``bill`` is None where somebody must say it; then ``problem``
    names the kind of work and ``proposed`` the bill that is likely meant."""

    bill: int | None
    slip: int | None
    problem: str
    proposed: int | None


UNKNOWN_BARCODE: Final = "unknown_barcode"
WRONG_AMOUNT: Final = "wrong_amount"
CONFLICT: Final = "conflict"


def payee(named: Named, amount: int) -> Payee:
    """The bill that a payment is for.

    A slip is paid only with its own amount: the barcode says how much is due, so another amount
    is not what the payer was asked for. A channel that names the bill itself is believed.
    """
    slip = named.slip
    slip_id = slip.id if slip else None
    likely = slip.bill if slip else named.bill or named.bill_in_barcode
    disagree = slip is not None and named.bill is not None and slip.bill != named.bill
    if named.is_contradicted or disagree:
        return Payee(None, slip_id, CONFLICT, likely)
    if slip is not None and slip.amount == amount:
        return Payee(slip.bill, slip_id, "", None)
    if named.bill is not None:
        return Payee(named.bill, slip_id, "", None)
    return Payee(None, slip_id, WRONG_AMOUNT if slip else UNKNOWN_BARCODE, likely)


def number_in_barcode(barcode: str) -> str:
    """The 16 digits of the bill in a barcode's free field (client code 5, then the number)."""
    return barcode[13:29]


def without_amount(barcode: str) -> str:
    """What stands before amount and check digit: two barcodes that share it are one slip's."""
    return barcode[:37]


def bill_number(kind: str, serial: int) -> str:
    """The 16 digits of a bill: the fee kind's two, then a serial number."""
    return f"{kind}{serial:014d}"
