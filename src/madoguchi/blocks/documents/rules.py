"""Symbols for machines, and the codes by which documents are verified; all of plain values.

A symbol is what is dark and what is light: encoding is zxing-cpp's, drawing belongs to whoever
sets the page.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import xor
from typing import TYPE_CHECKING, Final

import zxingcpp

from madoguchi.kernel.registries import Registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GS1_128_LENGTH: Final = 44

_DIGITS: Final = re.compile(r"[0-9]+")
_DARK_RUN: Final = re.compile("1+")
_DARK: Final = 0
_AS_BITS: Final = bytes(ord("1") if value == _DARK else ord("0") for value in range(256))


class NotEncodable(ValueError):  # named for what could not be done
    """These digits make no symbol of the wanted kind."""


def gs1_128_modules(digits: str) -> tuple[int, ...]:
    """Widths of bar, space, bar, … of the GS1-128 symbol of 44 digits that begin with 91.

    Start C, FNC1, 22 pairs, check character and stop: 288 modules, quiet zones not among them.
    Raises NotEncodable.
    """
    if len(digits) != GS1_128_LENGTH or not _DIGITS.fullmatch(digits) or digits[:2] != "91":
        raise NotEncodable(f"not 44 digits that begin with 91: {digits!r}")
    made = zxingcpp.create_barcode(
        f"({digits[:2]}){digits[2:]}", zxingcpp.BarcodeFormat.Code128, gs1=True
    )
    return tuple(len(list(same)) for _, same in groupby(_rows(made)[0]))


def qr_modules(digits: str, *, ec: str = "M") -> tuple[str, ...]:
    """Rows of 0 (light) and 1 (dark) of the QR code of these digits, without a quiet zone.

    ``ec`` is the error correction level: L, M, Q or H. Raises NotEncodable.
    """
    if not _DIGITS.fullmatch(digits):
        raise NotEncodable(f"not digits: {digits!r}")
    return _qr_rows(digits, ec)


def qr_modules_of_text(text: str, *, ec: str = "M") -> tuple[str, ...]:
    """As ``qr_modules``, of an address or another text of ASCII. Raises NotEncodable."""
    if not text or not text.isascii() or not text.isprintable():
        raise NotEncodable(f"not a text of ASCII: {text!r}")
    return _qr_rows(text, ec)


def bars_path(widths: Sequence[int]) -> str:
    """Bars as the ``d`` of an SVG path: a unit is a module, and the height is one unit.

    Its rectangles are left open, for filling: there are many of them on a page.
    """
    parts = []
    place = 0
    for index, width in enumerate(widths):
        if index % 2 == 0:
            parts.append(f"M{place} 0h{width}v1h-{width}")
        place += width
    return "".join(parts)


def squares_path(rows: Sequence[str]) -> str:
    """Rows of ``qr_modules`` as the ``d`` of an SVG path: a unit is a module."""
    return "".join(
        [
            f"M{dark.start()} {y}h{(width := dark.end() - dark.start())}v1h-{width}"
            for y, row in enumerate(rows)
            for dark in _DARK_RUN.finditer(row)
        ]
    )


def _qr_rows(text: str, ec: str) -> tuple[str, ...]:
    try:
        made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=ec)
    except ValueError as error:
        raise NotEncodable(str(error)) from error
    return _rows(made)


def _rows(made: zxingcpp.Barcode) -> tuple[str, ...]:
    image = memoryview(made.to_image(scale=1, add_quiet_zones=False))
    height, width = image.shape or (0, 0)  # grey, a byte a module
    bits = image.tobytes().translate(_AS_BITS).decode()
    return tuple(bits[start : start + width] for start in range(0, height * width, width))


# Verification codes: 15 random characters of Crockford's base 32 and a check character.

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 16
RANDOM_BITS: Final = 5 * (CODE_LENGTH - 1)

_GROUP: Final = 4
_MEANT: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DASHES: Final = "ー−"
_FIELD_POLYNOMIAL: Final = 0b100101  # x⁵ + x² + 1, primitive over GF(2)


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that is issued with a verification code: a receipt.

    Whoever holds one of ``roles`` sees on the staff side what was issued, and may revoke it.
    """

    code: str
    label: "StrOrPromise"
    roles: frozenset[str] = frozenset()
    order: int = 100


document_kinds: Registry[DocumentKind] = Registry("document kinds")


def kind_label(code: str) -> "StrOrPromise":
    """The label of a kind; its code where the app that knew it was taken out."""
    kind = document_kinds.get(code)
    return kind.label if kind else code


class Mistyped(ValueError):  # named for what could not be done
    """No code that was ever given out can read like this: something was typed wrongly.

    ``wrong`` says what: ``signs`` (one that no code has), ``length`` or ``check``.
    """

    def __init__(self, wrong: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong


def code_of(number: int) -> str:
    """The code of a number of ``RANDOM_BITS`` bits, with its check character, as it is kept."""
    signs = "".join(SIGNS[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH - 1)))
    return signs + check_character(signs)


def check_character(signs: str) -> str:
    """The sign that makes Σ αⁱ·xᵢ zero over GF(32), counting from the right with i = 0.

    As each of up to 31 places has a factor of its own, one wrong sign or two that changed places
    never give the same sum, wherever they stand.
    """
    products = (_times_alpha(SIGNS.index(sign), i) for i, sign in enumerate(reversed(signs), 1))
    return SIGNS[reduce(xor, products, 0)]


def written_code(code: str) -> str:
    """A code as it is printed: ``7K3M-09QX-VB2T-4HZ8``."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(typed: str) -> str:
    """A typed code as it is kept: any width and case, any blanks and dashes, O for 0, I or L for 1.

    Raises Mistyped.
    """
    text = unicodedata.normalize("NFKC", typed).upper().translate(_MEANT)
    code = "".join(sign for sign in text if not sign.isspace() and not _is_dash(sign))
    if not set(SIGNS).issuperset(code):
        raise Mistyped("signs")
    if len(code) != CODE_LENGTH:
        raise Mistyped("length")
    if check_character(code[:-1]) != code[-1]:
        raise Mistyped("check")
    return code


def _times_alpha(value: int, times: int) -> int:
    for _ in range(times):
        value <<= 1
        if value & 32:
            value ^= _FIELD_POLYNOMIAL
    return value


def _is_dash(sign: str) -> bool:
    return unicodedata.category(sign) == "Pd" or sign in _DASHES
