"""The timeline chart: planned years as outlined bars, years with results as solid bars below.

Geometry only, in units of the drawing; templates turn it into SVG.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 640
HEAD = 34
LABEL = 24
BAR = 16
GAP = 4
LANE = LABEL + 2 * BAR + GAP + 16
INSET = 3
LABEL_COLUMNS = 62
"""Half-width columns that a label may take before it is cut."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of the chart. ``end_year`` is the year in which it was finished or carried over."""

    label: str
    planned: frozenset[int]
    done: frozenset[int]
    url: str = ""
    end_year: int | None = None
    end_label: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int = BAR


@dataclass(frozen=True, slots=True)
class Column:
    """A fiscal year: its left edge and middle."""

    fiscal_year: int
    x: int
    middle: int


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of a lane: the middle of a diamond on the last bar, and its word."""

    x: int
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class DrawnLane:
    label: str
    url: str
    y: int
    label_y: int
    planned: tuple[Bar, ...]
    done: tuple[Bar, ...]
    end: Mark | None


@dataclass(frozen=True, slots=True)
class Timeline:
    width: int
    height: int
    columns: tuple[Column, ...]
    lanes: tuple[DrawnLane, ...]


def runs(years: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Unbroken stretches of years as (first, last): {2015, 2016, 2019} is 2015–2016 and 2019."""
    found: list[tuple[int, int]] = []
    for year in sorted(set(years)):
        if found and found[-1][1] == year - 1:
            found[-1] = (found[-1][0], year)
        else:
            found.append((year, year))
    return tuple(found)


def cut(text: str, columns: int = LABEL_COLUMNS) -> str:
    """The text, or as much as fits with … at its end; full-width signs take two columns."""
    used = 0
    for at, sign in enumerate(text):
        used += 2 if unicodedata.east_asian_width(sign) in "FWA" else 1
        if used > columns:
            return text[: max(at - 1, 0)] + "…"
    return text


def draw(lanes: Sequence[Lane], years: Sequence[int]) -> Timeline:
    """Place lanes on consecutive ``years``; what lies outside them is not drawn."""
    step = WIDTH // max(len(years), 1)
    columns = tuple(Column(year, at * step, at * step + step // 2) for at, year in enumerate(years))
    left = {column.fiscal_year: column.x for column in columns}
    drawn = tuple(_lane(lane, HEAD + at * LANE, left, step) for at, lane in enumerate(lanes))
    return Timeline(WIDTH, HEAD + len(lanes) * LANE, columns, drawn)


def _lane(lane: Lane, top: int, left: dict[int, int], step: int) -> DrawnLane:
    plan_y = top + LABEL
    done_y = plan_y + BAR + GAP
    end = None
    if lane.end_year in left:
        x = left[lane.end_year] + step - INSET - BAR // 2
        end = Mark(x, done_y + BAR // 2, lane.end_label)
    return DrawnLane(
        label=cut(lane.label),
        url=lane.url,
        y=top,
        label_y=top + 16,
        planned=_bars(lane.planned, plan_y, left, step),
        done=_bars(lane.done, done_y, left, step),
        end=end,
    )


def _bars(years: Iterable[int], y: int, left: dict[int, int], step: int) -> tuple[Bar, ...]:
    return tuple(
        Bar(left[first] + INSET, y, (last - first + 1) * step - 2 * INSET)
        for first, last in runs(year for year in years if year in left)
    )
