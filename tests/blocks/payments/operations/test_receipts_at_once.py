"""Two browser windows ask for one receipt at the same moment, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from madoguchi.blocks.documents.models import IssuedDocument
from madoguchi.blocks.payments.models import Payment, Receipt
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.payer import issue_receipt
from tests.blocks.payments.factories import bill_fact, make_bill

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("two_kinds", "signing_key"),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="two connections need PostgreSQL: set DATABASE_URL"
    ),
]
WINDOWS = 4


def test_one_receipt_is_issued_and_all_get_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    book([bill_fact(make_bill())], by=None)
    payment = Payment.objects.get()
    start = Barrier(WINDOWS)

    def ask(_window):
        try:
            start.wait(timeout=10)
            receipt = issue_receipt(payment_id=payment.pk, by=None)
            with receipt.file.open("rb") as file:
                return receipt.code, file.read()
        finally:
            connection.close()

    with ThreadPoolExecutor(WINDOWS) as pool:
        answers = set(pool.map(ask, range(WINDOWS)))
    assert len(answers) == 1
    assert Receipt.objects.count() == IssuedDocument.objects.count() == 1
    assert len(list(tmp_path.rglob("*.pdf"))) == 1
