"""The real document: everything that is in it, and every departure from the regular form."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    PlanDocument,
    ScheduleRow,
    Transfer,
    summarise,
)
from madoguchi.plan.document.reading import read_plan


@pytest.fixture
def document(seed_path: Path) -> PlanDocument:
    return read_plan(seed_path.read_bytes(), filename=seed_path.name)


def sheet(document: PlanDocument, code: str) -> Initiative:
    return next(one for one in document.initiatives if one.code == code)


def test_counts(document: PlanDocument) -> None:
    assert asdict(summarise(document)) == {
        "themes": 1,
        "initiatives": 17,
        "rows": 85,
        "plan_items": 79,
        "result_items": 113,
        "finished": 16,
        "carried_over": 1,
        "remarks": 111,
    }
    assert (document.themes[0].number, document.themes[0].name) == (
        1,
        "市民サービス向上策の積極展開",
    )
    assert [one.number for one in document.initiatives] == list(range(1, 18))
    assert document.fiscal_years == (2015, 2016, 2017, 2018, 2019)


def test_how_and_when_each_initiative_ends(document: PlanDocument) -> None:
    ends = {
        one.code: (row.fiscal_year, row.outcome)
        for one in document.initiatives
        for row in one.rows
        if row.outcome is not None
    }
    years = {"1-2": 2016, "1-4": 2017, "1-5": 2017, "1-6": 2016}
    years |= {"1-7": 2018, "1-10": 2018, "1-11": 2018}
    assert ends == {
        one.code: (
            years.get(one.code, 2019),
            Outcome.CARRIED_OVER if one.code == "1-9" else Outcome.FINISHED,
        )
        for one in document.initiatives
    }


def test_arrow_carries_a_plan_on(document: PlanDocument) -> None:
    arrows = [
        (one.code, row.fiscal_year)
        for one in document.initiatives
        for row in one.rows
        if row.continues
    ]
    assert arrows == [("1-3", 2019), ("1-4", 2019)]
    found = {one.place.initiative: one for one in document.remarks if one.code == "plan_continues"}
    assert found["1-4"].read_as == "H28年度、H29年度、H30年度: 公共施設への導入の推進"


def test_part_that_moved(document: PlanDocument) -> None:
    moved = [(one.code, transfer) for one in document.initiatives for transfer in one.transfers]
    assert moved == [("1-3", Transfer("総合窓口の検討", 1, 12, "総合窓口の設置"))]


def test_a_row_word_for_word(document: PlanDocument) -> None:
    assert sheet(document, "1-10").rows[1] == ScheduleRow(
        fiscal_year=2016,
        plan=("6台目導入", "救急5台（24h）・日勤（8h）救急隊の暫定運用", "増員・資格者養成"),
        result=("6台目導入", "救急5台（24h）・日勤（8h）救急隊の暫定運用", "増員・資格者養成"),
    )
    assert sheet(document, "1-13").rows[4].plan == (
        "図柄案の決定",
        "市民周知",
        "(H32年度交付開始)",
    )
    assert sheet(document, "1-11").rows[3].result == (
        "市内全小中学校での実施体制を整備",
        "小中学校7校の10人に提供",
    )


def test_departments_and_lists(document: PlanDocument) -> None:
    assert sheet(document, "1-7").departments == (
        "福祉部介護福祉課",
        "健康こども部こども育成課",
        "都市建設部住宅課",
    )
    assert sheet(document, "1-8").departments == ("市立病院事務部経営管理課", "医事課")
    assert sheet(document, "1-11").departments == ("教育部第1学校給食共同調理場",)
    content = sheet(document, "1-10").content
    assert [line[0] for line in content] == ["市", "①", "②", "③", "④"]


def test_remarks_are_numbered_and_name_their_place(document: PlanDocument, seed_path: Path) -> None:
    assert [one.number for one in document.remarks] == list(range(1, 112))
    assert Counter(one.code for one in document.remarks) == {
        "year_spaced": 28,
        "blanks_in_words": 17,
        "number_spaced": 16,
        "heading_spaced": 16,
        "outcome_in_span": 9,
        "outcome_after_break": 7,
        "outcome_in_bold": 1,
        "result_without_plan": 4,
        "plan_without_result": 1,
        "plan_continues": 2,
        "plan_after_end": 2,
        "item_in_brackets": 2,
        "theme_spaced": 1,
        "department_collective": 1,
        "department_incomplete": 1,
        "transfer": 1,
        "list_in_prose": 1,
        "year_era_ended": 1,
    }
    lines = seed_path.read_text(encoding="utf-8").splitlines()
    eleven = next(one for one in document.remarks if one.read_as == "No.1-11")
    assert (eleven.code, eleven.found) == ("number_spaced", "No.1 - 1 1")
    for one in document.remarks:
        assert one.place.line is not None
        first_words = one.found.split("…")[0].split("／")[0].removesuffix("年度")
        assert first_words[:1] in " ".join(lines[one.place.line - 1].split())
