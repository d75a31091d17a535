"""Japanese text as people and documents write it: cleaning, search keys, likeness, excerpts.

Search compares keys, never the texts. The key of a text (`fold`) is made cluster by cluster (a
character with its marks), so that a place in the key can be traced back to the original:

- NFKC, casefold, katakana to hiragana; half-width kana join with their dakuten; variation
  selectors of kanji are dropped;
- blanks are dropped, since documents leave them inside words;
- dashes of every kind follow one rule: right after a kana a dash is the long-vowel sign `ー`
  (`ホ－ムペ－ジ` is ホームページ), between two digits it is `-` (`１－１１` is 1-11), anywhere
  else it is dropped (`Wi-Fi`, `Wi－Fi` and `WiFi` are alike);
- a fiscal year in any spelling becomes `fy2015`, a calendar year (`平成27年`, `2015年`) `y2015`:
  so 平成27年 and 2015 find the fiscal year too, and 平成27年度 only the fiscal year. An era with a
  number alone (`H27`) is taken for the fiscal year.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, zip_longest

from madoguchi.kernel import fiscal

_MARKS = "\u0300-\u036f\u3099\u309a\uff9e\uff9f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_CLUSTER = re.compile(f"[^{_MARKS}][{_MARKS}]*|[{_MARKS}]+", re.DOTALL)
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SAME_SIGN = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_SAME_SIGN[ord("〜")] = ord("~")  # NFKC has turned ～ into ~

_LONG_VOWEL = "ー"
_DASHES = frozenset("-‐‑‒–—―⁃−─━" + _LONG_VOWEL)  # NFKC has turned － and ﹣ into -, ｰ into ー
_BLANK = " "

_ERA = "(?:明治|大正|昭和|平成|令和|(?<![0-9a-z])[mtshr])"
_YEAR = re.compile(
    rf"{_ERA} *(?:元|[0-9]{{1,3}}) *年(?: *度)?"
    rf"|{_ERA}(?:元|[0-9]{{1,2}})(?![0-9a-z元]|[./][0-9])"
    r"|[明大昭平令] *(?:元|[0-9]{1,2}) *年 *度"
    r"|(?<![0-9])[0-9]{4} *年(?: *度)?"
)

_JAPANESE = (
    "\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff9f"
    "\u2460-\u24ff\u203b\U00020000-\U0003ffff"
)
_SPLIT_BLANK = re.compile(  # tried once a run of blanks, whatever its length
    rf"(?<=[{_JAPANESE}])[^\S\r\n]++|(?<![^\S\r\n])[^\S\r\n]++(?=[{_JAPANESE}])"
)


@dataclass(frozen=True)
class Segment:
    text: str
    is_match: bool


@dataclass(frozen=True)
class _Unit:
    """A stretch of the original text and what it is in the key."""

    key: str
    start: int
    end: int


_NOTHING = _Unit("", 0, 0)


def squeeze(text: str) -> str:
    """Strip, and make every run of blanks (U+3000 and line breaks too) one space."""
    return " ".join(text.split())


def join_split_words(text: str) -> str:
    """Remove the blanks that documents leave inside Japanese words: `計 画` is 計画.

    A blank goes when the sign on either side is Japanese, and stays between two words of
    letters or digits (`Google Maps`). Line breaks stay: they part items.
    """
    return _SPLIT_BLANK.sub("", text)


def fold(text: str) -> str:
    """The search key of a text; see the module's docstring."""
    return "".join(unit.key for unit in _units(text))


def similarity(a: str, b: str) -> float:
    """How alike two texts are, 0 to 1: Dice's coefficient on pairs of signs of their keys."""
    key_a, pairs_a = _key_with_pairs(a)
    key_b, pairs_b = _key_with_pairs(b)
    if key_a == key_b:
        return 1.0
    total = pairs_a.total() + pairs_b.total()
    return 2 * (pairs_a & pairs_b).total() / total if total else 0.0


@lru_cache(maxsize=4096)
def _key_with_pairs(text: str) -> tuple[str, Counter[tuple[str, str]]]:
    """Kept, since who looks for the most alike asks for one text many times."""
    key = fold(text)
    return key, Counter(pairwise(key))


