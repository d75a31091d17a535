"""A bar chart on a zero baseline; amounts below zero hang from it.

Geometry only, in units of the drawing; ``pages/components/bars.html`` turns it into SVG.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
NARROW = 480
"""For few columns: a phone shows them all, with letters that can be read."""
FEW = 4
HEIGHT = 240
HEAD = 28
FOOT = 30
SHARE = 0.56
"""How much of its column a bar takes."""
WIDEST = 90
"""A bar alone does not fill the frame."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a bar stands for: the label below it, and the value as it is written."""

    label: str
    value: int
    text: str


@dataclass(frozen=True, slots=True)
class ValueBar:
    """A bar; ``label_y`` is where its value stands, outside the bar."""

    label: str
    value: int
    text: str
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

    @property
    def is_narrow(self) -> bool:
        return self.width == NARROW


def draw(columns: Sequence[Column]) -> BarChart:
    """Bars for columns, all on one scale that includes zero."""
    highest = max((column.value for column in columns), default=0)
    lowest = min((column.value for column in columns), default=0)
    top, bottom = max(highest, 0), min(lowest, 0)
    room = HEIGHT - HEAD - FOOT - (HEAD if bottom < 0 else 0)
    scale = room / ((top - bottom) or 1)
    baseline = HEAD + round(top * scale)
    full = NARROW if len(columns) <= FEW else WIDTH
    step = full // max(len(columns), 1)
    width = min(round(step * SHARE), WIDEST)
    bars = []
    for at, column in enumerate(columns):
        length = round(abs(column.value) * scale)
        y = baseline - length if column.value >= 0 else baseline
        middle = at * step + step // 2
        bars.append(
            ValueBar(
                label=column.label,
                value=column.value,
                text=column.text,
                x=middle - width // 2,
                y=y,
                width=width,
                height=length,
                middle=middle,
                label_y=y - 8 if column.value >= 0 else y + length + 20,
            )
        )
    return BarChart(full, HEIGHT, baseline, tuple(bars))
