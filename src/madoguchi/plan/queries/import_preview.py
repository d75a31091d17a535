"""An uploaded file as its preview shows it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from madoguchi.kernel import fiscal
from madoguchi.plan.document.diff import Difference
from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.mapping import ColumnMapping
from madoguchi.plan.document.model import Initiative, Place, PlanDocument, Remark, summarise
from madoguchi.plan.document.reading import Columns, read_columns, read_plan
from madoguchi.plan.document.tabular import OUTCOME_WORDS
from madoguchi.plan.document.validity import check_document
from madoguchi.plan.models import ColumnMappingRecord, ImportDraft, ImportRecord
from madoguchi.plan.queries.import_words import (
    DIFFERENCES,
    REMARKS,
    place_words,
    unknown_figure_words,
)
from madoguchi.plan.queries.importing import (
    Pending,
    difference_data,
    ended_years,
    pending_import,
    title_of,
    unknown_figures,
)


@dataclass(frozen=True, slots=True)
class RemarkLine:
    number: int
    place: str
    words: Promise | str
    found: str
    read_as: str


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    place: str
    words: Promise | str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class YearLine:
    label: str
    plan: tuple[str, ...]
    continues: bool
    result: tuple[str, ...]
    outcome: str
    effect: int | None


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """One sheet as it was read, with the remarks on it."""

    sheet: Initiative
    years: tuple[YearLine, ...]
    remarks: tuple[RemarkLine, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """``title`` is the plan's; ``seen`` changes with anything that the import would do."""

    pending: Pending
    title: str
    counts: dict[str, int]
    changes: tuple[DifferenceLine, ...]
    removals: tuple[DifferenceLine, ...]
    refused: tuple[DifferenceLine, ...]
    sheets: tuple[SheetPreview, ...]
    general: tuple[RemarkLine, ...]
    unknown_figures: tuple[str, ...]
    has_ended_years: bool
    sha256: str
    seen: str


def draft_content(draft: ImportDraft) -> bytes:
    with draft.file.open("rb") as file:
        content: bytes = file.read()
    return content


def draft_document(draft: ImportDraft, content: bytes) -> PlanDocument:
    """The plan in the draft, with the columns that were told. Raises PlanUnreadable."""
    mapping = None if draft.columns is None else ColumnMapping.from_json(draft.columns)
    document = read_plan(content, filename=draft.filename, mapping=mapping)
    check_document(document)
    return document


def columns_asked(content: bytes, filename: str, error: PlanUnreadable) -> Columns | None:
    """The columns to ask about, where that is what the error is about."""
    if error.code not in ("mapping_needed", "mapping_column_missing", "no_sheet"):
        return None
    return read_columns(content, filename=filename)


def preview_of(draft: ImportDraft) -> Preview:
    """What the draft holds and what importing it would change. Raises PlanUnreadable."""
    content = draft_content(draft)
    document = draft_document(draft, content)
    pending = pending_import(draft.plan, document)
    lines = [remark_line(remark) for remark in document.remarks]
    of_sheet: dict[str, list[RemarkLine]] = {}
    for remark, line in zip(document.remarks, lines, strict=True):
        of_sheet.setdefault(remark.place.initiative, []).append(line)
    counts = summarise(document)
    return Preview(
        pending=pending,
        title=draft.plan.title if draft.plan else title_of(document, draft.title),
        counts={name: getattr(counts, name) for name in counts.__slots__},
        changes=_difference_lines(pending.changes),
        removals=_difference_lines(pending.removals),
        refused=_difference_lines(pending.refused),
        sheets=tuple(
            SheetPreview(sheet, _years(sheet), tuple(of_sheet.get(sheet.code, ())))
            for sheet in pending.document.initiatives
        ),
        general=tuple(of_sheet.get("", ())),
        unknown_figures=tuple(
            unknown_figure_words(place, code) for place, code in unknown_figures(document)
        ),
        has_ended_years=bool(ended_years(document)),
        sha256=hashlib.sha256(content).hexdigest(),
        seen=_seen(pending),
    )


def waiting_drafts() -> QuerySet[ImportDraft]:
    return ImportDraft.objects.select_related("plan", "by").order_by("-at")


def past_imports() -> QuerySet[ImportRecord]:
    return ImportRecord.objects.select_related("plan", "by")


def saved_mappings(columns: Columns) -> list[ColumnMappingRecord]:
    """Saved answers all of whose columns this file has."""
    headings = set(columns.headings)
    return [
        found
        for found in ColumnMappingRecord.objects.order_by("name")
        if found.columns and set(found.columns) <= headings
    ]


def fitting_mapping(columns: Columns) -> ColumnMapping | None:
    """The latest saved answer that fits, so that a known layout is not asked about again."""
    fitting = sorted(saved_mappings(columns), key=lambda found: found.at)
    return ColumnMapping.from_json(fitting[-1].columns) if fitting else None


def remark_line(remark: Remark) -> RemarkLine:
    return RemarkLine(
        number=remark.number,
        place=place_words(remark.place),
        words=REMARKS[remark.code],
        found=remark.found,
        read_as=remark.read_as,
    )


def record_lines(record: ImportRecord) -> dict[str, list[RemarkLine] | list[DifferenceLine]]:
    """The remarks and differences that were kept with an import."""
    remarks = [
        RemarkLine(
            each["number"],
            place_words(Place(**each["place"])),
            REMARKS.get(each["code"], each["code"]),
            each["found"],
            each["read_as"],
        )
        for each in record.remarks
    ]
    differences = [
        DifferenceLine(
            place_words(Place(**each["place"])),
            DIFFERENCES.get(each["code"], each["code"]),
            each["before"],
            each["after"],
        )
        for each in record.differences
    ]
    return {"remarks": remarks, "differences": differences}


def _difference_lines(differences: Iterable[Difference]) -> tuple[DifferenceLine, ...]:
    return tuple(
        DifferenceLine(place_words(each.place), DIFFERENCES[each.code], each.before, each.after)
        for each in differences
    )


def _years(sheet: Initiative) -> tuple[YearLine, ...]:
    return tuple(
        YearLine(
            label=fiscal.label(row.fiscal_year),
            plan=row.plan,
            continues=row.continues,
            result=row.result,
            outcome="" if row.outcome is None else OUTCOME_WORDS[row.outcome],
            effect=row.effect,
        )
        for row in sheet.rows
    )


def _seen(pending: Pending) -> str:
    said: Sequence[object] = [
        None if pending.plan is None else pending.plan.pk,
        difference_data(pending.changes),
        difference_data(pending.removals),
        difference_data(pending.refused),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
