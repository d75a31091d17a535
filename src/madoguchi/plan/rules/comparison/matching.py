"""The matching itself; the rule is in the package's docstring."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from madoguchi.kernel.text import similarity
from madoguchi.plan.document.model import Outcome
from madoguchi.plan.rules.comparison.verdicts import (
    ComparedItem,
    ComparedRow,
    Comparison,
    Match,
    Verdict,
)

SAME_YEAR_LIKENESS = 0.28
"""Items of one year are about one thing even where the words differ much."""
OTHER_YEAR_LIKENESS = 0.5
"""Across years only what is plainly the same thing may meet."""
LAST_PAIR_LIKENESS = 0.05
"""What is left alone on both sides of a year needs only a word in common."""

_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_WHOLLY_BRACKETED = re.compile(r"\s*[（(][^（()）]*[）)]\s*")


@dataclass(frozen=True, slots=True)
class _Planned:
    """A plan item in one of the years in which it is due."""

    item: ComparedItem
    own_year: int
    year: int

    @property
    def is_own(self) -> bool:
        return self.year == self.own_year


@dataclass(frozen=True, slots=True)
class _Done:
    item: ComparedItem
    year: int


@dataclass(frozen=True, slots=True)
class _Pair:
    planned: _Planned
    done: _Done
    likeness: float

    @property
    def order(self) -> tuple[object, ...]:
        """The most alike first; the rest only makes the choice independent of the sheet's order."""
        distance = abs(self.done.year - self.planned.year)
        return (
            -self.likeness,
            distance,
            not self.planned.is_own,
            self.planned.year,
            self.planned.own_year,
            self.planned.item.text,
            self.done.year,
            self.done.item.text,
            self.planned.item.key,
            self.done.item.key,
        )


def compare(
    rows: Sequence[ComparedRow], overrides: Mapping[int, int | None] | None = None
) -> Comparison:
    """Match a sheet's plan with its results by the rule above.

    ``overrides`` maps the key of a plan item to the key of its result, or to None where it has
    none after all. One that names an unknown or a taken result is passed over.
    """
    ordered = sorted(rows, key=lambda row: row.fiscal_year)
    planned = list(_occurrences(ordered))
    done = [_Done(item, row.fiscal_year) for row in ordered for item in row.result]
    matched = _Matched(planned, done)
    matched.decide(overrides or {})
    matched.pair_up(_same_year_pairs(matched))
    matched.pair_up(_other_year_pairs(matched))
    matched.pair_up(_last_pairs(matched))
    matched.pair_up(_continued_pairs(matched), is_shared=True)
    return Comparison((*matched.plan_side(ordered), *matched.result_side()))


def likeness(plan: str, result: str) -> float:
    """How alike two items are, 0 to 1; remarks in brackets count only where they help."""
    return _likeness(plan, result)


@lru_cache(maxsize=65536)
def _likeness(plan: str, result: str) -> float:
    whole = similarity(plan, result)
    bare = _BRACKETS.sub("", plan), _BRACKETS.sub("", result)
    if bare == (plan, result) or not all(bare):
        return whole
    return max(whole, similarity(*bare))


def is_conditional(text: str) -> bool:
    """Whether a plan item stands wholly in brackets, as what depends on something does."""
    return _WHOLLY_BRACKETED.fullmatch(text) is not None


def _occurrences(rows: Sequence[ComparedRow]) -> Iterator[_Planned]:
    """Every plan item in its own year, and in the years through which a ↓ carries it."""
    for row, last_year in _with_last_year(rows):
        for item in row.plan:
            for year in range(row.fiscal_year, last_year + 1):
                yield _Planned(item, row.fiscal_year, year)


def _with_last_year(rows: Sequence[ComparedRow]) -> Iterator[tuple[ComparedRow, int]]:
    """Rows that plan something, with the last year that a ↓ below gives to their plan."""
    for at, row in enumerate(rows):
        if not row.plan:
            continue
        last = row.fiscal_year
        for below in rows[at + 1 :]:
            if below.continues:
                last = below.fiscal_year
            if below.plan:
                break
        yield row, last


