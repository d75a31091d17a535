"""Fiscal years (1 April to 31 March, numbered by the year of April) and their many spellings.

Stored is the western number (2019); shown and read are era forms. Era change days follow the
era laws and orders; since the new era names the whole fiscal year in which it begins (budget
practice of 2019), `label(2019)` is 令和元年度 although its April was still Heisei.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Style = Literal["long", "short", "western"]

FIRST_FISCAL_YEAR = 1868
LAST_FISCAL_YEAR = 9998


@dataclass(frozen=True)
class Era:
    letter: str
    name: str
    first_day: date

    def fiscal_year(self, number: int) -> int:
        return self.first_day.year + number - 1


ERAS = (
    Era("M", "明治", date(1868, 1, 25)),
    Era("T", "大正", date(1912, 7, 30)),
    Era("S", "昭和", date(1926, 12, 25)),
    Era("H", "平成", date(1989, 1, 8)),
    Era("R", "令和", date(2019, 5, 1)),
)

_ERA_OF = {mark: era for era in ERAS for mark in (era.letter, era.name, era.name[0])}
_ERA_FORM = re.compile(
    rf"(?P<era>{'|'.join(sorted(_ERA_OF, key=len, reverse=True))})"
    r"(?P<number>元|0*[1-9][0-9]{0,2})(?:年度|年)?"
)
_WESTERN_FORM = re.compile(r"(?P<year>[0-9]{4})(?:年度|年)?")
_REGULAR_ERA_FORM = re.compile(
    r"(?:[MTSHR](?:元|[1-9][0-9]{0,2})"
    r"|(?:明治|大正|昭和|平成|令和)(?:元|[2-9]|[1-9][0-9]{1,2}))年度"
)


class UnknownFiscalYear(ValueError):
    """The text names no fiscal year; `text` is what was found."""

    def __init__(self, text: str) -> None:
        super().__init__(f"no fiscal year: {text!r}")
        self.text = text


def fiscal_year_of(day: date) -> int:
    return day.year if day.month >= 4 else day.year - 1


def is_fiscal_year(number: int) -> bool:
    """Whether there is such a year: one that has a label."""
    return FIRST_FISCAL_YEAR <= number <= LAST_FISCAL_YEAR


def first_day(fy: int) -> date:
    return date(fy, 4, 1)


def last_day(fy: int) -> date:
    return date(fy + 1, 3, 31)


def parse_fiscal_year(text: str) -> int:
    """Read `H27年度`, `平成27 年度`, `R元年度`, `令1`, `２０１９年度`, with or without 年度/年.

    Blanks and width do not matter. A number beyond the era's end is read by arithmetic
    (`H32年度` is 2020). Raises UnknownFiscalYear.
    """
    compact = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if match := _ERA_FORM.fullmatch(compact):
        number = 1 if match["number"] == "元" else int(match["number"])
        return _ERA_OF[match["era"]].fiscal_year(number)
    western = _WESTERN_FORM.fullmatch(compact)
    if western and FIRST_FISCAL_YEAR <= int(western["year"]) <= LAST_FISCAL_YEAR:
        return int(western["year"])
    raise UnknownFiscalYear(text)


def is_regular(text: str) -> bool:
    """Whether the text is a fiscal year in its regular form.

    That is `H27年度`, `平成27年度` or `2015年度`: half-width digits, no blanks, 年度 written out,
    and an era that lasted into that fiscal year. The first year is 元 (`令和元年度`); beside the
    era's letter a 1 is regular too (`R1年度`).
    """
    try:
        fy = parse_fiscal_year(text)
    except UnknownFiscalYear:
        return False
    if not _REGULAR_ERA_FORM.fullmatch(text):
        return re.fullmatch(r"[0-9]{4}年度", text, re.ASCII) is not None
    end = _last_day_of(_ERA_OF[text[0]])
    return end is None or end >= first_day(fy)


def label(fy: int, style: Style = "long") -> str:
    """`令和元年度` (long), `R元年度` (short) or `2019年度` (western).

    Raises UnknownFiscalYear for a year outside 1868 to 9998.
    """
    if not is_fiscal_year(fy):
        raise UnknownFiscalYear(str(fy))
    if style == "western":
        return f"{fy}年度"
    era = next(era for era in reversed(ERAS) if era.first_day.year <= fy)
    mark = era.name if style == "long" else era.letter
    return f"{mark}{_era_number(era, fy)}年度"


def era_date(day: date) -> str:
    """`令和8年11月23日`; a change day counts to the new era. Before Meiji, the western year."""
    era = next((era for era in reversed(ERAS) if era.first_day <= day), None)
    year = f"{day.year}年" if era is None else f"{era.name}{_era_number(era, day.year)}年"
    return f"{year}{day.month}月{day.day}日"


def _era_number(era: Era, year: int) -> str:
    number = year - era.first_day.year + 1
    return "元" if number == 1 else str(number)


def _last_day_of(era: Era) -> date | None:
    """The day before the next era; None while the era lasts."""
    following = ERAS[ERAS.index(era) + 1 :]
    return following[0].first_day - timedelta(days=1) if following else None
