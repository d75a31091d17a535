"""What an export says besides the plan: whose it is, of which day, and how figures are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from madoguchi.plan.document.model import Initiative, ScheduleRow


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a result line. ``source`` is how the document writes it: ``{code}`` for 12.

    A piece without ``source`` is written as it is shown.
    """

    text: str
    source: str = ""


type Show = Callable[[Initiative, ScheduleRow, str], tuple[Piece, ...]]
"""How a result line of a row is shown; the sources of its pieces joined are the line."""


def as_written(initiative: Initiative, row: ScheduleRow, text: str) -> tuple[Piece, ...]:  # noqa: ARG001 # a Show
    """Show every line as the document has it, references to figures included."""
    return (Piece(text),)


@dataclass(frozen=True, slots=True)
class Edition:
    """``city`` and ``exported_on`` are named on the export where they are known."""

    city: str = ""
    exported_on: date | None = None
    show: Show = as_written


def shown_text(pieces: tuple[Piece, ...]) -> str:
    """What people read."""
    return "".join(piece.text for piece in pieces)
