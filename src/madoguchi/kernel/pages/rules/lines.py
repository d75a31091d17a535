"""A chart of several lines over the same years, each labelled at its end.

Geometry only, in units of the drawing; ``pages/components/lines.html`` turns it into SVG.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 480
HEIGHT = 300
HEAD = 20
FOOT = 32
LEFT = 48
RIGHT = 112
"""Room for the labels at the ends of the lines."""
LABEL = 42
"""The least distance between two labels of two lines each."""
SECOND = 16
"""How far below its place the second line of a label stands: above the words of the marks."""
MOST = 4
"""There are four series colours; more lines cannot be told apart."""


class TooManyLines(ValueError):
    """More lines than can be told apart."""


@dataclass(frozen=True, slots=True)
class Series:
    """``values`` are one a mark, None where there is none; ``text`` writes out the last."""

    label: str
    values: tuple[int | None, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` is that of the series colour, from 1; ``points`` as a polyline has them, one
    piece for each run of values without a gap."""

    number: int
    label: str
    text: str
    pieces: tuple[str, ...]
    dots: tuple[Dot, ...]
    label_x: int
    label_y: int


@dataclass(frozen=True, slots=True)
class Mark:
    label: str
    x: int


@dataclass(frozen=True, slots=True)
class GridLine:
    label: str
    y: int


@dataclass(frozen=True, slots=True)
class LineChart:
    width: int
    height: int
    left: int
    right: int
    marks: tuple[Mark, ...]
    grid: tuple[GridLine, ...]
    lines: tuple[Line, ...]


def draw(
    series: Sequence[Series], marks: Sequence[str], *, grid: Sequence[tuple[int, str]]
) -> LineChart:
    """Lines over ``marks`` (years); ``grid`` are values with their words, the lowest and the
    highest of which are the edges of the frame. Raises TooManyLines."""
    if len(series) > MOST:
        raise TooManyLines(str(len(series)))
    low, high = min(value for value, _ in grid), max(value for value, _ in grid)
    right = WIDTH - RIGHT
    step = (right - LEFT) / max(len(marks) - 1, 1)
    single = (right - LEFT) // 2 if len(marks) == 1 else 0

    def x(at: int) -> int:
        return LEFT + single + round(at * step)

    def y(value: int) -> int:
        part = (min(max(value, low), high) - low) / ((high - low) or 1)
        return HEIGHT - FOOT - round(part * (HEIGHT - HEAD - FOOT))

    drawn = []
    for number, each in enumerate(series, start=1):
        dots = [
            None if value is None else Dot(x(at), y(value)) for at, value in enumerate(each.values)
        ]
        shown = [dot for dot in dots if dot is not None]
        if shown:
            drawn.append((number, each, dots, shown))
    places = _apart([shown[-1].y for _number, _each, _dots, shown in drawn])
    return LineChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=right,
        marks=tuple(Mark(label, x(at)) for at, label in enumerate(marks)),
        grid=tuple(GridLine(label, y(value)) for value, label in grid),
        lines=tuple(
            Line(number, each.label, each.text, _pieces(dots), tuple(shown), right + 12, place)
            for (number, each, dots, shown), place in zip(drawn, places, strict=True)
        ),
    )


def _pieces(dots: Sequence[Dot | None]) -> tuple[str, ...]:
    pieces: list[list[str]] = [[]]
    for dot in dots:
        if dot is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{dot.x},{dot.y}")
    return tuple(" ".join(piece) for piece in pieces if len(piece) > 1)


def _apart(wanted: Sequence[int]) -> list[int]:
    """Places near the wanted ones that keep their order and LABEL units of distance."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    places = [0] * len(wanted)
    lowest = HEIGHT - FOOT - SECOND - LABEL * (len(wanted) - 1)
    last = -LABEL
    for rank, at in enumerate(order):
        last = max(min(wanted[at], lowest + LABEL * rank), last + LABEL, HEAD)
        places[at] = last
    return places
