"""Payers, rules and decisions for the tests of fees."""

from madoguchi.services.fees.models import Payer
from madoguchi.services.fees.operations.assessments import Decision, add_rule, assess
from madoguchi.services.fees.operations.payers import add_payer

MONTHS = [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
CARE_MONTHS = [7, 8, 9, 10, 11, 12, 1, 2]


def make_payer(number: str = "0001", name: str = "見本 花子", **given: str) -> Payer:
    values = {
        "name_kana": "ミホン ハナコ",
        "postal_code": "999-0001",
        "address": "窓口市見本町1-1",
    }
    return add_payer(number=number, name=name, **(values | given), by=None)


def make_rules(*, year: int = 2025) -> None:
    """Every kind from a fiscal year on; stores take all but rent."""
    for kind, months, at_stores in (
        ("care", CARE_MONTHS, True),
        ("nursery", MONTHS, True),
        ("rent", MONTHS, False),
    ):
        add_rule(
            kind=kind,
            from_fiscal_year=year,
            due_months=months,
            at_stores=at_stores,
            source="見本条例",
            by=None,
        )


def decide(payer: Payer, amount: int = 72_000, kind: str = "care", year: int = 2026, **months: int):
    [made] = assess(
        kind=kind, fiscal_year=year, decisions=[Decision(payer, amount, **months)], by=None
    )
    return made
