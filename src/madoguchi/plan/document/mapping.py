"""Which column of a flat list is what: guessed from its headings, or told by a person."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from madoguchi.kernel.fiscal import UnknownFiscalYear, parse_fiscal_year
from madoguchi.kernel.text import squeeze
from madoguchi.plan.document.labels import OFFICIAL, Label, label_key, label_of

THEME: Final = "theme"
THEME_NAME: Final = "theme_name"
ROLES: Final = {
    THEME: "テーマ番号",
    THEME_NAME: "テーマ名",
    **{label.value: word for label, word in OFFICIAL.items() if label is not Label.SCHEDULE},
}
"""The roles that a column can have, with the official word of each."""

YEARLY: Final = ("plan", "result", "outcome", "effect")
"""Roles that a column can have for one fiscal year: ``plan:2015``."""

_THEME_WORDS: Final = frozenset({"テーマ番号", "テーマno", "テーマ"})
_THEME_NAME_WORDS: Final = frozenset({"テーマ名", "テーマ名称"})
_YEAR_IN_HEADING: Final = re.compile(
    r"(?:[MTSHRmtshr]|明治|大正|昭和|平成|令和|明|大|昭|平|令)\s*(?:元|\d{1,3})\s*年?\s*度?|\d{4}\s*年?\s*度?"
)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Heading → role, in the order of the columns. A column without a role is only remarked."""

    columns: tuple[tuple[str, str], ...]

    @classmethod
    def from_json(cls, data: object) -> "ColumnMapping":
        """From ``{heading: role}``; anything else raises ``ValueError``."""
        if not isinstance(data, Mapping):
            raise ValueError("a column mapping is an object")  # one error for all
        columns = tuple((str(heading), str(role)) for heading, role in data.items())
        if any(not is_role(role) for _, role in columns):
            raise ValueError("a column mapping names a role that does not exist")
        return cls(columns)

    def to_json(self) -> dict[str, str]:
        return dict(self.columns)

    @property
    def years(self) -> tuple[int, ...]:
        found = {int(role.partition(":")[2]) for _, role in self.columns if ":" in role}
        return tuple(sorted(found))

    @property
    def missing(self) -> tuple[str, ...]:
        """The roles that a plan cannot be read without, and that no column has."""
        roles = {role for _, role in self.columns}
        missing = [role for role in (Label.NUMBER.value, Label.NAME.value) if role not in roles]
        if not self.years and Label.YEAR.value not in roles:
            missing.append(Label.YEAR.value)
        if not self.years and not roles & {"plan", "result", "result_source"}:
            missing.append(Label.PLAN.value)
        return tuple(missing)


def is_role(role: str) -> bool:
    name, colon, year = role.partition(":")
    if not colon:
        return role in ROLES
    return name in YEARLY and re.fullmatch(r"(?:19|20|21)\d\d", year, re.ASCII) is not None


def guess_mapping(headings: Sequence[str]) -> ColumnMapping:
    """What the headings say by themselves. The result may still be ``missing`` roles."""
    columns: list[tuple[str, str]] = []
    taken: set[str] = set()
    for heading in headings:
        role = _role_of(heading)
        if role and role not in taken:
            taken.add(role)
            columns.append((heading, role))
    return ColumnMapping(tuple(columns))


def _role_of(heading: str) -> str:
    key = label_key(heading)
    if key in _THEME_WORDS:
        return THEME
    if key in _THEME_NAME_WORDS:
        return THEME_NAME
    label = label_of(heading)
    if label is not None:
        return "" if label is Label.SCHEDULE else label.value
    return _yearly_role(heading)


def _yearly_role(heading: str) -> str:
    """``H27年度 計画`` and ``計画（平成27年度）`` are ``plan:2015``."""
    text = unicodedata.normalize("NFKC", squeeze(heading))
    found = _YEAR_IN_HEADING.search(text)
    if found is None:
        return ""
    label = label_of(text[: found.start()] + text[found.end() :])
    if label is None or label.value not in YEARLY:
        return ""
    try:
        role = f"{label.value}:{parse_fiscal_year(found[0])}"
    except UnknownFiscalYear:
        return ""
    return role if is_role(role) else ""
