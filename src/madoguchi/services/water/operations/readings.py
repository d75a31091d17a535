"""Readings: recorded one by one or many at once, put right while no bill is made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.queries.readings import Known, known_contracts
from madoguchi.services.water.rules import meter, periods

ONE_DAY = timedelta(days=1)


class ContractUnknown(Refused):
    message = _("There is no contract with the customer number “%(number)s”.")


class NotUnderContract(Refused):
    message = _("On %(day)s the contract was not in force.")


class ReadInFuture(Refused):
    message = _("%(day)s lies ahead: only what was read can be recorded.")


class NotItsMonth(Refused):
    message = _("This meter is not read in that month, or the day is too far from it.")


class ReadBefore(Refused):
    message = _("The meter was read on %(day)s already.")


class ReadingBilled(Refused):
    message = _("Bill %(bill)s was made of this reading. Take the bill back first.")


class LaterReading(Refused):
    message = _("There is a later reading, which starts from this one.")


class PeriodMissing(Refused):
    message = _("The reading before this one is missing. Record it, or an estimate, first.")


class MeterLowered(Refused):
    message = _(
        "The meter shows less (%(index)d) than before (%(floor)d). Check the number; if the meter"
        " has passed 99999 or was exchanged, say so."
    )


class MeterImpossible(Refused):
    message = _("The meter cannot show this: it counts from 0 to 99999 and starts again.")


class IndexMissing(Refused):
    message = _("Write what the meter shows, or choose an estimate.")


class ExchangedUnread(Refused):
    """An estimate goes on from the old meter, and the next reading would be compared with it."""

    message = _("A meter that was exchanged is read: write what the new one shows.")


class Unusual(Refused):
    """Somebody should look again; recorded as soon as it is confirmed."""

    message = _("%(used)d m³ are more than twice the usual (%(usual)d m³). Please look again.")


class ReadingsRefused(Refused):
    """Nothing was recorded. ``faults`` are places in what was given, with what is wrong."""

    def __init__(self, faults: Sequence[tuple[int, Refused]]) -> None:
        super().__init__()
        self.faults = tuple(faults)

    def __str__(self) -> str:
        count = len(self.faults)
        return ngettext(
            "%(count)d reading cannot be recorded.", "%(count)d readings cannot be recorded.", count
        ) % {"count": count}

    @property
    def is_unusual_only(self) -> bool:
        """Whether a confirmation is all that is missing."""
        return all(isinstance(fault, Unusual) for _place, fault in self.faults)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A reading as it comes in. ``period`` is the month of reading, by default that of the day.

    ``index_m3`` may be left out of an estimate. ``confirmed``: somebody looked again at an
    unusual use.
    """

    number: str
    read_on: date
    index_m3: int | None = None
    period: date | None = None
    is_estimate: bool = False
    is_final: bool = False
    rolled_over: bool = False
    exchange: meter.Exchange | None = None
    meter_number: str = ""
    """Of the new meter, where it was exchanged."""
    note: str = ""
    confirmed: bool = False

    @property
    def month(self) -> date:
        return self.period or periods.period_of(self.read_on)


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many readings were new, put right, or there already."""

    new: int
    changed: int
    same: int


def record_reading(*, entry: Entry, by: User | None) -> Reading:
    """Record one reading, or put it right while no bill is made of it. Raises what is wrong."""
    try:
        record_readings(entries=[entry], by=by)
    except ReadingsRefused as refused:
        raise refused.faults[0][1] from None
    return Reading.objects.get(
        contract__number=entry.number, period=entry.month, is_final=entry.is_final
    )


@transaction.atomic
def record_readings(*, entries: Sequence[Entry], by: User | None) -> Recorded:
    """Record many, all or none; what is there already with the same values is left alone.

    Of one contract several may come, in the order of their days. Raises ReadingsRefused.
    """
    months = [entry.month for entry in entries]
    known = known_contracts(
        {entry.number for entry in entries}, since=min(months, default=clock.today()), lock=True
    )
    new: list[Reading] = []
    changed: list[Reading] = []
    same, faults = 0, []
    for place, entry in enumerate(entries):
        try:
            reading, is_same = _reading_of(entry, known, by)
        except Refused as refused:
            faults.append((place, refused))
            continue
        if is_same:
            same += 1
        else:
            (changed if reading.pk else new).append(reading)
            known[entry.number].put(reading)
    if faults:
        raise ReadingsRefused(faults)
    Reading.objects.bulk_create(new, batch_size=500)
    _save(changed)
    _exchange_meters(entries, known)
    if new or changed:
        audit.record(
            by=by,
            action="water.readings_recorded",
            subject=f"water.readings:{periods.text_of(max(months))}",
            detail={"new": len(new), "changed": len(changed)},
        )
    return Recorded(len(new), len(changed), same)


TAKEN_FROM_ENTRY = (
    "from_on", "read_on", "index_m3", "previous_index_m3", "used_m3", "ahead_m3", "seen_m3",
    "is_estimate", "rolled_over", "removed_at_m3", "installed_at_m3", "note",
)  # fmt: skip


def _save(changed: Sequence[Reading]) -> None:
    if changed:
        fields = [*TAKEN_FROM_ENTRY, "recorded_at", "recorded_by"]
        Reading.objects.bulk_update(changed, fields, batch_size=200)


def _exchange_meters(entries: Sequence[Entry], known: dict[str, Known]) -> None:
    for entry in entries:
        if entry.exchange is not None and entry.meter_number:
            contract = known[entry.number].contract
            contract.meter_number = entry.meter_number
            contract.save(update_fields=["meter_number"])


def _reading_of(entry: Entry, known: dict[str, Known], by: User | None) -> tuple[Reading, bool]:
    """The reading to be stored, and whether it is stored as it is already."""
    here = known.get(entry.number)
    if here is None:
        raise ContractUnknown(number=entry.number)
    there = here.reading(entry.month, is_final=entry.is_final)
    if there is not None and _says(entry, there):
        return there, True
    if there is not None and there.is_billed:
        raise ReadingBilled(bill=there.bill_number)
    if here.is_followed(entry.month, is_final=entry.is_final):
        raise LaterReading
    before = here.before(entry.month, is_final=entry.is_final)
    _check_day(entry, here.contract, before)
    reading = Reading(
        pk=there.pk if there else None,
        contract=here.contract,
        period=entry.month,
        is_final=entry.is_final,
        read_on=entry.read_on,
        from_on=_first_day(entry, here.contract, before),
        is_estimate=entry.is_estimate,
        rolled_over=entry.rolled_over,
        note=entry.note,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    _measure(reading, entry, here, before)
    return reading, False


def _says(entry: Entry, there: Reading) -> bool:
    """Whether the reading was recorded from an entry like this one."""
    exchange = entry.exchange
    return (
        entry.read_on,
        there.index_m3 if entry.is_estimate and entry.index_m3 is None else entry.index_m3,
        entry.is_estimate,
        entry.rolled_over,
        exchange.removed_at_m3 if exchange else None,
        exchange.installed_at_m3 if exchange else None,
        entry.note,
    ) == (
        there.read_on,
        there.index_m3,
        there.is_estimate,
        there.rolled_over,
        there.removed_at_m3,
        there.installed_at_m3,
        there.note,
    )


def _check_day(entry: Entry, contract: Contract, before: Reading | None) -> None:
    if entry.read_on > clock.today():
        raise ReadInFuture(day=entry.read_on.isoformat())
    ended = contract.ended_on
    if entry.read_on < contract.started_on or (ended is not None and entry.read_on >= ended):
        raise NotUnderContract(day=entry.read_on.isoformat())
    earliest, latest = periods.shifted(entry.month, -1), periods.shifted(entry.month, 2)
    is_its_month = entry.is_final or periods.is_read_in(
        entry.month, reads_in_even_months=contract.reads_in_even_months
    )
    if not is_its_month or not earliest <= entry.read_on < latest:
        raise NotItsMonth
    if before is not None:
        if entry.read_on <= before.read_on:
            raise ReadBefore(day=before.read_on.isoformat())
        if before.period < periods.shifted(entry.month, -2):
            raise PeriodMissing


def _first_day(entry: Entry, contract: Contract, last: Reading | None) -> date:
    """The day after the last reading. Without one it is the start of the contract, or, of a
    contract that was taken over with its history elsewhere, two months before the period."""
    if last is not None:
        return last.read_on + ONE_DAY
    return max(contract.started_on, periods.shifted(entry.month, -2))


def _measure(reading: Reading, entry: Entry, here: Known, last: Reading | None) -> None:
    """Set the index and what was used. Raises what is wrong with the meter, and Unusual."""
    before = _before(here.contract, last)
    year_before = here.used(periods.year_before(entry.month))
    of_last = last.used_m3 if last is not None else None
    reading.previous_index_m3 = before.billed_up_to
    if entry.is_estimate and entry.exchange is not None:
        raise ExchangedUnread
    if entry.is_estimate and entry.index_m3 is None:
        taken = meter.Used(meter.estimated_m3(year_before=year_before, last=of_last))
        reading.index_m3 = before.billed_up_to + taken.m3
    elif entry.index_m3 is None:
        raise IndexMissing
    else:
        taken = _used(entry, entry.index_m3, before)
        reading.index_m3 = entry.index_m3
    reading.used_m3, reading.ahead_m3 = taken.m3, taken.ahead_m3
    reading.seen_m3 = before.shown if entry.is_estimate else reading.index_m3
    if entry.exchange is not None:
        reading.removed_at_m3 = entry.exchange.removed_at_m3
        reading.installed_at_m3 = entry.exchange.installed_at_m3
    if not entry.confirmed and meter.is_unusual(taken.m3, year_before=year_before, last=of_last):
        usual = year_before if year_before is not None else of_last
        raise Unusual(used=taken.m3, usual=usual)


def _used(entry: Entry, index_m3: int, before: meter.Before) -> meter.Used:
    try:
        return meter.used(before, index_m3, rolled_over=entry.rolled_over, exchange=entry.exchange)
    except meter.IndexLowered as lowered:
        raise MeterLowered(index=lowered.index, floor=lowered.floor) from None
    except meter.IndexImpossible:
        raise MeterImpossible from None


def _before(contract: Contract, last: Reading | None) -> meter.Before:
    if last is None:
        return meter.Before(contract.start_index_m3, contract.start_index_m3)
    return meter.Before(last.index_m3 + last.ahead_m3, last.seen_m3)
