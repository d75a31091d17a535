"""The comparison on the city's real document; docs/services/plan.md quotes these counts."""

from pathlib import Path

import pytest

from madoguchi.plan.document.model import Initiative
from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.rules.comparison import (
    ComparedItem,
    ComparedRow,
    Comparison,
    Verdict,
    compare,
    slips,
    total,
)


def compared(sheet: Initiative) -> Comparison:
    return compare(
        [
            ComparedRow(
                row.fiscal_year,
                tuple(ComparedItem(row.fiscal_year * 100 + at, t) for at, t in enumerate(row.plan)),
                tuple(
                    ComparedItem(row.fiscal_year * 100 + at, t) for at, t in enumerate(row.result)
                ),
                continues=row.continues,
                outcome=row.outcome,
            )
            for row in sheet.rows
        ]
    )


@pytest.fixture
def comparisons(seed_path: Path) -> dict[str, Comparison]:
    document = read_plan(seed_path.read_bytes(), filename="plan.md")
    return {sheet.code: compared(sheet) for sheet in document.initiatives}


def test_the_whole_theme(comparisons: dict[str, Comparison]) -> None:
    whole = total(slips(found) for found in comparisons.values())
    assert {verdict.value: count for verdict, count in whole.counts.items()} == {
        "as_planned": 54,
        "earlier": 1,
        "dropped": 20,
        "carried_over": 2,
        "conditional": 2,
        "added": 46,
    }


@pytest.mark.parametrize(
    ("code", "plan", "verdict", "result"),
    [
        ("1-9", "水道料金システム更新", Verdict.CARRIED_OVER, None),
        ("1-10", "救急車6台運用（24h）", Verdict.EARLIER, "救急6台体制整備"),
        ("1-5", "(検討結果による)", Verdict.CONDITIONAL, None),
        ("1-7", "住宅使用料への導入検討", Verdict.AS_PLANNED, "導入に向けた準備"),
        ("1-3", "適宜実施", Verdict.CARRIED_OVER, None),
    ],
)
def test_known_items(
    comparisons: dict[str, Comparison],
    code: str,
    plan: str,
    verdict: Verdict,
    result: str | None,
) -> None:
    key = plan.removeprefix("救急車")
    found = next(m for m in comparisons[code].matches if m.plan and key in m.plan.text)
    assert found.verdict is verdict
    assert (result is None) is (found.result is None)
    assert result is None or result in found.result.text


def test_all_results_under_a_continued_plan_are_its_doing(
    comparisons: dict[str, Comparison],
) -> None:
    assert slips(comparisons["1-3"]).count(Verdict.ADDED) == 0
