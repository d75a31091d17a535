"""The dated tables as rules read them: tariffs, tax rates, terms of billing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from madoguchi.blocks.payments.service import Channel
from madoguchi.services.water import models
from madoguchi.services.water.models import BillingTerms, Reading
from madoguchi.services.water.rules.periods import Terms
from madoguchi.services.water.rules.tariff import (
    Charge,
    Counts,
    NoTariff,
    Rounding,
    Scale,
    Step,
    Tariff,
    TaxRate,
    months_charged,
    tariff_for,
    water_charge,
)


@dataclass(frozen=True, slots=True)
class Prices:
    """Every tariff and tax rate: what any period costs."""

    tariffs: tuple[Tariff, ...]
    rates: tuple[TaxRate, ...]

    def charge(self, reading: Reading) -> Charge:
        """The charge for a reading; its contract must be loaded. Raises NoTariff, NoBase."""
        first_day, read_on = reading.from_on, reading.read_on
        tariff = tariff_for(self.tariffs, first_day=first_day, read_on=read_on)
        return water_charge(
            tariff,
            tariff_for(self.rates, first_day=first_day, read_on=read_on),
            reading.contract.pipe_mm,
            reading.used_m3,
            reading.contract.has_sewer,
            months=months_charged(tariff, first_day=first_day, last_day=read_on),
        )

    def on(self, day: date) -> tuple[Tariff, TaxRate] | None:
        """What is in force on a day, or None before the first."""
        try:
            return (
                tariff_for(self.tariffs, first_day=day, read_on=day),
                tariff_for(self.rates, first_day=day, read_on=day),
            )
        except NoTariff:
            return None


def prices() -> Prices:
    """Two queries."""
    return Prices(
        tuple(tariff_rule(row) for row in models.Tariff.objects.all()),
        tuple(
            TaxRate(row.from_on, row.per_cent, Counts(row.counts))
            for row in models.TaxRate.objects.all()
        ),
    )


def tariff_rule(row: models.Tariff) -> Tariff:
    return Tariff(
        from_on=row.from_on,
        base={int(size): Decimal(str(yen)) for size, yen in row.base.items()},
        water=Scale(row.included_m3, _steps(row.steps)),
        sewer_base=Decimal(row.sewer_base),
        sewer=Scale(row.sewer_included_m3, _steps(row.sewer_steps)),
        rounding=Rounding(row.rounding),
        counts=Counts(row.counts),
        half_up_to_days=row.half_up_to_days,
    )


def _steps(stored: list[Any]) -> tuple[Step, ...]:
    return tuple(Step(up_to, Decimal(str(yen))) for up_to, yen in stored)


def terms_for(period: date) -> tuple[Terms, tuple[Channel, ...]]:
    """When bills of the period fall due, and how they may be paid. One query."""
    row = BillingTerms.objects.filter(from_on__lte=period).order_by("-from_on").first()
    if row is None:
        return Terms(), tuple(Channel)
    terms = Terms(row.due_months, row.due_day, row.least_days)
    return terms, tuple(map(Channel, row.channels)) or tuple(Channel)
