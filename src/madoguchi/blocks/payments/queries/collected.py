"""What came in, by channel and by year: what services report of their bills."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, Least, TruncDate

from madoguchi.blocks.payments.models import Account, Bill, LedgerEntry, Payment, Refund
from madoguchi.blocks.payments.queries.profiles import channel_costs, cost_in_force
from madoguchi.blocks.payments.rules.balances import Collected
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock, fiscal


@dataclass(frozen=True, slots=True)
class ChannelTotal:
    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class ChannelCostTotal:
    """``cost`` is what the city paid for taking these payments, in yen, rounded once."""

    count: int = 0
    amount: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True)
class DailyTotal:
    """What was paid through a channel on a day."""

    day: date
    channel: Channel
    count: int
    amount: int


def payments_by_channel(
    *, fee_kinds: Collection[str], fiscal_year: int
) -> Mapping[Channel, ChannelTotal]:
    """Settled payments made in a fiscal year; every channel is there. One query."""
    found = dict.fromkeys(Channel, ChannelTotal())
    rows = _settled(fee_kinds, fiscal_year).values_list("channel")
    for channel, count, amount in rows.annotate(count=Count("pk"), total=Sum("amount")):
        found[Channel(channel)] = ChannelTotal(count, amount)
    return found


def daily_totals(*, fee_kinds: Collection[str], fiscal_year: int) -> list[DailyTotal]:
    """The same day by day, where anything was paid. One query."""
    rows = _settled(fee_kinds, fiscal_year).annotate(day=TruncDate("paid_at", tzinfo=clock.TOKYO))
    totals = rows.values_list("day", "channel").annotate(count=Count("pk"), total=Sum("amount"))
    return [
        DailyTotal(day, Channel(channel), count, amount)
        for day, channel, count, amount in totals.order_by("day", "channel")
    ]


def cost_by_channel(
    *, fee_kinds: Collection[str], fiscal_year: int
) -> Mapping[Channel, ChannelCostTotal]:
    """What the payments of `payments_by_channel` cost, by the price of their days. Two queries.

    A channel without a price in force on a day is free on that day.
    """
    prices = channel_costs()
    totals = {channel: (0, 0, Decimal(0)) for channel in Channel}
    rows = _settled(fee_kinds, fiscal_year).annotate(day=TruncDate("paid_at", tzinfo=clock.TOKYO))
    by_day = rows.values_list("channel", "bill__fee_kind", "day")
    for channel, kind, day, count, amount in by_day.annotate(
        count=Count("pk"), total=Sum("amount")
    ):
        price = cost_in_force(prices, channel=channel, fee_kind=kind or "", on=day)
        cost = count * price.yen_each + amount * price.per_cent / 100 if price else Decimal(0)
        before = totals[Channel(channel)]
        totals[Channel(channel)] = (before[0] + count, before[1] + amount, before[2] + cost)
    return {
        channel: ChannelCostTotal(count, amount, int(cost.quantize(Decimal(1), ROUND_HALF_UP)))
        for channel, (count, amount, cost) in totals.items()
    }


def collection_rate(
    *,
    fee_kinds: Collection[str],
    fiscal_year: int,
    on: date | None = None,
    only_due: bool = True,
) -> Collected:
    """What came in by the end of a day (today) of the bills of a fiscal year. One query.

    ``only_due``: of bills whose due date was before that day. Cancelled bills do not count; money
    counts once it is settled, less what went back, and never more than the bill's amount.
    """
    day = on or clock.today()
    bills = Bill.objects.filter(fee_kind__in=fee_kinds, fiscal_year=fiscal_year, cancelled_at=None)
    if only_due:
        bills = bills.filter(due_on__lt=day)
    movement = Case(
        When(entries__debit=Account.SETTLED, then=F("entries__amount")),
        When(entries__credit=Account.SETTLED, then=-F("entries__amount")),
        default=0,
    )
    came_in = Coalesce(Sum(movement, filter=Q(entries__booked_on__lte=day)), 0)
    counted = bills.order_by().annotate(came_in=Least(came_in, F("amount")))
    sums = counted.aggregate(
        assessed=Coalesce(Sum("amount"), 0),
        collected=Coalesce(Sum("came_in"), 0),
        bills=Count("pk"),
        bills_paid=Count("pk", filter=Q(came_in__gte=F("amount"))),
    )
    return Collected(**sums)


def collected_by_channel(
    *,
    fee_kinds: Collection[str],
    fiscal_year: int,
    on: date | None = None,
    only_due: bool = True,
) -> Mapping[Channel, int]:
    """Settled money of the bills of `collection_rate`, less what went back, by its channel.

    What went back is taken off the channel through which it had come, whichever way it went. Not
    held to the amount of the bill: what is overpaid is in it. Two queries.
    """
    day = on or clock.today()
    of_bills = Q(
        bill__fee_kind__in=fee_kinds, bill__fiscal_year=fiscal_year, bill__cancelled_at=None
    )
    if only_due:
        of_bills &= Q(bill__due_on__lt=day)
    entries = LedgerEntry.objects.filter(
        of_bills,
        Q(debit=Account.SETTLED) | Q(credit=Account.SETTLED),
        payment__isnull=False,
        booked_on__lte=day,
    )
    movement = Case(When(debit=Account.SETTLED, then=F("amount")), default=-F("amount"))
    found = dict.fromkeys(Channel, 0)
    for channel, total in entries.order_by().values_list("channel").annotate(total=Sum(movement)):
        found[Channel(channel)] += total
    for channel, total in _gone_back(of_bills, day):
        found[Channel(channel)] -= total
    return found


def _gone_back(of_bills: Q, day: date) -> QuerySet[Refund, tuple[str, int]]:
    """Refunds paid by the end of a day, by the channel of their payment; where none was named,
    by that of the last payment of the bill."""
    latest = Payment.objects.filter(bill=OuterRef("bill"), state=Payment.State.SETTLED)
    came_by = Coalesce(
        "payment__channel",
        Subquery(latest.order_by("-paid_at", "-pk").values("channel")[:1]),
        "channel",
    )
    paid = Refund.objects.filter(
        of_bills, status=Refund.Status.PAID, ended_at__lt=_midnight(day + timedelta(days=1))
    )
    return paid.order_by().annotate(came_by=came_by).values_list("came_by").annotate(Sum("amount"))


def _settled(fee_kinds: Collection[str], fiscal_year: int) -> QuerySet[Payment]:
    begin, end = (_midnight(fiscal.first_day(year)) for year in (fiscal_year, fiscal_year + 1))
    return Payment.objects.filter(
        state=Payment.State.SETTLED,
        bill__fee_kind__in=fee_kinds,
        paid_at__gte=begin,
        paid_at__lt=end,
    ).order_by()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.TOKYO)
