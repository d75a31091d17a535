"""Demands (督促): drawn up, sent, printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import batched

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, Demand, Slip
from madoguchi.blocks.payments.operations.demand_states import charge_fees, refresh_demands
from madoguchi.blocks.payments.operations.slips import (
    AddresseeUnknown,
    SlipNotPrintable,
    make_slips,
)
from madoguchi.blocks.payments.queries.demand_letters import letters_data
from madoguchi.blocks.payments.queries.dunning import DueDemand, due_demands
from madoguchi.blocks.payments.queries.slips import NoAddressee
from madoguchi.blocks.payments.rules import dunning
from madoguchi.blocks.payments.slips.barcode import HIGHEST_ISSUE
from madoguchi.kernel import calendar, clock
from madoguchi.kernel.audit.operations import record
from madoguchi.kernel.refused import Refused

AT_ONCE = 2_000
TEMPLATE = "payments/pdf/demand.typ"


class NothingToSend(Refused):
    message = _("Nothing waits to be sent any more.")


@dataclass(frozen=True, slots=True)
class DrawnUp:
    count: int
    amount: int


@transaction.atomic
def draw_up_demands(*, on: date, by: User | None) -> DrawnUp:
    """Draw up the demand of every overdue bill whose stage is due. Again on that day: nothing.

    Bills are locked first: what was paid meanwhile, provisionally too, is not demanded.
    """
    locked = {
        pk
        for some in batched(sorted(each.bill.pk for each in due_demands(on)), AT_ONCE)
        for pk in Bill.objects.filter(pk__in=some)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    }
    due = [each for each in due_demands(on) if each.bill.pk in locked] if locked else []
    Demand.objects.bulk_create((_demand(each, on, by) for each in due), batch_size=AT_ONCE)
    drawn = DrawnUp(len(due), sum(each.owed for each in due))
    if due:
        record(
            by=by,
            action="payments.demands_drawn_up",
            subject=f"payments.demands:{on.isoformat()}",
            detail={"count": drawn.count, "amount": drawn.amount},
        )
    return drawn


def _demand(due: DueDemand, on: date, by: User | None) -> Demand:
    return Demand(
        bill=due.bill,
        stage=due.rule.stage,
        drawn_up_on=on,
        pay_by=dunning.pay_by(due.rule, on),
        amount=due.owed,
        fee=due.rule.fee,
        status=Demand.Status.DRAWN_UP,
        by=by,
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """``withheld`` were paid before they went out; ``without_slip`` have used up their reissues."""

    count: int
    amount: int
    withheld: int
    without_slip: int


@transaction.atomic
def send_demands(*, fee_kind: str, stage: int, by: User | None) -> Sent:
    """Send what waits of a fee kind and stage: each with a new slip, payable until its date.

    Under the bills' locks the demands are looked at once more, so that a bill whose payment was
    booked before is not demanded. Raises NothingToSend.
    """
    waiting = Demand.objects.filter(
        status=Demand.Status.DRAWN_UP, stage=stage, bill__fee_kind=fee_kind
    )
    bills = list(
        Bill.objects.filter(pk__in=waiting.values("bill"))
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    before = _locked_ones(waiting, bills)
    for some in batched(bills, AT_ONCE):
        refresh_demands(some)
    demands = _locked_ones(waiting, bills)
    if not before:
        raise NothingToSend
    today = clock.today()
    for demand in demands:
        days = demand.pay_by - demand.drawn_up_on
        demand.pay_by = calendar.add_business_days(today + days, 0)
        demand.sent_on, demand.status, demand.by = today, Demand.Status.SENT, by
    without = sum(_charge_and_add_slips(some, by=by) for some in batched(demands, AT_ONCE))
    Demand.objects.bulk_update(
        demands, ["pay_by", "sent_on", "status", "by", "slip"], batch_size=500
    )
    sent = Sent(
        count=len(demands),
        amount=sum(demand.amount + demand.fee for demand in demands),
        withheld=len(before) - len(demands),
        without_slip=without,
    )
    record(
        by=by,
        action="payments.demands_sent",
        subject=f"payments.demands:{today.isoformat()}",
        detail={
            "fee_kind": fee_kind,
            "stage": stage,
            "count": sent.count,
            "amount": sent.amount,
            "withheld": sent.withheld,
        },
    )
    return sent


def _locked_ones(waiting: QuerySet[Demand], bills: Sequence[int]) -> list[Demand]:
    """What waits now, of the bills that are locked."""
    locked = set(bills)
    demands = waiting.select_related("bill").order_by("pk")
    return [demand for demand in demands if demand.bill_id in locked]


def _charge_and_add_slips(demands: Sequence[Demand], *, by: User | None) -> int:
    """The fee of each, then a slip by the date that it gives; how many cannot have one."""
    charge_fees(demands)
    bills = [demand.bill_id for demand in demands]
    issues = dict(
        Slip.objects.filter(bill__in=bills).order_by().values_list("bill").annotate(Max("issue"))
    )
    by_date: dict[date, list[Demand]] = {}
    without = 0
    for demand in demands:
        if issues.get(demand.bill_id, -1) >= HIGHEST_ISSUE:
            without += 1
        else:
            by_date.setdefault(demand.pay_by, []).append(demand)
    for pay_by, some in sorted(by_date.items()):
        slips = make_slips([demand.bill for demand in some], pay_by=pay_by, by=by)
        for demand, slip in zip(some, slips, strict=True):
            demand.slip = slip
    return without


def letters_pdf(demands: Sequence[Demand], *, title: str) -> bytes:
    """The letters of sent demands, one an A4 page with its slip below.

    The same demands give the same bytes. Raises SlipNotPrintable, AddresseeUnknown.
    """
    sent_on = demands[0].sent_on
    assert sent_on is not None  # noqa: S101 # only what was sent is printed
    try:
        data = letters_data(demands, on=sent_on)
        made_at = datetime.combine(sent_on, time(), clock.TOKYO)
        return documents.render_pdf(TEMPLATE, data, title=title, made_at=made_at)
    except NoAddressee as unknown:
        raise AddresseeUnknown(bill=unknown.number) from unknown
    except documents.MissingGlyph as missing:
        raise SlipNotPrintable(
            bill=_bill_at(missing.place, demands),
            character=missing.character,
            codepoint=missing.codepoint,
        ) from missing


def _bill_at(place: documents.Place, demands: Sequence[Demand]) -> str:
    match place:
        case ("slips", int(index), *_rest):
            return demands[index].bill.number
        case _:
            return "–"
