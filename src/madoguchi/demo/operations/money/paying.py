"""How the invented people pay: each channel speaks to the product as the real one would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from madoguchi.blocks.cardsandbox import operations as sandbox
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments import zengin
from madoguchi.blocks.payments.collection.records import Record
from madoguchi.blocks.payments.collection.writing import write
from madoguchi.blocks.payments.models import Bill, DebitRun, Payment, SavedCard, Slip
from madoguchi.blocks.payments.operations import booking, card_charges, cards, debit
from madoguchi.blocks.payments.operations.collection import read_collection
from madoguchi.blocks.payments.queries.lookup import OpenBill
from madoguchi.blocks.payments.rules.channels import Channel, Fact, FactKind
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import add_business_days

STORES = (("0100101", "010"), ("0200202", "020"), ("0300303", "030"))
DATA_KINDS = {FactKind.PROVISIONAL: "01", FactKind.SETTLEMENT: "02"}
TRANSFER = timedelta(days=5)
BROKE = 29
"""Of so many debits one finds too little money."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody pays at a store with a slip."""

    slip: Slip
    at: datetime


def visit(slip: Slip, day: date) -> Visit:
    """On that day, at an hour that follows from the bill."""
    place = slip.bill_id
    return Visit(slip, datetime.combine(day, time(8 + place % 14, place * 7 % 60), clock.TOKYO))


def store_file(visits: Sequence[Visit], statement: FactKind, *, layout: str = "a") -> bytes:
    """A collection file as an agent sends it."""
    records = [
        _record(number, each.slip, each.at, statement)
        for number, each in enumerate(sorted(visits, key=lambda each: each.at), start=2)
    ]
    return write(records, layout)


def _record(line: int, slip: Slip, at: datetime, statement: FactKind) -> Record:
    store, chain = STORES[slip.bill_id % len(STORES)]
    taken_on = add_business_days(at.date(), 1)
    return Record(
        line=line,
        data_kind=DATA_KINDS[statement],
        statement=statement,
        paid_at=at,
        barcode=slip.barcode or "",
        amount=slip.amount,
        store=store,
        chain=chain,
        taken_on=taken_on,
        transfer_on=add_business_days(at.date() + TRANSFER, 0),
        accounted_on=taken_on if statement is FactKind.SETTLEMENT else None,
    )


def pay_at_stores(visits: Sequence[Visit], *, name: str, by: User) -> None:
    """The agent's first word of these payments."""
    if visits:
        read_collection(name=name, content=store_file(visits, FactKind.PROVISIONAL), by=by)


def settle_stores(*, before: date, name: str, by: User) -> None:
    """The agent's last word on every payment made before a day."""
    content = settlements(before=before)
    if content:
        read_collection(name=name, content=content, by=by)


def settlements(*, before: date) -> bytes:
    """That word as the agent sends it; nothing where no payment waits for it."""
    waiting = (
        Payment.objects.filter(
            channel="store", state=Payment.State.PROVISIONAL, paid_at__date__lt=before
        )
        .exclude(slip=None)
        .select_related("slip")
    )
    visits = [Visit(payment.slip, payment.paid_at) for payment in waiting if payment.slip]
    return store_file(visits, FactKind.SETTLEMENT) if visits else b""


def ask_bank(kind: str, *, debit_on: date, by: User) -> DebitRun | None:
    try:
        return debit.make_debit_run(fee_kind=kind, debit_on=debit_on, by=by)
    except debit.NothingToDebit:
        return None


def bank_answer(run: DebitRun) -> bytes:
    """The bank's file: one account in a while has too little money."""
    asked = debit.request_of(run)
    debits = tuple(
        replace(each, result=_result(number, run.pk))
        for number, each in enumerate(asked.debits, start=1)
    )
    return zengin.write(zengin.DebitFile(asked.header, debits), answered=True)


def _result(number: int, run: int) -> zengin.Result:
    return zengin.Result.SHORT_OF_FUNDS if (number * 7 + run) % BROKE == 0 else zengin.Result.DONE


def pay_at_counter(found: Sequence[OpenBill], *, by: User) -> None:
    """A day's money at the counter, booked in one go."""
    booking.book(
        [
            Fact(
                kind=FactKind.SETTLEMENT,
                channel=Channel.COUNTER,
                payment_key=f"{Channel.COUNTER}:{uuid4().hex}",
                amount=each.owed,
                paid_at=clock.now(),
                bill_number=each.bill.number,
                transfer_on=clock.today(),
                source="counter",
            )
            for each in found
        ],
        by=by,
    )


def pay_by_card(bill: Bill, *, card: str = "pays", saves_card: bool = True) -> None:
    """The payer starts on our page, chooses an invented card on the sandbox's, and comes back."""
    attempt, started = cards.start_card_payment(
        bill_id=bill.pk,
        saves_card=saves_card,
        return_url_of=lambda public_id: f"/pay/cards/{public_id}/",
    )
    sandbox.choose_card(reference=started.reference, card=card)
    cards.refresh_card_payment(public_id=attempt.public_id)


def charge_cards(kinds: Sequence[str], *, on: date, by: User) -> None:
    if SavedCard.objects.filter(removed_at=None).exists():
        card_charges.charge_saved_cards(fee_kinds=kinds, on=on, by=by)
