"""A stored plan as a file in one of the formats that people download."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from django.utils import translation

from madoguchi.blocks.documents import service as documents
from madoguchi.plan import document
from madoguchi.plan.document.edition import Edition
from madoguchi.plan.document.model import PlanDocument
from madoguchi.plan.document.write_csv import write_csv
from madoguchi.plan.document.write_html import write_html
from madoguchi.plan.document.write_json import plan_data, write_json
from madoguchi.plan.document.write_xlsx import write_xlsx
from madoguchi.plan.models import Plan
from madoguchi.plan.queries.documents import StoredPlan, UnknownTheme, stored_plan
from madoguchi.plan.queries.printing import TEMPLATE, Unprintable, printed, printed_data

__all__ = [
    "MEDIA_TYPES",
    "Export",
    "Format",
    "PendingExport",
    "UnknownTheme",
    "Unprintable",
    "export_plan",
    "prepare_export",
]


class Format(StrEnum):
    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


MEDIA_TYPES: Final = {
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
    Format.HTML: "text/html; charset=utf-8",
}
_WRITERS: Final[dict[Format, Callable[[PlanDocument, Edition], bytes]]] = {
    Format.XLSX: write_xlsx,
    Format.CSV: write_csv,
    Format.JSON: write_json,
    Format.HTML: write_html,
}


@dataclass(frozen=True, slots=True)
class Export:
    filename: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PendingExport:
    """An export that was not written yet. ``digest`` changes whenever the file would."""

    stored: StoredPlan
    format: Format
    digest: str

    @property
    def filename(self) -> str:
        part = "" if self.stored.theme is None else f"-{self.stored.theme}"
        return f"{self.stored.plan.slug}{part}.{self.format}"

    def write(self) -> Export:
        """Write the file, or take the one that was written of the same content before.

        Raises Unprintable, and ``write_xlsx.TextTooLong``.
        """
        content = documents.made_once(self.digest, self._written)
        return Export(self.filename, MEDIA_TYPES[self.format], content)

    def _written(self) -> bytes:
        if self.format is Format.PDF:
            return printed(self.stored)
        return _WRITERS[self.format](self.stored.document, self.stored.edition)


def prepare_export(
    plan: Plan, wanted: Format, *, theme: int | None = None, only_published: bool = True
) -> PendingExport:
    """Read what is to be exported. Raises UnknownTheme."""
    with translation.override("ja"):  # the document's language, whoever asks for it
        stored = stored_plan(plan, theme=theme, only_published=only_published)
    if wanted is Format.PDF:
        content: list[object] = [documents.template_digest(TEMPLATE), printed_data(stored)]
    else:
        content = [_writers_digest(), theme, plan_data(stored.document, stored.edition)]
    return PendingExport(stored, wanted, documents.digest_of(wanted, content))


@cache
def _writers_digest() -> str:
    """Changes when the writers do: after an upgrade nobody gets a file of the old form."""
    sources = sorted(Path(document.__file__).parent.glob("*.py"))
    return documents.digest_of([source.read_text(encoding="utf-8") for source in sources])


def export_plan(
    plan: Plan, wanted: Format, *, theme: int | None = None, only_published: bool = True
) -> Export:
    """The plan, or one theme of it, as a file.

    Results are those of published years, or with ``only_published=False`` all that were
    accepted. Raises UnknownTheme, Unprintable, ``write_xlsx.TextTooLong``.
    """
    pending = prepare_export(plan, wanted, theme=theme, only_published=only_published)
    return pending.write()
