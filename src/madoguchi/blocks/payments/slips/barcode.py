"""The 44 digits of a store's barcode (GS1-128 標準料金代理収納).

Source: GS1 Japan, 「GS1-128シンボルによる標準料金代理収納ガイドライン」. The digits include the
application identifier 91; the symbol adds its own check character, which is never printed.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

LENGTH: Final = 44
IDENTIFIER: Final = "91"
NO_END: Final = "999999"
"""In place of the day: accepted on any day."""
HIGHEST_AMOUNT: Final = 999_999
HIGHEST_ISSUE: Final = 9
CENTURY: Final = 2000

_DIGITS: Final = re.compile(r"[0-9]+")


class BarcodeFault(StrEnum):
    """Why digits are no barcode of a slip."""

    LENGTH = "length"
    NOT_DIGITS = "not_digits"
    IDENTIFIER = "identifier"
    CHECK_DIGIT = "check_digit"
    DATE = "date"
    STAMP = "stamp"
    FIELD = "field"


class BadBarcode(ValueError):
    """These are no digits of a slip's barcode; ``fault`` and the message say why."""

    def __init__(self, fault: BarcodeFault, message: str) -> None:
        self.fault = fault
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class BarcodeParts:
    """``company_code`` has 6 digits, ``free`` 21; ``pay_by`` None means no end.

    ``issue`` is the reissue digit. Public money never needs a revenue stamp.
    """

    company_code: str
    free: str
    issue: int
    pay_by: date | None
    amount: int
    needs_stamp: bool = False


def check_digit(digits: str) -> int:
    """Modulus 10, weight 3 from the right, over the 43 digits before it."""
    _require_digits(digits, LENGTH - 1)
    total = sum(
        int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(digits))
    )
    return -total % 10


def compose(parts: BarcodeParts) -> str:
    """The 44 digits. Raises BadBarcode where a part does not fit its field."""
    if not 0 <= parts.issue <= HIGHEST_ISSUE:
        raise BadBarcode(BarcodeFault.FIELD, f"issue {parts.issue} is not one digit")
    if not 0 < parts.amount <= HIGHEST_AMOUNT:
        raise BadBarcode(BarcodeFault.FIELD, f"amount {parts.amount} does not fit six digits")
    digits = (
        IDENTIFIER
        + _field(parts.company_code, 6, "company code")
        + _field(parts.free, 21, "free field")
        + str(parts.issue)
        + _day(parts.pay_by)
        + str(int(parts.needs_stamp))
        + f"{parts.amount:06}"
    )
    return digits + str(check_digit(digits))


def parse(digits: str) -> BarcodeParts:
    """What 44 digits say. Raises BadBarcode."""
    _require_digits(digits, LENGTH)
    if not digits.startswith(IDENTIFIER):
        raise BadBarcode(BarcodeFault.IDENTIFIER, f"begins with {digits[:2]}, not {IDENTIFIER}")
    expected = check_digit(digits[:-1])
    if int(digits[-1]) != expected:
        raise BadBarcode(
            BarcodeFault.CHECK_DIGIT, f"check digit is {digits[-1]}, should be {expected}"
        )
    if digits[36] not in "01":
        raise BadBarcode(BarcodeFault.STAMP, f"stamp flag is {digits[36]}, not 0 or 1")
    return BarcodeParts(
        company_code=digits[2:8],
        free=digits[8:29],
        issue=int(digits[29]),
        pay_by=_parsed_day(digits[30:36]),
        amount=int(digits[37:43]),
        needs_stamp=digits[36] == "1",
    )


def human_readable(digits: str) -> tuple[str, str]:
    """The two lines below the bars; parentheses and hyphens are for the eye only."""
    _require_digits(digits, LENGTH)
    return (
        f"({digits[:2]}){digits[2:8]}-{digits[8:30]}",
        f"{digits[30:36]}-{digits[36]}-{digits[37:43]}-{digits[43]}",
    )


def _require_digits(text: str, length: int) -> None:
    if len(text) != length:
        raise BadBarcode(BarcodeFault.LENGTH, f"has {len(text)} characters, not {length}")
    if not _DIGITS.fullmatch(text):
        raise BadBarcode(BarcodeFault.NOT_DIGITS, "holds other characters than 0 to 9")


def _field(text: str, length: int, name: str) -> str:
    if len(text) != length or not _DIGITS.fullmatch(text):
        raise BadBarcode(BarcodeFault.FIELD, f"{name} must have {length} digits: {text!r}")
    return text


def _day(day: date | None) -> str:
    if day is None:
        return NO_END
    if not CENTURY <= day.year < CENTURY + 100:
        raise BadBarcode(BarcodeFault.DATE, f"{day.isoformat()} has no two-digit year here")
    return f"{day:%y%m%d}"


def _parsed_day(digits: str) -> date | None:
    if digits == NO_END:
        return None
    try:
        return date(CENTURY + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise BadBarcode(BarcodeFault.DATE, f"{digits} is no day") from None
