"""What a bank's answer to a debit means for the bill and for the mandate."""

from typing import Final

DONE: Final = "0"

RETRIED: Final = frozenset({"1", "9"})
"""Asked for again once: too little money that day, and reasons that the bank does not name."""

ENDS_MANDATE: Final = frozenset({"2", "3", "4"})
"""No account, stopped by its holder, no mandate at the bank: asking again cannot succeed."""

CUSTOMER_NUMBER: Final = 20


def customer_number(bill_number: str) -> str:
    """顧客番号 of a debit: the bill's 16 digits, zeros in front."""
    return bill_number.rjust(CUSTOMER_NUMBER, "0")


def new_code(*, is_new: bool, had_another: bool) -> str:
    """新規コード: 1 the payer's first mandate, 2 another account than before, 0 known."""
    if not is_new:
        return "0"
    return "2" if had_another else "1"
