"""Bills, slips and facts for tests, the bills made as services make them."""

from datetime import date, datetime, timedelta
from itertools import count

from madoguchi.blocks.payments.models import Bill, Slip
from madoguchi.blocks.payments.operations.bills import NewBill, issue_bills
from madoguchi.blocks.payments.rules.channels import Channel, Fact, FactKind
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, FeeKind
from madoguchi.kernel import clock
from madoguchi.kernel.clock import TOKYO

ONE, TWO = "test.one", "test.two"
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=TOKYO)
DUE = date(2026, 6, 30)

_payers = count(1)


def _addressees(payers):
    return {payer: Addressee("納入 花子", "100-0001", "架空市一丁目", payer) for payer in payers}


KINDS = tuple(
    FeeKind(code, label, number, _addressees, lambda _year, instalment: f"第{instalment}期")
    for code, label, number in ((ONE, "試験料", "90"), (TWO, "検査料", "91"))
)


def make_bills(*amounts, kind=ONE, year=2026, due_on=DUE, payer=None):
    """A bill of each amount, with instalments 1, 2, … of one payer."""
    payer = payer or f"test:{next(_payers):07d}"
    return issue_bills(
        [
            NewBill(kind, payer, year, place, due_on, amount, tuple(Channel))
            for place, amount in enumerate(amounts, 1)
        ],
        by=None,
    )


def make_bill(amount=1000, **given):
    return make_bills(amount, **given)[0]


def make_slip(bill, *, issue=0, amount=None, made_at=None, pay_by=DUE):
    """A slip whose barcode is right but for its check digit, which only its reader checks."""
    amount = bill.amount if amount is None else amount
    return Slip.objects.create(
        bill=bill,
        issue=issue,
        amount=amount,
        pay_by=pay_by,
        barcode=f"9192902312345{bill.number}{issue}{pay_by:%y%m%d}0{amount:06d}0",
        case_key=f"{bill.number}{issue:04d}",
        confirmation="000000",
        made_at=made_at or clock.now(),
    )


def store_fact(slip, kind=FactKind.SETTLEMENT, *, amount=None, at=NOON, store="0000001"):
    """``slip`` may be the 44 digits of a barcode that nobody knows."""
    barcode = slip if isinstance(slip, str) else slip.barcode
    return Fact(
        kind=kind,
        channel=Channel.STORE,
        payment_key=f"store:{barcode}:{store}:{at:%Y%m%d%H%M}",
        amount=slip.amount if amount is None else amount,
        paid_at=at,
        barcode=barcode,
        transfer_on=(at + timedelta(days=5)).date(),
        reference=store,
        source="file:1:1",
    )


def bill_fact(
    bill, kind=FactKind.SETTLEMENT, *, amount=None, at=NOON, name="1", channel=Channel.CARD
):
    """``bill`` may be a number that nobody knows, or empty."""
    number = bill.number if isinstance(bill, Bill) else bill
    return Fact(
        kind=kind,
        channel=channel,
        payment_key=f"{channel}:test:{name}",
        amount=bill.amount if amount is None else amount,
        paid_at=at,
        bill_number=number,
        reference=name,
        source=f"{channel}:{name}",
    )


PROVISIONAL, REVERSAL, SETTLEMENT = FactKind
