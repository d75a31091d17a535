"""Reading one field: bytes or text of a place in, a value out, or ``Ill`` with the reason.

What comes often in a file (days, times) is remembered, so that a million records stay quick.
"""

from datetime import date, time
from functools import lru_cache
from typing import Final

from madoguchi.blocks.payments.collection.kinds import DATA_KINDS, DataKind
from madoguchi.blocks.payments.collection.records import STORE_DIGITS, Ill
from madoguchi.blocks.payments.slips import barcode as slip_barcode

EARLIEST_YEAR: Final = 2000
"""Before it no slip had such a barcode: the year is mistyped."""
LATEST_YEAR: Final = 2099
MOST_SHOWN: Final = 60
AMOUNT_DIGITS: Final = 6

_ZERO: Final = ord("0")
_ZEROS_WEIGHED: Final = _ZERO * (22 * 3 + 22)
"""What the signs themselves add to the weighed sum of 44 digits."""


def shown(text: str) -> str:
    """What stood there, short and harmless to show."""
    cut = text[:MOST_SHOWN] + ("…" if len(text) > MOST_SHOWN else "")
    return "".join(sign if sign.isprintable() else "·" for sign in cut)


@lru_cache(maxsize=8192)
def day(text: str) -> date:
    """``YYYYMMDD``, a day that there is."""
    if len(text) != 8 or not _is_digits(text):
        raise Ill("date", found=shown(text))
    try:
        found = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise Ill("date", found=text) from None
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        raise Ill("date", found=text)
    return found


def day_or_blank(text: str) -> date | None:
    """As ``day``; blanks or zeros where there is none."""
    return day(text) if text.strip(" 0") else None


@lru_cache(maxsize=2048)
def clock_time(text: str) -> time:
    """``HHMM``; a CSV leaves zeros in front out (``944``)."""
    if not 1 <= len(text) <= 4 or not _is_digits(text):
        raise Ill("time", found=shown(text))
    hour, minute = divmod(int(text), 100)
    if hour > 23 or minute > 59:
        raise Ill("time", found=text)
    return time(hour, minute)


def data_kind(code: str, layout: str) -> DataKind:
    """The kind with its meaning; one that is no store payment is refused with its reason."""
    kind = DATA_KINDS.get(code)
    if kind is None or layout not in kind.layouts:
        raise Ill("kind", found=shown(code))
    if kind.statement is None:
        raise Ill(kind.refusal, found=code, name=kind.name)
    return kind


def barcode_amount(digits: str) -> int:
    """The yen in a barcode that holds: 44 digits, check digit, a real last day, no stamp.

    The arithmetic is that of ``slips.barcode``, over bytes at once since it is done for every
    record; what does not pass is handed to it for the reason.
    """
    # only ASCII digits are both ASCII and digits
    if len(digits) == 44 and _is_digits(digits) and digits.startswith("91"):
        signs = digits.encode("ascii")
        weighed = 3 * sum(signs[::2]) + sum(signs[1::2]) - _ZEROS_WEIGHED
        if weighed % 10 == 0 and digits[36] == "0" and _is_pay_by(digits[30:36]):
            amount = int(digits[37:43])
            if amount == 0:
                raise Ill("amount_zero", found=digits)
            return amount
    raise _ill_barcode(digits)


@lru_cache(maxsize=8192)
def _is_pay_by(digits: str) -> bool:
    if digits == slip_barcode.NO_END:
        return True
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return False
    return True


def _ill_barcode(digits: str) -> Ill:
    try:
        slip_barcode.parse(digits)
    except slip_barcode.BadBarcode as bad:
        return Ill(f"barcode_{bad.fault.value}", found=shown(digits))
    return Ill("barcode_stamp", found=digits)  # the one thing that private slips may have


def amount(text: str) -> int:
    """Yen of a CSV: 1 to 999,999, nothing but digits."""
    if text.startswith(("-", "−", "△", "▲")):
        raise Ill("amount_negative", found=shown(text))
    if not text or not _is_digits(text):
        raise Ill("amount_digits", found=shown(text))
    if len(text.lstrip("0")) > AMOUNT_DIGITS:
        raise Ill("amount_overflow", found=shown(text))
    if int(text) == 0:
        raise Ill("amount_zero", found=shown(text))
    return int(text)


def store(text: str) -> str:
    """A store's code with zeros in front, so that 6 and 7 digits compare."""
    code = text.strip(" ")
    if not code or len(code) > STORE_DIGITS or not (code.isascii() and code.isalnum()):
        raise Ill("store", found=shown(text))
    return code.zfill(STORE_DIGITS)


def code(text: str, name: str) -> str:
    """Letters and digits, or nothing."""
    found = text.strip(" ")
    if found and not (found.isascii() and found.isalnum()):
        raise Ill("code", field=name, found=shown(text))
    return found


def count(text: str) -> int | None:
    """What a trailer states; None where it is blank."""
    if not text.strip(" "):
        return None
    if not _is_digits(text):
        raise Ill("trailer_digits", found=shown(text))
    return int(text)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
