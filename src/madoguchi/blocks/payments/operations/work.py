"""Work items: opened while their cause is there, and dealt with by a person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, Payment, Refund, Slip, WorkItem
from madoguchi.blocks.payments.operations.followups import after_booking
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules import work
from madoguchi.blocks.payments.rules.balances import BillBalance
from madoguchi.blocks.payments.rules.channels import FactKind
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

AT_ONCE = 2000

WITH_MONEY = (Payment.State.PROVISIONAL, Payment.State.SETTLED)
GOES_BACK = (Refund.Status.DECIDED, Refund.Status.SENT, Refund.Status.PAID)

type _Issues = dict[int, list[tuple[int, datetime]]]
"""Of each bill: the slips' issues and when they were made."""


class ItemResolved(Refused):
    message = _("Somebody dealt with this matter meanwhile.")


class CauseRemains(Refused):
    message = _(
        "The money is still where it was. Take the step itself, or take note with a reason."
    )


class NoteMissing(Refused):
    message = _("Say why nothing is to be done.")


@transaction.atomic
def resolve_work_item(*, item_id: int, resolution: str, note: str, by: User | None) -> WorkItem:
    """A person has dealt with a matter: ``done``, or ``noted`` with a reason.

    A matter that waits for money to be moved is done when that step is taken, not by saying so.
    Raises ItemResolved, CauseRemains, NoteMissing.
    """
    item = WorkItem.objects.select_for_update(no_key=True).get(pk=item_id)
    if item.resolved_at is not None:
        raise ItemResolved
    is_done = WorkItem.Resolution(resolution) == WorkItem.Resolution.DONE
    if is_done and item.step in work.ENDED_BY_DOING and item.is_standing:
        raise CauseRemains
    if not is_done and not note.strip():
        raise NoteMissing
    item.resolved_at, item.resolved_by = clock.now(), by
    item.resolution, item.note = WorkItem.Resolution(resolution), note.strip()
    item.save(update_fields=["resolved_at", "resolved_by", "resolution", "note"])
    audit.record(
        by=by,
        action="payments.work_item_resolved",
        subject=f"payments.work_item:{item.pk}",
        detail={"kind": item.kind, "resolution": item.resolution},
    )
    return item


def keep_items(
    kept: Iterable[WorkItem], causes: Iterable[work.Cause], *, by: User | None = None
) -> int:
    """Bring items to their causes: opened, changed, opened again, or closed. Gives the opened.

    ``kept`` are all items there are of these matters; the caller holds the locks of their
    payments or bills. ``by`` is whoever took the step that ended a matter; None: by itself.
    """
    now = clock.now()
    left = {item.key: item for item in kept}
    new: list[WorkItem] = []
    changed: list[WorkItem] = []
    opened = 0
    for cause in causes:
        item = left.pop(cause.key, None)
        if item is None:
            new.append(_item(cause, now))
        elif _follow(item, cause, now):
            changed.append(item)
            opened += item.resolved_at is None and item.opened_at == now
    changed += [item for item in left.values() if _end(item, now, by)]
    WorkItem.objects.bulk_create(new)
    if changed:
        WorkItem.objects.bulk_update(changed, _FOLLOWS)
    return opened + len(new)


_FOLLOWS = (
    *("step", "bill", "amount", "is_standing"),
    *("opened_at", "resolved_at", "resolved_by", "resolution"),
)


def open_told_item(
    kind: WorkItem.Kind,
    reference: str,
    *,
    payment: Payment | None,
    bill: Bill,
    amount: int,
    action: str,
) -> WorkItem:
    """The item of what a card provider told, opened with an audit entry where it is new.

    Locked: call it within a transaction.
    """
    item, is_new = WorkItem.objects.select_for_update().get_or_create(
        key=f"{kind}:{reference}"[:160],
        defaults={
            "kind": kind,
            "step": WorkItem.Step.ACKNOWLEDGE,
            "payment": payment,
            "bill": bill,
            "amount": amount,
            "opened_at": clock.now(),
        },
    )
    if is_new:
        audit.record(
            by=None,
            action=action,
            subject=f"payments.work_item:{item.pk}",
            detail={"amount": amount},
        )
    return item


def _item(cause: work.Cause, now: datetime) -> WorkItem:
    return WorkItem(
        key=cause.key,
        kind=cause.kind,
        step=cause.step,
        payment_id=cause.payment,
        bill_id=cause.bill,
        amount=cause.amount,
        opened_at=now,
    )


