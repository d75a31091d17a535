"""Shades that follow from a key colour."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.city.rules import contrast_on_white
from madoguchi.kernel.pages.rules.colours import contrast_on_dark, is_readable, theme_of

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("colour", "is_good"),
    [
        ("#0017c1", True),
        ("#197A4B", True),
        ("#ffd43d", False),
        ("#767676", True),
        ("#777777", False),
        ("red", False),
        ("#12345", False),
        ("", False),
    ],
)
def test_readable_is_four_and_a_half_to_one_on_white(colour: str, is_good: bool) -> None:
    assert is_readable(colour) is is_good


def test_default_colour_has_the_design_systems_dark_shades() -> None:
    theme = theme_of("#0017c1")
    assert theme.light.rest == "#0017c1"
    assert theme.light.text == "#ffffff"
    assert theme.dark.text == "#1a1a1a"


def test_a_colour_that_cannot_be_read_falls_back_to_the_default() -> None:
    assert theme_of("#ffd43d") == theme_of("#0017c1")
    assert theme_of("}body{display:none") == theme_of("#0017c1")


@given(COLOURS)
def test_every_shade_can_be_read_on_its_ground(colour: str) -> None:
    theme = theme_of(colour)
    for shade in (theme.light.rest, theme.light.hover, theme.light.active):
        assert contrast_on_white(shade) >= 4.5
    for shade in (theme.dark.rest, theme.dark.hover, theme.dark.active):
        assert contrast_on_dark(shade) >= 7
