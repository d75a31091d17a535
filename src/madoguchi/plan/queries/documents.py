"""A stored plan as a document (``document.model``), with its result lines as people read them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from madoguchi.kernel import clock
from madoguchi.kernel.city.queries import current_city
from madoguchi.plan.document import model
from madoguchi.plan.document.edition import Edition, Piece
from madoguchi.plan.models import Initiative, Plan, Report, ScheduleRow, Theme
from madoguchi.plan.queries.figures import ShownSegment, shown_lines
from madoguchi.plan.queries.importing import sheet_of
from madoguchi.plan.queries.years import public_reports

type Shown = dict[tuple[str, int, str], tuple[Piece, ...]]


class UnknownTheme(LookupError):  # named for what could not be done
    """The plan has no theme of this number; ``known`` are those that it has."""

    def __init__(self, number: int, known: Iterable[int]) -> None:
        self.number = number
        self.known = tuple(known)
        super().__init__(number)


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """``theme`` is the number of the only theme that was asked for, if one was."""

    plan: Plan
    document: model.PlanDocument
    edition: Edition
    theme: int | None


def stored_plan(plan: Plan, *, theme: int | None = None, only_published: bool) -> StoredPlan:
    """The plan, or one theme of it, as it is stored now. A constant number of queries.

    Results are those of accepted reports; with ``only_published`` only of published years.
    Raises UnknownTheme.
    """
    themes = list(Theme.objects.filter(plan=plan))
    if theme is not None:
        numbers = [found.number for found in themes]
        themes = [found for found in themes if found.number == theme]
        if not themes:
            raise UnknownTheme(theme, numbers)
    reports = _reports(plan, only_published=only_published)
    sheets = _initiatives(themes)
    accepted = {
        report.row_id: report
        for report in reports.filter(row__initiative__in=[sheet.pk for sheet in sheets])
    }
    by_theme: dict[int, list[model.Initiative]] = {found.pk: [] for found in themes}
    numbers_of = {found.pk: found.number for found in themes}
    for sheet in sheets:
        by_theme[sheet.theme_id].append(sheet_of(numbers_of[sheet.theme_id], sheet, accepted))
    document = model.PlanDocument(
        title=plan.title,
        themes=tuple(
            model.Theme(found.number, found.name, tuple(by_theme[found.pk])) for found in themes
        ),
    )
    shown = _shown(sheets, numbers_of, accepted)
    return StoredPlan(plan, document, _edition(shown), theme)


def _reports(plan: Plan, *, only_published: bool) -> QuerySet[Report]:
    reports = (
        public_reports() if only_published else Report.objects.filter(status=Report.Status.ACCEPTED)
    )
    return (
        reports.filter(row__initiative__theme__plan=plan)
        .select_related("row")
        .prefetch_related("items")
    )


def _initiatives(themes: list[Theme]) -> list[Initiative]:
    rows = ScheduleRow.objects.prefetch_related("plan_items")
    return list(
        Initiative.objects.filter(theme__in=themes)
        .order_by("theme__number", "number")
        .defer("search_text")
        .prefetch_related("charges", "transfers", Prefetch("rows", queryset=rows))
    )


def _shown(sheets: list[Initiative], numbers: dict[int, int], accepted: dict[int, Report]) -> Shown:
    lines = shown_lines(accepted.values())
    return {
        (f"{numbers[sheet.theme_id]}-{sheet.number}", row.fiscal_year, item.text): _pieces(
            lines[item.pk]
        )
        for sheet in sheets
        for row in sheet.rows.all()
        if row.pk in accepted
        for item in accepted[row.pk].items.all()
    }


def _pieces(segments: Iterable[ShownSegment]) -> tuple[Piece, ...]:
    return tuple(
        Piece(segment.text, f"{{{segment.code}}}" if segment.code else "") for segment in segments
    )


def _edition(shown: Shown) -> Edition:
    def show(initiative: model.Initiative, row: model.ScheduleRow, text: str) -> tuple[Piece, ...]:
        return shown[initiative.code, row.fiscal_year, text]

    return Edition(city=current_city().name, exported_on=clock.today(), show=show)
