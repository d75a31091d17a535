"""Reads of the dated tables: what is in force for a fee kind on a day."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from operator import attrgetter

from madoguchi.blocks.payments.models import (
    ChannelCost,
    DebitProfile,
    DunningRule,
    ElqrProfile,
    FeeKindOffice,
    StoreProfile,
)
from madoguchi.blocks.payments.rules import dated


def in_force[T: (StoreProfile, ElqrProfile, DebitProfile, FeeKindOffice)](
    model: type[T], *, fee_kind: str, on: date
) -> T | None:
    """The row of a dated table in force for a fee kind on a day. One query."""
    rows = model._default_manager.filter(fee_kind__in=[fee_kind, ""], from_on__lte=on)
    return dated.in_force(rows, fee_kind=fee_kind, on=on)


def store_profile(fee_kind: str, on: date) -> StoreProfile | None:
    return in_force(StoreProfile, fee_kind=fee_kind, on=on)


def elqr_profile(fee_kind: str, on: date) -> ElqrProfile | None:
    return in_force(ElqrProfile, fee_kind=fee_kind, on=on)


def debit_profile(fee_kind: str, on: date) -> DebitProfile | None:
    return in_force(DebitProfile, fee_kind=fee_kind, on=on)


def responsible_department(fee_kind: str, on: date) -> int | None:
    """The department that looks after a fee kind, by its primary key."""
    row = in_force(FeeKindOffice, fee_kind=fee_kind, on=on)
    return None if row is None else row.department_id


def dunning_rules(fee_kind: str, on: date) -> list[DunningRule]:
    """The rule in force of each stage, first stage first."""
    rows = DunningRule.objects.filter(fee_kind__in=[fee_kind, ""], from_on__lte=on)
    found = dated.each_in_force(rows, key=attrgetter("stage"), fee_kind=fee_kind, on=on)
    return [found[stage] for stage in sorted(found)]


def channel_costs() -> list[ChannelCost]:
    """Every row, for `cost_in_force`: costs of a past payment follow from its own day."""
    return list(ChannelCost.objects.order_by("channel", "fee_kind", "from_on"))


def cost_in_force(
    costs: list[ChannelCost], *, channel: str, fee_kind: str, on: date
) -> ChannelCost | None:
    """What a payment of a day costs, of rows that `channel_costs` gave. No query."""
    rows = [row for row in costs if row.channel == channel]
    return dated.in_force(rows, fee_kind=fee_kind, on=on)


type DatedRow = (
    StoreProfile | ElqrProfile | DebitProfile | FeeKindOffice | ChannelCost | DunningRule
)


PROFILE_TABLES: Mapping[str, type[DatedRow]] = {
    "store": StoreProfile,
    "elqr": ElqrProfile,
    "debit": DebitProfile,
    "office": FeeKindOffice,
    "cost": ChannelCost,
    "dunning": DunningRule,
}
"""The tables by the codes that addresses and other apps use."""


class Standing(StrEnum):
    """How a row of a dated table stands on a day."""

    IN_FORCE = "in_force"
    COMING = "coming"
    PAST = "past"


def standings[T: DatedRow](
    rows: Iterable[T], *, key: Callable[[T], Hashable], on: date
) -> list[tuple[T, Standing]]:
    """Each row with how it stands, those in force first, then what comes, then what was.

    ``key`` tells what a later row of the same key replaces: fee kind, and channel or stage.
    """
    groups: dict[Hashable, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    found: dict[Standing, list[T]] = {standing: [] for standing in Standing}
    for _key, group in sorted(groups.items(), key=lambda item: str(item[0])):
        begun = sorted((row for row in group if row.from_on <= on), key=attrgetter("from_on"))
        found[Standing.IN_FORCE] += begun[-1:]
        found[Standing.PAST] += reversed(begun[:-1])
        found[Standing.COMING] += dated.coming(group, on=on)
    return [(row, standing) for standing in Standing for row in found[standing]]
