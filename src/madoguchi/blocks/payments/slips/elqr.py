"""The 255 digits of an eL-QR (地方税統一QRコード): tag, length, value, as in EMV's QR codes.

Sources: 総務省 000807095 (the string and its CRC); Payments Japan, MPM guideline 3.0. The
merchant information holds the two OCR lines of the slip, each behind its two check digits.
"""

import re
from binascii import crc_hqx
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import cycle
from typing import Final

LENGTH: Final = 255
AGENCY: Final = "13800"
"""地方税共同機構 as a collecting agency (収納機関番号)."""
HIGHEST_AMOUNT: Final = 99_999_999_999

_DIGITS: Final = re.compile(r"[0-9]+")
_VERSION: Final = "01"
_DYNAMIC: Final = "12"
_PAYEE_BEARS_FEE: Final = "2"
_NO_STAMP: Final = "0"
_ELTAX_AREA: Final = "0"
_ADDITIONAL: Final = "0" * 85
_TAGS: Final = {"00": 2, "01": 2, "27": 96, "54": 11, "62": 26, "80": 85, "63": 5}
_FALLING: Final = (9, 8, 7, 6, 5, 4, 3, 2)
_RISING: Final = (3, 4, 5, 6, 7, 8, 9, 2)


class ElqrFault(StrEnum):
    """Why digits are no eL-QR."""

    LENGTH = "length"
    NOT_DIGITS = "not_digits"
    STRUCTURE = "structure"
    CRC = "crc"
    LINE_CHECK_DIGITS = "line_check_digits"
    FIXED_FIELD = "fixed_field"
    AMOUNTS_DIFFER = "amounts_differ"
    DATE = "date"
    FIELD = "field"


class BadElqr(ValueError):
    """These are no digits of an eL-QR; ``fault`` and the message say why."""

    def __init__(self, fault: ElqrFault, message: str) -> None:
        self.fault = fault
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class ElqrParts:
    """``case_key`` (案件特定キー) has 20 digits, ``confirmation`` (確認番号) 6, ``office_code`` 5,
    ``tax_office_code`` 3, ``item_number`` (税目・料金番号) 3, ``account`` 11.

    ``assessed_year`` is 賦課年度, ``fiscal_year`` 課税年度, ``due_on`` 納期限, ``pay_by`` 支払期限.
    """

    amount: int
    item_number: str
    case_key: str
    confirmation: str
    office_code: str
    tax_office_code: str
    assessed_year: int
    fiscal_year: int
    instalment: int
    due_on: date
    pay_by: date
    account: str = "00000000000"


def line_check_digits(line: str) -> str:
    """The two check digits that stand before an OCR line."""
    _require_digits(line)
    first, second = 0, 0
    for place, (digit, falling, rising) in enumerate(
        zip(map(int, line), _every_other(_FALLING), _every_other(_RISING), strict=False)
    ):
        if place % 2:
            first += digit * rising
            second += digit
        else:
            first += digit
            second += digit * falling
    last = second % 10
    return f"{(first + 2 * last) % 11 % 10}{last}"


def crc(text: str) -> int:
    """CRC-16/CCITT-FALSE."""
    return crc_hqx(text.encode("ascii"), 0xFFFF)


def compose(parts: ElqrParts) -> str:
    """The 255 digits. Raises BadElqr where a part does not fit its field."""
    if not 0 < parts.amount <= HIGHEST_AMOUNT:
        raise BadElqr(ElqrFault.FIELD, f"amount {parts.amount} does not fit eleven digits")
    amount = f"{parts.amount:011}"
    values = {
        "00": _VERSION,
        "01": _DYNAMIC,
        "27": _tagged("00", AGENCY) + _tagged("01", _mpn(parts, amount)),
        "54": amount,
        "62": (
            _number(parts.assessed_year, 4, "assessed year")
            + _number(parts.fiscal_year, 4, "fiscal year")
            + _number(parts.instalment, 2, "instalment")
            + _day(parts.due_on)
            + _day(parts.pay_by)
        ),
        "80": _ADDITIONAL,
    }
    body = "".join(_tagged(tag, value) for tag, value in values.items()) + "6305"
    return f"{body}{crc(body):05}"


