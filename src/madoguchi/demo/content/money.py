"""The sample city's money as data, and the invented people who pay it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from random import Random
from typing import Any

from madoguchi.demo.content import read_toml


class Habit(StrEnum):
    """How somebody pays."""

    STORE = "store"
    DEBIT = "debit"
    COUNTER = "counter"
    CARD = "card"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Household:
    """Invented people under one name: ``number`` is their customer number, ``owes`` the amount
    of a fee; ``uses`` is the water of two months in m³."""

    number: str
    name: str
    kana: str
    postal_code: str
    address: str
    habit: Habit
    owes: int = 0
    uses: int = 0
    pipe_mm: int = 13
    in_even_months: bool = True


@dataclass(frozen=True, slots=True)
class SampleMoney:
    """``values`` is the file as it stands; people are made of it, the same ones every time."""

    begins_on: date
    card_from: date
    water: tuple[Household, ...]
    fees: Mapping[str, tuple[Household, ...]]
    values: Mapping[str, Any]


@cache
def money() -> SampleMoney:
    found = read_toml("money.toml")
    chance = Random(20150401)  # noqa: S311 # nobody guards anything with it
    people = _People(found, chance)
    fees = {}
    for place, kind in enumerate(("care", "nursery", "rent"), start=2):
        spread = found["payers"][kind]
        fees[kind] = tuple(
            people.household(
                f"{place}{index:06d}",
                owes=chance.randrange(spread["lowest"], spread["highest"], 100),
            )
            for index in range(1, spread["count"] + 1)
        )
    water = tuple(
        people.household(
            f"1{index:06d}",
            uses=max(2, round(chance.gauss(36, 16))),
            pipe_mm=chance.choices((13, 20, 25, 40), (70, 24, 4, 2))[0],
            in_even_months=index % 2 == 0,
        )
        for index in range(1, found["payers"]["water"] + 1)
    )
    return SampleMoney(
        begins_on=found["begins_on"],
        card_from=found["habits"]["card_from"],
        water=water,
        fees=fees,
        values=found,
    )


class _People:
    def __init__(self, found: Mapping[str, Any], chance: Random) -> None:
        self.names, self.chance = found["names"], chance
        self.shares = {habit: found["habits"][habit.value] for habit in Habit}

    def household(self, number: str, **given: Any) -> Household:
        family, family_kana = self.chance.choice(self.names["families"]).split("/")
        own, own_kana = self.chance.choice(self.names["given"]).split("/")
        street = self.chance.choice(self.names["streets"])
        lot = f"{self.chance.randint(1, 5)}丁目{self.chance.randint(1, 30)}番{number[-2:]}号"
        [habit] = self.chance.choices(list(self.shares), list(self.shares.values()))
        return Household(
            number=number,
            name=f"{family} {own}{self.names['mark']}",
            kana=f"{family_kana} {own_kana}",
            postal_code=f"999-{self.chance.randint(1, 9):04d}",
            address=f"窓口市{street}{lot}",
            habit=habit,
            **given,
        )
