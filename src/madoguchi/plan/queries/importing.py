"""What an import would do to what is stored: asked before anything is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from madoguchi.kernel import clock, evidence, fiscal
from madoguchi.plan.document import model
from madoguchi.plan.document.diff import Difference, diff_documents, without_removals
from madoguchi.plan.document.limits import MAX_TITLE
from madoguchi.plan.document.model import PlanDocument
from madoguchi.plan.document.validity import normalise
from madoguchi.plan.models import (
    ImportRecord,
    Initiative,
    Plan,
    PlanYear,
    Report,
    ScheduleRow,
    Theme,
)
from madoguchi.plan.queries.figures import milestones_of
from madoguchi.plan.rules import figures

CHANGES_A_YEAR: Final = frozenset({"row", "plan", "result", "outcome", "effect"})
_SAME_SHEETS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Pending:
    """An import before it is done.

    ``changes`` will be made; ``removals`` (what is stored and the file lacks) only if they are
    confirmed; ``refused`` stand in years that the plan has reported here, and stop the import.
    """

    plan: Plan | None
    stored: PlanDocument
    document: PlanDocument
    changes: tuple[Difference, ...]
    removals: tuple[Difference, ...]
    refused: tuple[Difference, ...]
    refused_removals: tuple[Difference, ...]

    @property
    def is_new(self) -> bool:
        return self.plan is None

    @property
    def differences(self) -> tuple[Difference, ...]:
        return (*self.changes, *self.removals)


def pending_import(plan: Plan | None, document: PlanDocument) -> Pending:
    """What importing ``document`` into ``plan`` (None: a new one) would change."""
    document = normalise(document)
    stored = PlanDocument(()) if plan is None else plan_document(plan)
    kept = without_removals(stored, document)
    changes = () if plan is None else diff_documents(stored, kept)
    removals = diff_documents(kept, document)
    fixed = frozenset() if plan is None else settled_years(plan)
    drafted = {} if plan is None else _being_reported(plan)
    initiative_years = {sheet.code: _years(sheet) for sheet in stored.initiatives}
    return Pending(
        plan=plan,
        stored=stored,
        document=document,
        changes=changes,
        removals=removals,
        refused=tuple(
            each for each in changes if _is_refused(each, fixed, drafted, initiative_years)
        ),
        refused_removals=tuple(
            each for each in removals if _is_refused(each, fixed, drafted, initiative_years)
        ),
    )


def plan_document(plan: Plan) -> PlanDocument:
    """The plan as stored: results are those of accepted reports, published or not."""
    reports = {
        report.row_id: report
        for report in Report.objects.filter(
            status=Report.Status.ACCEPTED, row__initiative__theme__plan=plan
        ).prefetch_related("items")
    }
    rows = ScheduleRow.objects.prefetch_related("plan_items")
    sheets = (
        Initiative.objects.filter(theme__plan=plan)
        .order_by("number")
        .defer("search_text")
        .prefetch_related("charges", "transfers", Prefetch("rows", queryset=rows))
    )
    by_theme: dict[int, list[Initiative]] = {}
    for sheet in sheets:
        by_theme.setdefault(sheet.theme_id, []).append(sheet)
    return PlanDocument(
        title=plan.title,
        themes=tuple(
            model.Theme(
                theme.number,
                theme.name,
                tuple(
                    sheet_of(theme.number, sheet, reports) for sheet in by_theme.get(theme.pk, [])
                ),
            )
            for theme in Theme.objects.filter(plan=plan)
        ),
    )


def settled_years(plan: Plan) -> frozenset[int]:
    """Fiscal years that were reported here and closed: no file changes them any more.

    A year that came closed with a document (it was never opened here) may still be replaced
    by a better document.
    """
    years = PlanYear.objects.filter(plan=plan, opened_at__isnull=False).filter(
        Q(status=PlanYear.Status.CLOSED) | Q(status=PlanYear.Status.PUBLISHED)
    )
    return frozenset(years.values_list("fiscal_year", flat=True))


def title_of(document: PlanDocument, wanted: str = "") -> str:
    """The title that a new plan gets: the one that was asked for, the document's, or its years."""
    years = document.fiscal_years
    said = {"first": years[0], "last": years[-1]}
    return (wanted or document.title or _("Reform plan %(first)s–%(last)s") % said)[:MAX_TITLE]


def ended_years(document: PlanDocument) -> frozenset[int]:
    """Years that are over and that the document has a result for."""
    today = clock.today()
    return frozenset(
        row.fiscal_year
        for sheet in document.initiatives
        for row in sheet.rows
        if (row.result or row.outcome) and fiscal.last_day(row.fiscal_year) < today
    )


def publishable_years(plan: Plan) -> list[PlanYear]:
    """Closed years that came with a document and wait for publication."""
    return list(
        PlanYear.objects.filter(
            plan=plan, status=PlanYear.Status.CLOSED, opened_at__isnull=True
        ).select_related("plan")
    )


