"""Laying down tariffs, tax rates and terms of billing: dated rows that are never changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.service import Channel
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.services.water.models import BillingTerms, Tariff, TaxRate
from madoguchi.services.water.queries.tariffs import tariff_rule
from madoguchi.services.water.rules.periods import Terms
from madoguchi.services.water.rules.tariff import Counts, Rounding, Step, TariffFault, faults

WORDS = {
    TariffFault.NO_BASE: _("Every pipe size needs a base charge of at least two yen."),
    TariffFault.STEPS_ORDER: _("The limits of the steps must rise, above what the base covers."),
    TariffFault.STEPS_END: _("The last step, and only that, has no limit."),
    TariffFault.NEGATIVE: _("No price may be below zero."),
}


class DayTaken(Refused):
    message = _("Something begins on %(day)s already.")


class TariffUnsound(Refused):
    """``faults`` are what is wrong with it."""

    def __init__(self, found: Sequence[TariffFault]) -> None:
        super().__init__()
        self.faults = tuple(found)

    def __str__(self) -> str:
        return " ".join(str(WORDS[fault]) for fault in self.faults)


def add_tariff(
    *,
    from_on: date,
    base: Mapping[int, Decimal | int | str],
    steps: Sequence[Step],
    sewer_base: int,
    sewer_steps: Sequence[Step],
    source: str,
    by: User | None,
    included_m3: int = 0,
    sewer_included_m3: int = 0,
    half_up_to_days: int = 31,
    rounding: Rounding = Rounding.COMPONENT,
    counts: Counts = Counts.PERIODS,
) -> Tariff:
    """Lay down a tariff from a day on, for two months and exclusive of tax.

    Raises TariffUnsound, DayTaken.
    """
    row = Tariff(
        from_on=from_on,
        base={str(size): str(yen) for size, yen in sorted(base.items())},
        included_m3=included_m3,
        steps=_stored(steps),
        sewer_base=sewer_base,
        sewer_included_m3=sewer_included_m3,
        sewer_steps=_stored(sewer_steps),
        half_up_to_days=half_up_to_days,
        rounding=rounding.value,
        counts=counts.value,
        source=source,
    )
    found = faults(tariff_rule(row))
    if found:
        raise TariffUnsound(found)
    _store(row, "water.tariff_added", {"source": source}, by)
    return row


def add_tax_rate(
    *, from_on: date, per_cent: Decimal, by: User | None, counts: Counts = Counts.PERIODS
) -> TaxRate:
    """Raises DayTaken."""
    row = TaxRate(from_on=from_on, per_cent=per_cent, counts=counts.value)
    _store(row, "water.tax_rate_added", {"per_cent": per_cent}, by)
    return row


def add_terms(
    *,
    from_on: date,
    terms: Terms,
    by: User | None,
    channels: Sequence[Channel] = tuple(Channel),
) -> BillingTerms:
    """When bills fall due, for periods from a month on. Raises DayTaken."""
    row = BillingTerms(
        from_on=from_on,
        due_months=terms.due_months,
        due_day=terms.due_day,
        least_days=terms.least_days,
        channels=[channel.value for channel in channels],
    )
    _store(row, "water.terms_added", {"due_months": terms.due_months}, by)
    return row


def _stored(steps: Sequence[Step]) -> list[list[int | str | None]]:
    return [[step.up_to, str(step.yen)] for step in steps]


def _store(
    row: Tariff | TaxRate | BillingTerms, action: str, detail: Mapping[str, object], by: User | None
) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            audit.record(
                by=by,
                action=action,
                subject=f"{action.rpartition('_')[0]}:{row.from_on.isoformat()}",
                detail=detail,
            )
    except IntegrityError:
        raise DayTaken(day=row.from_on.isoformat()) from None
