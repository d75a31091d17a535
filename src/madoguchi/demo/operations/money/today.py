"""What lies on the desk on the morning on which the sample is loaded."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import DebitRun, Payment, Slip, WorkItem
from madoguchi.blocks.payments.operations import slips
from madoguchi.blocks.payments.operations.collection import read_collection
from madoguchi.blocks.payments.queries.lookup import OpenBill, open_bills
from madoguchi.blocks.payments.queries.payer import access_code
from madoguchi.blocks.payments.rules.channels import FactKind
from madoguchi.blocks.payments.slips import barcode
from madoguchi.demo.content.money import Habit, money
from madoguchi.demo.operations.money import paying
from madoguchi.demo.operations.samples import payer_file, samples_folder
from madoguchi.demo.operations.years import at
from madoguchi.kernel import clock


def leave_work(*, on: date, treasury: User) -> None:
    """Something paid twice and something paid with a replaced slip, for the work list; and files
    that an agent and a bank have just sent, to be read by whoever tries the product."""
    if WorkItem.objects.filter(resolved_at=None).exists():
        return
    yesterday = on - timedelta(days=1)
    with clock.frozen(at(yesterday, 40)):
        _odd_payments(yesterday, treasury)
    with clock.frozen(at(on, 0)):
        payer = _payer_to_try(on)
        _files(yesterday, without=payer)


def _odd_payments(day: date, treasury: User) -> None:
    paid = (
        Slip.objects.filter(
            payments__state=Payment.State.SETTLED, payments__channel="store", issue=0
        )
        .order_by("-pk")
        .select_related("bill")
    )
    twice = paid[0]
    replaced = _with_barcode(open_bills(fee_kinds=("water", "fees.care")))[0]
    slips.reissue_slip(bill_id=replaced.bill_id, pay_by=day + timedelta(days=20), by=treasury)
    visits = [
        paying.Visit(slip, datetime.combine(day, time(16, 5 + place), clock.TOKYO))
        for place, slip in enumerate((twice, replaced))
    ]
    paying.pay_at_stores(visits, name=f"sokuho-{day:%Y%m%d}-2.txt", by=treasury)
    unknown = paying.visit(replaced, day)
    content = paying.store_file([unknown], FactKind.PROVISIONAL)
    read_collection(
        name=f"sokuho-{day:%Y%m%d}-3.txt",
        content=_of_another_city(content, replaced.barcode or ""),
        by=treasury,
    )


def _with_barcode(found: list[OpenBill]) -> list[Slip]:
    bills = [each.bill.pk for each in found]
    return list(
        Slip.objects.filter(bill__in=bills, issue=0)
        .exclude(barcode=None)
        .select_related("bill")
        .order_by("-pk")
    )


def _of_another_city(content: bytes, ours: str) -> bytes:
    """The same file with a barcode that no slip of ours bears, its check digit right."""
    parts = barcode.parse(ours)
    other = barcode.compose(replace(parts, free=parts.free[:-4] + "9999"))
    return content.replace(ours.encode(), other.encode())


def _payer_to_try(on: date) -> str:
    """Somebody whose water bill is open and not due yet."""
    stores = {f"water:{each.number}" for each in money().water if each.habit == Habit.STORE}
    found = [
        each.bill.payer
        for each in open_bills(fee_kinds=("water",))
        if each.bill.payer in stores and each.bill.due_on >= on
    ]
    payer = found[0] if found else f"water:{money().water[0].number}"
    path = payer_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    number = payer.removeprefix("water:")
    path.write_text(f"{number}\n{access_code(payer)}\n", encoding="utf-8")
    return payer


def _files(yesterday: date, *, without: str) -> None:
    """An agent's file with payments of yesterday, and the bank's answers that are due."""
    folder = samples_folder()
    paid = _with_barcode(open_bills(fee_kinds=("water", "fees.care", "fees.nursery", "fees.rent")))
    visits = [
        paying.visit(slip, yesterday)
        for slip in paid
        if slip.pay_by >= yesterday and slip.bill.payer != without
    ][:24]
    if visits:
        name = f"sokuho-{yesterday:%Y%m%d}.txt"
        (folder / name).write_bytes(paying.store_file(visits, FactKind.PROVISIONAL))
    final = paying.settlements(before=yesterday + timedelta(days=1))
    (folder / f"kakuho-{yesterday:%Y%m%d}.txt").write_bytes(final)
    for run in DebitRun.objects.filter(status=DebitRun.Status.MADE):
        name = f"furikae-{run.fee_kind.replace('.', '-')}.txt"
        (folder / name).write_bytes(paying.bank_answer(run))
