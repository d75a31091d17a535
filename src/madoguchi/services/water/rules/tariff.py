"""What water costs: base by pipe size, steps by volume, sewer, consumption tax.

A tariff is laid down for two months, exclusive of tax. Whoever used water for a month or less is
charged for one month: half the base, and every volume in the steps halved. Base and steps make
up a component (water, sewer); tax is added to each component, and what is below one yen is
dropped (端数切捨て), once for each component or once for their sum as the tariff says.

A tariff says too from when it counts: for periods that begin on its first day or later
(経過措置: a period that spans the change goes by the tariff before), or for readings from that
day on. The same goes for a rate of consumption tax.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from itertools import pairwise

TWO_MONTHS = 2
HUNDRED = Decimal(100)
ONE_YEN = Decimal(1)


class NoTariff(LookupError):
    """No tariff (or tax rate) is in force; ``day`` is the day that was asked for."""

    def __init__(self, day: date) -> None:
        super().__init__(f"no tariff on {day.isoformat()}")
        self.day = day


class NoBase(LookupError):
    """The tariff has no base charge for the pipe size ``pipe_mm``."""

    def __init__(self, pipe_mm: int) -> None:
        super().__init__(f"no base charge for {pipe_mm} mm")
        self.pipe_mm = pipe_mm


class Rounding(StrEnum):
    """Where what is below one yen is dropped, tax included."""

    COMPONENT = "component"
    TOTAL = "total"


class Counts(StrEnum):
    """From when a tariff or tax rate counts."""

    PERIODS = "periods"
    """For periods that begin on its first day or later."""
    READINGS = "readings"
    """For readings on its first day or later."""


@dataclass(frozen=True, slots=True)
class Step:
    """So many yen for each m³ up to ``up_to`` (in two months), or beyond all others (None)."""

    up_to: int | None
    yen: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """A base that covers the first ``included_m3``, and the steps above them."""

    included_m3: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff for two months. ``base`` maps pipe size (mm) to yen."""

    from_on: date
    base: Mapping[int, Decimal]
    water: Scale
    sewer_base: Decimal
    sewer: Scale
    rounding: Rounding = Rounding.COMPONENT
    counts: Counts = Counts.PERIODS
    half_up_to_days: int = 31
    """Periods of so many days or fewer are charged as one month; 0: none is."""


