"""Reads for demands: what is due to be demanded, what waits, what was sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from madoguchi.blocks.payments.models import Bill, Demand, DunningRule, Payment
from madoguchi.blocks.payments.queries.debit import bills_with_bank
from madoguchi.blocks.payments.queries.lookup import open_bills
from madoguchi.blocks.payments.queries.profiles import dunning_rules
from madoguchi.blocks.payments.rules import dunning
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class DueDemand:
    """A demand that is to be drawn up."""

    bill: Bill
    owed: int
    rule: DunningRule


def due_demands(on: date, *, kinds: Collection[str] | None = None) -> list[DueDemand]:
    """What is to be demanded on a day, by fee kind and due date.

    Bills that are with the bank are left out: its answer comes first.
    """
    codes = [kind.code for kind in fee_kinds if kinds is None or kind.code in kinds]
    return [each for code in codes for each in _due_of_kind(code, on)]


def _due_of_kind(fee_kind: str, on: date) -> list[DueDemand]:
    rules = dunning_rules(fee_kind, on)
    if not rules:
        return []
    opened = open_bills(fee_kinds=[fee_kind], due_before=on)
    ids = [each.bill.pk for each in opened]
    last, with_bank = _last_demands(ids), bills_with_bank(ids)
    found = []
    for each in opened:
        rule = dunning.stage_due(rules, due_on=each.bill.due_on, on=on, last=last.get(each.bill.pk))
        if rule is not None and each.bill.pk not in with_bank:
            found.append(DueDemand(each.bill, each.owed, rule))
    return found


def _last_demands(bill_ids: Sequence[int]) -> dict[int, dunning.Last]:
    return {
        bill: dunning.Last(stage, status, pay_by)
        for some in batched(bill_ids, AT_ONCE)
        for bill, stage, status, pay_by in Demand.objects.filter(bill__in=some)
        .order_by("stage")
        .values_list("bill", "stage", "status", "pay_by")
    }


@dataclass(frozen=True, slots=True)
class DemandGroup:
    """Demands of a fee kind and stage: how many, how much, since when they wait."""

    fee_kind: str
    stage: int
    count: int
    amount: int
    since: date | None = None


def grouped(due: Collection[DueDemand]) -> list[DemandGroup]:
    """What is to be drawn up, by fee kind and stage."""
    groups: dict[tuple[str, int], list[DueDemand]] = {}
    for each in due:
        groups.setdefault((each.bill.fee_kind, each.rule.stage), []).append(each)
    return [
        DemandGroup(kind, stage, len(some), sum(each.owed for each in some))
        for (kind, stage), some in sorted(groups.items())
    ]


def waiting() -> list[DemandGroup]:
    """Demands that are drawn up and not sent, by fee kind and stage."""
    rows = (
        Demand.objects.filter(status=Demand.Status.DRAWN_UP)
        .order_by()
        .values("bill__fee_kind", "stage")
        .annotate(count=Count("pk"), total=Sum("amount"), since=Min("drawn_up_on"))
        .order_by("bill__fee_kind", "stage")
    )
    return [
        DemandGroup(row["bill__fee_kind"], row["stage"], row["count"], row["total"], row["since"])
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Sending:
    """The demands of a fee kind and stage that were sent on a day."""

    sent_on: date
    fee_kind: str
    stage: int
    count: int
    amount: int
    crossed: int


def sendings() -> list[Sending]:
    """What was sent, by day, fee kind and stage, the latest first."""
    rows = (
        Demand.objects.exclude(sent_on=None)
        .order_by()
        .values_list("sent_on", "bill__fee_kind", "stage")
        .annotate(
            count=Count("pk"),
            total=Sum(F("amount") + F("fee")),
            crossed=Count("pk", filter=Q(status=Demand.Status.CROSSED)),
        )
        .order_by("-sent_on", "bill__fee_kind", "stage")
    )
    return [
        Sending(sent_on, kind, stage, count, total, crossed)
        for sent_on, kind, stage, count, total, crossed in rows
        if sent_on is not None
    ]


def sent_together(*, sent_on: date, fee_kind: str, stage: int) -> QuerySet[Demand]:
    """Demands of one sending in the order of their letters."""
    return (
        Demand.objects.filter(sent_on=sent_on, bill__fee_kind=fee_kind, stage=stage)
        .select_related("bill", "slip", "slip__bill")
        .order_by("bill__payer", "bill__due_on", "pk")
    )


def demand_list(*, status: str = "", fee_kind: str = "", search: str = "") -> QuerySet[Demand]:
    """Demands with their bills, the latest first; ``search`` in bill number or payer."""
    found = Demand.objects.select_related("bill").order_by("-drawn_up_on", "-pk")
    if status:
        found = found.filter(status=status)
    if fee_kind:
        found = found.filter(bill__fee_kind=fee_kind)
    if search:
        found = found.filter(Q(bill__number__contains=search) | Q(bill__payer__contains=search))
    return found


def paid_at_of(bill_ids: Collection[int]) -> dict[int, datetime]:
    """When the last payment that stands was made, of each bill that has one."""
    rows = (
        Payment.objects.filter(
            bill__in=bill_ids, state__in=[Payment.State.PROVISIONAL, Payment.State.SETTLED]
        )
        .order_by()
        .values_list("bill")
        .annotate(Max("paid_at"))
    )
    return {bill: at for bill, at in rows if bill is not None}
