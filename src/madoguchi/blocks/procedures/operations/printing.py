"""The papers of a case: a cover sheet and every form in the official manner, one symbol on each."""

from collections.abc import Collection
from typing import Final

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.queries.forms import blank_data, case_data
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.kernel import clock

TEMPLATE: Final = "procedures/pdf/case.typ"


def case_pdf(
    case: Case, *, only: Collection[str] | None = None, for_operator: bool = False
) -> bytes:
    """All forms of a case as they stand, behind a cover sheet with what to bring and where to go.

    ``only``: the procedures whose forms are wanted; ``for_operator`` leaves guarded items blank.
    Signs that the font lacks are printed as 〓 and named at the foot of their form.
    """
    data = case_data(case, today=clock.today(), only=only, for_operator=for_operator)
    return documents.render_pdf(TEMPLATE, data, title=str(data["title"]))


def blank_pdf(definition: Definition, code: str, *, office: str) -> bytes:
    """The papers of a procedure as it is composed, with nothing filled in."""
    data = blank_data(definition, code, office=office, today=clock.today())
    return documents.render_pdf(TEMPLATE, data, title=str(data["title"]))
