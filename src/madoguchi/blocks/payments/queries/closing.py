"""Drawing up the close of a day: the facts on one side, the ledger on the other."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Min, Q, Sum

from madoguchi.blocks.payments.models import (
    Account,
    Bill,
    DailyClose,
    FactRecord,
    LedgerEntry,
    Payment,
    PaymentMove,
    Refund,
)
from madoguchi.blocks.payments.rules import closing
from madoguchi.blocks.payments.rules.channels import FactKind
from madoguchi.blocks.payments.rules.closing import Change, Close, Place, Standing, Told
from madoguchi.kernel import clock

AT_ONCE = 5000

MONEY = (Account.PROVISIONAL, Account.SETTLED)
GONE_BACK_TO_BILL = (Refund.Status.FAILED, Refund.Status.WITHDRAWN)


def last_close() -> DailyClose | None:
    return DailyClose.objects.order_by("-day").first()


def days_due() -> list[date]:
    """The days that are over, have movements and are not closed, earliest first."""
    last = last_close()
    over = {"lt": clock.today()} | ({"gt": last.day} if last else {})
    days: set[date] = set()
    for rows, name in (
        (LedgerEntry.objects.all(), "booked_on"),
        (FactRecord.objects.all(), "stated_on"),
        (PaymentMove.objects.all(), "moved_on"),
    ):
        within = {f"{name}__{lookup}": day for lookup, day in over.items()}
        days |= set(rows.filter(**within).order_by().values_list(name, flat=True).distinct())
    return sorted(days)


def close_of(day: date) -> Close:
    """The close of a day, drawn up from the rows as they are. Nothing is written."""
    before = DailyClose.objects.filter(day__lt=day).order_by("-day").first()
    stated: dict[Place, tuple[int, int]] = defaultdict(lambda: (0, 0))

    def counted(changes: Iterator[Change]) -> Iterator[Change]:
        for change in changes:
            provisional, settled = stated[change.channel, change.fee_kind]
            stated[change.channel, change.fee_kind] = (
                provisional + change.provisional,
                settled + change.settled,
            )
            yield change

    misfits = closing.misfits(counted(_stated(day)), _booked_by_payment(day))
    return closing.draw_up(
        closing.Day(
            day=day,
            booked=_booked(day),
            stated=stated,
            opening=_opening(before),
            closing=_provisional(until=day),
            refunds=_refunds_paid(day),
            before=_standing_before(before),
            moved=_moved(day, stated),
            outstanding=_outstanding(until=day),
            misfits=_with_keys(misfits),
        )
    )


def _stated(day: date) -> Iterator[Change]:
    """What the facts of a day changed, payment by payment. No entry is looked at."""
    touched = Q(pk__in=FactRecord.objects.filter(stated_on=day).values("payment"))
    touched |= Q(pk__in=PaymentMove.objects.filter(moved_on=day).values("payment"))

    def lowest(kind: FactKind, **until: date) -> Min:
        of_kind = Q(facts__kind=kind, **{f"facts__stated_on__{k}": v for k, v in until.items()})
        return Min("facts__amount", filter=of_kind)

    kinds = (FactKind.PROVISIONAL, FactKind.REVERSAL, FactKind.SETTLEMENT)
    rows = (
        Payment.objects.filter(touched)
        .order_by("pk")
        .values_list("pk", "channel", "bill__fee_kind")
        .annotate(
            **{f"before_{kind}": lowest(kind, lt=day) for kind in kinds},
            **{f"after_{kind}": lowest(kind, lte=day) for kind in kinds},
        )
    )
    was_before, was_after = _fee_kinds_as_of(day - timedelta(days=1)), _fee_kinds_as_of(day)
    for pk, channel, kind, *amounts in rows.iterator(chunk_size=AT_ONCE):
        before = was_before.get(pk, kind or ""), Told(*amounts[:3])
        after = was_after.get(pk, kind or ""), Told(*amounts[3:])
        yield from closing.changes(pk, channel, before, after)


def _fee_kinds_as_of(day: date) -> dict[int, str]:
    """What payments that were moved after a day were taken for when it ended."""
    later = PaymentMove.objects.filter(moved_on__gt=day).order_by("-pk")
    return {pk: kind or "" for pk, kind in later.values_list("payment_id", "before__fee_kind")}


def _booked_by_payment(day: date) -> Iterator[Change]:
    """What the entries of a day changed, payment by payment."""
    rows = (
        LedgerEntry.objects.filter(booked_on=day, payment__isnull=False)
        .order_by("payment_id")
        .values_list("payment_id", "channel", "fee_kind", "debit", "credit")
        .annotate(total=Sum("amount"))
    )
    for pk, channel, kind, debit, credit, total in rows.iterator(chunk_size=AT_ONCE):
        provisional, settled = (
            total * ((debit == account) - (credit == account)) for account in MONEY
        )
        yield Change(pk or 0, channel, kind, provisional, settled)


def _booked(day: date) -> list[closing.Booked]:
    of_money = Q(debit__in=MONEY) | Q(credit__in=MONEY)
    rows = (
        LedgerEntry.objects.filter(of_money, booked_on=day)
        .order_by("channel", "fee_kind", "event", "debit", "credit")
        .values_list("channel", "fee_kind", "event", "debit", "credit")
        .annotate(total=Sum("amount"), count=Count("pk"))
    )
    return [closing.Booked(*row) for row in rows]


def _opening(before: DailyClose | None) -> dict[Place, int]:
    """Provisional money as the last close left it."""
    if before is None:
        return {}
    lines = before.lines.exclude(closing_provisional=0)
    return {(line.channel, line.fee_kind): line.closing_provisional for line in lines}


def _provisional(*, until: date) -> dict[Place, int]:
    """Provisional money at the end of a day by the whole ledger."""
    found: dict[Place, int] = defaultdict(int)
    for sign, side in ((1, "debit"), (-1, "credit")):
        entries = LedgerEntry.objects.filter(**{side: Account.PROVISIONAL}, booked_on__lte=until)
        rows = entries.order_by().values_list("channel", "fee_kind").annotate(total=Sum("amount"))
        for channel, kind, total in rows:
            found[channel, kind] += sign * total
    return {place: left for place, left in found.items() if left}


def _outstanding(*, until: date) -> dict[str, int]:
    """What is owed by fee kind at the end of a day, by the whole ledger; money that nobody could
    identify stands in the empty fee kind, below zero."""
    found: dict[str, int] = defaultdict(int)
    for sign, side in ((1, "debit"), (-1, "credit")):
        accounts = [Account.RECEIVABLE, Account.UNIDENTIFIED]
        entries = LedgerEntry.objects.filter(**{f"{side}__in": accounts}, booked_on__lte=until)
        rows = entries.order_by().values_list("fee_kind").annotate(total=Sum("amount"))
        for kind, total in rows:
            found[kind] += sign * total
    return dict(found)


def _refunds_paid(day: date) -> dict[Place, int]:
    ended = Refund.objects.filter(status=Refund.Status.PAID, **_on("ended_at", day))
    rows = ended.order_by().values_list("channel", "bill__fee_kind").annotate(total=Sum("amount"))
    return {(channel, kind): total for channel, kind, total in rows}


def _standing_before(before: DailyClose | None) -> dict[str, Standing]:
    kept = before.standing if before else []
    return {each["fee_kind"]: Standing(**each) for each in kept}


def _moved(day: date, stated: dict[Place, tuple[int, int]]) -> dict[str, Standing]:
    """What the day changed by fee kind: bills, refunds and facts, each by their own rows."""
    found: dict[str, Standing] = {}

    def of(kind: str) -> Standing:
        return found.setdefault(kind, Standing(kind))

    bills, refunds = Bill.objects.order_by(), Refund.objects.order_by()
    for sign, rows in (
        (1, bills.filter(issued_on=day)),
        (-1, bills.filter(**_on("cancelled_at", day))),
    ):
        for kind, total in rows.values_list("fee_kind").annotate(total=Sum("amount")):
            of(kind).assessed += sign * total
    for kind, total in _fees_of_demands(day):
        of(kind).assessed += total
    for sign, going in (
        (1, refunds.filter(**_on("decided_at", day))),
        (-1, refunds.filter(status__in=GONE_BACK_TO_BILL, **_on("ended_at", day))),
    ):
        for kind, total in going.values_list("bill__fee_kind").annotate(total=Sum("amount")):
            of(kind).refunded += sign * total
    for kind, total in _written_off(day):
        of(kind).written_off += total
    for (_channel, kind), (provisional, settled) in stated.items():
        of(kind).received += provisional + settled
    return found


def _fees_of_demands(day: date) -> Iterator[tuple[str, int]]:
    """What the fees of demands add to bills, by their entries; they go with a cancelled bill."""
    fees = LedgerEntry.objects.filter(key__startswith="demand:").order_by()
    gone = fees.filter(booked_on__lte=day, **_on("bill__cancelled_at", day))
    for sign, rows in (
        (1, fees.filter(booked_on=day, debit=Account.RECEIVABLE)),
        (-1, fees.filter(booked_on=day, credit=Account.RECEIVABLE)),
        (-1, gone.filter(debit=Account.RECEIVABLE)),
        (1, gone.filter(credit=Account.RECEIVABLE)),
    ):
        totals = rows.values_list("fee_kind").annotate(total=Sum("amount"))
        yield from ((kind, sign * total) for kind, total in totals)


def _written_off(day: date) -> Iterator[tuple[str, int]]:
    for sign, side in ((1, "debit"), (-1, "credit")):
        entries = LedgerEntry.objects.filter(**{side: Account.WRITTEN_OFF}, booked_on=day)
        rows = entries.order_by().values_list("fee_kind").annotate(total=Sum("amount"))
        yield from ((kind, sign * total) for kind, total in rows)


def _with_keys(misfits: list[closing.Difference]) -> list[closing.Difference]:
    """The key of each payment beside its number, so that the close can be read without us."""
    numbers = [each["payment"] for each in misfits if each["of"] == "payment"]
    keys = dict(Payment.objects.filter(pk__in=numbers).values_list("pk", "key"))
    return [
        {**each, "key": keys[int(each["payment"])]} if each["of"] == "payment" else each
        for each in misfits
    ]


def _on(field: str, day: date) -> dict[str, datetime]:
    """A time within a day of Tokyo."""
    begin = datetime.combine(day, time(), tzinfo=clock.TOKYO)
    return {f"{field}__gte": begin, f"{field}__lt": begin + timedelta(days=1)}