def excerpt(text: str, terms: Iterable[str], width: int = 80) -> tuple[Segment, ...]:
    """The part of a text around the first match, in segments that do or do not match a term.

    Matches are found on keys but cut from the original. A text of up to `width` characters
    comes whole (its segments joined are the text); from a longer one about `width` characters
    are cut, with … where something was left out. A match is never cut in two.
    """
    units = _units(text)
    matches = _matches(units, terms)
    start, end = _window(len(text), units, matches, width)
    segments = [Segment("…", False)] if start > 0 else []
    place = start
    for match_start, match_end in matches:
        if match_start >= start and match_end <= end:
            segments.append(Segment(text[place:match_start], False))
            segments.append(Segment(text[match_start:match_end], True))
            place = match_end
    segments.append(Segment(text[place:end], False))
    if end < len(text):
        segments.append(Segment("…", False))
    return tuple(segment for segment in segments if segment.text)


def _units(text: str) -> list[_Unit]:
    return _with_dashes(_with_years([*_clusters(text)]))


def _clusters(text: str) -> Iterator[_Unit]:
    for match in _CLUSTER.finditer(text):
        yield _Unit(_cluster_key(match[0]), match.start(), match.end())


@lru_cache(maxsize=8192)
def _cluster_key(cluster: str) -> str:
    """The key of one cluster by itself; any blank, visible or not, is one space."""
    key = unicodedata.normalize("NFKC", _VARIATION_SELECTORS.sub("", cluster))
    key = unicodedata.normalize("NFKC", key.casefold()).translate(_SAME_SIGN)
    if all(sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc") for sign in key):
        return _BLANK
    return key.replace(" ", "")


def _with_years(units: list[_Unit]) -> list[_Unit]:
    """Replace the units that spell a year by one unit."""
    key = "".join(unit.key for unit in units)
    index_at: dict[int, int] = {}
    place = 0
    for index, unit in enumerate(units):
        index_at[place] = index
        place += len(unit.key)
    index_at[place] = len(units)
    replaced: list[_Unit] = []
    done = 0
    for match in _YEAR.finditer(key):
        first, last = index_at.get(match.start()), index_at.get(match.end())
        token = _year_token(match[0])
        if token is None or first is None or last is None:
            continue
        replaced += units[done:first]
        replaced.append(_Unit(token, units[first].start, units[last - 1].end))
        done = last
    return replaced + units[done:]


def _year_token(spelling: str) -> str | None:
    try:
        year = fiscal.parse_fiscal_year(spelling)
    except fiscal.UnknownFiscalYear:
        return None
    return f"y{year}" if spelling.endswith("年") else f"fy{year}"


def _with_dashes(units: list[_Unit]) -> list[_Unit]:
    """Apply the rule of dashes and drop the blanks."""
    kept: list[_Unit] = []
    visible = [unit for unit in units if unit.key != _BLANK]
    for unit, following in zip_longest(visible, visible[1:]):
        if unit.key not in _DASHES:
            kept.append(unit)
            continue
        before = kept[-1] if kept else _NOTHING
        touches = before.end == unit.start
        if _is_kana(before.key[-1:]) and (touches or unit.key == _LONG_VOWEL):
            kept.append(replace(unit, key=_LONG_VOWEL))
        elif _is_digit(before.key[-1:]) and _is_digit((following or _NOTHING).key[:1]):
            kept.append(replace(unit, key="-"))
    return kept


def _is_digit(sign: str) -> bool:
    return "0" <= sign <= "9"


def _is_kana(sign: str) -> bool:
    return "ぁ" <= sign <= "ゖ" or sign == _LONG_VOWEL


def _matches(units: list[_Unit], terms: Iterable[str]) -> list[tuple[int, int]]:
    """Places in the original text, in order; those that overlap are one."""
    key = "".join(unit.key for unit in units)
    unit_at = [unit for unit in units for _ in unit.key]
    found = sorted(
        (unit_at[place].start, unit_at[place + len(term) - 1].end)
        for term in {fold(term) for term in terms} - {""}
        for place in _occurrences(key, term)
    )
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _occurrences(key: str, term: str) -> Iterator[int]:
    place = key.find(term)
    while place >= 0:
        yield place
        place = key.find(term, place + len(term))


def _window(
    length: int, units: list[_Unit], matches: list[tuple[int, int]], width: int
) -> tuple[int, int]:
    """Start and end of the excerpt in the original text."""
    if length <= width:
        return 0, length
    first_start, first_end = matches[0] if matches else (0, 0)
    wanted = max(0, min(first_start - width // 4, length - width))
    start = max((unit.start for unit in units if unit.start <= wanted), default=0)
    end = min(length, max(start + width, first_end))
    whole = [*matches, *((unit.start, unit.end) for unit in units)]
    end = min([end, *(place for place, after in whole if place < end < after)])
    return start, max(end, first_end)
