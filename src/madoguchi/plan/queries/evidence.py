"""Evidence pages: an indicator's records in a year, a frozen figure with its chain, a milestone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from madoguchi.kernel import evidence, fiscal
from madoguchi.kernel.evidence import EvidenceRow, Indicator
from madoguchi.plan.models import (
    Attachment,
    FrozenFigure,
    Initiative,
    Milestone,
    PlanYear,
    Report,
    ResultItem,
)
from madoguchi.plan.queries.figures import Reading, figure_text, measure
from madoguchi.plan.queries.public import sheet_url
from madoguchi.plan.queries.years import public_reports, published_years

OWN_PREFIX = "plan."
"""The plan's own indicators tell of its results, so that they come out with them."""


@dataclass(frozen=True, slots=True)
class Use:
    """A result line of a sheet that names a figure."""

    code: str
    name: str
    url: str
    fiscal_year: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A frozen figure in its chain of corrections."""

    figure: FrozenFigure
    text: str
    url: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """A live indicator for one fiscal year.

    ``reading`` is None while it is withheld, and where measuring it fails.
    """

    indicator: Indicator
    fiscal_year: int
    reading: Reading | None
    is_withheld: bool
    frozen: tuple[Entry, ...]
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class FigurePage:
    """A frozen figure with everything that lets anyone check it."""

    figure: FrozenFigure
    text: str
    fiscal_year: int
    use: Use
    rows: tuple[EvidenceRow, ...]
    chain: tuple[Entry, ...]
    recomputed: str
    is_milestone: bool

    @property
    def is_intact(self) -> bool:
        return self.recomputed == self.figure.digest

    @property
    def latest(self) -> Entry:
        return self.chain[-1]


@dataclass(frozen=True, slots=True)
class MilestonePage:
    milestone: Milestone
    initiative: Use
    uses: tuple[Use, ...]


def is_withheld(code: str, fiscal_year: int) -> bool:
    """Whether the figure would tell of results that are not public. One query at most.

    These are results of a year that is not published, and all those of a hidden plan.
    """
    if not code.startswith(OWN_PREFIX):
        return False
    status = PlanYear.Status
    reports = Report.objects.filter(
        row__initiative__theme__plan=OuterRef("plan"), row__fiscal_year=fiscal_year
    )
    return (
        PlanYear.objects.filter(fiscal_year=fiscal_year)
        .exclude(status=status.PUBLISHED, plan__is_public=True)
        .filter(~Q(status=status.PLANNED) | Exists(reports))
        .exists()
    )


def indicator_page(code: str, fiscal_year: int, *, sees_all: bool) -> IndicatorPage | None:
    """The page of an indicator, or None where none has that code.

    ``sees_all`` is for staff, from whom nothing is withheld.
    """
    indicator = evidence.indicators.get(code)
    if indicator is None:
        return None
    hidden = not sees_all and is_withheld(code, fiscal_year)
    return IndicatorPage(
        indicator=indicator,
        fiscal_year=fiscal_year,
        reading=None if hidden else measure(code, fiscal_year),
        is_withheld=hidden,
        frozen=tuple(map(_entry, _frozen(code, fiscal_year))),
        uses=_uses(code, fiscal_year),
    )


def public_figure(public_id: str) -> FrozenFigure | None:
    """A frozen figure of a published year."""
    return (
        FrozenFigure.objects.filter(public_id=public_id, report__in=public_reports())
        .select_related("report__row__initiative__theme__plan")
        .first()
    )


def figure_page(figure: FrozenFigure) -> FigurePage:
    """Everything about a frozen figure; its digest is computed anew from what is stored."""
    row = figure.report.row
    rows = stored_rows(figure.rows)
    return FigurePage(
        figure=figure,
        text=figure_text(figure),
        fiscal_year=row.fiscal_year,
        use=_use(row.initiative, row.fiscal_year),
        rows=rows,
        chain=_chain(figure),
        recomputed=evidence.digest(
            figure.code, row.fiscal_year, figure.value, figure.unit, rows, figure.measured_at
        ),
        is_milestone=figure.code.startswith("m:"),
    )


def stored_rows(rows: Sequence[Mapping[str, str | None]]) -> tuple[EvidenceRow, ...]:
    """The records that were frozen with a figure."""
    return tuple(
        EvidenceRow(
            text=row["text"] or "",
            url=row.get("url") or "",
            on=date.fromisoformat(on) if (on := row.get("on")) else None,
        )
        for row in rows
    )


def milestone_page(pk: int, *, sees_all: bool) -> MilestonePage | None:
    """A milestone of a public plan, once the year in which it happened is published."""
    milestone = (
        Milestone.objects.filter(pk=pk, initiative__theme__plan__is_public=True)
        .select_related("initiative__theme__plan")
        .first()
    )
    if milestone is None:
        return None
    year = fiscal.fiscal_year_of(milestone.on)
    if not sees_all and (milestone.initiative.theme.plan_id, year) not in published_years():
        return None
    return MilestonePage(
        milestone=milestone,
        initiative=_use(milestone.initiative, year),
        uses=_uses(f"m:{milestone.pk}", None),
    )


def public_attachment(pk: int) -> Attachment | None:
    """A file of a published year that its department shows to the public."""
    return Attachment.objects.filter(pk=pk, is_public=True, report__in=public_reports()).first()


def _frozen(code: str, fiscal_year: int) -> QuerySet[FrozenFigure]:
    return FrozenFigure.objects.filter(
        code=code, report__row__fiscal_year=fiscal_year, report__in=public_reports()
    ).order_by("measured_at", "pk")


def _chain(figure: FrozenFigure) -> tuple[Entry, ...]:
    """The first entry and its corrections, in order. One query."""
    entries = FrozenFigure.objects.filter(report=figure.report_id, code=figure.code)
    following = {entry.corrects_id: entry for entry in entries}
    chain: list[Entry] = []
    entry = following.get(None)
    while entry is not None:
        chain.append(_entry(entry, here=figure.pk))
        entry = following.get(entry.pk)
    return tuple(chain)


def _entry(figure: FrozenFigure, here: int | None = None) -> Entry:
    url = reverse("plan:figure", args=[figure.public_id])
    return Entry(figure, figure_text(figure), url, is_here=figure.pk == here)


def _uses(code: str, fiscal_year: int | None) -> tuple[Use, ...]:
    """Published result lines that name the figure. One query."""
    items = ResultItem.objects.filter(
        Exists(public_reports().filter(pk=OuterRef("report"))), text__contains=f"{{{code}}}"
    ).select_related("report__row__initiative__theme__plan")
    if fiscal_year is not None:
        items = items.filter(report__row__fiscal_year=fiscal_year)
    found = (
        _use(item.report.row.initiative, item.report.row.fiscal_year)
        for item in items.order_by("report__row__initiative", "report__row__fiscal_year")
    )
    return tuple(dict.fromkeys(found))


def _use(initiative: Initiative, fiscal_year: int) -> Use:
    theme = initiative.theme
    return Use(
        code=f"{theme.number}-{initiative.number}",
        name=initiative.name,
        url=f"{sheet_url(theme.plan, theme.number, initiative.number)}#y{fiscal_year}",
        fiscal_year=fiscal_year,
    )
