"""Readings: what is known of contracts before something is recorded, and what is outstanding."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max, Q, QuerySet

from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.rules import periods

REMEMBERED_MONTHS = 14
"""A year back and one period more: what estimates and the look at unusual use need."""


@dataclass(slots=True)
class Known:
    """A contract with its latest readings."""

    contract: Contract
    readings: dict[tuple[date, bool], Reading] = field(default_factory=dict)
    """By period and whether it is the final one."""

    def put(self, reading: Reading) -> None:
        self.readings[reading.period, reading.is_final] = reading

    def reading(self, period: date, *, is_final: bool) -> Reading | None:
        return self.readings.get((period, is_final))

    def before(self, period: date, *, is_final: bool) -> Reading | None:
        """The latest reading before that of a period."""
        earlier = [place for place in self.readings if place < (period, is_final)]
        return self.readings[max(earlier)] if earlier else None

    def is_followed(self, period: date, *, is_final: bool) -> bool:
        return any(place > (period, is_final) for place in self.readings)

    def used(self, period: date) -> int | None:
        """What was used in a regular period, or None where it was not read."""
        found = self.reading(period, is_final=False)
        return found.used_m3 if found else None


def known_contracts(
    numbers: Collection[str], *, since: date, lock: bool = False
) -> dict[str, Known]:
    """Contracts by their number, with the readings from 14 months before a period on, and in any
    case the last one. Three queries; ``lock`` keeps others from recording and billing meanwhile."""
    contracts = Contract.objects.filter(number__in=numbers, erased_at=None).order_by("pk")
    if lock:
        contracts = contracts.select_for_update()
    by_id = {contract.pk: Known(contract) for contract in contracts}
    if lock:  # waits for bills that are being made, so that what is read below has their numbers
        since_then = Reading.objects.filter(contract__in=by_id, period__gte=since).order_by("pk")
        list(since_then.select_for_update().values_list("pk"))
    lasts = (
        Reading.objects.filter(contract__in=by_id)
        .order_by()
        .values("contract")
        .annotate(last=Max("read_on"))
    )
    oldest = periods.shifted(periods.period_of(since), -REMEMBERED_MONTHS)
    early = [
        Q(contract=each["contract"], read_on=each["last"])
        for each in lasts
        if each["last"] < oldest
    ]
    recent = Q(period__gte=oldest)
    for reading in Reading.objects.filter(Q(contract__in=by_id) & recent):
        by_id[reading.contract_id].put(reading)
    for start in range(0, len(early), 300):
        some = Q()
        for each in early[start : start + 300]:
            some |= each
        for reading in Reading.objects.filter(some):
            by_id[reading.contract_id].put(reading)
    return {known.contract.number: known for known in by_id.values()}


def due_for_reading(period: date) -> QuerySet[Contract]:
    """Contracts whose meter is read in the month: of its group, in force from before it."""
    after = periods.shifted(period, 1)
    return Contract.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=after),
        reads_in_even_months=period.month % 2 == 0,
        started_on__lt=period,
        erased_at=None,
    )


def without_reading(period: date) -> QuerySet[Contract]:
    """Those of them that have no reading yet, by number."""
    read = Reading.objects.filter(period=period, is_final=False).values("contract")
    return due_for_reading(period).exclude(pk__in=read).order_by("number")
