"""Colours that can be read, and codes that add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.city import rules

colours = st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)


@pytest.mark.parametrize("text", ["", "#fff", "0017c1", "#0017c", "#0017c1 ", "#gggggg", "blue"])
def test_what_is_no_colour(text):
    assert not rules.is_colour(text)


@pytest.mark.parametrize(
    ("colour", "ratio"),
    [("#000000", 21.0), ("#ffffff", 1.0), ("#0017c1", 11.1), ("#767676", 4.54), ("#949494", 3.03)],
)
def test_contrast_is_what_the_design_system_says(colour, ratio):
    assert rules.contrast_on_white(colour) == pytest.approx(ratio, abs=0.06)


@given(colours)
def test_contrast_lies_between_none_and_black(colour):
    assert 1 <= rules.contrast_on_white(colour) <= 21


@given(colours, st.floats(0, 1))
def test_darker_is_never_harder_to_read_on_white(colour, share):
    darker = rules.darkened(colour, share)
    assert rules.is_colour(darker)
    assert rules.contrast_on_white(darker) >= rules.contrast_on_white(colour) - 1e-9


@given(colours, st.floats(0, 1))
def test_lighter_is_never_easier_to_read_on_white(colour, share):
    lighter = rules.lightened(colour, share)
    assert rules.is_colour(lighter)
    assert rules.contrast_on_white(lighter) <= rules.contrast_on_white(colour) + 1e-9


@pytest.mark.parametrize("code", ["011002", "131016", "271004", "401307", "472018"])
def test_codes_of_real_cities(code):
    assert rules.is_government_code(code)


@pytest.mark.parametrize("code", ["011003", "01100", "0110022", "", "０１１００２", "abcdef"])
def test_what_is_no_code(code):
    assert not rules.is_government_code(code)


@given(st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_every_five_digits_have_exactly_one_check_digit(digits):
    fitting = [last for last in "0123456789" if rules.is_government_code(digits + last)]
    assert len(fitting) == 1
