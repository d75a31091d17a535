"""Card providers: what payments asks of one, what it is told, and what a refusal means.

A provider registers itself when its app starts. Card data never comes here: the payer types it at
the provider, and we know an attempt by the provider's name for it (``reference``) and by our own
(``public_id``), which the provider keeps beside it and says again in every answer. Whatever is
asked for may be asked for again with the same ``public_id``: the provider does it once.
``queries.cards`` has the provider of this city (``provider()``) and the words for a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, Protocol

from madoguchi.kernel.registries import Registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from django_stubs_ext import StrOrPromise

IntentStatus = Literal["open", "challenge", "succeeded", "declined", "abandoned"]
RefundStatus = Literal["pending", "paid", "failed"]
DisputeStatus = Literal["open", "won", "lost"]
MessageKind = Literal["payment", "setup", "refund", "dispute", "other"]


class ProviderUnavailable(Exception):
    """The provider did not answer, or did not understand. ``may_retry``: asking again may help."""

    def __init__(self, message: str = "", *, may_retry: bool = True) -> None:
        super().__init__(message)
        self.may_retry = may_retry


class Declined(Exception):
    """A saved card was refused at once; ``code`` as in DECLINES."""

    def __init__(self, code: str, reference: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reference = reference


class Forged(Exception):
    """A message that the provider did not sign, or not lately."""


@dataclass(frozen=True, slots=True)
class SavedMethod:
    """A card as the provider names it for later charges. ``expires`` is ``2029-04``."""

    customer_reference: str
    method_reference: str
    brand: str = ""
    last4: str = ""
    expires: str = ""


@dataclass(frozen=True, slots=True)
class CardOrder:
    """What is to be paid, or (``amount`` 0) that a card is to be saved.

    ``public_id`` is the idempotency key. ``payer_key`` names the payer without saying who it is.
    ``return_url`` is where the payer's browser goes afterwards, whatever came of it.
    ``customer_reference`` is the provider's name for the payer, where it gave one before.
    ``method``: the saved card with which the payer, who is present, wants to pay.
    """

    public_id: str
    amount: int
    description: str
    payer_key: str
    return_url: str
    saves_card: bool = False
    customer_reference: str = ""
    method: SavedMethod | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """``redirect_url`` is where the payer goes on; ``client`` what a page's script would need."""

    reference: str
    redirect_url: str = ""
    client: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntentState:
    """How an attempt stands. ``card`` is given where the payer let us save it."""

    reference: str
    status: IntentStatus
    amount: int = 0
    decline_code: str = ""
    succeeded_at: datetime | None = None
    card: SavedMethod | None = None
    public_id: str = ""
    payer_key: str = ""


@dataclass(frozen=True, slots=True)
class RefundState:
    """``reference`` is the provider's name of the refund, ``public_id`` our idempotency key."""

    reference: str
    status: RefundStatus
    amount: int = 0
    payment_reference: str = ""
    public_id: str = ""


@dataclass(frozen=True, slots=True)
class DisputeState:
    """The card holder contests a payment (チャージバック)."""

    reference: str
    status: DisputeStatus
    amount: int
    payment_reference: str


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """A message whose signature held. ``event_id`` is the same however often it is sent."""

    event_id: str
    kind: MessageKind
    reference: str = ""
    state: IntentState | None = None
    refund: RefundState | None = None
    dispute: DisputeState | None = None


@dataclass(frozen=True, slots=True)
class ProviderRecord:
    """Money that the provider took on a day; ``refunded`` of it has gone back by now."""

    reference: str
    amount: int
    refunded: int
    at: datetime
    public_id: str = ""


class CardProvider(Protocol):
    """Each call may raise ProviderUnavailable and is never made inside a transaction."""

    @property
    def code(self) -> str: ...

    @property
    def label(self) -> StrOrPromise: ...

    @property
    def is_sandbox(self) -> bool: ...

    def start(self, order: CardOrder) -> Started:
        """Begin a payment by a payer who is present. Raises Declined for a saved card."""

    def start_saving(self, order: CardOrder) -> Started:
        """Begin to save a card without paying."""

    def look_up(self, reference: str) -> IntentState:
        """How a payment, or the saving of a card, stands now."""

    def abandon(self, reference: str) -> IntentState:
        """Let nobody pay this any more; says how it ended, which may be ``succeeded``."""

    def charge_saved(self, order: CardOrder, method: SavedMethod) -> IntentState:
        """Charge a saved card while the payer is away: succeeded or declined, nothing between.

        A card whose holder would have to confirm is ``declined`` as ``authentication_required``.
        """

    def forget(self, method: SavedMethod) -> None:
        """Delete a saved card at the provider; one that is gone is no mistake."""

    def refund(self, reference: str, amount: int, idempotency_key: str) -> RefundState:
        """Send money of a payment back, once for a key."""

    def read_message(self, body: bytes, headers: Mapping[str, str]) -> ProviderMessage:
        """Check who signed a message and read it. Raises Forged."""

    def list_day(self, day: date) -> Sequence[ProviderRecord]:
        """All that was paid on a day of Tokyo."""


card_providers: Registry[CardProvider] = Registry("card providers")


class CardStatus(StrEnum):
    """Our record of an attempt; stored codes."""

    STARTED = "started"
    CHALLENGE = "challenge"
    ABANDONED = "abandoned"
    DECLINED = "declined"
    SUCCEEDED = "succeeded"