def parse(digits: str) -> ElqrParts:
    """What 255 digits say. Raises BadElqr."""
    if len(digits) != LENGTH:
        raise BadElqr(ElqrFault.LENGTH, f"has {len(digits)} characters, not {LENGTH}")
    _require_digits(digits)
    values = _split(digits, _TAGS)
    if int(values["63"]) != crc(digits[:-5]):
        raise BadElqr(ElqrFault.CRC, f"CRC is {values['63']}, should be {crc(digits[:-5]):05}")
    merchant = _split(values["27"], {"00": 5, "01": 83})
    upper, lower = _checked_line(merchant["01"][:39]), _checked_line(merchant["01"][39:])
    _require_fixed(values, merchant, upper, lower)
    if upper[11:22] != values["54"]:
        raise BadElqr(
            ElqrFault.AMOUNTS_DIFFER, f"amounts differ: {upper[11:22]} and {values['54']}"
        )
    return _parts(upper, lower, values)


def _parts(upper: str, lower: str, values: dict[str, str]) -> ElqrParts:
    terms = values["62"]
    return ElqrParts(
        amount=int(values["54"]),
        item_number=upper[29:32],
        case_key=lower[:20],
        confirmation=lower[20:26],
        office_code=lower[27:32],
        tax_office_code=lower[32:35],
        assessed_year=int(terms[:4]),
        fiscal_year=int(terms[4:8]),
        instalment=int(terms[8:10]),
        due_on=_parsed_day(terms[10:18]),
        pay_by=_parsed_day(terms[18:]),
        account=upper[:11],
    )


def _mpn(parts: ElqrParts, amount: str) -> str:
    upper = (
        _field(parts.account, 11, "account")
        + amount
        + _PAYEE_BEARS_FEE
        + AGENCY
        + _NO_STAMP
        + _field(parts.item_number, 3, "item number")
        + "00000"
    )
    lower = (
        _field(parts.case_key, 20, "case key")
        + _field(parts.confirmation, 6, "confirmation number")
        + _ELTAX_AREA
        + _field(parts.office_code, 5, "office code")
        + _field(parts.tax_office_code, 3, "tax office code")
        + "0000000"
    )
    return line_check_digits(upper) + upper + line_check_digits(lower) + lower


def _require_fixed(
    values: dict[str, str], merchant: dict[str, str], upper: str, lower: str
) -> None:
    expected = (
        ("version", values["00"], _VERSION),
        ("kind", values["01"], _DYNAMIC),
        ("additional field", values["80"], _ADDITIONAL),
        ("agency", merchant["00"], AGENCY),
        ("upper line", upper[22:29], _PAYEE_BEARS_FEE + AGENCY + _NO_STAMP),
        ("end of the upper line", upper[32:], "00000"),
        ("area", lower[26], _ELTAX_AREA),
        ("end of the lower line", lower[35:], "0000000"),
    )
    for name, found, wanted in expected:
        if found != wanted:
            raise BadElqr(ElqrFault.FIXED_FIELD, f"{name} is {found}, should be {wanted}")


def _checked_line(line: str) -> str:
    found, rest = line[:2], line[2:]
    if found != line_check_digits(rest):
        raise BadElqr(
            ElqrFault.LINE_CHECK_DIGITS,
            f"check digits are {found}, should be {line_check_digits(rest)}",
        )
    return rest


def _split(digits: str, tags: dict[str, int]) -> dict[str, str]:
    values = {}
    rest = digits
    for tag, length in tags.items():
        if rest[:4] != f"{tag}{length:02}":
            raise BadElqr(ElqrFault.STRUCTURE, f"{rest[:4]} where {tag}{length:02} should be")
        values[tag], rest = rest[4 : 4 + length], rest[4 + length :]
    return values


def _tagged(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def _every_other(weights: tuple[int, ...]) -> Iterator[int]:
    """Each weight twice: even and odd places run through them on their own."""
    return cycle([weight for weight in weights for _ in range(2)])


def _require_digits(text: str) -> None:
    if not _DIGITS.fullmatch(text):
        raise BadElqr(ElqrFault.NOT_DIGITS, "holds other characters than 0 to 9")


def _field(text: str, length: int, name: str) -> str:
    if len(text) != length or not _DIGITS.fullmatch(text):
        raise BadElqr(ElqrFault.FIELD, f"{name} must have {length} digits: {text!r}")
    return text


def _number(value: int, length: int, name: str) -> str:
    return _field(f"{value:0{length}}", length, name)


def _day(day: date) -> str:
    return f"{day.year:04}{day:%m%d}"


def _parsed_day(digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise BadElqr(ElqrFault.DATE, f"{digits} is no day") from None
