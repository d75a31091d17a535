"""What follows from money that moved, in the transaction that moved it."""

from collections.abc import Collection

from madoguchi.blocks.payments.operations.demand_states import refresh_demands


def after_booking(bill_ids: Collection[int]) -> None:
    """Call it with the bills whose receivable changed, under their locks."""
    refresh_demands(bill_ids)
