"""What every file format is brought to: lines of text and grids of cells, in order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` has one line for each paragraph or break; ``raw`` is the text as it stands.

    ``covered`` marks a cell that is merged into the one above it. ``removed`` lists markup
    whose content was taken out (scripts, styles).
    """

    text: str = ""
    raw: str = ""
    covered: bool = False
    removed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.removed


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    rows: tuple[Row, ...]
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line between the grids. ``is_title`` where the format itself says so."""

    text: str
    line: int | None = None
    is_title: bool = False
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark that only the reader of the format could make."""

    code: str
    found: str
    read_as: str = ""
    line: int | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class SheetStart:
    """The number of the sheet that follows, where the format has it in a field of its own."""

    theme: int
    number: int
    theme_name: str = ""
    line: int | None = None


type Block = TextLine | Grid | Notice | SheetStart


def plain(text: str) -> Cell:
    """A cell of a format without markup."""
    return Cell(text=text, raw=text)
