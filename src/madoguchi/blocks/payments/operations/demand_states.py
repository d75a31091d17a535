"""Demands follow what is owed: looked at again whenever money moved, under the bills' locks."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate

from madoguchi.blocks.payments.models import Demand, LedgerEntry, Payment
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules import dunning, ledger
from madoguchi.kernel import clock

MONEY = (Payment.State.PROVISIONAL, Payment.State.SETTLED)


def refresh_demands(bill_ids: Collection[int]) -> int:
    """Bring the demands of these bills to how the bills stand; how many changed.

    Whoever calls holds the locks of the bills. A demand that is not sent is withheld as soon as
    nothing is owed, and drawn up again when that is undone; one that was sent is crossed by a
    payment made before it can have come. The fee of a demand is owed while it stands as sent.
    """
    demands = list(Demand.objects.filter(bill__in=bill_ids).select_related("bill"))
    if not demands:
        return 0
    ids = {demand.bill_id for demand in demands}
    of, fees, paid = balances(ids), _fees(demands), _payments(ids)
    given_up = _given_up({pk for pk in ids if of[pk].written_off})
    changed = []
    for demand in demands:
        balance, fee = of[demand.bill_id], fees[demand.pk].owed
        # what is given up later is not paid: it makes nobody cross the letter
        before = sum(n for day, n in given_up[demand.bill_id] if day < (demand.sent_on or day))
        needed = balance.assessed - fee - min(before, balance.written_off)
        now = dunning.standing(
            owed=balance.owed - fee,
            sent_on=demand.sent_on,
            paid_on=dunning.paid_up_on(paid[demand.bill_id], needed),
        )
        amount = balance.owed if now == dunning.Standing.DRAWN_UP else demand.amount
        if (now.value, amount) != (demand.status, demand.amount):
            demand.status, demand.amount = now.value, amount
            changed.append(demand)
    Demand.objects.bulk_update(changed, ["status", "amount"], batch_size=500)
    charge_fees(demands)
    return len(changed)


def charge_fees(demands: Collection[Demand]) -> None:
    """Let the ledger owe the fee of each demand that stands as sent, and of no other.

    The fees of a cancelled bill went with it, whatever is said of its payments later.
    """
    booked = _fees(demands)
    now = clock.now()
    entries = []
    for demand in demands:
        if demand.bill.cancelled_at is not None:
            continue
        fee = booked[demand.pk]
        is_due = demand.status == Demand.Status.SENT and demand.fee > 0
        if is_due == (fee.owed > 0):
            continue
        debit, credit = (ledger.RECEIVABLE, ledger.ASSESSED)
        entries.append(
            LedgerEntry(
                key=f"demand:{demand.pk}:{fee.entries}",
                event=LedgerEntry.Event.ASSESSED if is_due else LedgerEntry.Event.CANCELLED,
                debit=debit if is_due else credit,
                credit=credit if is_due else debit,
                amount=demand.fee if is_due else fee.owed,
                bill=demand.bill,
                fee_kind=demand.bill.fee_kind,
                booked_on=now.date(),
                booked_at=now,
            )
        )
    LedgerEntry.objects.bulk_create(entries)


@dataclass(slots=True)
class _Fee:
    """The fee of a demand as the ledger has it."""

    owed: int = 0
    entries: int = 0


def _fees(demands: Collection[Demand]) -> dict[int, _Fee]:
    """By the demand's primary key, which stands in the keys of its entries; none of a cancelled
    bill, since they were cancelled with it."""
    fees = {demand.pk: _Fee() for demand in demands}
    bills = {each.bill_id for each in demands if each.fee and each.bill.cancelled_at is None}
    entries = LedgerEntry.objects.filter(bill__in=bills, key__startswith="demand:").order_by()
    for key, debit, amount in entries.values_list("key", "debit", "amount"):
        fee = fees.get(int(key.split(":")[1]))
        if fee is not None:
            fee.owed += amount if debit == ledger.RECEIVABLE else -amount
            fee.entries += 1
    return fees


def _given_up(bill_ids: Collection[int]) -> dict[int | None, list[tuple[date, int]]]:
    """What was written off of each bill, less what was taken back, by the day."""
    found: dict[int | None, list[tuple[date, int]]] = defaultdict(list)
    if not bill_ids:
        return found
    entries = LedgerEntry.objects.filter(
        Q(debit=ledger.WRITTEN_OFF) | Q(credit=ledger.WRITTEN_OFF), bill__in=bill_ids
    ).order_by()
    for bill, day, debit, amount in entries.values_list("bill_id", "booked_on", "debit", "amount"):
        found[bill].append((day, amount if debit == ledger.WRITTEN_OFF else -amount))
    return found


def _payments(bill_ids: Iterable[int]) -> dict[int | None, list[tuple[date, int]]]:
    """What was paid for each bill, provisional too, by the day of paying."""
    found: dict[int | None, list[tuple[date, int]]] = defaultdict(list)
    payments = Payment.objects.filter(bill__in=bill_ids, state__in=MONEY).order_by()
    for bill, paid_at, amount in payments.values_list("bill_id", "paid_at", "amount"):
        found[bill].append((localdate(paid_at), amount))
    return found
