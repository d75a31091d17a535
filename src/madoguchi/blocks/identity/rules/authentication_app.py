"""The national authentication app (デジタル認証アプリ) as an OpenID provider: what goes there, what
comes back. Source: the Digital Agency's description of its authorization server.

Authorization code with PKCE S256, a client that proves itself by a signed assertion, an ID token
signed ES256, a pairwise subject. Where things are is fixed by the issuer; nothing is discovered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from madoguchi.blocks.identity.rules.vocabulary import VOCABULARY, Unfit, check

ALGORITHM: Final = "ES256"
"""Of the ID token; no other is taken, whatever its header says."""
LIFE: Final = timedelta(minutes=15)
"""From leaving for the app to coming back."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An issuer, and what it gave out to this city."""

    issuer: str
    client_id: str
    scopes: str
    acr_values: str = ""

    def at(self, name: str) -> str:
        """An endpoint: ``auth``, ``token``, ``userinfo`` or ``certs``."""
        return f"{self.issuer}/protocol/openid-connect/{name}"


@dataclass(frozen=True, slots=True)
class Journey:
    """Somebody on the way to the app: what must come back as it went, and where they are bound.

    ``is_link``: the app becomes a way into the account that is open.
    """

    state: str
    nonce: str
    verifier: str
    begun_at: float
    after: str
    is_link: bool = False

    def is_open(self, now: datetime) -> bool:
        return 0 <= now.timestamp() - self.begun_at <= LIFE.total_seconds()


@dataclass(frozen=True, slots=True)
class Proven:
    """Who the app says it is: a name that only this city has, and what they let us know."""

    issuer: str
    subject: str
    values: Mapping[str, str]


_SEXES: Final = {
    "1": "male",
    "2": "female",
    "male": "male",
    "female": "female",
    "男": "male",
    "男性": "male",
    "女": "female",
    "女性": "female",
}


def own_values(claims: Mapping[str, object]) -> dict[str, str]:
    """The four basic items as values of the vocabulary; what does not fit it is left out."""
    address = claims.get("address")
    if isinstance(address, Mapping):
        address = address.get("formatted")
    told = {
        "applicant.name": claims.get("name"),
        "applicant.birth_date": _day(claims.get("birthdate")),
        "applicant.sex": _SEXES.get(str(claims.get("gender", "")).lower()),
        "applicant.address": address,
    }
    values = {}
    for ref, text in told.items():
        if isinstance(text, str):
            try:
                values[ref] = check(VOCABULARY[ref], text)
            except Unfit:
                continue
    return values


def _day(text: object) -> object:
    """The card writes days without dashes."""
    if isinstance(text, str) and len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text
