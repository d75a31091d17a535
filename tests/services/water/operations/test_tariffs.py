"""Tariffs, tax rates and terms are laid down once a day, and only sound ones."""

from datetime import date
from decimal import Decimal

import pytest

from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.services.water.models import BillingTerms, Tariff, TaxRate
from madoguchi.services.water.operations.tariffs import (
    DayTaken,
    TariffUnsound,
    add_tax_rate,
    add_terms,
)
from madoguchi.services.water.queries.tariffs import prices, tariff_rule
from madoguchi.services.water.rules.periods import Terms
from madoguchi.services.water.rules.tariff import (
    Counts,
    Rounding,
    Scale,
    Step,
    TariffFault,
    water_charge,
)
from tests.services.water.factories import FIRST_DAY, make_prices, make_tariff

pytestmark = pytest.mark.django_db
D = Decimal


def test_a_tariff_comes_back_as_it_was_laid_down():
    make_tariff(
        steps=[Step(40, D("131.5")), Step(None, D("200.25"))],
        rounding=Rounding.TOTAL,
        counts=Counts.READINGS,
        half_up_to_days=15,
    )
    rule = tariff_rule(Tariff.objects.get())
    assert rule.water == Scale(16, (Step(40, D("131.5")), Step(None, D("200.25"))))
    assert rule.base == {13: D(1540), 20: D(2180)}
    assert (rule.rounding, rule.counts, rule.half_up_to_days) == (
        Rounding.TOTAL,
        Counts.READINGS,
        15,
    )
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.subject) == ("water.tariff_added", "water.tariff:2024-04-01")


def test_an_unsound_one_is_refused_in_words():
    with pytest.raises(TariffUnsound) as refused:
        make_tariff(base={13: 0}, steps=[Step(40, D(1))])
    assert refused.value.faults == (TariffFault.NO_BASE, TariffFault.STEPS_END)
    assert "口径" in str(refused.value)
    assert not Tariff.objects.exists()


def test_each_day_is_taken_once():
    make_prices()
    add_terms(from_on=FIRST_DAY, terms=Terms(), by=None)
    for again in (
        make_tariff,
        lambda: add_tax_rate(from_on=date(2019, 10, 1), per_cent=D(8), by=None),
        lambda: add_terms(from_on=FIRST_DAY, terms=Terms(), by=None),
    ):
        with pytest.raises(DayTaken):
            again()
    assert (Tariff.objects.count(), TaxRate.objects.count(), BillingTerms.objects.count()) == (
        1,
        1,
        1,
    )


def test_what_is_in_force_on_a_day():
    make_prices()
    known = prices()
    assert known.on(date(2024, 3, 31)) is None
    tariff, tax = known.on(FIRST_DAY)
    assert (tariff.from_on, tax.per_cent) == (FIRST_DAY, 10)
    assert water_charge(tariff, tax, 13, 16, False).total == 1694
