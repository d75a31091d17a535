"""One field: into its bytes and back, with what is wrong with it."""

from collections.abc import Callable
from datetime import date

from madoguchi.blocks.payments.zengin.faults import Reason
from madoguchi.blocks.payments.zengin.kana import strange_character
from madoguchi.blocks.payments.zengin.layout import Field, Kind, Result

type Wrong = tuple[Reason, str]
"""The reason and the text that is to blame."""

LEAP_YEAR = 2024
"""A file does not say its year, so 29 February is a date."""


def signs_of(raw: bytes) -> str:
    """Each byte as the one character that it is in JIS X 0201; U+FFFD and on for what is none."""
    return "".join(map(_sign, raw))


def _sign(byte: int) -> str:
    if 0x20 <= byte < 0x7F:
        return chr(byte)
    if 0xA1 <= byte <= 0xDF:
        return bytes([byte]).decode("cp932")
    return chr(_NO_SIGN + byte)


_NO_SIGN = 0xF0000  # a private plane: the byte can still be told


def shown(text: str) -> str:
    """A text for people: bytes that are no character as ``0x81``."""
    return "".join(f"0x{ord(s) - _NO_SIGN:02X}" if ord(s) >= _NO_SIGN else s for s in text)


def check(field: Field, text: str, *, also: str) -> Wrong | None:
    """What is wrong with the characters of a field as they stand in a file."""
    return _CHECKS[field.kind](field, text, also)


def value_of(field: Field, text: str) -> str | int:
    """The value of a field that `check` found right."""
    if field.kind is Kind.NUMBER:
        return int(text)
    return text.rstrip(" ") if field.kind is Kind.TEXT else text


def text_of(field: Field, value: object) -> str:
    """The characters of a value; longer than the field where it does not fit."""
    if field.kind is Kind.FIXED:
        return field.values
    if field.kind is Kind.BLANK:
        return " " * field.length
    if field.kind is Kind.NUMBER:
        return f"{value:0{field.length}d}"
    return str(value).ljust(field.length) if field.kind is Kind.TEXT else str(value)


def _digits(field: Field, text: str, _also: str) -> Wrong | None:
    del field
    return None if text.isascii() and text.isdigit() else (Reason.NOT_DIGITS, text)


def _text(field: Field, text: str, also: str) -> Wrong | None:
    del field
    strange = strange_character(text, also=also)
    if strange is not None:
        return Reason.CHARACTER, strange
    if text.startswith(" ") and text.strip(" "):
        return Reason.NOT_LEFT, text.rstrip(" ")
    return None


def _blank(field: Field, text: str, _also: str) -> Wrong | None:
    return None if text == " " * field.length else (Reason.NOT_BLANK, text.strip(" "))


def _fixed(field: Field, text: str, _also: str) -> Wrong | None:
    return None if text == field.values else (Reason.NOT_ALLOWED, text)


def _choice(field: Field, text: str, _also: str) -> Wrong | None:
    return None if text in set(field.values) else (Reason.NOT_ALLOWED, text)


def _result(field: Field, text: str, _also: str) -> Wrong | None:
    del field
    return None if text in set(Result) else (Reason.UNKNOWN_RESULT, text)


def _date(field: Field, text: str, also: str) -> Wrong | None:
    wrong = _digits(field, text, also)
    if wrong is not None:
        return wrong
    try:
        date(LEAP_YEAR, int(text[:2]), int(text[2:]))
    except ValueError:
        return Reason.NO_DATE, text
    return None


_CHECKS: dict[Kind, Callable[[Field, str, str], Wrong | None]] = {
    Kind.FIXED: _fixed,
    Kind.NUMBER: _digits,
    Kind.DIGITS: _digits,
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.RESULT: _result,
    Kind.DATE: _date,
    Kind.BLANK: _blank,
}
