"""Balances of bills, derived from the ledger."""

from collections.abc import Collection, Iterable
from itertools import batched, groupby
from operator import itemgetter

from django.db.models import Sum

from madoguchi.blocks.payments.models import LedgerEntry
from madoguchi.blocks.payments.rules.balances import NOTHING, BillBalance, balance

__all__ = ["BillBalance", "balances"]

AT_ONCE = 5000


def balances(bill_ids: Collection[int]) -> dict[int, BillBalance]:
    """The balance of each bill, one query for 5,000. A bill without entries has all zeros."""
    found = dict.fromkeys(bill_ids, NOTHING)
    for chunk in batched(found, AT_ONCE):
        for bill, totals in groupby(_totals(chunk), key=itemgetter(0)):
            found[bill] = balance((debit, credit, total) for _, debit, credit, total in totals)
    return found


def _totals(bill_ids: Iterable[int]) -> Iterable[tuple[int, str, str, int]]:
    return (
        LedgerEntry.objects.filter(bill_id__in=bill_ids)
        .order_by("bill_id")
        .values_list("bill_id", "debit", "credit")
        .annotate(total=Sum("amount"))
    )
