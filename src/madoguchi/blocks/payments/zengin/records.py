"""A debit file as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.blocks.payments.zengin.layout import NewCode, Result

if TYPE_CHECKING:
    from datetime import date


def mmdd(day: date) -> str:
    return f"{day:%m%d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who collects, on which day (``MMDD``), into which account."""

    client_code: str
    client_name: str
    debit_on: str
    bank_code: str
    branch_code: str
    account_kind: str
    account_number: str
    bank_name: str = ""
    branch_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """One account to be debited; ``result`` is ``0`` in a request, the bank's code in an answer."""

    bank_code: str
    branch_code: str
    account_kind: str
    account_number: str
    holder: str
    amount: int
    customer_number: str
    new_code: str = NewCode.KNOWN
    result: str = Result.DONE
    bank_name: str = ""
    branch_name: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The trailer: how many and how much, in all, debited, and not debited."""

    count: int
    amount: int
    done_count: int = 0
    done_amount: int = 0
    failed_count: int = 0
    failed_amount: int = 0


@dataclass(frozen=True, slots=True)
class DebitFile:
    header: Header
    debits: tuple[Debit, ...]

    def totals(self, *, answered: bool) -> Totals:
        """What the trailer has to say; in a request nothing was done yet."""
        amounts = [debit.amount for debit in self.debits]
        if not answered:
            return Totals(len(amounts), sum(amounts))
        done = [debit.amount for debit in self.debits if debit.result == Result.DONE]
        return Totals(
            count=len(amounts),
            amount=sum(amounts),
            done_count=len(done),
            done_amount=sum(done),
            failed_count=len(amounts) - len(done),
            failed_amount=sum(amounts) - sum(done),
        )