def _follow(item: WorkItem, cause: work.Cause, now: datetime) -> bool:
    """Make an item say what its cause says; whether that changed it."""
    before = (item.step, item.bill_id, item.amount, item.is_standing, item.resolved_at)
    seen = work.Item(item.resolved_at is None, item.is_standing, item.amount)
    if work.reopens(seen, cause.amount):
        _open(item, now)
    item.step, item.bill_id, item.is_standing = cause.step, cause.bill, True
    item.amount = cause.amount if item.resolved_at is None else item.amount
    return before != (item.step, item.bill_id, item.amount, item.is_standing, item.resolved_at)


def _open(item: WorkItem, now: datetime) -> None:
    item.opened_at, item.is_standing = now, True
    item.resolved_at, item.resolved_by, item.resolution = None, None, ""


def _end(item: WorkItem, now: datetime, by: User | None) -> bool:
    """The cause is gone; whether that changes the item."""
    if not item.is_standing:
        return False
    item.is_standing = False
    if item.resolved_at is None:
        item.resolved_at, item.resolved_by = now, by
        item.resolution = WorkItem.Resolution.DONE if by else WorkItem.Resolution.GONE
    return True


def open_overdue_provisional(*, today: date) -> int:
    """A matter for each payment that has been provisional for too long; gives the opened.

    It ends by itself when the payment is settled or reversed.
    """
    kind = work.PROVISIONAL_TOO_LONG
    payments = Payment.objects.filter(
        state=Payment.State.PROVISIONAL,
        facts__kind=FactKind.PROVISIONAL,
        facts__stated_on__lte=today - timedelta(days=work.PROVISIONAL_DAYS),
    ).exclude(work_items__kind=kind)
    causes = [
        work.Cause(f"{kind}:{key}", kind, work.ASK_COLLECTOR, pk, bill, amount)
        for pk, key, bill, amount in payments.distinct().values_list(
            "pk", "key", "bill_id", "amount"
        )
    ]
    return keep_items((), causes)


def reconcile_bills(bill_ids: Iterable[int], *, by: User | None = None) -> int:
    """Lock the bills in order and bring their work items to how they stand. Gives the opened."""
    return sum(_reconcile(chunk, by) for chunk in batched(bill_ids, AT_ONCE))


def _reconcile(bill_ids: Sequence[int], by: User | None) -> int:
    cancelled = dict(
        Bill.objects.filter(pk__in=bill_ids)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", "cancelled_at")
    )
    after_booking(bill_ids)
    issues = _reissued(bill_ids)
    of = balances(bill_ids)
    suspect = [pk for pk in bill_ids if of[pk].overpaid or pk in issues]
    paid = _paid(suspect, issues)
    causes = [
        cause
        for pk in suspect
        for cause in work.bill_causes(_of_bill(pk, of[pk], cancelled[pk] is not None, paid[pk]))
    ]
    kept = WorkItem.objects.filter(
        Q(bill_id__in=bill_ids) | Q(key__in=[cause.key for cause in causes]),
        kind__in=work.OF_A_BILL,
    )
    return keep_items(kept, causes, by=by)


def _of_bill(
    pk: int, balance: BillBalance, is_cancelled: bool, paid: Sequence[work.Paid]
) -> work.OfBill:
    return work.OfBill(pk, balance.overpaid, is_cancelled, balance.written_off > 0, paid)


def _reissued(bill_ids: Iterable[int]) -> _Issues:
    """The bills that have more than their first slip, with all their slips."""
    issues: _Issues = defaultdict(list)
    later = Slip.objects.filter(bill_id__in=bill_ids, issue__gte=1)
    for bill, issue, made_at in later.values_list("bill_id", "issue", "made_at"):
        issues[bill].append((issue, made_at))
    return issues


def _paid(bill_ids: Sequence[int], issues: _Issues) -> dict[int, list[work.Paid]]:
    """What was paid for each bill, less what went back of each payment."""
    found: dict[int, list[work.Paid]] = defaultdict(list)
    if not bill_ids:
        return found
    back = dict(
        Refund.objects.filter(bill_id__in=bill_ids, payment__isnull=False, status__in=GOES_BACK)
        .order_by()
        .values_list("payment_id")
        .annotate(back=Sum("amount"))
    )
    payments = Payment.objects.filter(bill_id__in=bill_ids, state__in=WITH_MONEY)
    for pk, key, amount, paid_at, bill, issue in payments.values_list(
        "pk", "key", "amount", "paid_at", "bill_id", "slip__issue"
    ):
        is_old = issue is not None and work.is_replaced(issue, paid_at, issues.get(bill, ()))
        found[bill].append(work.Paid(pk, key, amount - back.get(pk, 0), paid_at, is_old))
    return found