_RANK: Final = {status: rank for rank, status in enumerate(CardStatus)}
_TOLD: Final[Mapping[IntentStatus, CardStatus]] = MappingProxyType(
    {
        "open": CardStatus.STARTED,
        "challenge": CardStatus.CHALLENGE,
        "abandoned": CardStatus.ABANDONED,
        "declined": CardStatus.DECLINED,
        "succeeded": CardStatus.SUCCEEDED,
    }
)


def next_status(present: CardStatus, told: IntentStatus) -> CardStatus:
    """The status after a message, the same in whatever order messages come.

    Each may only go up: nothing reopens an attempt that ended, and money that was taken counts
    whatever was said before or after.
    """
    return max(present, _TOLD[told], key=_RANK.__getitem__)


class DeclineReason(StrEnum):
    """What a payer can do about a refusal; the words are in ``queries.cards``."""

    GENERIC = "generic"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_EXCEEDED = "limit_exceeded"
    EXPIRED = "expired"
    WRONG_SECURITY_CODE = "wrong_security_code"
    WRONG_NUMBER = "wrong_number"
    CONFIRMATION_NEEDED = "confirmation_needed"
    CONFIRMATION_FAILED = "confirmation_failed"
    NOT_SUPPORTED = "not_supported"
    TRY_AGAIN = "try_again"
    CALL_ISSUER = "call_issuer"
    SAVED_CARD_GONE = "saved_card_gone"


DECLINES: Final[Mapping[str, DeclineReason]] = MappingProxyType(
    {
        # codes as Stripe publishes them (docs.stripe.com/declines/codes); other providers'
        # adapters translate theirs into these
        "insufficient_funds": DeclineReason.INSUFFICIENT_FUNDS,
        "withdrawal_count_limit_exceeded": DeclineReason.LIMIT_EXCEEDED,
        "card_velocity_exceeded": DeclineReason.LIMIT_EXCEEDED,
        "expired_card": DeclineReason.EXPIRED,
        "invalid_expiry_month": DeclineReason.EXPIRED,
        "invalid_expiry_year": DeclineReason.EXPIRED,
        "incorrect_cvc": DeclineReason.WRONG_SECURITY_CODE,
        "invalid_cvc": DeclineReason.WRONG_SECURITY_CODE,
        "incorrect_number": DeclineReason.WRONG_NUMBER,
        "invalid_number": DeclineReason.WRONG_NUMBER,
        "incorrect_pin": DeclineReason.CONFIRMATION_FAILED,
        "authentication_required": DeclineReason.CONFIRMATION_NEEDED,
        "online_or_offline_pin_required": DeclineReason.CONFIRMATION_NEEDED,
        "authentication_failed": DeclineReason.CONFIRMATION_FAILED,
        "payment_intent_authentication_failure": DeclineReason.CONFIRMATION_FAILED,
        "setup_intent_authentication_failure": DeclineReason.CONFIRMATION_FAILED,
        "card_not_supported": DeclineReason.NOT_SUPPORTED,
        "currency_not_supported": DeclineReason.NOT_SUPPORTED,
        "transaction_not_allowed": DeclineReason.NOT_SUPPORTED,
        "service_not_allowed": DeclineReason.NOT_SUPPORTED,
        "processing_error": DeclineReason.TRY_AGAIN,
        "issuer_not_available": DeclineReason.TRY_AGAIN,
        "try_again_later": DeclineReason.TRY_AGAIN,
        "reenter_transaction": DeclineReason.TRY_AGAIN,
        "approve_with_id": DeclineReason.TRY_AGAIN,
        "call_issuer": DeclineReason.CALL_ISSUER,
        "do_not_honor": DeclineReason.CALL_ISSUER,
        "do_not_try_again": DeclineReason.CALL_ISSUER,
        "not_permitted": DeclineReason.CALL_ISSUER,
        "invalid_account": DeclineReason.CALL_ISSUER,
        "new_account_information_available": DeclineReason.CALL_ISSUER,
        "no_action_taken": DeclineReason.CALL_ISSUER,
        "revocation_of_all_authorizations": DeclineReason.CALL_ISSUER,
        "revocation_of_authorization": DeclineReason.CALL_ISSUER,
        "security_violation": DeclineReason.CALL_ISSUER,
        "stop_payment_order": DeclineReason.CALL_ISSUER,
        "payment_method_gone": DeclineReason.SAVED_CARD_GONE,
        "card_declined": DeclineReason.GENERIC,
        "generic_decline": DeclineReason.GENERIC,
        # whoever holds a lost or stolen card must not learn that it is known
        "lost_card": DeclineReason.GENERIC,
        "stolen_card": DeclineReason.GENERIC,
        "pickup_card": DeclineReason.GENERIC,
        "restricted_card": DeclineReason.GENERIC,
        "fraudulent": DeclineReason.GENERIC,
        "merchant_blacklist": DeclineReason.GENERIC,
    }
)


def reason_of(code: str) -> DeclineReason:
    """What is behind a provider's decline code; one that is not in the table is generic."""
    return DECLINES.get(code, DeclineReason.GENERIC)


def is_expired(expires: str, on: date) -> bool:
    """Whether a card that is good through the month ``2029-04`` is over; unknown ones are not."""
    return bool(expires) and expires < f"{on:%Y-%m}"
