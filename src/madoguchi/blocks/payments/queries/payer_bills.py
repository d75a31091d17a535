"""A payer's bills as the payer reads them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.payments.models import (
    Bill,
    CardPayment,
    ChannelChoice,
    DebitItem,
    Mandate,
    Payment,
    Refund,
    SavedCard,
    Slip,
)
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.cards import (
    DeclineWords,
    current_card,
    decline_words,
    provider,
)
from madoguchi.blocks.payments.queries.profiles import responsible_department
from madoguchi.blocks.payments.rules.balances import BillBalance
from madoguchi.blocks.payments.rules.cards import CardStatus, is_expired
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.blocks.payments.rules.payer_bills import TO_PAY, Standing, due_now, standing_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WITHOUT_PAPER: Final = frozenset({Channel.CARD, Channel.DEBIT})
"""Who pays so was handed no receipt: these get one here, the others have theirs on paper."""


@dataclass(frozen=True, slots=True)
class StandingWords:
    """``tone`` as status tags know it; ``sentence`` says what it means for the payer."""

    tone: str
    label: "StrOrPromise"
    sentence: "StrOrPromise"


WORDS: Final = {
    Standing.OWED: StandingWords(
        "clock",
        pgettext_lazy("bill", "To be paid"),
        _("This bill has not been paid yet."),
    ),
    Standing.OVERDUE: StandingWords(
        "error",
        pgettext_lazy("bill", "Overdue"),
        _("The due date has passed. Please pay as soon as you can."),
    ),
    Standing.PROVISIONAL: StandingWords(
        "progress",
        pgettext_lazy("bill", "Payment reported"),
        _("The store has told us that you paid. It takes some days until the money is here."),
    ),
    Standing.SETTLED: StandingWords(
        "success", pgettext_lazy("bill", "Paid"), _("This bill is paid. Thank you.")
    ),
    Standing.OVERPAID: StandingWords(
        "warning",
        pgettext_lazy("bill", "Paid too much"),
        _("More was paid than the bill asks for. We will tell you how you get it back."),
    ),
    Standing.REFUNDING: StandingWords(
        "progress",
        pgettext_lazy("bill", "Money on its way back"),
        _("We are paying money back to you."),
    ),
    Standing.REFUNDED: StandingWords(
        "neutral",
        pgettext_lazy("bill", "Paid back"),
        _("This bill was withdrawn and the money was paid back to you."),
    ),
    Standing.CANCELLED: StandingWords(
        "neutral",
        pgettext_lazy("bill", "Withdrawn"),
        _("This bill was withdrawn. There is nothing to pay."),
    ),
    Standing.CLOSED: StandingWords(
        "neutral",
        pgettext_lazy("bill", "Closed"),
        _("Nothing is asked for on this bill any more."),
    ),
}


@dataclass(frozen=True, slots=True)
class PayerBill:
    """A bill on a payer's list."""

    bill: Bill
    balance: BillBalance
    standing: Standing
    is_with_bank: bool
    kind_label: str
    instalment_label: str

    @property
    def fee_kind(self) -> str:
        return self.bill.fee_kind

    @property
    def due_on(self) -> date:
        return self.bill.due_on

    @property
    def words(self) -> StandingWords:
        return WORDS[self.standing]

    @property
    def is_to_pay(self) -> bool:
        return self.standing in TO_PAY

    @property
    def channel_labels(self) -> list[str]:
        labels = dict(ChannelChoice.choices)
        return [str(labels[channel]) for channel in self.bill.channels if channel in labels]

    @property
    def is_paid_in_part(self) -> bool:
        return self.is_to_pay and self.balance.received > self.balance.refunded

    @property
    def takes_card(self) -> bool:
        """Whether the payer may pay it here and now."""
        return (
            self.is_to_pay
            and Channel.CARD in self.bill.channels
            and not self.is_with_bank
            and provider() is not None
        )


@dataclass(frozen=True, slots=True)
class YearOfKind:
    """One fee kind in one fiscal year, latest bill first."""

    kind_label: str
    fiscal_year: int
    bills: Sequence[PayerBill]


