"""What a city's key colour must be so that links and buttons in it can be read."""

import re

DEFAULT_KEY_COLOUR = "#0017c1"
MINIMUM_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text against white."""


def is_colour(text: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast_on_white(colour: str) -> float:
    """Contrast ratio of ``#rrggbb`` on white, from 1 (none) to 21 (WCAG 2.2 definition)."""
    return 1.05 / (_luminance(colour) + 0.05)


def darkened(colour: str, share: float) -> str:
    """The same hue with every channel scaled down by ``share`` (0 to 1)."""
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(channel * (1 - share)):02x}" for channel in channels)


def lightened(colour: str, share: float) -> str:
    """The colour moved towards white by ``share`` (0 to 1)."""
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(c + (255 - c) * share):02x}" for c in channels)


def is_government_code(code: str) -> bool:
    """Whether six digits are a local government code (全国地方公共団体コード).

    The sixth is the check digit: the first five weighted 6 to 2 are summed, and the last digit
    of 11 less the remainder by 11 is it (総務省「検査数字を算出する算式」).
    """
    if re.fullmatch(r"[0-9]{6}", code) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=False))
    return (11 - total % 11) % 10 == int(code[5])
