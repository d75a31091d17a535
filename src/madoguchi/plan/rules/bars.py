"""A bar chart over fiscal years on a zero baseline; amounts below zero hang from it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
HEIGHT = 240
HEAD = 28
FOOT = 30
SHARE = 0.56
"""How much of a year's column its bar takes."""


@dataclass(frozen=True, slots=True)
class ValueBar:
    """A year's bar; ``label_y`` is where its value stands, outside the bar."""

    fiscal_year: int
    value: int
    x: int
    y: int
    width: int
    height: int
    middle: int
    label_y: int


@dataclass(frozen=True, slots=True)
class BarChart:
    width: int
    height: int
    baseline: int
    bars: tuple[ValueBar, ...]


def draw(values: Sequence[tuple[int, int]]) -> BarChart:
    """Bars for pairs (fiscal year, amount), all on one scale that includes zero."""
    highest = max((value for _year, value in values), default=0)
    lowest = min((value for _year, value in values), default=0)
    top, bottom = max(highest, 0), min(lowest, 0)
    room = HEIGHT - HEAD - FOOT - (HEAD if bottom < 0 else 0)
    scale = room / ((top - bottom) or 1)
    baseline = HEAD + round(top * scale)
    step = WIDTH // max(len(values), 1)
    width = round(step * SHARE)
    bars = []
    for at, (year, value) in enumerate(values):
        length = round(abs(value) * scale)
        y = baseline - length if value >= 0 else baseline
        middle = at * step + step // 2
        bars.append(
            ValueBar(
                fiscal_year=year,
                value=value,
                x=middle - width // 2,
                y=y,
                width=width,
                height=length,
                middle=middle,
                label_y=y - 8 if value >= 0 else y + length + 20,
            )
        )
    return BarChart(WIDTH, HEIGHT, baseline, tuple(bars))
