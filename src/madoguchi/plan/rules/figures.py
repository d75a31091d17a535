"""Figures in a result line: ``{code}`` for an indicator, ``{m:12}`` for a milestone.

A brace that is meant as a brace is written twice. A brace that opens or closes nothing stands
for itself, so that every text can be parsed; what stands between braces and is no known code is
reported by ``unknown_codes``.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<code>[^{}]*)\}|[{}]|[^{}]+")
_MILESTONE = re.compile(r"m:([0-9]{1,18})")
_NO_BLANK_BEFORE = re.compile(r"[%％‰℃]|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A reference to an indicator (``plan.carried_over``) or a milestone (``m:12``)."""

    code: str

    @property
    def milestone(self) -> int | None:
        """The milestone's number, or None for an indicator."""
        found = _MILESTONE.fullmatch(self.code)
        return int(found[1]) if found else None


Segment = Words | Figure


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """``line`` counts from 1."""

    line: int
    code: str


def parse(text: str) -> tuple[Segment, ...]:
    """Cut a result line into words and figures, in order; neighbouring words are one segment."""
    segments: list[Segment] = []
    words = ""
    for piece in _PIECE.finditer(text):
        if piece["code"] is None:
            words += piece[0][0] if piece[0] in ("{{", "}}") else piece[0]
            continue
        if words:
            segments.append(Words(words))
        segments.append(Figure(piece["code"].strip()))
        words = ""
    if words:
        segments.append(Words(words))
    return tuple(segments)


def escape(text: str) -> str:
    """The text as a result line that shows it as it stands."""
    return text.replace("{", "{{").replace("}", "}}")


def write(segments: Iterable[Segment]) -> str:
    """The line that parses to these segments."""
    return "".join(
        f"{{{piece.code}}}" if isinstance(piece, Figure) else escape(piece.text)
        for piece in segments
    )


def codes(lines: Iterable[str]) -> tuple[str, ...]:
    """Every code that the lines refer to, once, in the order of first use."""
    found = (piece.code for line in lines for piece in parse(line) if isinstance(piece, Figure))
    return tuple(dict.fromkeys(found))


def unknown_codes(lines: Sequence[str], known: Collection[str]) -> tuple[UnknownCode, ...]:
    """References to what is not in ``known`` (indicator codes and ``m:<id>``), with their lines."""
    return tuple(
        UnknownCode(number, code)
        for number, line in enumerate(lines, start=1)
        for code in codes([line])
        if code not in known
    )


def number(value: Decimal | int) -> str:
    """``12,300`` or ``98.5``: thousands marked, no zeros behind the point."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(value: Decimal | int, unit: str) -> str:
    """``12,300人``, ``98.5%``, ``12 km``: a blank only before a unit in Latin letters."""
    glue = "" if not unit or _NO_BLANK_BEFORE.match(unit) else " "
    return f"{number(value)}{glue}{unit}"
