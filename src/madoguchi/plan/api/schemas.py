"""What the API answers with; the reference shows the descriptions in the reader's language."""

from datetime import date, datetime
from typing import Annotated

from django.utils.translation import gettext_noop as _
from ninja import Field, Path, Query, Schema

from madoguchi.kernel import fiscal
from madoguchi.plan.document.model import Outcome
from madoguchi.plan.models import PlanYear
from madoguchi.plan.rules.comparison import Verdict
from madoguchi.plan.rules.progress import Standing, YearProgress

Slug = Annotated[
    str,
    Path(
        max_length=50,
        pattern=r"^[-a-zA-Z0-9_]+$",
        examples=["reform-2025"],
        description=_("The plan's name in addresses, such as reform-2025."),
    ),
]
ThemeNumber = Annotated[
    int, Path(ge=0, le=9999, examples=[1], description=_("The theme's number."))
]
Number = Annotated[
    int,
    Path(ge=0, le=9999, examples=[1], description=_("The initiative's number within its theme.")),
]
FiscalYear = Annotated[
    int,
    Path(
        gt=fiscal.FIRST_FISCAL_YEAR,
        lt=fiscal.LAST_FISCAL_YEAR,
        examples=[2025],
        description=_("The fiscal year (April to March) by its western number."),
    ),
]
Code = Annotated[
    str,
    Path(
        max_length=80,
        pattern=r"^[a-z][a-z0-9_.]*$",
        examples=["plan.carried_over"],
        description=_("The indicator's code, such as plan.carried_over."),
    ),
]
PublicId = Annotated[
    str,
    Path(
        max_length=12,
        pattern=r"^[-a-zA-Z0-9_]+$",
        description=_("The number that a frozen figure is quoted by."),
    ),
]
ThemeFilter = Annotated[
    int | None, Query(ge=0, le=9999, description=_("Only this theme, by its number."))
]
YearFilter = Annotated[
    int | None,
    Query(ge=1868, le=9998, description=_("Only this fiscal year, by its western number.")),
]
DepartmentFilter = Annotated[
    int | None,
    Query(ge=0, le=2**31 - 1, description=_("Only what this department is in charge of.")),
]
StandingFilter = Annotated[Standing | None, Query(description=_("Only initiatives that stand so."))]


class Problem(Schema):
    """What could not be done, in words."""

    message: str


class Refusal(Schema):
    """What is wrong with one parameter; ``loc`` is the way to it."""

    type: str
    loc: list[str | int]
    msg: str


class Refused(Schema):
    """Parameters that cannot be understood."""

    detail: list[Refusal]


class Year(Schema):
    fiscal_year: int = Field(
        description=_("The fiscal year (April to March) by its western number.")
    )
    label: str = Field(description=_("The fiscal year as people write it: 令和元年度."))
    status: PlanYear.Status = Field(
        description=_("Where the year is in its cycle; results are public once published.")
    )


class PlanSummary(Schema):
    slug: str
    title: str
    first_year: int
    last_year: int
    initiatives: int = Field(description=_("How many initiatives the plan has."))
    finished: int = Field(description=_("How many of them have ended as finished."))
    carried_over: int = Field(description=_("How many went on into the next plan."))
    is_running: bool
    url: str = Field(description=_("The page for people."))


class ThemeSummary(Schema):
    number: int
    name: str
    initiatives: int = Field(description=_("How many initiatives the theme has."))
    url: str = Field(description=_("The page for people."))


class PlanDetail(PlanSummary):
    introduction: str
    years: list[Year]
    themes: list[ThemeSummary]


class InCharge(Schema):
    id: int
    written_as: str = Field(description=_("The department as the sheet names it."))
    name_now: str = Field(description=_("Its present name, where it was renamed since."))


class YearState(Schema):
    fiscal_year: int
    state: YearProgress


class InitiativeSummary(Schema):
    code: str = Field(description=_("The number as people say it: 1-12."))
    theme: int
    number: int
    name: str
    departments: list[InCharge]
    standing: Standing
    years: list[YearState]
    url: str = Field(description=_("The page for people."))


class Figure(Schema):
    """A figure inside a result line."""

    code: str = Field(description=_("The indicator's code, or m: and a milestone's number."))
    text: str = Field(description=_("The figure as it is shown: 1,204人."))
    label: str
    is_frozen: bool = Field(description=_("Whether it was frozen when the year was closed."))
    url: str = Field(description=_("The page with the records behind it."))


