"""What stands in a cell of the schedule, and the odd rows around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.plan.document.labels import number_in, theme_in
from madoguchi.plan.document.marks import find_transfers, read_marks
from madoguchi.plan.document.model import Outcome, PlanDocument, ScheduleRow, Transfer
from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.document.schedule import read_amount

END = Outcome.FINISHED
ON = Outcome.CARRIED_OVER


@pytest.mark.parametrize(
    ("text", "items", "continues", "outcome", "notes"),
    [
        ("調査／検討", ["調査", "検討"], False, None, []),
        ("調査（費用／効果）／検討", ["調査（費用／効果）", "検討"], False, None, []),
        ("調査（費用／効果)／検討", ["調査（費用／効果)", "検討"], False, None, []),
        ("調査（費用／検討", ["調査（費用", "検討"], False, None, []),
        ("調査）／「a／b」", ["調査）", "「a／b」"], False, None, []),
        ("24h/8h体制", ["24h/8h体制"], False, None, []),
        ("a / b", ["a", "b"], False, None, ["separator_halfwidth"]),
        ("（a / b）", ["（a / b）"], False, None, ["item_in_brackets"]),
        ("(a)と(b)", ["(a)と(b)"], False, None, []),
        ("①調査②検討③導入", ["調査", "検討", "導入"], False, None, ["items_numbered"]),
        ("①の結果による", ["①の結果による"], False, None, []),
        ("調査①②", ["調査①②"], False, None, []),
        ("・調査\n・検討", ["調査", "検討"], False, None, ["items_by_break", "bullet", "bullet"]),
        ("調査（費用\n効果）", ["調査（費用効果）"], False, None, []),
        ("↓", [], True, None, []),
        ("⇓", [], True, None, []),
        ("│", [], True, None, []),
        ("〃", [], True, None, ["ditto"]),
        ("↓拡大", ["拡大"], True, None, []),
        ("↓／検証", ["検証"], True, None, []),
        ("調査\n取組終了", ["調査"], False, END, ["outcome_after_break"]),
        ("取組終了", [], False, END, ["outcome_alone"]),
        ("調査 取組終了", ["調査"], False, END, ["outcome_in_line"]),
        ("調査／取組終了", ["調査"], False, END, ["outcome_in_line"]),
        ("調査【取組終了】", ["調査"], False, END, ["outcome_in_line"]),
        ("調査取組終了", ["調査"], False, END, ["outcome_glued"]),
        ("第2期の取組終了", ["第2期の取組終了"], False, None, []),
        ("取組終了に向けた準備", ["取組終了に向けた準備"], False, None, []),
        ("調査\n次期プランへ継続", ["調査"], False, ON, ["outcome_after_break"]),
        (
            "取組終了\n次期プラン継続",
            [],
            False,
            END,
            ["outcome_alone", "outcome_twice", "outcome_after_break"],
        ),
        ("H32年度 開始", ["H32年度開始"], False, None, ["blanks_in_words", "year_era_ended"]),
        ("Google Maps", ["Google Maps"], False, None, []),
        ("", [], False, None, []),
    ],
)
def test_a_cell(
    text: str, items: list[str], continues: bool, outcome: Outcome | None, notes: list[str]
) -> None:
    marks = read_marks(text, text)
    assert (marks.items, marks.continues, marks.outcome) == (items, continues, outcome)
    assert [code for code, _, _ in marks.notes] == notes


@given(st.text(alphabet="調査／（）()「」①②③↓取組終了 \n/・", max_size=40))
def test_nothing_but_signs_is_lost(text: str) -> None:
    marks = read_marks(text, text)
    said = "".join(marks.items) + ("取組終了" * 10 if marks.outcome else "")
    for sign in "調査終了組取":
        assert "".join(marks.items).count(sign) <= text.count(sign)
        if sign in text:
            assert sign in said
    assert all(item == item.strip() and item for item in marks.items)


@pytest.mark.parametrize(
    ("text", "transfer"),
    [
        ("※総合窓口の検討については、No.1-12「総合窓口の設置」に移行",
         Transfer("総合窓口の検討", 1, 12, "総合窓口の設置")),
        ("予約は、No. 2 - 1 1 へ統合", Transfer("予約", 2, 11, "")),
        ("受付は №３－２「電子申請」に移管", Transfer("受付", 3, 2, "電子申請")),
    ],
)  # fmt: skip
def test_transfers(text: str, transfer: Transfer) -> None:
    assert [found for _, found in find_transfers(text)] == [transfer]


def test_no_transfer_in_a_mere_mention() -> None:
    assert find_transfers("詳しくは、No.1-12「総合窓口の設置」を参照") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No.1-1", (1, 1, "", True)),
        ("No.1 - 1 1", (1, 11, "", False)),
        ("No. 1 - 1", (1, 1, "", False)),
        ("№２－３", (2, 3, "", False)),
        ("【No.1-2】", (1, 2, "", False)),
        ("No.1-2 図書館", (1, 2, "図書館", True)),
        ("No.1-2 2校での試行", (1, 2, "2校での試行", True)),
        ("No.1-2-3", None),
        ("No.1-12「総合窓口の設置」に移行", None),
        ("第1-2号", None),
    ],
)
def test_numbers(text: str, found: tuple[int, int, str, bool] | None) -> None:
    number = number_in(text)
    said = number and (number.theme, number.number, number.rest, number.is_regular)
    assert said == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("テーマ1", (1, "")),
        ("テーマ 1 2", (12, "")),
        ("テーマ１　窓口を ひらく", (1, "窓口をひらく")),
        ("【テーマ2】財政", (2, "財政")),
        ("テーマパーク", None),
    ],
)
def test_themes(text: str, found: tuple[int, str] | None) -> None:
    assert theme_in(text) == found


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12,300", 12300),
        ("△1,200", -1200),
        ("▲１，２００千円", -1200),
        ("-5", -5),
        ("0", 0),
        ("約100", None),
        ("1,23", None),
        ("9" * 16, None),
    ],
)
def test_amounts(text: str, amount: int | None) -> None:
    assert read_amount(text) == amount


def sheet(*rows: str, heading: str = "| 工程表 | 計画 | 結果 |") -> PlanDocument:
    text = "\n".join(
        ["テーマ1", "", "窓口", "", "No.1-1", "", "| 取組名称 | 図書館 |", heading, *rows]
    )
    return read_plan(text.encode(), filename="plan.md")


def codes(document: PlanDocument) -> list[str]:
    return [
        one.code for one in document.remarks if one.code not in ("field_missing", "year_missing")
    ]


@pytest.mark.parametrize(
    ("rows", "expected", "remarks"),
    [
        (
            ["| H27年度 | 調査 | 調査 |", "| | 追加 | 追加 |"],
            [ScheduleRow(2015, ("調査", "追加"), ("調査", "追加"))],
            ["row_without_year"],
        ),
        (
            ["| H27年度 | 調査 | 調査 |", "| 平成27年度 | 導入 | |"],
            [ScheduleRow(2015, ("調査", "導入"), ("調査",))],
            ["year_twice"],
        ),
        (
            ["| H28年度 | 導入 | 導入 |", "| H27年度 | 調査 | 調査 |"],
            [ScheduleRow(2015, ("調査",), ("調査",)), ScheduleRow(2016, ("導入",), ("導入",))],
            ["year_out_of_order"],
        ),
        (
            ["| H27年度<br>取組終了 | 調査 | 調査 |"],
            [ScheduleRow(2015, ("調査",), ("調査",), outcome=END)],
            ["outcome_elsewhere"],
        ),
        (
            ["| H27年度 | 調査<br>取組終了 | 調査 |"],
            [ScheduleRow(2015, ("調査",), ("調査",), outcome=END)],
            ["outcome_after_break", "outcome_elsewhere"],
        ),
        (
            ["| H27年度 | 調査 | 調査 | 取組終了 |"],
            [ScheduleRow(2015, ("調査",), ("調査",), outcome=END)],
            ["outcome_elsewhere"],
        ),
        (
            ["| H27年度 | 調査 | 調査<br>取組終了 | 次期プラン継続 |"],
            [ScheduleRow(2015, ("調査",), ("調査",), outcome=END)],
            ["outcome_after_break", "outcome_elsewhere", "outcome_twice"],
        ),
        (
            ["| H27年度 | 調査 | 調査<br>取組終了 |", "| H28年度 | | 検証<br>取組終了 |"],
            [
                ScheduleRow(2015, ("調査",), ("調査",), outcome=END),
                ScheduleRow(2016, (), ("検証",), outcome=END),
            ],
            ["outcome_after_break", "outcome_after_break", "result_without_plan", "outcome_twice",
             "result_after_end"],
        ),
        (
            ["| H27年度 | ↓ | ↓ |"],
            [ScheduleRow(2015, continues=True)],
            ["arrow_in_result", "arrow_without_plan"],
        ),
        (["| H27年度 | 調査", "継続 | 調査 |"],
         [ScheduleRow(2015, ("調査", "継続"), ("調査",))],
         ["row_broken", "items_by_break"]),
    ],
)  # fmt: skip
def test_odd_rows(rows: list[str], expected: list[ScheduleRow], remarks: list[str]) -> None:
    document = sheet(*rows)
    assert document.initiatives[0].rows == tuple(expected)
    assert sorted(codes(document)) == sorted(remarks)


def test_effects_and_sources() -> None:
    heading = "| 工程表 | 計画 | 結果 | 結果原文 | 終了区分 | 効果額（千円） | 備考 |"
    document = sheet(
        "| H27年度 | 調査 | 12校 | {lunch.schools}校 | | 1,200 | 雨天 |",
        "| H28年度 | 導入 | 完了 | | 取組終了 | 約5 | |",
        "| H29年度 | 導入 | 完了 | | 未定 | － | |",
        heading=heading,
    )
    rows = document.initiatives[0].rows
    assert rows[0] == ScheduleRow(2015, ("調査",), ("{lunch.schools}校",), effect=1200)
    assert rows[1] == ScheduleRow(2016, ("導入",), ("完了",), outcome=END)
    assert rows[2] == ScheduleRow(2017, ("導入",), ("完了",))
    assert [(one.code, one.found) for one in document.remarks if one.place.line in (9, 10, 11)] == [
        ("cell_unknown", "雨天"),
        ("effect_not_a_number", "約5"),
        ("cell_unknown", "未定"),
        ("plan_after_end", "導入"),
        ("result_after_end", "完了"),
    ]


def test_sheet_without_headings_or_schedule() -> None:
    text = "テーマ1\n\n窓口\n\nNo.1-1\n\n| 取組名称 | 図書館 |\n|---|---|\n"
    text += "| H27年度 | 調査 | 調査 |\n"
    bare = "\nNo.1-2\n\n| 取組名称 | 公民館 |\n|---|---|\n| 目標 | 目標 |\n| | 続き |\n\nNo.1-3\n"
    document = read_plan((text + bare).encode(), filename="plan.md")
    assert document.initiatives[0].rows == (ScheduleRow(2015, ("調査",), ("調査",)),)
    assert document.initiatives[1].goal == ("目標", "続き")
    assert codes(document) == [
        "heading_missing",
        "schedule_missing",
        "row_without_heading",
        "number_without_sheet",
    ]


def test_themes_that_do_not_fit() -> None:
    text = "No.3-1\n\n| 取組名称 | 図書館 |\n| 工程表 | 計画 | 結果 |\n| H27年度 | 調査 | 調査 |\n"
    other = text.replace("3-1", "4-1").replace("図書館", "公民館")
    document = read_plan(f"{text}\nテーマ5\n\n財政\n\n{other}".encode(), filename="plan.md")
    assert [(theme.number, theme.name) for theme in document.themes] == [
        (3, ""),
        (4, ""),
        (5, "財政"),
    ]
    assert codes(document) == [
        "theme_missing",
        "theme_differs",
        "theme_unnamed",
        "theme_unnamed",
        "theme_without_initiatives",
    ]
