"""The geometry of the timeline."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.plan.rules import timeline
from madoguchi.plan.rules.timeline import Bar, Lane, Mark, cut, draw, runs

YEARS = range(2015, 2020)
years_of_a_lane = st.frozensets(st.integers(2010, 2025), max_size=8)


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ([], ()),
        ([2015], ((2015, 2015),)),
        ([2019, 2015, 2016], ((2015, 2016), (2019, 2019))),
        ([2016, 2016, 2017], ((2016, 2017),)),
    ],
)
def test_runs(years: list[int], expected: tuple[tuple[int, int], ...]) -> None:
    assert runs(years) == expected


@given(years_of_a_lane)
def test_runs_cover_the_years_and_nothing_else(years: frozenset[int]) -> None:
    assert {year for first, last in runs(years) for year in range(first, last + 1)} == years


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("窓口", 4, "窓口"),
        ("窓口の改善", 6, "窓口…"),
        ("Wi-Fi", 5, "Wi-Fi"),
        ("Wi-Fi6", 5, "Wi-F…"),
        ("窓", 1, "…"),
    ],
)
def test_cut(text: str, columns: int, expected: str) -> None:
    assert cut(text, columns) == expected


def test_a_lane_with_its_end() -> None:
    lane = Lane(
        "1-4 Wi-Fi",
        planned=frozenset({2015, 2016, 2019}),
        done=frozenset({2015}),
        url="/x/",
        end_year=2015,
        end_label="終了",
    )
    drawn = draw([lane], YEARS)
    found = drawn.lanes[0]
    assert [column.x for column in drawn.columns] == [0, 128, 256, 384, 512]
    assert (drawn.width, drawn.height) == (640, timeline.HEAD + timeline.LANE)
    assert found.planned == (Bar(3, 58, 250), Bar(515, 58, 122))
    assert found.done == (Bar(3, 78, 122),)
    assert found.end == Mark(117, 86, "終了")
    assert (found.label, found.url) == ("1-4 Wi-Fi", "/x/")


def test_an_end_outside_the_years_is_not_drawn() -> None:
    lane = Lane("x", frozenset(), frozenset({2030}), end_year=2030)
    assert draw([lane], YEARS).lanes[0].end is None


@given(st.lists(st.builds(Lane, st.text(max_size=9), years_of_a_lane, years_of_a_lane), max_size=4))
def test_nothing_is_drawn_outside_the_frame(lanes: list[Lane]) -> None:
    drawn = draw(lanes, YEARS)
    for lane in drawn.lanes:
        for bar in (*lane.planned, *lane.done):
            assert bar.x >= 0
            assert bar.x + bar.width <= drawn.width
            assert bar.y + bar.height <= drawn.height


def test_no_years_and_no_lanes() -> None:
    assert draw([], []).columns == ()