@dataclass(frozen=True, slots=True)
class Overview:
    now: Sequence[PayerBill]
    later: Sequence[PayerBill]
    years: Sequence[YearOfKind]
    is_debited: bool
    card: SavedCard | None

    @property
    def total_now(self) -> int:
        return sum(bill.balance.owed for bill in self.now)


def overview(payer: str, *, today: date) -> Overview:
    """All bills of a payer that stand, or on which money came in. A fixed number of queries."""
    bills = [
        each
        for each in _payer_bills(Bill.objects.filter(payer=payer), today)
        if each.bill.cancelled_at is None or each.balance.received > 0
    ]
    now, later = due_now(bills)
    card = current_card(payer, provider=_provider_code())
    return Overview(now, later, _by_year(bills), _is_debited(payer, today), card)


@dataclass(frozen=True, slots=True)
class PaidWith:
    """A payment of a bill. ``has_receipt``: one can be had here."""

    payment: Payment
    channel_label: str
    is_provisional: bool
    has_receipt: bool


@dataclass(frozen=True, slots=True)
class MoneyBack:
    refund: Refund
    words: "StrOrPromise"


@dataclass(frozen=True, slots=True)
class Way:
    """How the bill may be paid: the channel, and what to do."""

    label: str
    words: "StrOrPromise"


@dataclass(frozen=True, slots=True)
class BillPage:
    line: PayerBill
    ways: Sequence[Way]
    payments: Sequence[PaidWith]
    refunds: Sequence[MoneyBack]
    card_refusal: DeclineWords | None
    """Why the registered card was not charged, where that was tried last."""
    office: str
    """Which department to ask; empty where nobody is named."""


def bill_page(payer: str, number: str, *, today: date) -> BillPage | None:
    """A bill of this payer; None where there is none, or where it is somebody else's."""
    found = _payer_bills(Bill.objects.filter(payer=payer, number=number), today)
    if not found:
        return None
    [line] = found
    return BillPage(
        line=line,
        ways=_ways(line, today) if line.is_to_pay else [],
        payments=_payments(line.bill),
        refunds=_refunds(line.bill),
        card_refusal=_refusal(line) if line.is_to_pay else None,
        office=_office(line.bill.fee_kind, today),
    )


def good_through(card: SavedCard | None) -> date | None:
    """The first day of the last month in which a card can be used, where that is known."""
    if card is None or not card.expires:
        return None
    return date.fromisoformat(f"{card.expires}-01")


def kind_label(fee_kind: str) -> str:
    """What a fee kind is called; its code where the service is gone."""
    known = fee_kinds.get(fee_kind)
    return str(known.label) if known else fee_kind


def instalment_label(bill: Bill) -> str:
    known = fee_kinds.get(bill.fee_kind)
    return str(known.instalment_label(bill.fiscal_year, bill.instalment)) if known else ""


def _payer_bills(found: Iterable[Bill], today: date) -> list[PayerBill]:
    bills = list(found)
    numbers = [bill.pk for bill in bills]
    of = balances(numbers)
    asked = DebitItem.objects.filter(bill__in=numbers, result="")
    with_bank = set(asked.values_list("bill_id", flat=True))
    return [
        PayerBill(
            bill=bill,
            balance=of[bill.pk],
            standing=standing_of(
                of[bill.pk],
                due_on=bill.due_on,
                is_cancelled=bill.cancelled_at is not None,
                today=today,
            ),
            is_with_bank=bill.pk in with_bank,
            kind_label=kind_label(bill.fee_kind),
            instalment_label=instalment_label(bill),
        )
        for bill in bills
    ]


def _by_year(bills: Collection[PayerBill]) -> list[YearOfKind]:
    def place(line: PayerBill) -> tuple[int, int, str]:
        known = fee_kinds.get(line.fee_kind)
        return -line.bill.fiscal_year, known.order if known else 1000, line.fee_kind

    by_due = sorted(bills, key=lambda line: line.due_on, reverse=True)
    return [
        YearOfKind(kind_label(fee_kind), -year, list(group))
        for (year, _order, fee_kind), group in groupby(sorted(by_due, key=place), key=place)
    ]


