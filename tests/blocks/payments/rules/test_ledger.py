"""What follows from the facts about a payment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.models import Account, LedgerEntry, Payment, WorkItem
from madoguchi.blocks.payments.rules import ledger, work
from madoguchi.blocks.payments.rules.ledger import KnownSlip, Move, Named, Payee, Position

KINDS = ("provisional", "reversal", "settlement")
P, R, S = KINDS


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({(P, 5)}, ("provisional", "provisional", 5, False, False)),
        ({(R, 5)}, ("announced", "", 5, False, False)),
        ({(S, 5)}, ("settled", "settled", 5, False, False)),
        ({(P, 5), (R, 5)}, ("reversed", "", 5, False, False)),
        ({(P, 5), (R, 4)}, ("reversed", "", 5, True, False)),
        ({(P, 5), (S, 5)}, ("settled", "settled", 5, False, False)),
        ({(P, 4), (S, 5)}, ("settled", "settled", 5, True, False)),
        ({(R, 5), (S, 5)}, ("settled", "settled", 5, False, True)),
        ({(P, 5), (R, 5), (S, 5)}, ("settled", "settled", 5, False, True)),
        ({(S, 5), (S, 9)}, ("settled", "settled", 5, True, False)),
        ({(P, 8), (P, 9)}, ("provisional", "provisional", 8, True, False)),
        ({(R, 8), (R, 9)}, ("announced", "", 8, True, False)),
    ],
)
def test_a_payment_is_what_was_said_of_it(stated, expected):
    """State, account, amount; whether it is contradicted; whether reversed though settled."""
    assert ledger.standing(stated) == expected


@given(st.permutations(sorted({(kind, n) for kind in KINDS for n in (1, 2)})), st.integers(1, 6))
def test_the_order_of_statements_does_not_matter(order, count):
    stated = order[:count]
    assert ledger.standing(stated) == ledger.standing(sorted(stated))


POSITIONS = st.builds(
    Position,
    st.sampled_from(["provisional", "settled"]),
    st.sampled_from([None, 1, 2]),
    st.integers(-3, 3).filter(bool),
)


@given(st.lists(POSITIONS, max_size=3, unique_by=lambda each: each[:2]), st.none() | POSITIONS)
def test_moves_lead_from_what_is_to_what_should_be(have, want):
    if want is not None and want.amount < 0:
        want = want._replace(amount=-want.amount)
    made = ledger.moves(have, want)
    accounts = {}
    for position in have:
        accounts[position[:2]] = position.amount
    for move in made:
        assert move.amount > 0
        for account, change in ((move.debit, move.amount), (move.credit, -move.amount)):
            if account in ("provisional", "settled"):
                place = account, move.bill
                accounts[place] = accounts.get(place, 0) + change
            else:
                assert account == ledger.side(move.bill)
    left = {place: amount for place, amount in accounts.items() if amount}
    assert left == ({want[:2]: want.amount} if want else {})


def test_moves_are_the_ones_that_a_clerk_would_write():
    provisional = Position("provisional", None, 5)
    assert ledger.moves([provisional], Position("settled", 7, 5)) == [
        Move("assigned", "unidentified", "provisional", 5, None),
        Move("assigned", "provisional", "receivable", 5, 7),
        Move("settled", "settled", "provisional", 5, 7),
    ]
    assert ledger.moves([provisional], provisional) == []
    assert ledger.moves([provisional], Position("settled", None, 4)) == [
        Move("reversed", "unidentified", "provisional", 5, None),
        Move("settled", "settled", "unidentified", 4, None),
    ]
    other = Position("settled", 7, 1)
    assert ledger.moves([provisional, other], other) == [
        Move("reversed", "unidentified", "provisional", 5, None)
    ]


SLIP = KnownSlip(3, 7, 500)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (Named(SLIP, None, None, False), Payee(7, 3, "", None)),
        (Named(SLIP._replace(amount=1), None, None, False), Payee(None, 3, "wrong_amount", 7)),
        (Named(None, 8, None, False), Payee(8, None, "", None)),
        (Named(None, None, 9, False), Payee(None, None, "unknown_barcode", 9)),
        (Named(None, None, None, False), Payee(None, None, "unknown_barcode", None)),
        (Named(SLIP, 7, None, False), Payee(7, 3, "", None)),
        (Named(SLIP._replace(amount=1), 7, None, False), Payee(7, 3, "", None)),
        (Named(SLIP, 8, None, False), Payee(None, 3, "conflict", 7)),
        (Named(None, 8, None, True), Payee(None, None, "conflict", 8)),
    ],
)
def test_what_a_payment_is_for(named, expected):
    assert ledger.payee(named, 500) == expected


def test_the_number_of_a_bill_stands_in_the_free_field():
    number = ledger.bill_number("10", 42)
    assert number == "1000000000000042"
    assert ledger.number_in_barcode(f"91929023{'12345'}{number}{'0' * 15}") == number


def test_the_codes_are_those_of_the_tables():
    accounts = {getattr(ledger, name.upper()) for name in Account.values}
    assert accounts == set(Account.values)
    states = {ledger.ANNOUNCED, ledger.REVERSED, ledger.PROVISIONAL, ledger.SETTLED}
    assert states == set(Payment.State.values)
    assert ledger.ASSIGNED == LedgerEntry.Event.ASSIGNED
    assert work.OF_A_PAYMENT | work.OF_A_BILL | {"dispute", "refund_returned"} == set(
        WorkItem.Kind.values
    )