def plan_for(document: PlanDocument, *, filename: str, sha256: str) -> Plan | None:
    """The plan that an import without a plan's name means, or None for a new one.

    Looked for among the plans that came from files: the same file, a file of the same name,
    the plan most of whose sheets have the same numbers and names.
    """
    imports = ImportRecord.objects.select_related("plan")
    for value in ({"sha256": sha256}, {"filename": filename}):
        found = imports.filter(**value).first() if all(value.values()) else None
        if found is not None:
            return found.plan
    names = {(sheet.theme, sheet.number): sheet.name for sheet in document.initiatives}
    from_files = ImportRecord.objects.exclude(filename="").values("plan")
    stored = Initiative.objects.filter(theme__plan__in=from_files)
    same: dict[int, int] = {}
    total: dict[int, int] = {}
    for plan, theme, number, name in stored.values_list(
        "theme__plan", "theme__number", "number", "name"
    ):
        total[plan] = total.get(plan, 0) + 1
        same[plan] = same.get(plan, 0) + (names.get((theme, number)) == name)
    best = max(same, key=lambda plan: same[plan], default=None)
    if best is None or same[best] <= _SAME_SHEETS * min(total[best], len(names)):
        return None
    return Plan.objects.get(pk=best)


def difference_data(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """Differences as plain data, as they are kept and printed."""
    return [
        {
            "code": each.code,
            "place": place_data(each.place),
            "before": each.before,
            "after": each.after,
        }
        for each in differences
    ]


def remark_data(remarks: Iterable[model.Remark]) -> list[dict[str, Any]]:
    """Remarks as plain data, as they are kept and printed."""
    return [
        {
            "number": each.number,
            "code": each.code,
            "place": place_data(each.place),
            "found": each.found,
            "read_as": each.read_as,
        }
        for each in remarks
    ]


def place_data(place: model.Place) -> dict[str, Any]:
    return {
        "initiative": place.initiative,
        "field": place.field,
        "line": place.line,
        "sheet": place.sheet,
    }


def _years(sheet: model.Initiative) -> frozenset[int]:
    return frozenset(row.fiscal_year for row in sheet.rows)


def _is_refused(
    difference: Difference,
    fixed: frozenset[int],
    drafted: Mapping[str, frozenset[int]],
    years: Mapping[str, frozenset[int]],
) -> bool:
    """Whether a settled year, or a report on its way, stands against it."""
    code = difference.place.initiative
    if difference.code == "initiative" and difference.is_removal:
        return bool(years[code] & (fixed | drafted.get(code, frozenset())))
    if difference.code not in CHANGES_A_YEAR or difference.fiscal_year is None:
        return False
    if difference.fiscal_year in fixed:
        return True
    if difference.code == "plan":
        return False
    return difference.fiscal_year in drafted.get(code, frozenset())


def _being_reported(plan: Plan) -> dict[str, frozenset[int]]:
    """For each initiative the open years in which somebody has begun a report."""
    open_years = PlanYear.objects.filter(plan=plan, status=PlanYear.Status.OPEN)
    rows = ScheduleRow.objects.filter(
        initiative__theme__plan=plan,
        report__isnull=False,
        fiscal_year__in=open_years.values("fiscal_year"),
    )
    found: dict[str, set[int]] = {}
    for theme, number, year in rows.values_list(
        "initiative__theme__number", "initiative__number", "fiscal_year"
    ):
        found.setdefault(f"{theme}-{number}", set()).add(year)
    return {code: frozenset(years) for code, years in found.items()}


def unknown_figures(document: PlanDocument) -> tuple[tuple[model.Place, str], ...]:
    """Codes in result lines that name no indicator or milestone of this city, with their places.

    They are stored as they are written, and shown as text.
    """
    rows = [(sheet.code, row) for sheet in document.initiatives for row in sheet.rows]
    lines = [line for _, row in rows for line in row.result]
    known = {indicator.code for indicator in evidence.indicators}
    known |= {f"m:{pk}" for pk in milestones_of(lines)}
    return tuple(
        (model.Place(code, f"{fiscal.label(row.fiscal_year, 'short')} 結果"), each.code)
        for code, row in rows
        for each in figures.unknown_codes(row.result, known)
    )


def sheet_of(theme: int, sheet: Initiative, reports: Mapping[int, Report]) -> model.Initiative:
    """A sheet that was read with its rows and items; ``reports`` by the row they belong to."""
    return model.Initiative(
        theme=theme,
        number=sheet.number,
        name=sheet.name,
        departments=tuple(charge.written_as for charge in sheet.charges.all()),
        problem=paragraphs_of(sheet.problem),
        content=paragraphs_of(sheet.content),
        goal=paragraphs_of(sheet.goal),
        rows=tuple(_row(row, reports.get(row.pk)) for row in sheet.rows.all()),
        transfers=tuple(
            model.Transfer(moved.subject, moved.theme_number, moved.number, moved.name)
            for moved in sheet.transfers.all()
        ),
    )


def _row(row: ScheduleRow, report: Report | None) -> model.ScheduleRow:
    planned = tuple(item.text for item in row.plan_items.all())
    if report is None:
        return model.ScheduleRow(row.fiscal_year, planned, continues=row.continues)
    return model.ScheduleRow(
        row.fiscal_year,
        plan=planned,
        result=tuple(item.text for item in report.items.all()),
        continues=row.continues,
        outcome=model.Outcome(report.outcome) if report.outcome else None,
        effect=report.effect,
    )


def paragraphs_of(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n\n")) if text else ()
