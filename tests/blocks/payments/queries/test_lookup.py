"""Finding bills, and what is owed of them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.operations.bills import cancel_bill
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.lookup import OpenBill, find_bill, open_bills
from madoguchi.blocks.payments.rules.balances import BillBalance
from tests.blocks.payments.factories import ONE, TWO, bill_fact, make_bill, make_bills, make_slip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


def test_a_bill_is_found_by_its_number_or_a_slip_however_it_is_typed():
    bill = make_bill(1000)
    barcode = make_slip(bill).barcode
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in bill.number)
    for typed in (
        bill.number,
        f" {bill.number[:4]}-{bill.number[4:]} ",
        full_width,
        barcode,
        f"({barcode[:2]}){barcode[2:8]}-{barcode[8:30]}\n{barcode[30:]}",
    ):
        assert find_bill(typed) == bill
    for typed in ("", "9" * 16, "9" * 44, "窓口"):
        assert find_bill(typed) is None


def test_open_bills_are_those_that_owe_something():
    late, paid, gone, part = make_bills(1000, 1000, 1000, 1000, payer="test:a")
    other = make_bill(500, kind=TWO, due_on=date(2026, 5, 31), payer="test:b")
    book([bill_fact(paid, name="a"), bill_fact(part, name="b", amount=300)], by=None)
    cancel_bill(gone.pk, by=None, reason="")
    with CaptureQueriesContext(connection) as queries:
        found = open_bills(fee_kinds=[ONE, TWO])
    assert len(queries) == 1
    assert found == [OpenBill(other, 500), OpenBill(late, 1000), OpenBill(part, 700)]
    assert open_bills(fee_kinds=[TWO]) == [OpenBill(other, 500)]
    assert open_bills(fee_kinds=[ONE, TWO], payer="test:b") == [OpenBill(other, 500)]
    assert open_bills(fee_kinds=[ONE, TWO], due_before=date(2026, 6, 30)) == [OpenBill(other, 500)]
    assert open_bills(fee_kinds=[]) == []


def test_balances_of_many_bills_are_one_query():
    bills = make_bills(1000, 2000, 3000)
    with CaptureQueriesContext(connection) as queries:
        found = balances([*[bill.pk for bill in bills], 0])
    assert len(queries) == 1
    assert found == {
        **{bill.pk: BillBalance(assessed=bill.amount, owed=bill.amount) for bill in bills},
        0: BillBalance(),
    }
    assert balances([]) == {}
