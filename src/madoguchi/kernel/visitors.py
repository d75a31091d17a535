"""Visitors without an account: where they come from, and how often they have tried.

What is counted lives in Django's cache under a keyed hash, for as long as it counts: neither an
address nor anything else that was typed is kept.
"""

import hmac
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from madoguchi.kernel import clock

HOUR: Final = 60 * 60


def address_of(request: HttpRequest) -> str:
    """Who sends: as the front servers that we trust name them, else whoever is connected."""
    named = request.headers.get("X-Forwarded-For", "").split(",")
    trusted: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if 0 < trusted <= len(named):
        return named[-trusted].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def count_up(purpose: str, origin: str) -> int:
    """Count one more try of ``origin`` in this hour of the clock; gives how many there are now."""
    key = _key(purpose, origin)
    cache.add(key, 0, timeout=HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # it went between the two lines, as caches may
        return 1


def forgive(purpose: str, origin: str) -> None:
    """Take the last try back, since it was none that counts."""
    try:
        cache.decr(_key(purpose, origin))
    except ValueError:
        return


def _key(purpose: str, origin: str) -> str:
    text = f"{origin} {clock.now():%Y%m%d%H}"
    return f"{purpose}.{hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()}"
