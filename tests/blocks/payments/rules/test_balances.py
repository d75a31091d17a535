"""What the entries of a bill come to."""

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.models import Account
from madoguchi.blocks.payments.rules.balances import NOTHING, BillBalance, Collected, balance


def test_a_bill_from_its_first_entry_to_its_refund():
    totals = [
        ("receivable", "assessed", 1000),
        ("provisional", "receivable", 1500),
        ("settled", "provisional", 1500),
        ("receivable", "refund_due", 400),
        ("refund_due", "settled", 300),
    ]
    assert [balance(totals[:n]) for n in range(6)] == [
        NOTHING,
        BillBalance(assessed=1000, owed=1000),
        BillBalance(assessed=1000, provisional=1500, owed=-500),
        BillBalance(assessed=1000, settled=1500, owed=-500),
        BillBalance(assessed=1000, settled=1500, refund_due=400, owed=-100),
        BillBalance(assessed=1000, settled=1500, refund_due=100, refunded=300, owed=-100),
    ]


def test_only_settled_money_that_is_too_much_can_go_back():
    assert BillBalance(settled=700, provisional=800, owed=-500).refundable == 500
    assert BillBalance(settled=200, provisional=800, owed=-500).refundable == 200
    assert BillBalance(settled=200, owed=100).refundable == 0
    assert BillBalance(settled=200, refunded=200, owed=-100).refundable == 0
    assert BillBalance(settled=5, provisional=6).received == 11


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Account.values), st.sampled_from(Account.values), st.integers(1, 99)
        )
    )
)
def test_whatever_is_booked_the_accounts_come_to_zero(totals):
    found = balance(total for total in totals if total[0] != total[1])
    unidentified = sum(
        amount * ((debit == "unidentified") - (credit == "unidentified"))
        for debit, credit, amount in totals
    )
    assert (
        found.owed
        + found.provisional
        + found.settled
        - found.refunded
        + found.written_off
        - found.assessed
        - found.refund_due
        + unidentified
        == 0
    )


def test_the_rate_of_nothing_is_unknown():
    assert Collected(0, 0, 0, 0).rate is None
    assert Collected(1000, 250, 2, 0).rate == 0.25
