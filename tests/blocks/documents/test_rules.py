"""Symbols as modules, as GS1 and ISO/IEC 18004 ask for them; and verification codes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.documents.rules import (
    Mistyped,
    NotEncodable,
    bars_path,
    check_character,
    code_of,
    gs1_128_modules,
    qr_modules,
    qr_modules_of_text,
    read_code,
    squares_path,
    written_code,
)

START_C = "11010011100"
FNC1 = "11110101110"
STOP = "1100011101011"


def of_digits(count):
    return st.text(alphabet="0123456789", min_size=count, max_size=count)


def drawn(path):
    """The rectangles of a path: (left, top, width)."""
    return [
        tuple(map(int, found))
        for found in re.findall(r"M([0-9]+) ([0-9]+)h([0-9]+)v1h-[0-9]+", path)
    ]


def as_bits(widths):
    return "".join("10"[place % 2] * width for place, width in enumerate(widths))


@given(of_digits(42))
def test_a_slip_s_barcode_has_288_modules_in_set_c(digits):
    bits = as_bits(gs1_128_modules("91" + digits))
    assert len(bits) == 288
    assert (bits[:11], bits[11:22], bits[-13:]) == (START_C, FNC1, STOP)


@given(of_digits(255))
def test_255_digits_make_a_qr_code_of_version_6(digits):
    rows = qr_modules(digits)
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert {len(rows), *map(len, rows)} == {41}
    assert [row[:7] for row in rows[:7]] == finder
    assert [row[-7:] for row in rows[:7]] == finder
    assert [row[:7] for row in rows[-7:]] == finder


def test_another_level_of_error_correction():
    assert len(qr_modules("1" * 255, ec="L")) == 37


@given(of_digits(42))
def test_bars_are_drawn_where_the_symbol_is_dark(digits):
    widths = gs1_128_modules("91" + digits)
    row = ["0"] * 288
    for left, top, width in drawn(bars_path(widths)):
        assert top == 0
        row[left : left + width] = "1" * width
    assert "".join(row) == as_bits(widths)


@given(of_digits(255))
def test_squares_are_drawn_where_the_symbol_is_dark(digits):
    rows = qr_modules(digits)
    made = [["0"] * 41 for _ in range(41)]
    for left, top, width in drawn(squares_path(rows)):
        made[top][left : left + width] = "1" * width
    assert ["".join(row) for row in made] == list(rows)


@pytest.mark.parametrize(
    "digits", ["", "9" * 44, "91" + "0" * 41, "91" + "0" * 43, "91" + "０" * 42, "91" + "a" * 42]
)
def test_what_is_no_barcode_of_a_slip(digits):
    with pytest.raises(NotEncodable, match="not 44 digits that begin with 91"):
        gs1_128_modules(digits)


@pytest.mark.parametrize(
    ("digits", "ec", "message"),
    [
        ("12a", "M", "not digits: '12a'"),
        ("1" * 9000, "M", "Input too long"),
        ("123", "X", "Invalid ecLevel"),
    ],
)
def test_what_is_no_qr_code(digits, ec, message):
    with pytest.raises(NotEncodable, match=message):
        qr_modules(digits, ec=ec)


SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
numbers = st.integers(min_value=0, max_value=2**75 - 1)


@given(numbers, numbers)
def test_each_number_has_its_own_code(one, other):
    code = code_of(one)
    assert (len(code), set(code) <= set(SIGNS)) == (16, True)
    assert (code == code_of(other)) == (one == other)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0, "0000000000000000"),
        (1, "0000000000000012"),
        (32, "0000000000000104"),
        (16, "00000000000000G5"),
    ],
)
def test_codes_reckoned_by_hand(number, code):
    """α is 2: a 1 in the last random place makes 2, one place further left 4. 16 times α is x⁵,
    which is x² + 1 = 5."""
    assert code_of(number) == code


@given(numbers, st.integers(0, 15), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_a_typing_error(number, place, sign):
    code = code_of(number)
    typed = code[:place] + sign + code[place + 1 :]
    if typed == code:
        assert read_code(typed) == code
        return
    with pytest.raises(Mistyped) as mistyped:
        read_code(typed)
    assert mistyped.value.wrong == "check"


@given(numbers, st.integers(0, 15), st.integers(0, 15))
def test_two_signs_that_changed_places_are_a_typing_error(number, one, other):
    code = code_of(number)
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    typed = "".join(signs)
    if typed == code:
        assert read_code(typed) == code
        return
    with pytest.raises(Mistyped) as mistyped:
        read_code(typed)
    assert mistyped.value.wrong == "check"


@given(numbers)
def test_a_written_code_is_read_again(number):
    code = code_of(number)
    assert written_code(code) == "-".join((code[:4], code[4:8], code[8:12], code[12:]))
    assert read_code(written_code(code)) == code


@pytest.mark.parametrize(
    "typed",
    [
        "7k3m 09qx vb2t 1111",
        "７Ｋ３Ｍ－０９ＱＸ－ＶＢ２Ｔ－１１１１",
        "7K3M—O9QX–VB2T−ilIL",
        " 7K3Mー09QX　VB2T\t1111\n",
    ],
)
def test_any_width_case_and_dash_and_letters_that_look_like_digits(typed):
    signs = "7K3M09QXVB2T111"
    code = signs + check_character(signs)
    assert read_code(typed.rstrip()[:-1] + code[-1]) == code


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("", "length"),
        ("0" * 15, "length"),
        ("0" * 17, "length"),
        ("U" * 16, "signs"),
        ("あ" * 16, "signs"),
        ("0000-0000-0000-000*", "signs"),
        ("0000-0000-0000-0001", "check"),
    ],
)
def test_what_is_no_code(typed, wrong):
    with pytest.raises(Mistyped) as mistyped:
        read_code(typed)
    assert mistyped.value.wrong == wrong


def test_an_address_makes_a_qr_code():
    rows = qr_modules_of_text("https://city.example/verify/0000-0000-0000-0000/")
    assert {len(rows), *map(len, rows)} == {33}


@pytest.mark.parametrize("text", ["", "窓口", "a\nb"])
def test_what_is_no_text_for_a_qr_code(text):
    with pytest.raises(NotEncodable, match="not a text of ASCII"):
        qr_modules_of_text(text)
