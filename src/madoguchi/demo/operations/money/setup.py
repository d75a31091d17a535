"""What a city agrees and lays down before the first bill, and the people who will pay."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import (
    ChannelCost,
    DebitProfile,
    DunningRule,
    ElqrProfile,
    FeeKindOffice,
    StoreProfile,
)
from madoguchi.blocks.payments.operations import mandates
from madoguchi.demo.content.money import Habit, Household, SampleMoney, money
from madoguchi.services.fees.models import KindRule
from madoguchi.services.fees.operations.assessments import add_rule
from madoguchi.services.fees.operations.payers import add_payer
from madoguchi.services.fees.rules import payer_reference
from madoguchi.services.water.operations import contracts, tariffs
from madoguchi.services.water.rules.periods import Terms
from madoguchi.services.water.rules.tariff import Step

LAID_DOWN_ON = date(2014, 4, 1)
"""Before the first year of the finished plan."""
TAX = ((date(2014, 4, 1), 8), (date(2019, 10, 1), 10))


@transaction.atomic
def lay_down(*, by: User) -> None:
    """Contracts, rates, rules and people: all of it or nothing."""
    sample = money()
    _profiles(sample)
    _offices(sample, by)
    _rules(sample, by)
    _tariff(sample, by)
    _people(sample, by)


def is_laid_down() -> bool:
    return KindRule.objects.exists()


def _profiles(sample: SampleMoney) -> None:
    values = sample.values
    StoreProfile.objects.create(from_on=LAID_DOWN_ON, **values["store"])
    DebitProfile.objects.create(from_on=LAID_DOWN_ON, **values["debit"])
    codes = {key: values["elqr"][key] for key in ("office_code", "tax_office_code")}
    for kind, item in values["elqr"]["items"].items():
        ElqrProfile.objects.create(fee_kind=kind, from_on=LAID_DOWN_ON, item_number=item, **codes)
    for cost in values["cost"]:
        ChannelCost.objects.create(
            channel=cost["channel"],
            from_on=LAID_DOWN_ON,
            yen_each=Decimal(cost["yen_each"]),
            per_cent=Decimal(cost["per_cent"]),
        )
    for rule in values["dunning"]:
        DunningRule.objects.create(from_on=LAID_DOWN_ON, **rule)


def _offices(sample: SampleMoney, by: User) -> None:
    for kind, path in sample.values["offices"].items():
        FeeKindOffice.objects.create(
            fee_kind=kind,
            from_on=LAID_DOWN_ON,
            department=identity.department_for(path=path.split(), on=sample.begins_on, by=by),
        )


def _rules(sample: SampleMoney, by: User) -> None:
    for rule in sample.values["rule"]:
        add_rule(**rule, by=by)


def _tariff(sample: SampleMoney, by: User) -> None:
    values = sample.values["tariff"]
    tariffs.add_tariff(
        from_on=values["from_on"],
        base=values["base"],
        included_m3=values["included_m3"],
        steps=_steps(values["steps"]),
        sewer_base=values["sewer_base"],
        sewer_included_m3=values["sewer_included_m3"],
        sewer_steps=_steps(values["sewer_steps"]),
        source=values["source"],
        by=by,
    )
    for from_on, per_cent in TAX:
        tariffs.add_tax_rate(from_on=from_on, per_cent=Decimal(per_cent), by=by)
    tariffs.add_terms(from_on=LAID_DOWN_ON, terms=Terms(due_months=1), by=by)


def _steps(rows: list[tuple[int, str]]) -> list[Step]:
    return [Step(up_to or None, Decimal(yen)) for up_to, yen in rows]


def _people(sample: SampleMoney, by: User) -> None:
    for household in (each for kind in sample.fees.values() for each in kind):
        add_payer(**_who(household), by=by)
        _allow_debit(payer_reference(household.number), household, sample, by)
    contracts.add_contracts(
        contracts=[
            contracts.NewContract(
                **_who(household),
                pipe_mm=household.pipe_mm,
                meter_number=f"M{household.number}",
                reads_in_even_months=household.in_even_months,
                started_on=date(2018, 4, 1),
                start_index_m3=0,
            )
            for household in sample.water
        ],
        by=by,
    )
    for household in sample.water:
        _allow_debit(f"water:{household.number}", household, sample, by)


def _who(household: Household) -> dict[str, Any]:
    values = asdict(household)
    who = {key: values[key] for key in ("number", "name", "postal_code", "address")}
    return {**who, "name_kana": household.kana}


def _allow_debit(payer: str, household: Household, sample: SampleMoney, by: User) -> None:
    if household.habit != Habit.DEBIT:
        return
    mandates.register_mandate(
        mandates.NewMandate(
            payer=payer,
            bank_code="9999",
            branch_code="001",
            account_kind="1",
            account_number=household.number,
            holder=household.kana,
            from_on=sample.begins_on,
        ),
        by=by,
    )
