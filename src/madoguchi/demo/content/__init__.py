"""The sample city as data: what the files beside this module say, as plain values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
)

State = Literal["", "draft", "submitted", "returned", "accepted"]


@dataclass(frozen=True, slots=True)
class Profile:
    """The city's profile, field by field as ``kernel.city`` stores it."""

    name: str
    name_kana: str
    name_en: str
    code: str
    mark: str
    key_colour: str
    contact: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who signs in. ``department`` is a path in the tree, empty for the whole city."""

    username: str
    name: str
    role: str
    department: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rename:
    """A department by its first name, and what it is called from a day on."""

    department: tuple[str, ...]
    name: str
    from_on: date


@dataclass(frozen=True, slots=True)
class Comment:
    """A resident's comment; ``initiative`` is ``1-2``, or empty for the plan as a whole."""

    plan: str
    text: str
    days_ago: int
    decision: Literal["waiting", "shown", "refused"]
    initiative: str = ""
    name: str = ""
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The office's word that a result answers a plan item which says it in other words."""

    plan: str
    initiative: str
    fiscal_year: int
    item: str
    result: str
    reason: str


@dataclass(frozen=True, slots=True)
class City:
    profile: Profile
    staff: tuple[Staff, ...]
    renames: tuple[Rename, ...]
    comments: tuple[Comment, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """A milestone. Result lines of its sheet name it as ``{m:key}``."""

    on: date
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    by: str
    score: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file attached to a report under ``name``; its bytes are those of ``source``."""

    name: str
    source: str

    @property
    def content(self) -> bytes:
        return files(__name__).joinpath("attachments", self.source).read_bytes()


@dataclass(frozen=True, slots=True)
class SampleYear:
    """A fiscal year of a sheet: its row, and how the report on it went.

    ``state`` is how far the report has come; ``comment`` is why it was returned where it stands
    there; ``returned`` why it was returned once before it was accepted. A late one was handed in
    after the due date.
    """

    row: ScheduleRow
    milestones: tuple[Happening, ...] = ()
    scores: tuple[Score, ...] = ()
    state: State = ""
    comment: str = ""
    returned: str = ""
    is_late: bool = False
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleSheet:
    """``sheet`` has the results that were reported so far."""

    sheet: Initiative
    years: Mapping[int, SampleYear]


@dataclass(frozen=True, slots=True)
class SamplePlan:
    slug: str
    title: str
    first_year: int
    last_year: int
    introduction: str
    themes: tuple[tuple[int, str], ...]
    sheets: tuple[SampleSheet, ...]

    @property
    def reported(self) -> PlanDocument:
        """The plan with every result, as it stands when the sample is loaded."""
        return self._document([each.sheet for each in self.sheets])

    @property
    def announced(self) -> PlanDocument:
        """The plan as it was decided: no results, no ends, no effects."""
        return self._document([_without_results(each.sheet) for each in self.sheets])

    def _document(self, sheets: list[Initiative]) -> PlanDocument:
        return PlanDocument(
            title=self.title,
            themes=tuple(
                Theme(number, name, tuple(each for each in sheets if each.theme == number))
                for number, name in self.themes
            ),
        )


@cache
def city() -> City:
    found = read_toml("city.toml")
    return City(
        profile=Profile(**found["profile"]),
        staff=tuple(_with_path(Staff, each) for each in found["staff"]),
        renames=tuple(_with_path(Rename, each) for each in found["rename"]),
        comments=tuple(Comment(**each) for each in found["comment"]),
        matches=tuple(Match(**each) for each in found["match"]),
    )


@cache
def finished_plan() -> SamplePlan:
    """2015 to 2019, closed and published throughout."""
    return _plan("plan_2015.toml")


@cache
def running_plan() -> SamplePlan:
    """2025 to 2029: the first year published, the second open for reports."""
    return _plan("plan_2025.toml")


def read_toml(name: str) -> dict[str, Any]:
    """A file that lies beside this module."""
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))


def _with_path[T](kind: type[T], values: dict[str, Any]) -> T:
    return kind(**values | {"department": tuple(values.get("department", "").split())})


def _plan(name: str) -> SamplePlan:
    found = read_toml(name)
    return SamplePlan(
        slug=found["slug"],
        title=found["title"],
        first_year=found["first_year"],
        last_year=found["last_year"],
        introduction=found["introduction"].strip(),
        themes=tuple((each["number"], each["name"]) for each in found["theme"]),
        sheets=tuple(_sheet(each) for each in found["initiative"]),
    )


def _sheet(values: dict[str, Any]) -> SampleSheet:
    years = {int(key): _year(int(key), each) for key, each in values.items() if key.isdigit()}
    sheet = Initiative(
        theme=values["theme"],
        number=values["number"],
        name=values["name"],
        departments=tuple(values["departments"]),
        problem=tuple(values["problem"]),
        content=tuple(values["content"]),
        goal=tuple(values["goal"]),
        transfers=tuple(Transfer(**each) for each in values.get("transfers", [])),
        rows=tuple(years[fiscal_year].row for fiscal_year in sorted(years)),
    )
    return SampleSheet(sheet, years)


def _year(fiscal_year: int, values: dict[str, Any]) -> SampleYear:
    outcome = values.get("outcome")
    row = ScheduleRow(
        fiscal_year=fiscal_year,
        plan=tuple(values.get("plan", ())),
        result=tuple(values.get("result", ())),
        continues=values.get("continues", False),
        outcome=None if outcome is None else Outcome(outcome),
        effect=values.get("effect"),
    )
    return SampleYear(
        row=row,
        milestones=tuple(Happening(**each) for each in values.get("milestones", ())),
        scores=tuple(Score(**each) for each in values.get("scores", ())),
        state=values.get("state", "accepted" if row.result else ""),
        comment=values.get("comment", ""),
        returned=values.get("returned", ""),
        is_late=values.get("late", False),
        files=tuple(File(**each) for each in values.get("files", ())),
    )


def _without_results(sheet: Initiative) -> Initiative:
    return replace(
        sheet,
        rows=tuple(replace(row, result=(), outcome=None, effect=None) for row in sheet.rows),
    )