class PlannedItem(Schema):
    text: str
    verdict: Verdict = Field(description=_("What became of it."))
    result_year: int | None = Field(description=_("The fiscal year of its result, if any."))


class ResultLine(Schema):
    text: str = Field(description=_("The line as people read it, with its figures filled in."))
    figures: list[Figure]
    verdict: Verdict
    plan_year: int | None = Field(description=_("The fiscal year it was planned for, if any."))


class SheetRow(Schema):
    fiscal_year: int
    label: str
    is_published: bool = Field(description=_("Whether the result is public; if not, it is empty."))
    plan: list[PlannedItem]
    continues: bool = Field(description=_("Whether the plan of the year above goes on (↓)."))
    result: list[ResultLine]
    outcome: Outcome | None = Field(
        description=_("How the initiative ended in this year, if it did.")
    )
    effect: int | None = Field(description=_("The effect amount (効果額) in thousand yen."))
    score: float | None = Field(description=_("The council's average score, 1 to 5."))


class Moved(Schema):
    subject: str
    code: str = Field(description=_("The other initiative's number, such as 1-12."))
    name: str


class Sheet(Schema):
    """One initiative in full."""

    code: str
    theme: int
    theme_name: str
    number: int
    name: str
    departments: list[InCharge]
    problem: list[str] = Field(description=_("Present state and problem, by paragraph."))
    content: list[str] = Field(description=_("What will be done, by paragraph."))
    goal: list[str] = Field(description=_("The goal, by paragraph."))
    standing: Standing
    rows: list[SheetRow] = Field(description=_("The schedule, one entry for each fiscal year."))
    effect_total: int | None = Field(description=_("The effect amounts (thousand yen) together."))
    moved_out: list[Moved] = Field(description=_("Parts that went to other initiatives."))
    moved_in: list[Moved] = Field(description=_("Parts that came from other initiatives."))
    url: str = Field(description=_("The page for people."))


class Row(Schema):
    """One initiative in one fiscal year, as plain text."""

    code: str
    name: str
    fiscal_year: int
    plan: list[str]
    continues: bool
    result: list[str]
    outcome: Outcome | None
    effect: int | None


class Verdicts(Schema):
    """How many planned items and results got which verdict."""

    code: str = Field(description=_("The initiative's or the theme's number."))
    name: str
    counts: dict[Verdict, int]
    planned: int = Field(description=_("Planned items that were due."))
    on_time: int = Field(description=_("Those of them that were done in time."))


class Comparison(Schema):
    """The plan against its published results; the rule is in the documentation."""

    total: Verdicts
    themes: list[Verdicts]
    initiatives: list[Verdicts]


class Indicator(Schema):
    code: str
    label: str
    unit: str
    description: str


class Record(Schema):
    text: str
    url: str
    on: date | None


class Frozen(Schema):
    """A figure as it was frozen, or a correction of one."""

    public_id: str
    value: str = Field(description=_("The number as a decimal text, so that it stays exact."))
    text: str
    measured_at: datetime
    digest: str = Field(description=_("SHA-256 of the figure with all its records."))
    reason: str = Field(description=_("Why it was corrected; empty for the first entry."))
    url: str


class Measured(Schema):
    """An indicator's present value for one fiscal year."""

    indicator: Indicator
    fiscal_year: int
    is_withheld: bool = Field(
        description=_("Whether it would tell of results that are not published yet.")
    )
    value: str | None = Field(
        description=_("The number as a decimal text, so that it stays exact.")
    )
    text: str | None
    measured_at: datetime | None
    records: list[Record] = Field(description=_("The first 500 records that were counted."))
    records_count: int
    frozen: list[Frozen] = Field(description=_("As it was frozen in published results."))
    url: str


class FrozenFigure(Schema):
    """A frozen figure with all that is needed to check it."""

    public_id: str
    code: str
    label: str
    unit: str
    value: str
    text: str
    fiscal_year: int
    initiative: str = Field(description=_("The initiative's number, such as 1-12."))
    measured_at: datetime
    digest: str
    is_intact: bool = Field(description=_("Whether the digest, computed anew, is still the same."))
    records: list[Record]
    chain: list[Frozen] = Field(description=_("The first entry and its corrections, in order."))
    url: str
