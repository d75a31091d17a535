"""A portion of facts becomes entries: for all its payments at once, in a dozen queries."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import (
    FactRecord,
    LedgerEntry,
    Payment,
    PaymentMove,
    WorkItem,
)
from madoguchi.blocks.payments.models.bills import HIGHEST_AMOUNT
from madoguchi.blocks.payments.operations.named import Known, merge
from madoguchi.blocks.payments.operations.rows import insert
from madoguchi.blocks.payments.operations.work import keep_items
from madoguchi.blocks.payments.rules import ledger, work
from madoguchi.blocks.payments.rules.channels import Fact, FactKind

NO_STANDING = ledger.Standing("", "", 0, False, False)
NO_PAYEE = ledger.Payee(None, None, "", None)

type Entry = tuple[str, str, int, int | None]
"""Debit, credit, amount and bill."""
type Row = dict[str, Any]
"""A row to insert, by the names of its fields."""


class BadFact(ValueError):
    """A fact that no channel may state: its key is not of its channel, or its amount is not
    between 1 yen and the highest amount of a bill."""


@dataclass(slots=True)
class Tally:
    """What a call has done so far. ``bills`` are those whose entries changed, with repetitions;
    ``closer`` is the person whose step ends work items, None where they end by themselves."""

    by: User | None
    now: datetime
    new: int = 0
    known: int = 0
    amount: int = 0
    work_items: int = 0
    entries: int = 0
    bills: "array[int]" = field(default_factory=lambda: array("q"))
    closer: User | None = None

    today: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.now.date()

    def each_bill_once(self) -> Iterator[int]:
        """In the order in which bills are locked."""
        return (bill for bill, _same in groupby(sorted(self.bills)))


@dataclass(slots=True)
class Case:
    """A payment of the portion: what was told of it before, and what is told now."""

    payment: Payment
    facts: list[Fact]
    told: dict[ledger.Statement, date] = field(default_factory=dict)
    """With the day on which each came in."""
    entries: list[Entry] = field(default_factory=list)
    bill_before: int | None = None
    is_changed: bool = False
    standing: ledger.Standing = NO_STANDING
    payee: ledger.Payee = NO_PAYEE

    def news(self) -> dict[ledger.Statement, Fact]:
        """What was not told before, each once."""
        stated = {(fact.kind.value, fact.amount): fact for fact in reversed(self.facts)}
        return {each: fact for each, fact in stated.items() if each not in self.told}


def book_portion(facts: Sequence[Fact], tally: Tally) -> None:
    """One portion: its payments are locked, its facts kept, its entries written."""
    by_key = _by_key(facts)
    rows = _locked(by_key)
    missing = {key: stated for key, stated in by_key.items() if key not in rows}
    fresh, fresh_known = _insert(missing)
    came_meanwhile = [key for key in missing if key not in fresh]
    rows |= _locked(came_meanwhile)
    seen, seen_known = _recall(rows, by_key)
    _write(fresh.values(), fresh_known, tally)
    _write(seen, seen_known, tally)
    _store(seen)


def rebook(payment: Payment, *, bill_before: int | None, tally: Tally) -> None:
    """Let the ledger follow a payment whose bill a person changed; its row is locked and stored."""
    cases, known = _recall({payment.key: payment}, {payment.key: []})
    known.find_kinds([bill_before])
    cases[0].bill_before = bill_before
    _write(cases, known, tally)


def _by_key(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        key = fact.payment_key
        if not (0 < fact.amount <= HIGHEST_AMOUNT and key.startswith(f"{fact.channel.value}:")):
            raise BadFact(f"{key}: {fact.amount}")
        found.setdefault(key, []).append(fact)
    return {key: found[key] for key in sorted(found)}


def _locked(keys: Collection[str]) -> dict[str, Payment]:
    if not keys:
        return {}
    rows = Payment.objects.filter(key__in=list(keys)).order_by("key")
    return {row.key: row for row in rows.select_for_update(no_key=True)}


def _insert(by_key: Mapping[str, list[Fact]]) -> tuple[dict[str, Case], Known]:
    """Payments that nobody spoke of yet. One that somebody else inserts meanwhile is left out."""
    if not by_key:
        return {}, Known()
    cases = {key: Case(_new(facts), facts) for key, facts in by_key.items()}
    known = Known.of([case.payment for case in cases.values()])
    for case in cases.values():
        _derive(case, known)
    insert(Payment, (vars(case.payment) for case in cases.values()), skip_known=True)
    there = Payment.objects.filter(key__in=list(cases)).order_by("key")
    ids = dict(there.select_for_update(no_key=True).values_list("key", "pk"))
    told = FactRecord.objects.filter(payment_id__in=ids.values()).order_by()
    theirs = set(told.values_list("payment_id", flat=True))
    mine = {key: pk for key, pk in ids.items() if pk not in theirs}
    for key, pk in mine.items():
        cases[key].payment.pk = pk
    return {key: cases[key] for key in mine}, known


def _new(facts: Sequence[Fact]) -> Payment:
    first = facts[0]
    payment = Payment(
        key=first.payment_key, channel=first.channel.value, paid_at=first.paid_at, amount=0
    )
    merge(payment, facts)
    return payment


def _recall(
    rows: Mapping[str, Payment], by_key: Mapping[str, list[Fact]]
) -> tuple[list[Case], Known]:
    """Payments that were spoken of before, with all that was told of them and booked."""
    cases = [Case(row, by_key[key], bill_before=row.bill_id) for key, row in rows.items()]
    if not cases:
        return cases, Known()
    of: dict[int | None, Case] = {case.payment.pk: case for case in cases}
    ids = [case.payment.pk for case in cases]
    told = FactRecord.objects.filter(payment_id__in=ids).order_by()
    for pk, kind, amount, on in told.values_list("payment_id", "kind", "amount", "stated_on"):
        of[pk].told[kind, amount] = on
    booked = LedgerEntry.objects.filter(payment_id__in=ids).order_by()
    for owner, debit, credit, amount, bill in booked.values_list(
        "payment_id", "debit", "credit", "amount", "bill_id"
    ):
        of[owner].entries.append((debit, credit, amount, bill))
    before = {case.payment.pk: _stored(case.payment) for case in cases}
    for case in cases:
        merge(case.payment, case.facts)
    known = Known.of([case.payment for case in cases])
    known.find_kinds(entry[3] for case in cases for entry in case.entries)
    for case in cases:
        _derive(case, known)
        case.is_changed = before[case.payment.pk] != _stored(case.payment)
    return cases, known


def _derive(case: Case, known: Known) -> None:
    """Let a payment be what follows from all that was told of it."""
    payment = case.payment
    stated = {(fact.kind.value, fact.amount) for fact in case.facts}
    case.standing = ledger.standing(stated | case.told.keys() if case.told else stated)
    case.payee = known.payee(payment, case.standing.amount)
    payment.state, payment.amount = case.standing.state, case.standing.amount
    payment.bill_id, payment.slip_id = case.payee.bill, case.payee.slip


FOLLOWS = (
    *("barcode", "bill_number", "bill_id", "slip_id", "amount", "paid_at", "state"),
    *("transfer_on", "reference", "is_contradicted"),
)
"""What of a payment follows from its facts."""


def _stored(payment: Payment) -> tuple[object, ...]:
    return tuple(getattr(payment, name) for name in FOLLOWS)


def _write(cases: Collection[Case], known: Known, tally: Tally) -> None:
    """The facts, entries, moves and work items of payments whose rows are there and locked."""
    if not cases:
        return
    facts: list[Row] = []
    entries: list[Row] = []
    for case in cases:
        news = case.news()
        tally.new += len(news)
        tally.known += len(case.facts) - len(news)
        facts += _facts(case, news, tally)
        made = _entries(case, known, tally)
        entries += made
        if made or case.is_changed:
            touched = {case.bill_before, case.payment.bill_id, *(row["bill_id"] for row in made)}
            tally.bills.extend(bill for bill in touched if bill is not None)
    insert(FactRecord, facts)
    insert(LedgerEntry, entries)
    tally.entries += len(entries)
    PaymentMove.objects.bulk_create(
        PaymentMove(
            payment=case.payment,
            before_id=case.bill_before,
            after_id=case.payment.bill_id,
            moved_on=tally.today,
            by=tally.by,
        )
        for case in cases
        if case.told and case.bill_before != case.payment.bill_id
    )
    tally.work_items += _keep_items(cases, tally)


def _facts(case: Case, news: Mapping[ledger.Statement, Fact], tally: Tally) -> Iterator[Row]:
    for (kind, amount), fact in news.items():
        if kind != FactKind.REVERSAL:
            tally.amount += amount
        yield {
            "payment_id": case.payment.pk,
            "kind": kind,
            "amount": amount,
            "stated_on": tally.today,
            "source": fact.source[:80],
        }


def _entries(case: Case, known: Known, tally: Tally) -> list[Row]:
    """What is missing until the ledger says of a payment what its facts say."""
    account, amount = case.standing.account, case.standing.amount
    payment = case.payment
    want = ledger.Position(account, payment.bill_id, amount) if account else None
    have = ledger.positions(case.entries) if case.entries else ()
    number = len(case.entries)
    return [
        {
            "key": f"payment:{payment.pk}:{number + n}",
            "event": move.event,
            "debit": move.debit,
            "credit": move.credit,
            "amount": move.amount,
            "bill_id": move.bill,
            "payment_id": payment.pk,
            "channel": payment.channel,
            "fee_kind": known.fee_kind(move.bill),
            "booked_on": tally.today,
            "booked_at": tally.now,
            "by_id": tally.by.pk if tally.by else None,
        }
        for n, move in enumerate(ledger.moves(have, want))
    ]


def _keep_items(cases: Collection[Case], tally: Tally) -> int:
    causes = [cause for case in cases for cause in work.payment_causes(_of_payment(case, tally))]
    seen = [case.payment.pk for case in cases if case.told]
    kept = WorkItem.objects.filter(payment_id__in=seen, kind__in=work.OF_A_PAYMENT)
    return keep_items(kept if seen else (), causes, by=tally.closer)


def _of_payment(case: Case, tally: Tally) -> work.OfPayment:
    since = [on for (kind, _), on in case.told.items() if kind == FactKind.PROVISIONAL]
    oldest = tally.today - timedelta(days=work.PROVISIONAL_DAYS)
    return work.OfPayment(
        id=case.payment.pk,
        key=case.payment.key,
        standing=case.standing,
        payee=case.payee,
        is_named_twice=case.payment.is_contradicted,
        is_too_long=bool(since) and min(since) <= oldest,
    )


def _store(cases: Iterable[Case]) -> None:
    """Rows that changed, in one statement: as if inserted again, and updated instead."""
    changed = [case.payment for case in cases if case.is_changed]
    for payment in changed:
        payment.pk = None
    if changed:
        Payment.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=[name.removesuffix("_id") for name in FOLLOWS],
        )
