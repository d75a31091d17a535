"""What a comparison is made from and what it says."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from madoguchi.plan.document.model import Outcome


class Verdict(StrEnum):
    """What became of an item. The codes stand in addresses and exports."""

    AS_PLANNED = "as_planned"
    EARLIER = "earlier"
    LATER = "later"
    ADDED = "added"
    DROPPED = "dropped"
    CARRIED_OVER = "carried_over"
    CONDITIONAL = "conditional"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ComparedItem:
    """A plan or result item; ``key`` is unique among the sheet's plan items or its results."""

    key: int
    text: str


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A fiscal year of the sheet. ``is_reported`` says that its result is known."""

    fiscal_year: int
    plan: tuple[ComparedItem, ...] = ()
    result: tuple[ComparedItem, ...] = ()
    continues: bool = False
    outcome: Outcome | None = None
    is_reported: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A plan item with its result, or one of the two alone.

    ``repeats`` is set where a result belongs to a plan item that a ↓ carried on and that has
    a match of its own already: then ``plan`` is None and the verdict as planned.
    """

    verdict: Verdict
    plan: ComparedItem | None = None
    plan_year: int | None = None
    result: ComparedItem | None = None
    result_year: int | None = None
    likeness: float = 0.0
    is_override: bool = False
    repeats: ComparedItem | None = None

    @property
    def shift(self) -> int:
        """By how many years the result came later (+) or earlier (-) than planned."""
        if not self.is_slip or self.plan_year is None or self.result_year is None:
            return 0
        return self.result_year - self.plan_year

    @property
    def is_slip(self) -> bool:
        return self.verdict in (Verdict.EARLIER, Verdict.LATER)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All matches of a sheet: plan items in the order of the sheet, then results without one."""

    matches: tuple[Match, ...]

    def of_plan(self) -> dict[int, Match]:
        return {match.plan.key: match for match in self.matches if match.plan}

    def of_result(self) -> dict[int, Match]:
        return {match.result.key: match for match in self.matches if match.result}


@dataclass(frozen=True, slots=True)
class Slips:
    """How many items got which verdict; sums over sheets with ``+``."""

    counts: Mapping[Verdict, int] = field(default_factory=dict)

    def __add__(self, other: "Slips") -> "Slips":
        return Slips(Counter(self.counts) + Counter(other.counts))

    def count(self, verdict: Verdict) -> int:
        return self.counts.get(verdict, 0)

    @property
    def planned(self) -> int:
        """Plan items whose year has come and whose condition was met."""
        return sum(self.count(verdict) for verdict in _DUE)

    @property
    def on_time(self) -> int:
        return self.count(Verdict.AS_PLANNED) + self.count(Verdict.EARLIER)

    @property
    def on_time_percent(self) -> int | None:
        """Share of the planned that was done in its year or before; None where nothing was due."""
        return round(100 * self.on_time / self.planned) if self.planned else None


_DUE = (
    Verdict.AS_PLANNED,
    Verdict.EARLIER,
    Verdict.LATER,
    Verdict.DROPPED,
    Verdict.CARRIED_OVER,
)


def slips(comparison: Comparison) -> Slips:
    """Count the plan items by verdict, and the results that were added."""
    return Slips(
        Counter(
            match.verdict
            for match in comparison.matches
            if match.plan is not None or match.verdict is Verdict.ADDED
        )
    )


def total(parts: Iterable[Slips]) -> Slips:
    return sum(parts, Slips())
