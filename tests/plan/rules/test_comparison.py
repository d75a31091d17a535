"""The comparison of plan and result: the rule's examples, and what holds for any sheet."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.plan.document.model import Outcome
from madoguchi.plan.rules.comparison import (
    ComparedItem,
    ComparedRow,
    Comparison,
    Match,
    Slips,
    Verdict,
    compare,
    is_conditional,
    likeness,
    slips,
    total,
)


def items(*texts: str, start: int) -> tuple[ComparedItem, ...]:
    return tuple(ComparedItem(start + at, text) for at, text in enumerate(texts))


def row(
    year: int,
    plan: tuple[str, ...] = (),
    result: tuple[str, ...] = (),
    *,
    continues: bool = False,
    outcome: Outcome | None = None,
    is_reported: bool = True,
) -> ComparedRow:
    """A row whose keys are the year and the position: 201501 is the second item of 2015."""
    return ComparedRow(
        year,
        items(*plan, start=year * 100),
        items(*result, start=year * 100),
        continues=continues,
        outcome=outcome,
        is_reported=is_reported,
    )


def said(match: Match) -> tuple[str, str | None, str | None, int]:
    return (
        match.verdict.value,
        match.plan.text if match.plan else None,
        match.result.text if match.result else None,
        match.shift,
    )


def all_said(comparison: Comparison) -> list[tuple[str, str | None, str | None, int]]:
    return [said(match) for match in comparison.matches]


EXAMPLES = [
    pytest.param(
        [row(2016, ("ホームページ改修・公開",), ("ホームページの改修（地図や画像で表示）・公開",))],
        [
            (
                "as_planned",
                "ホームページ改修・公開",
                "ホームページの改修（地図や画像で表示）・公開",
                0,
            )
        ],
        id="remarks in brackets do not part what belongs together",
    ),
    pytest.param(
        [
            row(2018, ("研修の実施",), ("研修の実施", "救急6台体制整備")),
            row(2019, ("救急6台運用（24h）",)),
        ],
        [
            ("as_planned", "研修の実施", "研修の実施", 0),
            ("earlier", "救急6台運用（24h）", "救急6台体制整備", -1),
        ],
        id="done a year earlier",
    ),
    pytest.param(
        [row(2015, ("保育料への導入",)), row(2016), row(2017, (), ("保育料への導入",))],
        [("later", "保育料への導入", "保育料への導入", 2)],
        id="done two years later",
    ),
    pytest.param(
        [row(2015, ("市民周知",), ("条例の制定",))],
        [("dropped", "市民周知", None, 0), ("added", None, "条例の制定", 0)],
        id="dropped and added",
    ),
    pytest.param(
        [
            row(2018, ("導入に向けた検討",), ("導入に向けた検討",)),
            row(2019, ("システム更新",), ("方針の決定",), outcome=Outcome.CARRIED_OVER),
        ],
        [
            ("as_planned", "導入に向けた検討", "導入に向けた検討", 0),
            ("carried_over", "システム更新", None, 0),
            ("added", None, "方針の決定", 0),
        ],
        id="carried into the next plan",
    ),
    pytest.param(
        [
            row(2016, ("施設への導入の推進", "看板の作成"), ("看板の作成",)),
            row(2017, (), ("10施設への導入",)),
            row(2018, (), ("文化施設への導入の推進",)),
            row(2019, continues=True),
        ],
        [
            ("as_planned", "施設への導入の推進", "10施設への導入", 0),
            ("as_planned", "看板の作成", "看板の作成", 0),
            ("as_planned", None, "文化施設への導入の推進", 0),
        ],
        id="an arrow keeps the plan due in every year down to it",
    ),
    pytest.param(
        [row(2015, ("適宜実施",), ("看板の設置", "出張所の土日開所")), row(2016, continues=True)],
        [
            ("as_planned", "適宜実施", "出張所の土日開所", 0),
            ("as_planned", None, "看板の設置", 0),
        ],
        id="where only a carried-on plan is due, all results belong to it",
    ),
    pytest.param(
        [
            row(2015, ("適宜実施",), ("看板の設置",)),
            row(2016, ("周知",), ("市の花",), continues=True),
        ],
        [
            ("as_planned", "適宜実施", "看板の設置", 0),
            ("dropped", "周知", None, 0),
            ("added", None, "市の花", 0),
        ],
        id="where something else is due beside it, other results are added",
    ),
    pytest.param(
        [row(2015, ("適宜実施",)), row(2016, continues=True)],
        [("carried_over", "適宜実施", None, 0)],
        id="an arrow carries on what nothing answers",
    ),
    pytest.param(
        [row(2015, ("調査",), ("調査",)), row(2016, ("条例案",), ("調査",)), row(2017)],
        [
            ("as_planned", "調査", "調査", 0),
            ("dropped", "条例案", None, 0),
            ("added", None, "調査", 0),
        ],
        id="without an arrow the plan above is over",
    ),
    pytest.param(
        [
            row(2015, ("導入に向けた検討",), ("新料金システムでの導入を検討",)),
            row(2016, ("導入に向けた検討",), ("新料金システムでの導入を検討", "市民周知の準備")),
        ],
        [
            ("as_planned", "導入に向けた検討", "新料金システムでの導入を検討", 0),
            ("dropped", "導入に向けた検討", None, 0),
            ("added", None, "新料金システムでの導入を検討", 0),
            ("added", None, "市民周知の準備", 0),
        ],
        id="what is left alone on both sides of a year needs little in common",
    ),
    pytest.param(
        [row(2017, ("(検討結果による)",), ("交付サービス開始",))],
        [("conditional", "(検討結果による)", None, 0), ("added", None, "交付サービス開始", 0)],
        id="a plan in brackets was conditional",
    ),
    pytest.param(
        [row(2025, ("窓口の改善",), is_reported=False)],
        [("open", "窓口の改善", None, 0)],
        id="not due yet",
    ),
    pytest.param(
        [row(2025, ("窓口の改善",)), row(2026, continues=True, is_reported=False)],
        [("open", "窓口の改善", None, 0)],
        id="the arrow's last year has not come yet",
    ),
    pytest.param(
        [
            row(2015, ("調査の実施",), ("準備",)),
            row(2016, ("調査の実施",), ("調査の実施",)),
        ],
        [
            ("dropped", "調査の実施", None, 0),
            ("as_planned", "調査の実施", "調査の実施", 0),
            ("added", None, "準備", 0),
        ],
        id="a repeated plan takes its own year's result first",
    ),
]


@pytest.mark.parametrize(("rows", "expected"), EXAMPLES)
def test_examples(
    rows: list[ComparedRow], expected: list[tuple[str, str | None, str | None, int]]
) -> None:
    assert all_said(compare(rows)) == expected


def test_a_second_match_of_a_continued_plan_names_it() -> None:
    rows = [
        row(2016, ("施設への導入",), ("施設への導入",)),
        row(2017, (), ("施設への導入",), continues=True),
    ]
    second = compare(rows).of_result()[201700]
    assert (second.verdict, second.repeats, second.plan) == (
        Verdict.AS_PLANNED,
        ComparedItem(201600, "施設への導入"),
        None,
    )


class TestOverrides:
    rows = (
        row(2015, ("窓口の改善", "適宜実施"), ("のぞみ出張所の土日開所", "窓口の改善")),
        row(2016, continues=True),
    )

    def test_the_office_chooses_the_result(self) -> None:
        found = compare(self.rows, {201501: 201500})
        match = found.of_plan()[201501]
        assert said(match) == ("as_planned", "適宜実施", "のぞみ出張所の土日開所", 0)
        assert match.is_override

    def test_the_office_says_that_nothing_came_of_it(self) -> None:
        rows = [row(2015, ("窓口の改善",), ("窓口の改善",))]
        assert all_said(compare(rows, {201500: None})) == [
            ("dropped", "窓口の改善", None, 0),
            ("added", None, "窓口の改善", 0),
        ]

    def test_a_carried_on_plan_without_results_takes_none(self) -> None:
        found = compare(self.rows, {201500: None, 201501: None})
        assert [match.verdict.value for match in found.matches] == [
            "dropped",
            "dropped",
            "added",
            "added",
        ]

    def test_a_result_in_another_year_is_a_slip(self) -> None:
        rows = [row(2015, ("調査",)), row(2017, (), ("報告書の公表",))]
        match = compare(rows, {201500: 201700}).of_plan()[201500]
        assert (match.verdict, match.shift) == (Verdict.LATER, 2)

    def test_a_taken_or_unknown_result_is_passed_over(self) -> None:
        found = compare(self.rows, {201500: 201501, 201501: 201501, 999: 201500})
        assert said(found.of_plan()[201500]) == ("as_planned", "窓口の改善", "窓口の改善", 0)
        assert not found.of_plan()[201501].is_override


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(検討結果による)", True),
        ("（H32年度交付開始）", True),
        ("設置準備（増築工事）", False),
        ("(仮)計画の(素案)", False),
        ("", False),
    ],
)
def test_is_conditional(text: str, expected: bool) -> None:
    assert is_conditional(text) is expected


def test_brackets_alone_are_compared_as_they_stand() -> None:
    assert likeness("(検討結果による)", "(検討結果による)") == 1.0


class TestSlips:
    def test_counts_and_sums(self) -> None:
        one = slips(compare([row(2015, ("調査", "周知"), ("調査", "条例の制定"))]))
        other = slips(compare([row(2015, ("交付",)), row(2016, (), ("交付",))]))
        both = total([one, other])
        assert {
            verdict.value: both.count(verdict) for verdict in Verdict if both.count(verdict)
        } == {
            "as_planned": 1,
            "dropped": 1,
            "added": 1,
            "later": 1,
        }
        assert (both.planned, both.on_time, both.on_time_percent) == (3, 1, 33)

    def test_nothing_due_has_no_share(self) -> None:
        assert Slips().on_time_percent is None

    def test_a_continued_plan_counts_once(self) -> None:
        rows = [
            row(2016, ("施設への導入",), ("施設への導入",)),
            row(2017, (), ("施設への導入",), continues=True),
        ]
        assert slips(compare(rows)).planned == 1


TEXTS = st.sampled_from(
    [
        "先進都市の調査研究",
        "先進都市の調査",
        "移住フェア出展",
        "移住フェアへの出展",
        "お試し移住の検討",
        "お試し移住の実施",
        "(検討結果による)",
        "設置準備（増築工事）",
        "増築工事着手",
        "Wi-Fiの導入",
        "ＷｉＦｉの導入",
    ]
)


@st.composite
def sheets(draw: st.DrawFn) -> list[ComparedRow]:
    rows = []
    for year in range(2015, 2015 + draw(st.integers(1, 5))):
        plan = tuple(draw(st.lists(TEXTS, max_size=4)))
        rows.append(
            row(
                year,
                plan,
                tuple(draw(st.lists(TEXTS, max_size=4))),
                continues=draw(st.booleans()),
                outcome=draw(st.sampled_from([None, *Outcome])),
                is_reported=draw(st.booleans()),
            )
        )
    return rows


@given(
    sheets(), st.dictionaries(st.integers(201500, 201503), st.integers(201500, 201603) | st.none())
)
def test_every_item_appears_exactly_once(
    rows: list[ComparedRow], overrides: dict[int, int | None]
) -> None:
    matches = compare(rows, overrides).matches
    assert Counter(m.plan.key for m in matches if m.plan) == Counter(
        item.key for r in rows for item in r.plan
    )
    assert Counter(m.result.key for m in matches if m.result) == Counter(
        item.key for r in rows for item in r.result
    )


@given(sheets())
def test_what_was_done_word_for_word_is_as_planned(rows: list[ComparedRow]) -> None:
    same = [
        ComparedRow(r.fiscal_year, r.plan, r.plan, continues=r.continues, outcome=r.outcome)
        for r in rows
    ]
    assert {m.verdict for m in compare(same).matches} <= {Verdict.AS_PLANNED}


@given(sheets(), st.randoms(use_true_random=False))
def test_the_order_of_a_years_items_does_not_matter(
    rows: list[ComparedRow], source: random.Random
) -> None:
    shuffled = []
    for r in rows:
        plan, result = [i.text for i in r.plan], [i.text for i in r.result]
        source.shuffle(plan)
        source.shuffle(result)
        shuffled.append(
            row(
                r.fiscal_year,
                tuple(plan),
                tuple(result),
                continues=r.continues,
                outcome=r.outcome,
                is_reported=r.is_reported,
            )
        )

    def verdicts(found: Comparison) -> Counter[tuple[object, ...]]:
        return Counter((*said(m), m.plan_year, m.result_year) for m in found.matches)

    assert verdicts(compare(shuffled)) == verdicts(compare(rows))
