"""A version of a procedure as residents will meet it: form, printed form, letters."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from madoguchi.blocks.documents.service import MissingGlyph
from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.forms.filling import AnswersForm, name_of
from madoguchi.blocks.procedures.models import Procedure
from madoguchi.blocks.procedures.operations.letters import sample_pdf
from madoguchi.blocks.procedures.operations.printing import blank_pdf
from madoguchi.blocks.procedures.queries.sheets import heading_of
from madoguchi.blocks.procedures.rules import definition as definitions
from madoguchi.blocks.procedures.rules import items
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.views.staff_access import require_rule_reader
from madoguchi.blocks.procedures.views.staff_composing import procedure_or_404
from madoguchi.blocks.procedures.views.staff_desk import pdf_answer
from madoguchi.kernel import clock


@require_safe
def form(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The form as residents fill it in; nothing of it can be sent."""
    found, definition = _version(request, code, number)
    asked = items.in_order(items.items_of(code, definition))
    shown = AnswersForm(asked=asked, values={})
    groups: dict[str, list[object]] = {}
    for each in asked:
        groups.setdefault(each.subject, []).append(shown[name_of(each)])
    context = {
        "procedure": found,
        "number": number,
        "definition": definition,
        "department": _office(found),
        "groups": [(heading_of(subject), fields) for subject, fields in groups.items()],
    }
    return render(request, "procedures/composing/preview.html", context)


@require_safe
def form_pdf(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The printed form with nothing filled in."""
    found, definition = _version(request, code, number)
    try:
        content = blank_pdf(definition, code, office=_office(found))
    except MissingGlyph as missing:
        return _unprintable(request, found, missing)
    return pdf_answer(content, f"{code}-{number}.pdf", is_shown=True)


@require_safe
def letter_pdf(request: HttpRequest, code: str, number: int, letter: str) -> HttpResponse:
    """A decision letter with names in place of values, marked as a sample."""
    found, definition = _version(request, code, number)
    if letter not in {each.code for each in definition.letters}:
        raise Http404
    try:
        content = sample_pdf(definition, letter, office=_office(found))
    except MissingGlyph as missing:
        return _unprintable(request, found, missing)
    return pdf_answer(content, f"{code}-{number}-{letter}.pdf", is_shown=True)


def _unprintable(request: HttpRequest, found: Procedure, missing: MissingGlyph) -> HttpResponse:
    """The font of printed papers lacks a sign that somebody typed."""
    context = {"procedure": found, "missing": missing}
    return render(request, "procedures/composing/unprintable.html", context, status=422)


def _version(request: HttpRequest, code: str, number: int) -> tuple[Procedure, Definition]:
    require_rule_reader(request)
    found = procedure_or_404(code)
    shown = get_object_or_404(found.versions, number=number)
    return found, definitions.read(shown.definition)


def _office(found: Procedure) -> str:
    pk = found.department_id
    return identity.department_names([pk], on=clock.today())[pk]
