"""The colours that follow from a city's key colour."""

from dataclasses import dataclass

from madoguchi.kernel.city.rules import (
    DEFAULT_KEY_COLOUR,
    MINIMUM_CONTRAST,
    contrast_on_white,
    darkened,
    is_colour,
    lightened,
)

DARK_GROUND = "#161616"
"""The ground of dark mode, as tokens.css has it."""
DARK_CONTRAST = 7.0
"""What links reach on the dark ground (WCAG 2.2, 1.4.6)."""


@dataclass(frozen=True)
class Shades:
    """A colour with the shade under the pointer and the shade when pressed, and text upon it."""

    rest: str
    hover: str
    active: str
    text: str


@dataclass(frozen=True)
class Theme:
    light: Shades
    dark: Shades


def is_readable(colour: str) -> bool:
    """Whether links in this colour can be read on white (4.5:1)."""
    return is_colour(colour) and contrast_on_white(colour) >= MINIMUM_CONTRAST


def contrast_on_dark(colour: str) -> float:
    """Contrast ratio of ``#rrggbb`` on the ground of dark mode."""
    return contrast_on_white(DARK_GROUND) / contrast_on_white(colour)


def theme_of(key_colour: str) -> Theme:
    """All shades of a key colour; the default's where the colour could not be read."""
    key = key_colour.lower() if is_readable(key_colour) else DEFAULT_KEY_COLOUR
    bright = next(
        shade
        for shade in (lightened(key, percent / 100) for percent in range(0, 101, 5))
        if contrast_on_dark(shade) >= DARK_CONTRAST
    )
    return Theme(
        light=Shades(key, darkened(key, 0.25), darkened(key, 0.5), "#ffffff"),
        dark=Shades(bright, lightened(bright, 0.35), lightened(bright, 0.6), "#1a1a1a"),
    )