def _provider_code() -> str:
    at = provider()
    return "" if at is None else at.code


def _is_debited(payer: str, today: date) -> bool:
    in_force = Q(until_on=None) | Q(until_on__gt=today)
    return Mandate.objects.filter(in_force, payer=payer, from_on__lte=today).exists()


def _ways(line: PayerBill, today: date) -> list[Way]:
    labels: Mapping[str, StrOrPromise] = dict(ChannelChoice.choices)
    return [
        Way(str(labels[channel]), _words_of(Channel(channel), line, today))
        for channel in ChannelChoice.values
        if channel in line.bill.channels and (channel != Channel.CARD or provider() is not None)
    ]


def _words_of(channel: Channel, line: PayerBill, today: date) -> "StrOrPromise":
    if channel == Channel.CARD:
        return _with_card(line, today)
    if channel == Channel.DEBIT:
        return _with_debit(line, today)
    if channel == Channel.STORE:
        return _at_stores(line, today)
    return _("Bring the payment slip to the counter.")


def _with_card(line: PayerBill, today: date) -> "StrOrPromise":
    card = current_card(line.bill.payer, provider=_provider_code())
    is_left_to_card = not (line.is_with_bank or _is_debited(line.bill.payer, today))
    if card is None or not is_left_to_card or line.standing == Standing.OVERDUE:
        return _("On this page.")
    if is_expired(card.expires, today):
        return _("On this page. The registered card has expired.")
    return _("Your registered card is charged on the due date. You may also pay now on this page.")


def _with_debit(line: PayerBill, today: date) -> "StrOrPromise":
    if line.is_with_bank:
        return _("We have asked your bank. Please do not pay in another way.")
    if _is_debited(line.bill.payer, today):
        return _("From the account that you named, on the due date.")
    return _("You have not named an account for it. Ask the office for the form.")


def _at_stores(line: PayerBill, today: date) -> "StrOrPromise":
    slip = Slip.objects.filter(bill=line.bill).order_by("-issue").first()
    if slip is None and line.standing == Standing.OWED:
        return _("You will get a payment slip. Take it to a store or read it with your phone.")
    if slip is None or slip.pay_by < today:
        return _("The date on your payment slip has passed: stores no longer take it.")
    if slip.barcode is None:
        return _("Your payment slip has no barcode: stores do not take it.")
    return _("Take your payment slip to a store, or read it with your phone's payment app.")


def _payments(bill: Bill) -> list[PaidWith]:
    counted = Payment.objects.filter(
        bill=bill, state__in=[Payment.State.PROVISIONAL, Payment.State.SETTLED]
    )
    return [
        PaidWith(
            payment=payment,
            channel_label=payment.get_channel_display(),
            is_provisional=payment.state == Payment.State.PROVISIONAL,
            has_receipt=may_have_receipt(payment),
        )
        for payment in counted.order_by("paid_at", "id")
    ]


def _refunds(bill: Bill) -> list[MoneyBack]:
    words = {
        Refund.Status.DECIDED: _("We are paying money back to you."),
        Refund.Status.SENT: _("We are paying money back to you."),
        Refund.Status.PAID: pgettext_lazy("bill", "Paid back"),
        Refund.Status.FAILED: _("It could not be paid back. Please call the office."),
    }
    found = bill.refunds.exclude(status=Refund.Status.WITHDRAWN).order_by("id")
    return [MoneyBack(refund, words[Refund.Status(refund.status)]) for refund in found]


def may_have_receipt(payment: Payment) -> bool:
    return payment.channel in WITHOUT_PAPER and payment.state == Payment.State.SETTLED


def _refusal(line: PayerBill) -> DeclineWords | None:
    last = CardPayment.objects.filter(bill=line.bill).order_by("-id").first()
    if last is None or last.return_url or last.status != CardStatus.DECLINED:
        return None
    return decline_words(last.decline_code)


def _office(fee_kind: str, today: date) -> str:
    department = responsible_department(fee_kind, today)
    if department is None:
        return ""
    return identity.department_names([department], on=today)[department]
