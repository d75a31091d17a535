"""What payers see of their own bills, and the code that lets them."""

import hmac
from functools import lru_cache
from hashlib import sha256

from django.conf import settings

from madoguchi.blocks.payments.rules import payer_access


def access_code(payer: str) -> str:
    """The access code of a payer reference as slips print it: ``7K3M-09QX-VB2T``."""
    return payer_access.access_code(payer, key=_key(settings.SECRET_KEY))


def find_payer(number: str, code: str) -> str | None:
    """The payer reference to which a typed customer number and access code belong, or None."""
    typed = payer_access.normal_number(number)
    found = [directory.find(typed) for directory in payer_access.payer_directories]
    return payer_access.payer_of(found, code, key=_key(settings.SECRET_KEY))


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"madoguchi.payments.access_code", sha256).digest()


def customer_number(payer: str) -> str:
    """The number by which the payer is known: what follows the service in the reference."""
    return payer.partition(":")[2]
