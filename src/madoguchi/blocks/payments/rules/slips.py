"""What a payment slip bears, and how many of them make a file."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.slips import barcode

TOO_MUCH: Final = "too_much"
OVERDUE: Final = "overdue"
NOT_BY_STORE: Final = "not_by_store"


@dataclass(frozen=True, slots=True)
class Batch:
    """A file of a run: places from ``start`` up to, not with, ``stop``."""

    number: int
    start: int
    stop: int


def without_barcode(
    *, amount: int, pay_by: date, channels: Collection[str], highest: int | None, today: date
) -> str:
    """Why a store could not take the slip, as a code; empty where it can.

    ``highest`` is the highest amount of the contract with the stores, None where there is no
    contract (GS1 guideline: 300,000 yen; six digits are the end of the barcode's field).
    """
    if Channel.STORE not in channels or highest is None:
        return NOT_BY_STORE
    if pay_by < today:
        return OVERDUE
    if amount > min(highest, barcode.HIGHEST_AMOUNT):
        return TOO_MUCH
    return ""


def free_field(client_code: str, bill_number: str) -> str:
    """The 21 digits that are the city's own in a store's barcode."""
    return client_code + bill_number


def case_key(bill_number: str, issue: int) -> str:
    """The 20 digits (案件特定キー) that name this issue of a slip."""
    return f"{bill_number}{issue:04}"


def batches(payers: Sequence[str], size: int) -> Iterator[Batch]:
    """Files of ``size`` slips, given the payer of each slip in its place.

    A file grows until the payer changes: nobody's slips lie in two envelopes.
    """
    start = 0
    number = 1
    while start < len(payers):
        stop = min(start + size, len(payers))
        while stop < len(payers) and payers[stop] == payers[stop - 1]:
            stop += 1
        yield Batch(number, start, stop)
        start = stop
        number += 1


def left_out(
    *,
    owed: int,
    channels: Collection[str],
    has_slip: bool,
    has_mandate: bool,
    has_saved_card: bool,
) -> str:
    """Why a run prints no slip for a bill, as a code; empty where it does.

    What a bank or a card company is asked for needs no slip.
    """
    reasons = {
        "paid": owed <= 0,
        "has_slip": has_slip,
        "by_debit": has_mandate and Channel.DEBIT in channels,
        "by_card": has_saved_card and Channel.CARD in channels,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")
