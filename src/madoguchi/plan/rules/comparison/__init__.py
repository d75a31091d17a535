"""What became of each planned item: the comparison of a sheet's plan (計画) with its result (結果).

The rule, in order. Each plan item and each result item is used once.

1. What the office decided (``overrides``) stands.
2. Within a fiscal year the two most alike items belong together, then the next two, down to
   ``SAME_YEAR_LIKENESS``: **as planned**. A plan that a ↓ carries on counts as planned in every
   year down to the ↓; its own year is tried first.
3. Items left over are compared across years in the same way, down to ``OTHER_YEAR_LIKENESS``,
   the nearer year first where two are equally alike: **earlier** or **later**.
4. Where a year then has one plan item and one result left over, and they have at least a few
   signs in common (``LAST_PAIR_LIKENESS``), they belong together: **as planned**.
5. In a year in which nothing is due but plans that a ↓ carries on, every other result belongs
   to the one most like it: **as planned**.
6. A plan item without a result is **open** while a year in which it is due has no result yet;
   **conditional** where it stands in brackets (``(検討結果による)``); **carried over** where the
   initiative went into the next plan or a ↓ carried the item on; otherwise **dropped**.
7. A result without a plan is **added**.

Likeness is ``kernel.text.similarity``, taken with and without remarks in brackets, the higher
counts. Equal likeness is settled by the texts, never by the order of the sheet.
"""

from madoguchi.plan.rules.comparison.matching import (
    LAST_PAIR_LIKENESS,
    OTHER_YEAR_LIKENESS,
    SAME_YEAR_LIKENESS,
    compare,
    is_conditional,
    likeness,
)
from madoguchi.plan.rules.comparison.verdicts import (
    ComparedItem,
    ComparedRow,
    Comparison,
    Match,
    Slips,
    Verdict,
    slips,
    total,
)

__all__ = [
    "LAST_PAIR_LIKENESS",
    "OTHER_YEAR_LIKENESS",
    "SAME_YEAR_LIKENESS",
    "ComparedItem",
    "ComparedRow",
    "Comparison",
    "Match",
    "Slips",
    "Verdict",
    "compare",
    "is_conditional",
    "likeness",
    "slips",
    "total",
]
