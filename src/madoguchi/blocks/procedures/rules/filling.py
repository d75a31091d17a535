"""Texts with holes: what a message or a decision letter says of one application.

A hole is a name in braces, `{number}` or `{applicant.name}`. A brace that is meant is written
twice.
"""

import re
from collections.abc import Mapping
from typing import Final

FACTS: Final = ("number", "title", "city", "department", "due_on", "sent_on")
"""What every text may name beside the procedure's items."""
DECISION_FACTS: Final = ("decided_on", "note", "letter_number")
"""What a decision letter may name besides."""

_HOLE: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|\{|\}")


def holes(text: str) -> tuple[str, ...]:
    """The names in a text, in their order, once each; a stray brace is given as it is."""
    found = [
        match[1] if match[1] is not None else match[0]
        for match in _HOLE.finditer(text)
        if match[0] not in {"{{", "}}"}
    ]
    return tuple(dict.fromkeys(found))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its holes filled; one without a value is left blank."""

    def fill(match: re.Match[str]) -> str:
        if match[0] in {"{{", "}}"}:
            return match[0][0]
        return values.get(match[1], "") if match[1] is not None else match[0]

    return _HOLE.sub(fill, text)
