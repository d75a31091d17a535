"""Which layout a file has, told from its first bytes."""

import re
from typing import Final

from madoguchi.blocks.payments.collection import profiles
from madoguchi.blocks.payments.collection.lines import has_line_ends
from madoguchi.blocks.payments.collection.profiles import DATA, RECORD_BYTES
from madoguchi.blocks.payments.collection.records import Ill

HEAD_BYTES: Final = 64 * 1024
UTF8_BOM: Final = b"\xef\xbb\xbf"
CSV_COMMAS: Final = 12

_FOREIGN: Final = (
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\xff\xfe", "utf16"),
    (b"\xfe\xff", "utf16"),
)
_LINE: Final = re.compile(rb"\r?\n")
_BARCODE_BEGINS: Final = re.compile(rb"91\d")


def check_text(head: bytes) -> None:
    """Refuse what is no text at all: an empty file, a PDF, a zip, UTF-16, other binary."""
    if not head.strip(b" \t\r\n\x1a" + UTF8_BOM):
        raise Ill("empty")
    for begins, code in _FOREIGN:
        if head.startswith(begins):
            raise Ill(code)
    if b"\x00" in head:
        # ASCII in UTF-16 without its mark has a zero in every other place
        is_utf16 = head[1:200:2].count(0) > 60 or head[:200:2].count(0) > 60
        raise Ill("utf16" if is_utf16 else "binary")


def recognise(head: bytes) -> str:
    """The code of the layout. Raises Ill with ``layout_unknown`` or ``layout_ambiguous``."""
    check_text(head)
    first = _LINE.split(head, maxsplit=1)[0]
    if first.count(b",") >= CSV_COMMAS:
        return profiles.CSV
    if head[:1] not in (b"1", b"2", b"8", b"9"):
        raise Ill("layout_unknown")
    return _by_barcode(_records(head))


def _records(head: bytes) -> list[bytes]:
    if has_line_ends(head):
        return _LINE.split(head)
    return [head[at : at + RECORD_BYTES] for at in range(0, len(head), RECORD_BYTES)]


def _by_barcode(records: list[bytes]) -> str:
    """Where the barcode begins in most data records: its 91 lies elsewhere in each layout."""
    votes = dict.fromkeys(profiles.PROFILES, 0)
    data = [record for record in records if record[:1] == DATA.encode()]
    for record in data:
        for code, profile in profiles.PROFILES.items():
            fields = profile.records[DATA]
            at = next(each.offset for each in fields if each.holds == profiles.Holds.BARCODE)
            votes[code] += bool(_BARCODE_BEGINS.match(record, at))
    best = max(votes.values())
    found = [code for code, count in votes.items() if count == best]
    if not data or (best and len(found) > 1):
        raise Ill("layout_ambiguous")
    if not best:
        raise Ill("layout_unknown")
    return found[0]
