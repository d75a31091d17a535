"""The ledger's tables refuse to be changed, and tests that commit can still be cleaned up after."""

import pytest
from django.db import DatabaseError, connection, transaction

from madoguchi.blocks.payments.models import LedgerEntry
from madoguchi.kernel import clock


def make_entry(**given):
    values = {
        "key": "test:1",
        "event": LedgerEntry.Event.SETTLED,
        "debit": "settled",
        "credit": "unidentified",
        "amount": 100,
        "booked_on": clock.today(),
        "booked_at": clock.now(),
    }
    return LedgerEntry.objects.create(**values | given)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, 2])
def test_an_entry_cannot_be_changed_or_deleted(again):
    entry = make_entry(key=f"test:{again}")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).update(amount=1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.filter(pk=entry.pk).delete()
    assert LedgerEntry.objects.count() == 1
    if connection.vendor == "postgresql":
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("TRUNCATE payments_ledgerentry")