@dataclass(frozen=True, slots=True)
class TaxRate:
    from_on: date
    per_cent: Decimal
    counts: Counts = Counts.PERIODS


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a component: ``m3`` at ``yen`` each. The base has neither, and m³ that it covers
    stand in ``m3`` with no price of their own."""

    from_m3: Decimal
    up_to_m3: Decimal | None
    m3: Decimal
    yen: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Component:
    """Water or sewer: base and lines exclusive of tax, ``total`` with it in whole yen.

    Where the tariff rounds the sum of components, ``total`` is this one's part of it.
    """

    base: Decimal
    lines: tuple[Line, ...]
    exclusive: Decimal
    total: int


@dataclass(frozen=True, slots=True)
class Charge:
    """What is billed. ``exclusive`` is exact; ``tax`` is the tax within ``total`` (うち消費税),
    reckoned back from it as bills show it: what is below one yen is dropped."""

    months: int
    water: Component
    sewer: Component | None
    exclusive: Decimal
    tax: int
    total: int


def tariff_for[T: (Tariff, TaxRate)](rows: Sequence[T], *, first_day: date, read_on: date) -> T:
    """The tariff or tax rate of a period from its first day to its reading. Raises NoTariff."""
    counted = [row for row in rows if row.from_on <= _measured_by(row, first_day, read_on)]
    if not counted:
        raise NoTariff(first_day)
    return max(counted, key=lambda row: row.from_on)


def _measured_by(row: Tariff | TaxRate, first_day: date, read_on: date) -> date:
    return first_day if row.counts is Counts.PERIODS else read_on


def months_charged(tariff: Tariff, *, first_day: date, last_day: date) -> int:
    """One or two months, by the days from the first to the last, both included."""
    days = (last_day - first_day).days + 1
    return 1 if days <= tariff.half_up_to_days else TWO_MONTHS


def water_charge(
    tariff: Tariff,
    tax: TaxRate,
    pipe_mm: int,
    used_m3: int,
    has_sewer: bool,
    *,
    months: int = TWO_MONTHS,
) -> Charge:
    """The charge for what was used in ``months`` (1 or 2). Raises NoBase."""
    if pipe_mm not in tariff.base:
        raise NoBase(pipe_mm)
    part = Decimal(months) / TWO_MONTHS
    parts = [_exclusive(tariff.base[pipe_mm], tariff.water, used_m3, part)]
    if has_sewer:
        parts.append(_exclusive(tariff.sewer_base, tariff.sewer, used_m3, part))
    exclusive = sum((each for _base, _lines, each in parts), Decimal(0))
    factor = 1 + tax.per_cent / HUNDRED
    totals = _rounded([each * factor for _base, _lines, each in parts], tariff.rounding)
    components = [
        Component(base, lines, each, total)
        for (base, lines, each), total in zip(parts, totals, strict=True)
    ]
    total = sum(totals)
    return Charge(
        months=months,
        water=components[0],
        sewer=components[1] if has_sewer else None,
        exclusive=exclusive,
        tax=_whole(total * tax.per_cent / (HUNDRED + tax.per_cent)),
        total=total,
    )


def _exclusive(
    base: Decimal, scale: Scale, used_m3: int, part: Decimal
) -> tuple[Decimal, tuple[Line, ...], Decimal]:
    lines = volume_lines(scale, Decimal(used_m3), part)
    share = base * part
    return share, lines, sum((line.amount for line in lines), share)


def volume_lines(scale: Scale, used_m3: Decimal, part: Decimal) -> tuple[Line, ...]:
    """The lines of the steps that the volume reaches, limits scaled by ``part`` (½ or 1)."""
    lines, lower = [], scale.included_m3 * part
    for step in scale.steps:
        upper = None if step.up_to is None else step.up_to * part
        m3 = (used_m3 if upper is None else min(used_m3, upper)) - lower
        if m3 <= 0:
            break
        lines.append(Line(lower, upper, m3, step.yen, m3 * step.yen))
        if upper is not None:
            lower = upper
    return tuple(lines)


def _rounded(exact: Sequence[Decimal], rounding: Rounding) -> list[int]:
    """Whole yen of the components; under TOTAL the first bears what their sum has more."""
    whole = [_whole(each) for each in exact]
    if rounding is Rounding.TOTAL:
        whole[0] += _whole(sum(exact, Decimal(0))) - sum(whole)
    return whole


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(ONE_YEN, ROUND_DOWN))


class TariffFault(StrEnum):
    """Why a tariff cannot be laid down."""

    NO_BASE = "no_base"
    """There is no pipe size, or one without a charge: a bill would come to nothing."""
    STEPS_ORDER = "steps_order"
    """The limits of the steps do not rise from what the base covers."""
    STEPS_END = "steps_end"
    """The last step must be open, and no other."""
    NEGATIVE = "negative"


def faults(tariff: Tariff) -> tuple[TariffFault, ...]:
    """What is wrong with a tariff; nothing where it can be laid down."""
    found: list[TariffFault] = []
    if not tariff.base or any(yen < TWO_MONTHS for yen in tariff.base.values()):
        found.append(TariffFault.NO_BASE)
    for scale in (tariff.water, tariff.sewer):
        limits = [step.up_to for step in scale.steps]
        closed = [limit for limit in limits if limit is not None]
        if not limits or limits[-1] is not None or len(closed) != len(limits) - 1:
            found.append(TariffFault.STEPS_END)
        rising = [scale.included_m3, *closed]
        if any(after <= before for before, after in pairwise(rising)):
            found.append(TariffFault.STEPS_ORDER)
        if any(step.yen < 0 for step in scale.steps):
            found.append(TariffFault.NEGATIVE)
    if tariff.sewer_base < 0:
        found.append(TariffFault.NEGATIVE)
    return tuple(dict.fromkeys(found))
