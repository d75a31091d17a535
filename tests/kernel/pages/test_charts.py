"""The geometry of bars and of lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.pages.rules import bars, lines
from madoguchi.kernel.pages.rules.bars import Column
from madoguchi.kernel.pages.rules.lines import Series, TooManyLines

GRID = [(0, "0%"), (500, "50%"), (1000, "100%")]


def columns(*values: int) -> list[Column]:
    return [Column(str(at), value, f"{value}") for at, value in enumerate(values)]


def test_bars_stand_on_zero_and_hang_from_it() -> None:
    chart = bars.draw(columns(100, -50, 0))
    up, down, none = chart.bars
    assert up.y + up.height == chart.baseline
    assert down.y == chart.baseline
    assert (up.height, down.height, none.height) == (103, 51, 0)
    assert (up.label_y, down.label_y) == (up.y - 8, down.y + down.height + 20)


def test_bars_without_values() -> None:
    assert bars.draw([]).bars == ()


def test_a_bar_alone_is_no_wider_than_usual() -> None:
    (bar,) = bars.draw(columns(5)).bars
    assert (bar.width, bar.middle, bar.label, bar.text) == (bars.WIDEST, 240, "0", "5")


@pytest.mark.parametrize(("count", "is_narrow"), [(1, True), (4, True), (5, False)])
def test_few_columns_make_a_narrow_drawing(count: int, is_narrow: bool) -> None:
    chart = bars.draw(columns(*range(count)))
    assert chart.is_narrow is is_narrow
    assert all(bar.x >= 0 and bar.x + bar.width <= chart.width for bar in chart.bars)


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=8))
def test_bars_keep_their_proportion_within_the_frame(values: list[int]) -> None:
    chart = bars.draw(columns(*values))
    assert all(bar.y >= 0 and bar.y + bar.height <= chart.height for bar in chart.bars)
    by_amount = sorted(chart.bars, key=lambda bar: abs(bar.value))
    assert [bar.height for bar in by_amount] == sorted(bar.height for bar in chart.bars)


def test_lines_rise_with_their_values() -> None:
    chart = lines.draw([Series("card", (0, 500, 1000), "100%")], ["R6", "R7", "R8"], grid=GRID)
    (line,) = chart.lines
    assert [(dot.x, dot.y) for dot in line.dots] == [(48, 268), (208, 144), (368, 20)]
    assert line.pieces == ("48,268 208,144 368,20",)
    assert [(mark.label, mark.x) for mark in chart.marks] == [("R6", 48), ("R7", 208), ("R8", 368)]
    assert [(row.label, row.y) for row in chart.grid] == [("0%", 268), ("50%", 144), ("100%", 20)]


def test_one_year_is_a_dot_in_the_middle() -> None:
    chart = lines.draw([Series("card", (500,), "50%")], ["R8"], grid=GRID)
    assert chart.lines[0].pieces == ()
    assert [dot.x for dot in chart.lines[0].dots] == [208]


def test_a_gap_stays_a_gap_and_keeps_the_colour_of_its_line() -> None:
    chart = lines.draw(
        [Series("store", (None, None), "–"), Series("card", (1, None, 3, 4), "4%")],
        ["a", "b", "c", "d"],
        grid=GRID,
    )
    (line,) = chart.lines
    assert (line.number, len(line.pieces), len(line.dots)) == (2, 1, 3)


def test_values_beyond_the_frame_stay_at_its_edge() -> None:
    chart = lines.draw([Series("card", (-5, 2000), "200%")], ["a", "b"], grid=GRID)
    assert [dot.y for dot in chart.lines[0].dots] == [268, 20]


def test_more_lines_than_colours_are_refused() -> None:
    with pytest.raises(TooManyLines):
        lines.draw([Series("x", (1,), "1")] * 5, ["a"], grid=GRID)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=lines.MOST))
def test_labels_keep_their_order_and_distance_within_the_frame(ends: list[int]) -> None:
    chart = lines.draw([Series("x", (end,), "") for end in ends], ["a"], grid=GRID)
    placed = sorted((line.dots[-1].y, line.label_y) for line in chart.lines)
    assert all(after[1] - before[1] >= lines.LABEL for before, after in pairwise(placed))
    lowest = chart.height - lines.FOOT - lines.SECOND
    assert all(0 <= line.label_y <= lowest for line in chart.lines)
