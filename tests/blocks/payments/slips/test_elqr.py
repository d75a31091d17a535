"""The 255 digits: a string with known check values, there and back, and what is refused."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.slips.elqr import (
    BadElqr,
    ElqrFault,
    ElqrParts,
    compose,
    crc,
    line_check_digits,
    parse,
)

KNOWN = (
    """
    000201 010212
    2796 000513800 0183
      92 00000000000 00000012300 2 13800 0 999 00000
      27 00000202600000000001 123456 0 99999 001 0000000
    5411 00000012300
    6226 2026 2026 01 20260630 20260731
    8085 {zeros} 6305 22128
    """.replace("{zeros}", "0" * 85)
    .replace(" ", "")
    .replace("\n", "")
)
PARTS = ElqrParts(
    amount=12_300,
    item_number="999",
    case_key="00000202600000000001",
    confirmation="123456",
    office_code="99999",
    tax_office_code="001",
    assessed_year=2026,
    fiscal_year=2026,
    instalment=1,
    due_on=date(2026, 6, 30),
    pay_by=date(2026, 7, 31),
)


def of_digits(count):
    return st.text(alphabet="0123456789", min_size=count, max_size=count)


days = st.dates(date(1, 1, 1), date(9999, 12, 31))
parts = st.builds(
    ElqrParts,
    amount=st.integers(1, 99_999_999_999),
    item_number=of_digits(3),
    case_key=of_digits(20),
    confirmation=of_digits(6),
    office_code=of_digits(5),
    tax_office_code=of_digits(3),
    assessed_year=st.integers(0, 9999),
    fiscal_year=st.integers(0, 9999),
    instalment=st.integers(0, 99),
    due_on=days,
    pay_by=days,
    account=of_digits(11),
)


def resealed(digits):
    return f"{digits[:-5]}{crc(digits[:-5]):05}"


def test_the_known_string():
    assert len(KNOWN) == 255
    assert parse(KNOWN) == PARTS
    assert compose(PARTS) == KNOWN


def test_the_published_check_values():
    assert crc("123456789") == 10_673
    assert line_check_digits("0000000000000000012300213800099900000") == "92"
    assert line_check_digits("000002026000000000011234560999990010000000") == "27"


@given(parts)
def test_there_and_back(given_parts):
    composed = compose(given_parts)
    assert len(composed) == 255
    assert parse(composed) == given_parts


@given(parts, st.integers(0, 254), st.integers(1, 9))
def test_one_wrong_digit_is_never_taken(given_parts, place, step):
    good = compose(given_parts)
    wrong = good[:place] + str((int(good[place]) + step) % 10) + good[place + 1 :]
    with pytest.raises(BadElqr):
        parse(wrong)


def at(place, text):
    return resealed(KNOWN[:place] + text + KNOWN[place + len(text) :])


def with_lines(upper, lower):
    merchant = line_check_digits(upper) + upper + line_check_digits(lower) + lower
    return at(KNOWN.index("0183") + 4, merchant)


UPPER = "0000000000000000012300213800099900000"
LOWER = "000002026000000000011234560999990010000000"


@pytest.mark.parametrize(
    ("text", "fault", "message"),
    [
        (KNOWN[:-1], ElqrFault.LENGTH, "has 254 characters, not 255"),
        ("１" + KNOWN[1:], ElqrFault.NOT_DIGITS, "holds other characters than 0 to 9"),
        (at(0, "0102"), ElqrFault.STRUCTURE, "0102 where 0002 should be"),
        (KNOWN[:-1] + "9", ElqrFault.CRC, "CRC is 22129, should be 22128"),
        (at(4, "02"), ElqrFault.FIXED_FIELD, "version is 02, should be 01"),
        (at(10, "11"), ElqrFault.FIXED_FIELD, "kind is 11, should be 12"),
        (at(29, "91"), ElqrFault.LINE_CHECK_DIGITS, "check digits are 91, should be 92"),
        (
            with_lines(UPPER[:22] + "1138000" + UPPER[29:], LOWER),
            ElqrFault.FIXED_FIELD,
            "upper line is 1138000, should be 2138000",
        ),
        (
            with_lines(UPPER[:32] + "00001", LOWER),
            ElqrFault.FIXED_FIELD,
            "end of the upper line is 00001, should be 00000",
        ),
        (
            with_lines(UPPER, LOWER[:26] + "1" + LOWER[27:]),
            ElqrFault.FIXED_FIELD,
            "area is 1, should be 0",
        ),
        (
            with_lines(UPPER[:11] + "00000012301" + UPPER[22:], LOWER),
            ElqrFault.AMOUNTS_DIFFER,
            "amounts differ: 00000012301 and 00000012300",
        ),
        (
            at(KNOWN.index("20260630"), "20260230"),
            ElqrFault.DATE,
            "20260230 is no day",
        ),
    ],
)
def test_refused_with_the_reason(text, fault, message):
    with pytest.raises(BadElqr) as refused:
        parse(text)
    assert (refused.value.fault, str(refused.value)) == (fault, message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"amount": 0}, "amount 0 does not fit eleven digits"),
        ({"amount": 100_000_000_000}, "amount 100000000000 does not fit eleven digits"),
        ({"item_number": "12"}, "item number must have 3 digits: '12'"),
        ({"case_key": "x" * 20}, f"case key must have 20 digits: '{'x' * 20}'"),
        ({"confirmation": "1234567"}, "confirmation number must have 6 digits: '1234567'"),
        ({"office_code": ""}, "office code must have 5 digits: ''"),
        ({"tax_office_code": "1"}, "tax office code must have 3 digits: '1'"),
        ({"account": "1"}, "account must have 11 digits: '1'"),
        ({"instalment": 100}, "instalment must have 2 digits: '100'"),
        ({"fiscal_year": 20_260}, "fiscal year must have 4 digits: '20260'"),
        ({"assessed_year": -200}, "assessed year must have 4 digits: '-200'"),
    ],
)
def test_parts_that_do_not_fit(changes, message):
    with pytest.raises(BadElqr) as refused:
        compose(replace(PARTS, **changes))
    assert (refused.value.fault, str(refused.value)) == (ElqrFault.FIELD, message)
