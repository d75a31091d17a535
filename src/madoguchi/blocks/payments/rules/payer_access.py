"""How payers prove to be whom a slip was sent to: a customer number and an access code.

The code stands on every slip beside the customer number. It is 60 bits of HMAC-SHA-256 over the
payer reference, so that it needs no table and stays the same for as long as the key does. It is
written in Crockford's base 32, whose signs cannot be mistaken for one another.
"""

import hmac
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from madoguchi.kernel.registries import Registry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 12
GROUP: Final = 4

_MEANT = str.maketrans({"O": "0", "I": "1", "L": "1"})


@dataclass(frozen=True)
class PayerDirectory:
    """Where a service looks a payer up: ``find(number)`` takes the customer number as typed
    (ASCII, without blanks) and gives the payer reference, or None.
    """

    code: str
    label: "StrOrPromise"
    find: Callable[[str], str | None]
    order: int = 100


payer_directories: Registry[PayerDirectory] = Registry("payer directories")


def access_code(payer: str, *, key: bytes) -> str:
    """The access code of a payer reference as it is printed: ``7K3M-09QX-VB2T``."""
    digest = hmac.new(key, payer.encode(), sha256).digest()
    bits = int.from_bytes(digest[:8]) >> 4
    signs = "".join(SIGNS[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(signs[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def normal_code(typed: str) -> str:
    """A typed code as it is compared: any width and case, any blank or dash, O for 0, I for 1.

    What cannot be a code gives "".
    """
    text = unicodedata.normalize("NFKC", typed).upper().translate(_MEANT)
    signs = "".join(sign for sign in text if sign in SIGNS)
    others = {sign for sign in text if sign not in SIGNS}
    if len(signs) != LENGTH or not all(sign.isspace() or _is_dash(sign) for sign in others):
        return ""
    return signs


def normal_number(typed: str) -> str:
    """A typed customer number as directories are asked for it, without blanks and dashes.

    What cannot be a number (other signs than ASCII letters and digits) gives "".
    """
    text = unicodedata.normalize("NFKC", typed)
    number = "".join(sign for sign in text if not sign.isspace() and not _is_dash(sign))
    return number if number.isascii() and number.isalnum() else ""


def is_code_of(payer: str, typed: str, *, key: bytes) -> bool:
    """Whether the typed code is the payer's; takes the same time for a near and a far miss."""
    wanted = normal_code(access_code(payer, key=key))
    return hmac.compare_digest(wanted.encode(), normal_code(typed).encode())


def payer_of(found: Sequence[str | None], typed: str, *, key: bytes) -> str | None:
    """The one of the references found whose code was typed; None where there is none.

    Every place is compared, an empty one against a code that nobody holds: how long the answer
    takes does not tell which customer numbers there are.
    """
    matches = [payer for payer in found if is_code_of(payer or "", typed, key=key) and payer]
    return matches[0] if matches else None


def _is_dash(sign: str) -> bool:
    return unicodedata.category(sign) == "Pd" or sign in "ー−"
