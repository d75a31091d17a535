"""From what queries give to what the API answers with."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from madoguchi.kernel import fiscal
from madoguchi.kernel.evidence import EvidenceRow, Indicator
from madoguchi.plan.api import schemas
from madoguchi.plan.document.edition import shown_text
from madoguchi.plan.models import FrozenFigure, PlanYear
from madoguchi.plan.queries import comparison, evidence, public, sheet
from madoguchi.plan.queries.documents import StoredPlan
from madoguchi.plan.rules.comparison import Slips
from madoguchi.plan.rules.figures import number

MOST_RECORDS = 500


def plan_summary(request: HttpRequest, card: public.PlanCard) -> schemas.PlanSummary:
    return schemas.PlanSummary(**_plan_fields(request, card))


def plan_detail(
    request: HttpRequest, card: public.PlanCard, overview: public.Overview
) -> schemas.PlanDetail:
    return schemas.PlanDetail(
        **_plan_fields(request, card),
        introduction=overview.plan.introduction,
        years=[
            schemas.Year(
                fiscal_year=year.fiscal_year,
                label=fiscal.label(year.fiscal_year),
                status=PlanYear.Status(year.status),
            )
            for year in overview.years
        ],
        themes=[
            schemas.ThemeSummary(
                number=theme.number,
                name=theme.name,
                initiatives=len(theme.lines),
                url=request.build_absolute_uri(theme.url),
            )
            for theme in overview.themes
        ],
    )


def initiative_summary(
    request: HttpRequest, line: public.InitiativeLine
) -> schemas.InitiativeSummary:
    return schemas.InitiativeSummary(
        code=line.code,
        theme=line.theme,
        number=line.number,
        name=line.name,
        departments=_in_charge(line.departments),
        standing=line.standing,
        years=[
            schemas.YearState(fiscal_year=cell.fiscal_year, state=cell.progress)
            for cell in line.cells
        ],
        url=request.build_absolute_uri(line.url),
    )


def sheet_in_full(request: HttpRequest, found: sheet.Sheet) -> schemas.Sheet:
    initiative = found.initiative
    return schemas.Sheet(
        code=found.code,
        theme=initiative.theme.number,
        theme_name=initiative.theme.name,
        number=initiative.number,
        name=initiative.name,
        departments=_in_charge(found.departments),
        problem=_paragraphs(initiative.problem),
        content=_paragraphs(initiative.content),
        goal=_paragraphs(initiative.goal),
        standing=found.standing,
        rows=[_sheet_row(request, row) for row in found.rows],
        effect_total=found.effect_total,
        moved_out=_moved(found.moved_out),
        moved_in=_moved(found.moved_in),
        url=request.build_absolute_uri(found.url),
    )


def rows(stored: StoredPlan, fiscal_year: int | None) -> list[schemas.Row]:
    """The rows of all sheets, those of one year where one is named."""
    return [
        schemas.Row(
            code=found.code,
            name=found.name,
            fiscal_year=row.fiscal_year,
            plan=list(row.plan),
            continues=row.continues,
            result=[shown_text(stored.edition.show(found, row, text)) for text in row.result],
            outcome=row.outcome,
            effect=row.effect,
        )
        for found in stored.document.initiatives
        for row in found.rows
        if fiscal_year in {None, row.fiscal_year}
    ]


def compared(slips: comparison.PlanSlips) -> schemas.Comparison:
    return schemas.Comparison(
        total=_verdicts("", "", slips.total),
        themes=[_verdicts(str(line.of.number), line.of.name, line.slips) for line in slips.themes],
        initiatives=[
            _verdicts(line.of.code, line.of.name, line.slips) for line in slips.initiatives
        ],
    )


def indicator(found: Indicator) -> schemas.Indicator:
    return schemas.Indicator(
        code=found.code,
        label=str(found.label),
        unit=str(found.unit),
        description=str(found.description),
    )


def measured(request: HttpRequest, page: evidence.IndicatorPage, url: str) -> schemas.Measured:
    reading = page.reading
    return schemas.Measured(
        indicator=indicator(page.indicator),
        fiscal_year=page.fiscal_year,
        is_withheld=page.is_withheld,
        value=number_text(reading.value) if reading else None,
        text=reading.text if reading else None,
        measured_at=reading.measured_at if reading else None,
        records=_records(request, reading.rows[:MOST_RECORDS]) if reading else [],
        records_count=len(reading.rows) if reading else 0,
        frozen=[_frozen(request, entry) for entry in page.frozen],
        url=request.build_absolute_uri(url),
    )


def frozen_figure(
    request: HttpRequest, page: evidence.FigurePage, url: str
) -> schemas.FrozenFigure:
    figure = page.figure
    return schemas.FrozenFigure(
        public_id=figure.public_id,
        code=figure.code,
        label=figure.label,
        unit=figure.unit,
        value=number_text(figure.value),
        text=page.text,
        fiscal_year=page.fiscal_year,
        initiative=page.use.code,
        measured_at=figure.measured_at,
        digest=figure.digest,
        is_intact=page.is_intact,
        records=_records(request, page.rows),
        chain=[_frozen(request, entry) for entry in page.chain],
        url=request.build_absolute_uri(url),
    )


def number_text(value: Any) -> str:
    """``1204`` or ``98.5``: exact, without thousands marks."""
    return number(value).replace(",", "")


def _plan_fields(request: HttpRequest, card: public.PlanCard) -> dict[str, Any]:
    return {
        "slug": card.slug,
        "title": card.title,
        "first_year": card.first_year,
        "last_year": card.last_year,
        "initiatives": card.initiatives,
        "finished": card.finished,
        "carried_over": card.carried_over,
        "is_running": card.is_running,
        "url": request.build_absolute_uri(reverse("plan:overview", args=[card.slug])),
    }


def _in_charge(departments: Iterable[public.ShownDepartment]) -> list[schemas.InCharge]:
    return [
        schemas.InCharge(id=found.pk, written_as=found.written_as, name_now=found.name_now)
        for found in departments
    ]


def _sheet_row(request: HttpRequest, row: sheet.ShownRow) -> schemas.SheetRow:
    return schemas.SheetRow(
        fiscal_year=row.year.fiscal_year,
        label=fiscal.label(row.year.fiscal_year),
        is_published=row.is_result_public,
        plan=[
            schemas.PlannedItem(
                text=item.text, verdict=item.match.verdict, result_year=item.match.result_year
            )
            for item in row.plan
        ],
        continues=row.continues,
        result=[_result_line(request, item) for item in row.result],
        outcome=row.outcome,
        effect=row.effect,
        score=row.score,
    )


def _result_line(request: HttpRequest, item: sheet.ShownResultItem) -> schemas.ResultLine:
    return schemas.ResultLine(
        text="".join(segment.text for segment in item.segments),
        figures=[
            schemas.Figure(
                code=segment.code,
                text=segment.text,
                label=segment.label,
                is_frozen=segment.is_frozen,
                url=request.build_absolute_uri(segment.url),
            )
            for segment in item.segments
            if segment.code and not segment.is_unknown
        ],
        verdict=item.match.verdict,
        plan_year=item.match.plan_year,
    )


def _moved(transfers: Iterable[sheet.ShownTransfer]) -> list[schemas.Moved]:
    return [
        schemas.Moved(subject=moved.subject, code=moved.code, name=moved.name)
        for moved in transfers
    ]


def _verdicts(code: str, name: str, slips: Slips) -> schemas.Verdicts:
    return schemas.Verdicts(
        code=code,
        name=name,
        counts=dict(slips.counts),
        planned=slips.planned,
        on_time=slips.on_time,
    )


def _records(request: HttpRequest, found: Iterable[EvidenceRow]) -> list[schemas.Record]:
    return [
        schemas.Record(
            text=row.text, url=request.build_absolute_uri(row.url) if row.url else "", on=row.on
        )
        for row in found
    ]


def _frozen(request: HttpRequest, entry: evidence.Entry) -> schemas.Frozen:
    figure: FrozenFigure = entry.figure
    return schemas.Frozen(
        public_id=figure.public_id,
        value=number_text(figure.value),
        text=entry.text,
        measured_at=figure.measured_at,
        digest=figure.digest,
        reason=figure.reason,
        url=request.build_absolute_uri(entry.url),
    )


def _paragraphs(text: str) -> list[str]:
    return text.split("\n\n") if text else []
