"""The work list: what somebody must decide, oldest first, and one matter with all around it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from madoguchi.blocks.payments.models import Bill, FactRecord, Payment, Refund, WorkItem
from madoguchi.blocks.payments.queries.balances import BillBalance, balances
from madoguchi.blocks.payments.queries.bills import BillLine
from madoguchi.blocks.payments.queries.lookup import find_bill
from madoguchi.blocks.payments.queries.work_words import FACT_WORDS, happened
from madoguchi.blocks.payments.rules import work
from madoguchi.blocks.payments.slips import barcode
from madoguchi.kernel import clock

Step = WorkItem.Step
ALL = [Step.ASSIGN, Step.REFUND, Step.REVERSE_WRITE_OFF, Step.ACKNOWLEDGE, Step.ASK_COLLECTOR]
WITH_MONEY = (Payment.State.PROVISIONAL, Payment.State.SETTLED)
OPEN_REFUND = (Refund.Status.DECIDED, Refund.Status.SENT)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty: everything that is open."""

    is_done: bool = False
    kind: str = ""
    step: str = ""
    fee_kind: str = ""
    number: str = ""


def work_items(filters: Filters, *, kinds: Collection[str] | None) -> QuerySet[WorkItem]:
    """Oldest first while they are open, the latest done first. ``kinds``: the fee kinds that may
    be seen; None: all, and what belongs to none."""
    found = WorkItem.objects.select_related("payment", "bill", "resolved_by")
    found = found.filter(resolved_at__isnull=not filters.is_done)
    if kinds is not None:
        found = found.filter(bill__fee_kind__in=kinds)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.step:
        found = found.filter(step=filters.step)
    if filters.fee_kind:
        found = found.filter(bill__fee_kind=filters.fee_kind)
    if filters.number:
        bill = find_bill(filters.number)
        found = found.filter(Q(bill=bill) if bill else Q(payment__barcode=filters.number))
    return found.order_by("-resolved_at", "-pk") if filters.is_done else found.order_by(*OLDEST)


OLDEST = ("opened_at", "pk")


def next_open(
    item: WorkItem, filters: Filters, *, kinds: Collection[str] | None
) -> WorkItem | None:
    """The open matter that comes after this one; after the last, the oldest."""
    others = work_items(filters, kinds=kinds).exclude(pk=item.pk)
    later = Q(opened_at__gt=item.opened_at) | Q(opened_at=item.opened_at, pk__gt=item.pk)
    return others.filter(later).first() or others.first()


def count_open(kinds: Collection[str] | None) -> int:
    return work_items(Filters(), kinds=kinds).count()


@dataclass(frozen=True, slots=True)
class Row:
    """A matter as the list shows it. ``days`` since it was opened."""

    item: WorkItem
    happened: str
    line: BillLine | None
    days: int
    is_asked: bool


def rows(items: Collection[WorkItem]) -> list[Row]:
    """One query more than the items themselves."""
    of = balances([item.bill_id for item in items if item.bill_id is not None])
    return [_row(item, of) for item in items]


def _row(item: WorkItem, of: dict[int, BillBalance]) -> Row:
    return Row(
        item=item,
        happened=happened(item),
        line=BillLine(item.bill, of[item.bill.pk]) if item.bill else None,
        days=(clock.now() - item.opened_at).days,
        is_asked=is_asked(item),
    )


def is_asked(item: WorkItem) -> bool:
    """Whether the collector was asked since the matter was opened."""
    return item.asked_at is not None and item.asked_at >= item.opened_at


@dataclass(frozen=True, slots=True)
class Statement:
    """What was said of the payment, and where it was read: a file and its line."""

    fact: FactRecord
    label: str
    file: int | None
    line: int | None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A matter with all that is needed to decide it.

    ``candidate`` is the bill to which the payment could be assigned; ``steps`` are those that can
    be taken, the usual one first.
    """

    row: Row
    statements: list[Statement]
    steps: list[str]
    candidate: BillLine | None
    refundable: int
    has_open_refund: bool

    @property
    def item(self) -> WorkItem:
        return self.row.item

    @property
    def difference(self) -> int:
        """What the payment brings beyond what the candidate still owes."""
        payment = self.item.payment
        if payment is None or self.candidate is None:
            return 0
        return payment.amount - self.candidate.owed

    @property
    def barcode_lines(self) -> tuple[str, ...]:
        """As it stands below the bars of the slip."""
        payment = self.item.payment
        if payment is None or len(payment.barcode) != barcode.LENGTH:
            return ()
        return barcode.human_readable(payment.barcode)

    @property
    def missing(self) -> int:
        """What the payment falls short of that."""
        return -self.difference


def work_page(item: WorkItem, *, candidate: Bill | None = None) -> WorkPage:
    """``candidate``: the bill that somebody looked up; None: the one that is likely meant."""
    payment = item.payment
    facts = list(payment.facts.order_by("pk")) if payment else []
    likely = candidate or item.bill
    of = balances([bill.pk for bill in (item.bill, likely) if bill is not None])
    balance = of[item.bill.pk] if item.bill else BillBalance()
    refunds = item.bill.refunds.filter(status__in=OPEN_REFUND) if item.bill else None
    has_open_refund = refunds is not None and refunds.exists()
    return WorkPage(
        row=_row(item, of),
        statements=[_statement(fact) for fact in facts],
        steps=_steps(item, balance, has_open_refund),
        candidate=BillLine(likely, of[likely.pk]) if likely else None,
        refundable=min(balance.refundable, item.amount),
        has_open_refund=has_open_refund,
    )


def _statement(fact: FactRecord) -> Statement:
    origin, _, rest = fact.source.partition(":")
    file, _, line = rest.partition(":")
    is_file = origin == "file" and file.isdecimal() and line.isdecimal()
    return Statement(
        fact,
        str(FACT_WORDS.get(fact.kind, fact.kind)),
        int(file) if is_file else None,
        int(line) if is_file else None,
    )


def _steps(item: WorkItem, balance: BillBalance, has_open_refund: bool) -> list[str]:
    payment = item.payment
    can = {
        Step.ASSIGN: payment is not None
        and payment.state in WITH_MONEY
        and (payment.bill_id is None or payment.is_assigned),
        Step.REFUND: balance.refundable > 0 and not has_open_refund,
        Step.REVERSE_WRITE_OFF: balance.written_off > 0,
        Step.ACKNOWLEDGE: True,
        Step.ASK_COLLECTOR: payment is not None,
    }
    usual = Step(item.step)
    if usual == Step.ASK_COLLECTOR and is_asked(item):
        usual = Step.ACKNOWLEDGE
    order = [usual, *(step for step in ALL if step != usual)]
    return [step.value for step in order if can[step]]


def needs_note(item: WorkItem) -> bool:
    """Whether closing the matter without its step needs a reason."""
    return item.step in work.ENDED_BY_DOING and item.is_standing
