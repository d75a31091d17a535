"""Access codes: how they look, how they are typed, and that they tell payers apart."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.rules.payer_access import (
    SIGNS,
    access_code,
    is_code_of,
    normal_code,
    normal_number,
    payer_of,
)

KEY = b"a key"
WRITTEN = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}")

payers = st.text(min_size=1, max_size=30)
keys = st.binary(min_size=1, max_size=40)


@given(payers, keys)
def test_three_groups_of_four_signs_that_nobody_mistakes(payer, key):
    code = access_code(payer, key=key)
    assert WRITTEN.fullmatch(code)
    assert access_code(payer, key=key) == code


def test_it_stays_the_same_from_release_to_release():
    """Slips are kept on paper: a change here would lock everybody out."""
    assert access_code("water:0001234", key=b"0123456789abcdef") == "J4QM-0PNE-7KF7"


@given(st.lists(payers, min_size=2, unique=True), keys)
def test_each_payer_has_another_code(names, key):
    assert len({access_code(name, key=key) for name in names}) == len(names)


@given(payers, st.lists(keys, min_size=2, max_size=5, unique=True))
def test_each_key_gives_another_code(payer, many):
    assert len({access_code(payer, key=key) for key in many}) == len(many)


@given(st.integers(0, 2**60 - 1))
def test_every_bit_counts(bits):
    """Twelve signs of five bits: any code can come out, none twice for other bits."""
    signs = "".join(SIGNS[bits >> 5 * place & 31] for place in reversed(range(12)))
    assert normal_code(signs) == signs


@given(payers, keys, st.data())
def test_it_may_be_typed_in_any_width_case_and_grouping(payer, key, data):
    code = access_code(payer, key=key)
    typed = code
    for sign, likely in (("0", "Oo０ｏ"), ("1", "IiLl１ｌ")):
        typed = typed.replace(sign, data.draw(st.sampled_from(likely)))
    typed = typed.replace(
        "-", data.draw(st.sampled_from(["", " ", "　", "－", "‐", "ー", "−", " - "]))
    )
    typed = data.draw(st.sampled_from([typed.lower(), typed, f" {typed} "]))
    assert is_code_of(payer, typed, key=key)


@given(payers, keys, st.integers(0, 11), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_refused(payer, key, place, sign):
    right = access_code(payer, key=key).replace("-", "")
    typed = right[:place] + sign + right[place + 1 :]
    assert is_code_of(payer, typed, key=key) == (typed == right)


@given(st.text())
def test_nothing_that_is_typed_breaks_it(text):
    assert len(normal_code(text)) in {0, 12}
    number = normal_number(text)
    assert number == "" or (number.isascii() and number.isalnum())
    assert is_code_of("water:1", text, key=KEY) in {True, False}


@pytest.mark.parametrize(
    "typed", ["", "7K3M-09QX-VB2", "7K3M-09QX-VB2TT", "7K3M/09QX/VB2T", "7K3M-09QX-VBUT", "\x00"]
)
def test_what_cannot_be_a_code(typed):
    assert normal_code(typed) == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0001234", "0001234"),
        ("０００１２３４", "0001234"),
        (" 000-1234 ", "0001234"),
        ("A12", "A12"),
        ("", ""),
        ("水道", ""),
        ("1;2", ""),
        ("1\x002", ""),
    ],
)
def test_customer_numbers(typed, number):
    assert normal_number(typed) == number


class TestWhose:
    def test_the_code_decides_where_two_services_use_the_same_number(self):
        found = ["water:0000001", "fees:0000001"]
        for payer in found:
            assert payer_of(found, access_code(payer, key=KEY), key=KEY) == payer

    def test_no_directory_knows_the_number(self):
        code = access_code("water:0000001", key=KEY)
        assert payer_of([None, None], code, key=KEY) is None
        assert payer_of([], code, key=KEY) is None

    def test_nobody_has_the_code_of_nobody(self):
        assert payer_of([None, "water:1"], access_code("", key=KEY), key=KEY) is None

    def test_another_payers_code(self):
        code = access_code("water:0000002", key=KEY)
        assert payer_of(["water:0000001"], code, key=KEY) is None
