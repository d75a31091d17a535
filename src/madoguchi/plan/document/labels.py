"""The words by which a sheet is recognised: row headings, numbers, themes, fiscal years."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from madoguchi.kernel.text import join_split_words, squeeze


class Label(StrEnum):
    """What a row or a column of a sheet holds."""

    NUMBER = "number"
    NAME = "name"
    DEPARTMENTS = "departments"
    PROBLEM = "problem"
    CONTENT = "content"
    GOAL = "goal"
    SCHEDULE = "schedule"
    YEAR = "year"
    PLAN = "plan"
    RESULT = "result"
    RESULT_SOURCE = "result_source"
    OUTCOME = "outcome"
    EFFECT = "effect"


OFFICIAL: Final = {
    Label.NUMBER: "No.",
    Label.NAME: "取組名称",
    Label.DEPARTMENTS: "担当部署",
    Label.PROBLEM: "現状・課題",
    Label.CONTENT: "取組内容",
    Label.GOAL: "目標",
    Label.SCHEDULE: "工程表",
    Label.YEAR: "年度",
    Label.PLAN: "計画",
    Label.RESULT: "結果",
    Label.RESULT_SOURCE: "結果原文",
    Label.OUTCOME: "終了区分",
    Label.EFFECT: "効果額（千円）",
}

_WORDS: Final[dict[Label, tuple[str, ...]]] = {
    Label.NUMBER: ("no", "番号", "取組番号", "取組no", "整理番号"),
    Label.NAME: ("取組名称", "取組名", "取組項目", "名称", "取組事項"),
    Label.DEPARTMENTS: ("担当部署", "担当課", "担当部課", "所管課", "所管部署", "所管", "担当"),
    Label.PROBLEM: ("現状課題", "現状と課題", "現状及び課題", "課題"),
    Label.CONTENT: ("取組内容", "内容", "実施内容", "取組の内容"),
    Label.GOAL: ("目標", "取組目標", "目指す姿", "目標効果"),
    Label.SCHEDULE: ("工程表", "工程", "スケジュール"),
    Label.YEAR: ("年度", "会計年度"),
    Label.PLAN: ("計画", "取組計画", "年度計画"),
    Label.RESULT: ("結果", "実績", "取組結果", "取組実績"),
    Label.RESULT_SOURCE: ("結果原文",),
    Label.OUTCOME: ("終了区分", "区分", "終了"),
    Label.EFFECT: ("効果額千円", "効果額", "効果額単位千円"),
}
_LABELS: Final = {word: label for label, words in _WORDS.items() for word in words}
_SIGNS: Final = re.compile(r"[\s・･:：()（）\[\]【】.．、,]")

_DIGITS: Final = r"\d[\d\s]{0,8}?"
_DASH: Final = r"\s*[-－−‐‑–—ー―]\s*"
_NUMBER: Final = re.compile(
    rf"^[【\[]?\s*(?:No|NO|no|№|Ｎｏ|ＮＯ|取組番号|番号)\s*[.．:：]?\s*"
    rf"(?P<theme>{_DIGITS}){_DASH}(?P<number>\d(?:\s?\d)*)\s*[】\]]?(?P<rest>.*)$"
)
_BARE_NUMBER: Final = re.compile(rf"^(?P<theme>{_DIGITS}){_DASH}(?P<number>\d(?:\s?\d)*)$")
_THEME: Final = re.compile(
    r"^[【\[<＜]?\s*(?:基本)?テーマ\s*(?:No\.?)?\s*(?P<number>\d(?:\s?\d)?)\s*[】\]>＞:：.．]?\s*"
    r"(?P<name>.*)$"
)
_REGULAR_NUMBER: Final = re.compile(r"No\.[1-9][0-9]*-[1-9][0-9]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbered:
    """The number of an initiative as found; ``rest`` is what follows it in the line."""

    theme: int
    number: int
    found: str
    rest: str = ""

    @property
    def is_regular(self) -> bool:
        return _REGULAR_NUMBER.fullmatch(self.found) is not None


def label_key(text: str) -> str:
    """A heading without blanks, signs and width: how headings are compared."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def label_of(text: str) -> Label | None:
    """The row or column that ``text`` is the heading of, or None."""
    return _LABELS.get(label_key(text)) if len(text) <= 40 else None


def number_in(text: str) -> Numbered | None:
    """The number of an initiative at the start of ``text``: ``No.1 - 1 1`` is 1-11."""
    line = squeeze(text)
    found = _NUMBER.match(line)
    if found is None:
        return None
    digits, rest = found["number"], found["rest"].strip()
    if rest[:1] and (rest[0] in "-－−‐/.．" or "移行" in rest):
        return None
    if rest and " " in digits:
        # ``No.1-1 2校での試行``: with a name behind it, only the first figure is the number
        digits, _, more = digits.partition(" ")
        rest = more + found["rest"]
    whole = line[: len(line) - len(rest)].strip()
    return _numbered(found["theme"], digits, whole, rest)


def bare_number(text: str) -> Numbered | None:
    """``1-11`` in a cell of its own, beside the heading No."""
    found = _BARE_NUMBER.match(squeeze(text))
    return _numbered(found["theme"], found["number"], squeeze(text)) if found else None


def _numbered(theme: str, number: str, found: str, rest: str = "") -> Numbered:
    return Numbered(
        theme=int("".join(theme.split())),
        number=int("".join(number.split())),
        found=found,
        rest=join_split_words(rest),
    )


def theme_in(text: str) -> tuple[int, str] | None:
    """The number and, where it stands in the same line, the name of a theme."""
    found = _THEME.match(squeeze(text))
    if found is None:
        return None
    return int("".join(found["number"].split())), join_split_words(found["name"].strip())
