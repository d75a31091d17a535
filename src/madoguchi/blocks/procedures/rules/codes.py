"""Numbers to quote and codes that open: Crockford's signs, without those that look alike."""

import re
from typing import Final

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH: Final = 8
CODE_LENGTH: Final = 16
QR_PREFIX: Final = "MADOGUCHI:"
_ALIKE: Final = str.maketrans("OILＯＩＬ", "011011")


def shown(code: str) -> str:
    """In groups of four, as it is printed and read out: `K7Q2-9F4M`."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def typed(text: str) -> str:
    """What a person typed, as it is kept: any width and case, groups joined, O as 0."""
    wide = {ord(full): half for full, half in zip(_FULL, _HALF, strict=True)}
    plain = text.translate(wide).upper().translate(_ALIKE)
    return re.sub(r"[^0-9A-Z]", "", plain)


def scanned(text: str) -> str:
    """The number in what a scanner sent or a person typed; "" where there is none."""
    plain = text.strip()
    if plain.upper().startswith(QR_PREFIX):
        plain = plain[len(QR_PREFIX) :]
    number = typed(plain)
    return number if len(number) == NUMBER_LENGTH and not set(number) - set(SIGNS) else ""


_HALF = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FULL = "".join(chr(ord(sign) + 0xFEE0) for sign in _HALF)
