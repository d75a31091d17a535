"""Instalments of fees: when they fall due and what each comes to; functions of plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from madoguchi.kernel.calendar import add_business_days

HUNDRED = 100
LEAST_TIME = timedelta(days=10)
MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
"""The months of a fiscal year in their order."""

BY_YEAR = frozenset({"care"})
"""Kinds that are assessed for the year and split; the others are owed month by month."""


class NoSuchSpan(ValueError):
    """The first month lies after the last one in the fiscal year."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """``number`` is from 1 in the order of the rule; ``month`` is that in which it is due."""

    number: int
    month: int
    due_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind's rule as plain values: in which months its instalments are due."""

    from_fiscal_year: int
    due_months: tuple[int, ...]
    at_stores: bool


@dataclass(frozen=True, slots=True)
class Owed:
    """What was decided: for the year (``by_year``) or a month, from one month to another."""

    amount: int
    by_year: bool
    first_month: int = 4
    last_month: int = 3


def rule_in_force(rules: Sequence[Rule], fiscal_year: int) -> Rule | None:
    """The latest rule that has begun by the fiscal year."""
    begun = [rule for rule in rules if rule.from_fiscal_year <= fiscal_year]
    return max(begun, key=lambda rule: rule.from_fiscal_year, default=None)


def first_year_at_stores(rules: Sequence[Rule]) -> int | None:
    """The fiscal year since which stores take the kind without a break, or None."""
    began: int | None = None
    for rule in sorted(rules, key=lambda rule: rule.from_fiscal_year):
        if not rule.at_stores:
            began = None
        elif began is None:
            began = rule.from_fiscal_year
    return began


def due_on(fiscal_year: int, month: int) -> date:
    """The last day of the month, or the first business day after it (Civil Code art. 142)."""
    year = fiscal_year if month >= 4 else fiscal_year + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return add_business_days(following - timedelta(days=1), 0)


def due_on_if_made(regular: date, made_on: date) -> date:
    """The due date of a bill made on a day: later than the regular one where fewer than ten days
    would be left, as for tax notices (Local Tax Act art. 364)."""
    return max(regular, add_business_days(made_on + LEAST_TIME, 0))


def split_year(amount: int, count: int) -> tuple[int, ...]:
    """A year's amount over instalments: each a multiple of 100 yen, the rest in the first.

    The rule of Local Tax Act art. 20-4-2 (6), which ordinances on premiums follow.
    """
    each = amount // count // HUNDRED * HUNDRED
    return (amount - each * (count - 1), *(each for _ in range(count - 1)))


def instalments(fiscal_year: int, rule: Rule, owed: Owed) -> tuple[Instalment, ...]:
    """What is owed, instalment by instalment; those that come to nothing are left out.

    A yearly amount is split over the instalments due in the span. A monthly amount is owed for
    each month of the span that the rule names. Raises NoSuchSpan.
    """
    span = months_between(owed.first_month, owed.last_month)
    due = [(number, month) for number, month in enumerate(rule.due_months, 1) if month in span]
    if not due:
        return ()
    amounts = split_year(owed.amount, len(due)) if owed.by_year else [owed.amount] * len(due)
    return tuple(
        Instalment(number, month, due_on(fiscal_year, month), amount)
        for (number, month), amount in zip(due, amounts, strict=True)
        if amount > 0
    )


def months_between(first: int, last: int) -> tuple[int, ...]:
    """The months of a fiscal year from one to the other, both included. Raises NoSuchSpan."""
    begin, end = MONTHS.index(first), MONTHS.index(last)
    if begin > end:
        raise NoSuchSpan(f"{first} to {last}")
    return MONTHS[begin : end + 1]


@dataclass(frozen=True, slots=True)
class Change:
    """What a new decision does to the bills of the year.

    ``cancel`` are instalment numbers to be taken back, ``issue`` what takes their place;
    ``excess`` is what was billed beyond the new decision and can no longer be taken back,
    ``shortfall`` what is owed with no open instalment left to bill it on.
    """

    cancel: tuple[int, ...]
    issue: tuple[Instalment, ...]
    excess: int = 0
    shortfall: int = 0


def revise(
    planned: Sequence[Instalment], billed: Mapping[int, int], kept: set[int], *, unplanned: int = 0
) -> Change:
    """Bring bills to a new decision, leaving alone those that must stand.

    ``planned`` is the new decision as if nothing had been billed, ``unplanned`` what is owed with
    no instalment in its span; ``billed`` maps the number of each instalment that was billed to
    its amount; ``kept`` are those paid or already due. What they differ from the plan is spread
    over the open instalments, the first of them first.
    """
    meant = unplanned + sum(each.amount for each in planned if each.number in kept)
    differs = sum(billed[number] for number in kept) - meant
    cancel, issue = [], []
    still = [each for each in planned if each.number not in kept]
    for each in still:
        amount = each.amount
        if differs > 0:
            taken = min(differs, amount)
            amount, differs = amount - taken, differs - taken
        elif differs < 0:
            amount, differs = amount - differs, 0
        if billed.get(each.number) == amount:
            continue
        if each.number in billed:
            cancel.append(each.number)
        if amount:
            issue.append(Instalment(each.number, each.month, each.due_on, amount))
    planned_numbers = {each.number for each in still}
    cancel += [n for n in billed if n not in kept and n not in planned_numbers]
    return Change(tuple(sorted(cancel)), tuple(issue), max(differs, 0), max(-differs, 0))


def payer_reference(number: str) -> str:
    """How payments names the payer of a customer number."""
    return f"fees:{number}"


def payer_number(reference: str) -> str:
    """The customer number of a payer reference of ours; "" for another's."""
    prefix, _, number = reference.partition(":")
    return number if prefix == "fees" else ""


def fee_kind_code(kind: str) -> str:
    """How payments names a kind of ours."""
    return f"fees.{kind}"
