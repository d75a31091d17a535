"""A plan as CSV. The layout is ``tabular``'s; no cell can be taken for a formula."""

import csv
import io

from madoguchi.plan.document.edition import Edition
from madoguchi.plan.document.model import PlanDocument
from madoguchi.plan.document.tabular import (
    Column,
    cells,
    escape_controls,
    lines,
    neutralise,
    place_of,
)


class CharacterUnwritable(ValueError):  # named for what could not be done
    """The encoding has no such character. ``place`` says which line holds it."""

    def __init__(self, character: str, encoding: str, place: str) -> None:
        self.character = character
        self.encoding = encoding
        self.place = place
        super().__init__(
            f"{place}: “{character}” (U+{ord(character):04X}) cannot be written in {encoding}."
        )


def write_csv(
    document: PlanDocument, edition: Edition | None = None, *, encoding: str = "utf-8-sig"
) -> bytes:
    """The bytes of the file: UTF-8 with BOM, so that Excel knows it, unless told otherwise.

    Raises CharacterUnwritable where ``encoding`` (such as cp932) lacks a character.
    """
    edition = edition or Edition()
    encoder = "utf-8" if encoding == "utf-8-sig" else encoding
    written = [_encoded([column.value for column in Column], encoder)]
    for line in lines(document, edition):
        row = [_cell(value) for value in cells(line).values()]
        try:
            written.append(_encoded(row, encoder))
        except UnicodeEncodeError as error:
            character = error.object[error.start]
            raise CharacterUnwritable(character, encoding, place_of(line)) from error
    mark = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
    return mark + b"".join(written)


def _cell(value: str | int | None) -> str:
    if value is None:
        return ""
    return neutralise(escape_controls(value)) if isinstance(value, str) else str(value)


def _encoded(row: list[str], encoding: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(row)
    return text.getvalue().encode(encoding)
