"""The water desk: what waits in the latest periods, and a contract with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.service import BillLine
from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.queries.billing import Progress, progress_of
from madoguchi.services.water.queries.contracts import payer_of
from madoguchi.services.water.queries.readings import Known
from madoguchi.services.water.rules import periods

SHOWN_MONTHS = 6


def latest_periods(today: date) -> list[Progress]:
    """The present period and the five before it, latest first. Seven queries."""
    now = periods.period_of(today)
    return progress_of([periods.shifted(now, -at) for at in range(SHOWN_MONTHS)])


@dataclass(frozen=True, slots=True)
class ReadingLine:
    reading: Reading
    bill: BillLine | None

    @property
    def code(self) -> str:
        return periods.text_of(self.reading.period)


@dataclass(frozen=True, slots=True)
class ContractPage:
    """A contract with its readings, bills and payments, latest first."""

    contract: Contract
    readings: Sequence[ReadingLine]
    bills: Sequence[BillLine]
    payments: Sequence[object]
    next_period: date | None

    @property
    def owed(self) -> int:
        return sum(line.owed for line in self.bills)

    @property
    def next_code(self) -> str:
        return periods.text_of(self.next_period) if self.next_period else ""


def contract_page(contract: Contract, *, today: date) -> ContractPage:
    """Four queries."""
    payer = payer_of(contract.number)
    bills = payments.bills_of(payer)
    by_number = {line.bill.number: line for line in bills}
    readings = list(contract.readings.order_by("-period", "-is_final"))
    return ContractPage(
        contract=contract,
        readings=[ReadingLine(each, by_number.get(each.bill_number)) for each in readings],
        bills=bills[::-1],
        payments=payments.payments_of(payer),
        next_period=_next_period(contract, readings, today),
    )


def _next_period(contract: Contract, readings: Sequence[Reading], today: date) -> date | None:
    """The period that can be recorded now: after the last one, and not ahead."""
    if contract.ended_on is not None:
        return None
    now = periods.period_of(today)
    if not periods.is_read_in(now, reads_in_even_months=contract.reads_in_even_months):
        now = periods.shifted(now, -1)
    if readings:
        return min(periods.shifted(readings[0].period, 2), now)
    return now


@dataclass(frozen=True, slots=True)
class ListLine:
    """A meter on the list of readings: where it stands, and what it used a year before."""

    known: Known
    period: date

    @property
    def contract(self) -> Contract:
        return self.known.contract

    @property
    def previous_m3(self) -> int:
        before = self.known.before(self.period, is_final=False)
        return before.meter_m3 if before else self.contract.start_index_m3

    @property
    def usual_m3(self) -> int | None:
        """Of the same period a year before, else of the last one."""
        year_before = self.known.used(periods.year_before(self.period))
        if year_before is not None:
            return year_before
        before = self.known.before(self.period, is_final=False)
        return before.used_m3 if before else None