class _Matched:
    """The state of one comparison: what is matched so far."""

    def __init__(self, planned: list[_Planned], done: list[_Done]) -> None:
        self.planned = planned
        self.done = done
        self.by_occurrence: dict[tuple[int, int], _Pair] = {}
        self.shared: list[_Pair] = []
        self.taken: set[int] = set()
        self.decided: set[int] = set()

    def decide(self, overrides: Mapping[int, int | None]) -> None:
        results = {done.item.key: done for done in self.done}
        for planned in self.planned:
            key = planned.item.key
            if not planned.is_own or key not in overrides:
                continue
            chosen = overrides[key]
            if chosen is None:
                self.decided.add(key)
            elif chosen in results and chosen not in self.taken:
                self.decided.add(key)
                self._take(_Pair(planned, results[chosen], 1.0))

    def pair_up(self, pairs: Iterable[_Pair], *, is_shared: bool = False) -> None:
        """Take the most alike first; where ``is_shared``, a plan item takes several results."""
        for pair in sorted(pairs, key=lambda pair: pair.order):
            if pair.done.item.key in self.taken:
                continue
            if (pair.planned.item.key, pair.planned.year) not in self.by_occurrence:
                self._take(pair)
            elif is_shared:
                self.shared.append(pair)
                self.taken.add(pair.done.item.key)

    def _take(self, pair: _Pair) -> None:
        self.by_occurrence[pair.planned.item.key, pair.planned.year] = pair
        self.taken.add(pair.done.item.key)

    def free_results(self) -> list[_Done]:
        return [done for done in self.done if done.item.key not in self.taken]

    def free_occurrences(self) -> list[_Planned]:
        """Plan items in years in which nothing answers them; not those that moved elsewhere."""
        elsewhere = {
            pair.planned.item.key
            for pair in self.by_occurrence.values()
            if pair.done.year != pair.planned.year
        }
        return [
            planned
            for planned in self.planned
            if (planned.item.key, planned.year) not in self.by_occurrence
            and planned.item.key not in elsewhere | self.decided
        ]

    def is_matched(self, key: int) -> bool:
        return any(found == key for found, _year in self.by_occurrence)

    def pairs_of(self, key: int) -> list[_Pair]:
        """The matches of a plan item, that of its own year first."""
        found = [pair for (plan, _year), pair in self.by_occurrence.items() if plan == key]
        return sorted(found, key=lambda pair: pair.planned.year)

    def plan_side(self, rows: Sequence[ComparedRow]) -> Iterator[Match]:
        reported = {row.fiscal_year: row.is_reported for row in rows}
        is_carried = any(row.outcome is Outcome.CARRIED_OVER for row in rows)
        years: dict[int, list[int]] = {}
        for planned in self.planned:
            years.setdefault(planned.item.key, []).append(planned.year)
        for planned in self.planned:
            if not planned.is_own:
                continue
            key = planned.item.key
            pairs = self.pairs_of(key)
            if pairs:
                yield _matched_match(pairs[0], is_override=key in self.decided)
                continue
            is_open = any(not reported.get(year, False) for year in years[key])
            verdict = _verdict_alone(
                planned.item.text,
                is_open=is_open,
                is_carried=key not in self.decided and (is_carried or len(years[key]) > 1),
            )
            yield Match(verdict, planned.item, planned.own_year, is_override=key in self.decided)

    def result_side(self) -> Iterator[Match]:
        primary = {self.pairs_of(key)[0].done.item.key for key, _year in self.by_occurrence}
        repeated = {
            pair.done.item.key: pair
            for pair in (*self.by_occurrence.values(), *self.shared)
            if pair.done.item.key not in primary
        }
        for done in self.done:
            if done.item.key in primary:
                continue
            pair = repeated.get(done.item.key)
            yield Match(
                Verdict.AS_PLANNED if pair else Verdict.ADDED,
                result=done.item,
                result_year=done.year,
                likeness=pair.likeness if pair else 0.0,
                repeats=pair.planned.item if pair else None,
            )


def _same_year_pairs(matched: _Matched) -> Iterator[_Pair]:
    free = matched.free_results()
    for planned in matched.planned:
        if planned.item.key in matched.decided:
            continue
        for done in free:
            if done.year != planned.year:
                continue
            alike = _likeness(planned.item.text, done.item.text)
            if alike >= SAME_YEAR_LIKENESS:
                yield _Pair(planned, done, alike)


def _other_year_pairs(matched: _Matched) -> Iterator[_Pair]:
    free = matched.free_results()
    for planned in matched.planned:
        key = planned.item.key
        if not planned.is_own or key in matched.decided or matched.is_matched(key):
            continue
        for done in free:
            alike = _likeness(planned.item.text, done.item.text)
            if alike >= OTHER_YEAR_LIKENESS:
                yield _Pair(planned, done, alike)


def _last_pairs(matched: _Matched) -> Iterator[_Pair]:
    """The pairs that are alone on both sides of their year."""
    planned = _by_year(matched.free_occurrences())
    done = _by_year(matched.free_results())
    for year, left in planned.items():
        if len(left) != 1 or len(done.get(year, ())) != 1:
            continue
        alike = _likeness(left[0].item.text, done[year][0].item.text)
        if alike >= LAST_PAIR_LIKENESS:
            yield _Pair(left[0], done[year][0], alike)


def _continued_pairs(matched: _Matched) -> Iterator[_Pair]:
    """Left results of years in which only carried-on plans are due, with each of these."""
    last_year: dict[int, int] = {}
    for planned in matched.planned:
        last_year[planned.item.key] = planned.year
    due = _by_year(matched.planned)
    for done in matched.free_results():
        carried = due.get(done.year, [])
        if any(last_year[planned.item.key] == planned.own_year for planned in carried):
            continue
        for planned in carried:
            if planned.item.key not in matched.decided:
                alike = _likeness(planned.item.text, done.item.text)
                yield _Pair(planned, done, alike)


def _by_year[T: (_Planned, _Done)](items: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for item in items:
        found.setdefault(item.year, []).append(item)
    return found


def _matched_match(pair: _Pair, *, is_override: bool) -> Match:
    return Match(
        _verdict_of_years(pair.planned.year, pair.done.year),
        plan=pair.planned.item,
        plan_year=pair.planned.own_year,
        result=pair.done.item,
        result_year=pair.done.year,
        likeness=pair.likeness,
        is_override=is_override,
    )


def _verdict_of_years(planned: int, done: int) -> Verdict:
    if done == planned:
        return Verdict.AS_PLANNED
    return Verdict.EARLIER if done < planned else Verdict.LATER


def _verdict_alone(text: str, *, is_open: bool, is_carried: bool) -> Verdict:
    if is_open:
        return Verdict.OPEN
    if is_conditional(text):
        return Verdict.CONDITIONAL
    return Verdict.CARRIED_OVER if is_carried else Verdict.DROPPED
