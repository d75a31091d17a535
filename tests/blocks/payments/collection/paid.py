"""Slips with real barcodes, and what agents' files say of them."""

from datetime import datetime

from madoguchi.blocks.payments.collection.writing import write
from madoguchi.blocks.payments.models import Slip
from madoguchi.kernel import clock
from madoguchi.kernel.clock import TOKYO
from tests.blocks.payments.collection.files import make_barcode, make_record
from tests.blocks.payments.factories import make_bill

TODAY = datetime(2026, 10, 7, 9, 0, tzinfo=TOKYO)


def make_paper(amount=12_300, *, bill=None, issue=0):
    """The slip of a bill (a new one where none is given), as a store can read it."""
    bill = bill or make_bill(amount)
    digits = make_barcode(amount, bill=int(bill.number), issue=issue)
    return Slip.objects.create(
        bill=bill,
        issue=issue,
        amount=amount,
        pay_by=bill.due_on,
        barcode=digits,
        case_key=f"{bill.number}{issue:04d}",
        confirmation="000000",
        made_at=clock.now(),
    )


def said(paper, kind="01", **values):
    """A statement about the slip, or about 44 digits that nobody knows."""
    digits = paper if isinstance(paper, str) else paper.barcode
    return make_record(kind, digits=digits, amount=int(digits[37:43]), **values)


def file_of(*records, layout="a"):
    return write(records, layout)
