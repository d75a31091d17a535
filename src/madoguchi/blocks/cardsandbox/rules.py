"""The invented cards of the sandbox, what becomes of each, and how its messages are signed."""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

TOLERANCE_SECONDS: Final = 300
"""A message older (or newer) than this is not believed, so that none is kept and sent again."""
SIGNATURE_HEADER: Final = "Card-Sandbox-Signature"


class Status(StrEnum):
    """Where a payment or the saving of a card stands; nothing leaves one of the last three."""

    OPEN = "open"
    CHALLENGE = "challenge"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    ABANDONED = "abandoned"


ENDED: Final = frozenset({Status.SUCCEEDED, Status.DECLINED, Status.ABANDONED})


class Behaviour(StrEnum):
    PAYS = "pays"
    ASKS = "asks"
    """The holder must confirm, as 3-D Secure has it."""
    ASKS_WHEN_AWAY = "asks_when_away"
    """Pays on the page; a charge without the holder is refused until the holder confirms."""
    LACKS_MONEY = "lacks_money"
    """Is refused when it shall pay, and can be saved, since nobody asks for money then."""
    REFUSED = "refused"
    STUMBLES = "stumbles"
    """Fails at the first try, works at the second."""


@dataclass(frozen=True, slots=True)
class InventedCard:
    """``decline_code`` is what the provider says where the card is refused."""

    code: str
    last4: str
    expires: str
    behaviour: Behaviour
    decline_code: str = ""
    brand: str = "Sakura"


CARDS: Final = {
    card.code: card
    for card in (
        InventedCard("pays", "1101", "2030-12", Behaviour.PAYS),
        InventedCard("asks", "2202", "2031-03", Behaviour.ASKS),
        InventedCard("funds", "3303", "2029-08", Behaviour.LACKS_MONEY, "insufficient_funds"),
        InventedCard("expired", "4404", "2021-05", Behaviour.REFUSED, "expired_card"),
        InventedCard("issuer", "5505", "2030-01", Behaviour.REFUSED, "do_not_honor"),
        InventedCard("stumbles", "6606", "2031-10", Behaviour.STUMBLES, "processing_error"),
        InventedCard("away", "7707", "2030-07", Behaviour.ASKS_WHEN_AWAY),
    )
}

NOT_CONFIRMED: Final = "authentication_failed"
HOLDER_NEEDED: Final = "authentication_required"


@dataclass(frozen=True, slots=True)
class Answer:
    status: Status
    decline_code: str = ""


def answer_on_page(card: InventedCard, *, is_setup: bool, has_stumbled: bool) -> Answer:
    """What choosing the card on the page leads to; ``is_setup`` saves it and takes no money."""
    if card.behaviour == Behaviour.ASKS:
        return Answer(Status.CHALLENGE)
    works = {
        Behaviour.PAYS: True,
        Behaviour.ASKS_WHEN_AWAY: True,
        Behaviour.LACKS_MONEY: is_setup,
        Behaviour.STUMBLES: has_stumbled,
        Behaviour.REFUSED: False,
    }[card.behaviour]
    return Answer(Status.SUCCEEDED) if works else Answer(Status.DECLINED, card.decline_code)


def answer_of_saved(card: InventedCard) -> Answer:
    """What choosing a saved card leads to while its holder is there and can confirm."""
    if card.behaviour == Behaviour.ASKS_WHEN_AWAY:
        return Answer(Status.CHALLENGE)
    return answer_on_page(card, is_setup=False, has_stumbled=True)


def answer_when_away(card: InventedCard) -> Answer:
    """What charging the saved card leads to while its holder is not there."""
    if card.behaviour in {Behaviour.ASKS, Behaviour.ASKS_WHEN_AWAY}:
        return Answer(Status.DECLINED, HOLDER_NEEDED)
    return answer_on_page(card, is_setup=False, has_stumbled=True)


def signature(body: bytes, *, at: int, secret: bytes) -> str:
    """The header of a message sent at a second since 1970: ``t=…,v1=…``."""
    return f"t={at},v1={_mac(body, at, secret)}"


def is_genuine(body: bytes, header: str, *, now: int, secret: bytes) -> bool:
    """Whether the header was made from this body with this secret, not long ago."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    said = parts.get("t", "")
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(now)) + 1):
        return False
    is_recent = abs(now - int(said)) <= TOLERANCE_SECONDS
    made = _mac(body, int(said), secret)
    return hmac.compare_digest(made.encode(), parts.get("v1", "").encode()) and is_recent


def _mac(body: bytes, at: int, secret: bytes) -> str:
    return hmac.new(secret, f"{at}.".encode() + body, sha256).hexdigest()
