"""The 44 digits: published check digits, there and back, and what is refused and why."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.slips.barcode import (
    BadBarcode,
    BarcodeFault,
    BarcodeParts,
    check_digit,
    compose,
    human_readable,
    parse,
)

PUBLISHED = [
    ("9191234501234567890123456789010103310123000", 3),
    ("9194238617895391785393569273010307311031290", 3),
]
GOOD = PUBLISHED[0][0] + "3"
PARTS = BarcodeParts("912345", "012345678901234567890", 1, date(2001, 3, 31), 123000)

digits = st.text(alphabet="0123456789")
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
parts = st.builds(
    BarcodeParts,
    company_code=st.text(alphabet="0123456789", min_size=6, max_size=6),
    free=st.text(alphabet="0123456789", min_size=21, max_size=21),
    issue=st.integers(0, 9),
    pay_by=st.none() | days,
    amount=st.integers(1, 999_999),
    needs_stamp=st.booleans(),
)


@pytest.mark.parametrize(("before", "expected"), PUBLISHED)
def test_the_published_check_digits(before, expected):
    assert check_digit(before) == expected


def test_parts_of_a_published_barcode():
    assert parse(GOOD) == PARTS
    assert compose(PARTS) == GOOD


def test_no_end_of_payment():
    lasting = BarcodeParts("912345", "0" * 21, 0, None, 1)
    assert compose(lasting)[30:36] == "999999"
    assert parse(compose(lasting)) == lasting


def test_what_stands_below_the_bars():
    assert human_readable(GOOD) == ("(91)912345-0123456789012345678901", "010331-0-123000-3")


@given(parts)
def test_there_and_back(given_parts):
    composed = compose(given_parts)
    assert len(composed) == 44
    assert parse(composed) == given_parts


@given(parts, st.integers(0, 43), st.integers(1, 9))
def test_one_wrong_digit_is_never_taken(given_parts, place, step):
    good = compose(given_parts)
    wrong = good[:place] + str((int(good[place]) + step) % 10) + good[place + 1 :]
    with pytest.raises(BadBarcode):
        parse(wrong)


def sealed(before):
    return before + str(check_digit(before))


@pytest.mark.parametrize(
    ("text", "fault", "message"),
    [
        ("", BarcodeFault.LENGTH, "has 0 characters, not 44"),
        (GOOD + "0", BarcodeFault.LENGTH, "has 45 characters, not 44"),
        (GOOD[:-1] + "３", BarcodeFault.NOT_DIGITS, "holds other characters than 0 to 9"),
        (GOOD[:-1] + "4", BarcodeFault.CHECK_DIGIT, "check digit is 4, should be 3"),
        (sealed("90" + GOOD[2:43]), BarcodeFault.IDENTIFIER, "begins with 90, not 91"),
        (
            sealed(GOOD[:30] + "260230" + GOOD[36:43]),
            BarcodeFault.DATE,
            "260230 is no day",
        ),
        (
            sealed(GOOD[:36] + "2" + GOOD[37:43]),
            BarcodeFault.STAMP,
            "stamp flag is 2, not 0 or 1",
        ),
    ],
)
def test_refused_with_the_reason(text, fault, message):
    with pytest.raises(BadBarcode) as refused:
        parse(text)
    assert (refused.value.fault, str(refused.value)) == (fault, message)


@pytest.mark.parametrize(
    ("changes", "fault", "message"),
    [
        (
            {"company_code": "12345"},
            BarcodeFault.FIELD,
            "company code must have 6 digits: '12345'",
        ),
        ({"free": "a" * 21}, BarcodeFault.FIELD, f"free field must have 21 digits: '{'a' * 21}'"),
        ({"issue": 10}, BarcodeFault.FIELD, "issue 10 is not one digit"),
        ({"issue": -1}, BarcodeFault.FIELD, "issue -1 is not one digit"),
        ({"amount": 0}, BarcodeFault.FIELD, "amount 0 does not fit six digits"),
        ({"amount": 1_000_000}, BarcodeFault.FIELD, "amount 1000000 does not fit six digits"),
        (
            {"pay_by": date(1999, 12, 31)},
            BarcodeFault.DATE,
            "1999-12-31 has no two-digit year here",
        ),
    ],
)
def test_parts_that_do_not_fit(changes, fault, message):
    values = {
        "company_code": "912345",
        "free": "0" * 21,
        "issue": 0,
        "pay_by": date(2026, 6, 30),
        "amount": 1,
    }
    with pytest.raises(BadBarcode) as refused:
        compose(BarcodeParts(**values | changes))
    assert (refused.value.fault, str(refused.value)) == (fault, message)


def test_the_other_functions_want_whole_digits_too():
    with pytest.raises(BadBarcode, match="has 42 characters, not 43"):
        check_digit("9" * 42)
    with pytest.raises(BadBarcode, match="has 43 characters, not 44"):
        human_readable("9" * 43)
