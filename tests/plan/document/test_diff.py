"""What a new document would change, and what it only lacks."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.plan.document.diff import diff_documents, without_removals
from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
)

TEXTS = st.lists(st.sampled_from(["調査", "導入", "検証"]), max_size=2).map(tuple)
ROW = st.builds(
    ScheduleRow,
    fiscal_year=st.integers(2015, 2017),
    plan=TEXTS,
    result=TEXTS,
    continues=st.booleans(),
    outcome=st.none() | st.sampled_from(Outcome),
    effect=st.none() | st.integers(-2, 2),
)


def by_year(rows: list[ScheduleRow]) -> tuple[ScheduleRow, ...]:
    return tuple(
        {row.fiscal_year: row for row in sorted(rows, key=lambda r: r.fiscal_year)}.values()
    )


def documents() -> st.SearchStrategy[PlanDocument]:
    sheet: dict[str, Any] = {
        "theme": st.just(1),
        "number": st.integers(1, 3),
        "name": st.sampled_from(["図書館", "公民館"]),
        "departments": TEXTS,
        "problem": TEXTS,
        "rows": st.lists(ROW, max_size=3).map(by_year),
        "transfers": st.lists(st.just(Transfer("予約", 1, 2)), max_size=1).map(tuple),
    }

    def theme(number: int, sheets: list[Initiative]) -> Theme:
        known = {one.number: replace(one, theme=number) for one in sheets}
        return Theme(number, f"テーマ{number}", tuple(known[key] for key in sorted(known)))

    themes = st.dictionaries(
        st.integers(1, 2), st.lists(st.builds(Initiative, **sheet), max_size=3), max_size=2
    )
    return themes.map(
        lambda found: PlanDocument(tuple(theme(number, found[number]) for number in sorted(found)))
    )


@given(documents())
def test_the_same_document_differs_in_nothing(document: PlanDocument) -> None:
    assert diff_documents(document, document) == ()
    assert without_removals(document, document) == document
    assert without_removals(PlanDocument(()), document) == document


@given(documents(), documents())
def test_equal_means_no_difference(old: PlanDocument, new: PlanDocument) -> None:
    assert (diff_documents(old, new) == ()) == (old.themes == new.themes)


@given(documents(), documents())
def test_what_is_kept_is_never_removed(old: PlanDocument, new: PlanDocument) -> None:
    kept = without_removals(old, new)
    assert not [one for one in diff_documents(old, kept) if one.is_removal]
    assert without_removals(old, kept) == kept
    assert all(one.is_removal for one in diff_documents(kept, new))


def test_every_difference_has_its_place() -> None:
    row = ScheduleRow(2019, ("調査",), ("調査",))
    sheet = Initiative(1, 1, "図書館", ("総務課",), ("a",), ("b",), ("c",), (row,))
    old = PlanDocument((Theme(1, "窓口", (sheet,)),))
    changed = replace(
        sheet,
        name="公民館",
        goal=("d", "e"),
        rows=(
            replace(row, result=("導入",), outcome=Outcome.FINISHED, effect=5, continues=True),
            ScheduleRow(2020, ("検証",)),
        ),
    )
    new = PlanDocument((Theme(1, "改革", (changed,)), Theme(2, "財政", ())))
    found = [
        (one.code, one.place.initiative, one.place.field, one.before, one.after)
        for one in diff_documents(old, new)
    ]
    assert found == [
        ("theme_name", "", "テーマ1", "窓口", "改革"),
        ("name", "1-1", "取組名称", "図書館", "公民館"),
        ("goal", "1-1", "目標", "c", "d\ne"),
        ("plan", "1-1", "R元年度 計画", "調査", "調査／↓"),
        ("result", "1-1", "R元年度 結果", "調査", "導入"),
        ("outcome", "1-1", "R元年度 終了区分", "", "取組終了"),
        ("effect", "1-1", "R元年度 効果額（千円）", "", "5"),
        ("row", "1-1", "R2年度", "", "R2年度 計画 検証"),
        ("theme", "", "テーマ2", "", "テーマ2 財政"),
    ]
