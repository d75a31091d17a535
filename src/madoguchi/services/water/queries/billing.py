"""What bills of a period come to before they are made, and how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import formats, translation
from django.utils.translation import gettext as _

from madoguchi.kernel.money import Yen, thousands
from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.queries.readings import without_reading
from madoguchi.services.water.queries.tariffs import Prices, prices, terms_for
from madoguchi.services.water.rules import periods
from madoguchi.services.water.rules.tariff import Charge, Component, NoBase, NoTariff


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A reading of which no bill can be made, and why."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the period is, in meters and bills."""

    period: date
    read: int
    unread: int
    billed: int
    waiting: int

    @property
    def due(self) -> int:
        return self.read + self.unread

    @property
    def to_do(self) -> int:
        return self.unread + self.waiting

    @property
    def code(self) -> str:
        """As addresses have it."""
        return periods.text_of(self.period)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be made now. ``unread_first`` are the first meters without a reading."""

    progress: Progress
    amount: int
    used_m3: int
    due_on: date
    left_out: tuple[LeftOut, ...]
    unread_first: tuple[Contract, ...]

    @property
    def bills(self) -> int:
        return self.progress.waiting - len(self.left_out)


def waiting(period: date) -> QuerySet[Reading]:
    """Readings of the period, regular and final, of which no bill was made."""
    return Reading.objects.filter(period=period, bill_number="")


def progress(period: date) -> Progress:
    """Two queries."""
    return progress_of([period])[0]


def progress_of(months: Sequence[date]) -> list[Progress]:
    """How far these periods are, in their order. One query, and one each."""
    counts = {
        row["period"]: row
        for row in Reading.objects.filter(period__in=months)
        .order_by()
        .values("period")
        .annotate(
            read=Count("pk", filter=Q(is_final=False)),
            billed=Count("pk", filter=~Q(bill_number="")),
            waiting=Count("pk", filter=Q(bill_number="")),
        )
    }
    found = []
    for month in months:
        row = counts.get(month)
        found.append(
            Progress(
                period=month,
                unread=without_reading(month).count(),
                read=row["read"] if row else 0,
                billed=row["billed"] if row else 0,
                waiting=row["waiting"] if row else 0,
            )
        )
    return found


def preview(period: date, *, today: date, shown: int = 20) -> Preview:
    """Everything that a clerk checks before making bills of a period."""
    terms, _channels = terms_for(period)
    known, left_out, amount, used = prices(), [], 0, 0
    for reading in waiting(period).select_related("contract").iterator(chunk_size=1000):
        charge = charge_or_reason(reading, known)
        if isinstance(charge, LeftOut):
            left_out.append(charge)
        else:
            amount, used = amount + charge.total, used + reading.used_m3
    return Preview(
        progress=progress(period),
        amount=amount,
        used_m3=used,
        due_on=periods.due_on(period, terms, made_on=today),
        left_out=tuple(left_out),
        unread_first=tuple(without_reading(period)[:shown]),
    )


def charge_or_reason(reading: Reading, known: Prices) -> Charge | LeftOut:
    """The charge for a reading, or why there is none."""
    try:
        return known.charge(reading)
    except NoTariff as missing:
        reason = _("no tariff or tax rate is in force on %(day)s") % {"day": missing.day}
    except NoBase as missing:
        reason = _("the tariff has no base charge for %(size)d mm") % {"size": missing.pipe_mm}
    return LeftOut(reading.contract.number, reason)


def details(reading: Reading, charge: Charge) -> tuple[tuple[str, str], ...]:
    """The lines of the slip, in the language of the city whoever makes them; nothing personal."""
    with translation.override(settings.LANGUAGE_CODE):
        lines = [
            (
                _("Used from – to"),
                f"{_short(reading.from_on)}～{_short(reading.read_on)}",
            ),
            (_("Water used"), _volume(reading)),
            *_meter(reading),
            (_("Water charge"), _made_up(charge.water)),
        ]
        if charge.sewer is not None:
            lines.append((_("Sewer charge"), _made_up(charge.sewer)))
        lines.append((_("Consumption tax included"), str(Yen(charge.tax))))
    return tuple(lines)


def _short(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def _volume(reading: Reading) -> str:
    volume = f"{thousands(reading.used_m3)} m³"
    return _("%(volume)s (estimated)") % {"volume": volume} if reading.is_estimate else volume


def _meter(reading: Reading) -> Sequence[tuple[str, str]]:
    if reading.removed_at_m3 is not None:
        return ()
    return ((_("Meter before → now"), f"{reading.previous_meter_m3} → {reading.meter_m3}"),)


def _made_up(component: Component) -> str:
    return str(Yen(component.total))
