"""A year of bills and payments for tests of figures and pages."""

from datetime import date, datetime
from decimal import Decimal

from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.models import ChannelCost, SavedCard
from madoguchi.blocks.payments.service import Channel, Fact, FactKind
from madoguchi.kernel import clock
from madoguchi.services.water.operations.billing import make_bills
from tests.services.water.factories import make_contract, make_prices, make_reading

D = Decimal
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=clock.TOKYO)
DEAR = {Channel.STORE: ("62", "0"), Channel.CARD: ("0", "0.99"), Channel.DEBIT: ("11", "0")}


def at(year, month, day, hour=10):
    return datetime(year, month, day, hour, tzinfo=clock.TOKYO)


def make_costs():
    for channel, (each, share) in DEAR.items():
        ChannelCost.objects.create(
            channel=channel, from_on=date(2020, 4, 1), yen_each=D(each), per_cent=D(share)
        )


def pay(bill, channel, when):
    with clock.frozen(when):
        payments.book(
            [
                Fact(
                    kind=FactKind.SETTLEMENT,
                    channel=channel,
                    payment_key=f"{channel}:{bill.number}",
                    amount=bill.amount,
                    paid_at=when,
                    bill_number=bill.number,
                )
            ],
            by=None,
        )


def bill_period(month, numbers, *, index, channels, year=2026):
    """Read and bill meters (3,718 yen each for up to 16 m³) and pay as ``channels`` say, None
    not at all. The bills of the period in the order of the numbers."""
    period = date(year, month, 1)
    with clock.frozen(at(year, month, 20)):
        for number in numbers:
            make_reading(number, index=index, read_on=period.replace(day=5))
        make_bills(period=period, by=None)
        bills = [payments.bills_of(f"water:{number}")[-1].bill for number in numbers]
    for bill, channel in zip(bills, channels, strict=True):
        if channel is not None:
            pay(bill, channel, at(year, month + 1, 10))
    return bills


def make_two_years():
    """April 2025: store, store, counter, unpaid. April 2026: card, card, store, debit; the bills
    of October 2026 are due, and one of them is paid by card."""
    make_prices()
    make_costs()
    numbers = ["1", "2", "3", "4"]
    for number in numbers:
        make_contract(number, started_on=date(2025, 2, 1))
    store, card, debit, counter = Channel.STORE, Channel.CARD, Channel.DEBIT, Channel.COUNTER
    bill_period(4, numbers, index=110, channels=[store, store, counter, None], year=2025)
    for month, year in ((6, 2025), (8, 2025), (10, 2025), (12, 2025), (2, 2026)):
        with clock.frozen(at(year, month, 20)):
            for number in numbers:
                make_reading(number, index=110, read_on=date(year, month, 5))
    bill_period(4, numbers, index=110, channels=[card, card, store, debit])


def save_card(payer, when, removed_at=None):
    SavedCard.objects.create(
        payer=payer,
        provider="sandbox",
        customer_reference="c",
        method_reference="m",
        brand="visa",
        last4="4242",
        expires="2029-04",
        saved_at=when,
        removed_at=removed_at,
    )
