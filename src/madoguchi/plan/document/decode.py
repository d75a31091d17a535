"""Bytes to text: UTF-8 with and without BOM, UTF-16 of both orders, Windows Shift_JIS (cp932)."""

import codecs
import re
from typing import Final

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.limits import MAX_TEXT

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_EXPECTED: Final = re.compile(r"[\t\n\r\x20-\x7e\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]")
_SAMPLE: Final = 20_000


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises ``PlanUnreadable`` for anything else."""
    if not data.strip(b"\x00 \t\r\n"):
        raise PlanUnreadable("empty")
    text, encoding = _decode(data)
    if len(text) > MAX_TEXT:
        raise PlanUnreadable("text_too_large", limit=MAX_TEXT)
    if _CONTROL.search(text):
        raise PlanUnreadable("binary")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if not text.strip():
        raise PlanUnreadable("empty")
    return text, encoding


def _decode(data: bytes) -> tuple[str, str]:
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    for mark, encoding in marks:
        if data.startswith(mark):
            text = _try(data, encoding)
            if text is None:
                raise PlanUnreadable("encoding_unknown")
            return text, encoding
    return _decode_unmarked(data)


def _decode_unmarked(data: bytes) -> tuple[str, str]:
    if b"\x00" in data:
        found = _unmarked_utf16(data)
        if found is None:
            raise PlanUnreadable("binary")
        return found
    for encoding in ("utf-8", "cp932"):
        text = _try(data, encoding)
        if text is not None:
            return text, encoding
    raise PlanUnreadable("encoding_unknown")


def _unmarked_utf16(data: bytes) -> tuple[str, str] | None:
    """The byte order in which the text is mostly Japanese or ASCII, if there is one."""
    best: tuple[float, str, str] | None = None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _try(data, encoding)
        if text is None:
            continue
        sample = text[:_SAMPLE]
        share = len(_EXPECTED.findall(sample)) / len(sample)
        if best is None or share > best[0]:
            best = (share, text, encoding)
    if best is None or best[0] < 0.8:
        return None
    return best[1], best[2]


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
