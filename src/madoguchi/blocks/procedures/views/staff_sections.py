"""The sections of a draft: each a page with a form, stored by itself."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.forms.composing import FactsForm, ItemsForm
from madoguchi.blocks.procedures.forms.composing_rows import ROW_SECTIONS, FirstForm, Rows
from madoguchi.blocks.procedures.models import Procedure, ProcedureVersion
from madoguchi.blocks.procedures.operations import composing
from madoguchi.blocks.procedures.queries.composing import (
    OthersChange,
    changes_since,
    letter_holes,
    message_holes,
    problems_in_words,
)
from madoguchi.blocks.procedures.queries.composing_words import (
    SECTION_LABELS,
    SECTION_LEADS,
    ChangeWords,
    in_words,
)
from madoguchi.blocks.procedures.rules import definition as definitions
from madoguchi.blocks.procedures.rules.composing import Section, changed, differences
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.views.staff_access import require_composer
from madoguchi.blocks.procedures.views.staff_composing import draft_of, procedure_or_404
from madoguchi.kernel.pages.forms import posted

GET_AND_POST = ["GET", "HEAD", "POST"]
BLANK_ROWS = 3
"""Rows to fill in where more were asked for."""
CONFLICT = 409


class EditForm(forms.Form):
    """At which save of the draft the page was opened."""

    edit = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


@dataclass
class SectionPage:
    """The forms of a section, and what they say of the draft."""

    section: Section
    definition: Definition
    form: FactsForm | ItemsForm | FirstForm | None = None
    rows: Rows | None = None
    others: list[OthersChange] = field(default_factory=list)
    mine: list[ChangeWords] = field(default_factory=list)

    def is_valid(self) -> bool:
        sound = [each.is_valid() for each in (self.form, self.rows) if each is not None]
        return all(sound)

    def parts(self) -> dict[str, Any]:
        """The parts of the definition that this section makes."""
        parts: dict[str, Any] = {}
        if isinstance(self.form, FactsForm | ItemsForm):
            parts |= self.form.parts(self.definition)
        if isinstance(self.form, FirstForm):
            parts |= self.form.cleaned_data
        if self.rows is not None:
            parts |= ROW_SECTIONS[self.section].parts(self.definition, self.rows.kept())
        return parts


@require_http_methods(GET_AND_POST)
def section_page(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """One section of the draft. ``?more=1`` gives blank rows."""
    composer = require_composer(request)
    if section not in Section.__members__.values():
        raise Http404
    found = procedure_or_404(code)
    draft = draft_of(found)
    if draft is None:
        messages.warning(request, str(composing.NoDraft()))
        return redirect("procedures_staff:compose_procedure", code)
    page = _page(request, Section(section), definitions.read(draft.definition))
    if request.method == "POST":
        return _store(request, found, draft, page, composer)
    return _show(request, found, draft, page)


def _page(request: HttpRequest, section: Section, definition: Definition) -> SectionPage:
    data = posted(request)
    page = SectionPage(section, definition)
    if section is Section.FACTS:
        page.form = FactsForm(data, initial=FactsForm.initial_of(definition))
    elif section is Section.ITEMS:
        page.form = ItemsForm(data, initial=None if data else ItemsForm.initial_of(definition))
    elif section is Section.STATES and definition.states:
        page.form = FirstForm(data, initial={"first": definition.first}, definition=definition)
    if section in ROW_SECTIONS:
        blank = BLANK_ROWS if "more" in request.GET else _blank(section, definition)
        page.rows = ROW_SECTIONS[section].rows(data, definition, blank=blank)
    return page


def _blank(section: Section, definition: Definition) -> int:
    """A row to begin with where there is none."""
    return 0 if ROW_SECTIONS[section].initial(definition) else 1


def _store(
    request: HttpRequest,
    found: Procedure,
    draft: ProcedureVersion,
    page: SectionPage,
    composer: User,
) -> HttpResponse:
    opened = EditForm(request.POST)
    if not page.is_valid() or not opened.is_valid():
        return _show(request, found, draft, page, status=422)
    edit = opened.cleaned_data["edit"]
    parts = page.parts()
    try:
        composing.save_draft(procedure_id=found.pk, parts=parts, edit=edit, by=composer)
    except composing.DraftChanged as refused:
        return _clash(request, found, refused.draft, page, edit)
    except composing.NoDraft as refused:
        messages.warning(request, str(refused))
        return redirect("procedures_staff:compose_procedure", found.code)
    messages.success(request, _("Stored: %(section)s") % {"section": SECTION_LABELS[page.section]})
    return redirect(_next(request, found, page.section))


def _clash(
    request: HttpRequest,
    found: Procedure,
    draft: ProcedureVersion,
    page: SectionPage,
    edit: int,
) -> HttpResponse:
    """What the other changed, and what is typed here beside it; sending again stores it."""
    stored = definitions.read(draft.definition)
    page.definition = stored
    typed = changed(stored, page.parts())
    page.others = changes_since(draft, edit)
    page.mine = in_words(differences(stored, typed), stored, typed)
    return _show(request, found, draft, page, status=CONFLICT)


def _next(request: HttpRequest, found: Procedure, section: Section) -> str:
    """Where the button leads that was pressed."""
    here = reverse("procedures_staff:compose_section", args=[found.code, section.value])
    if "more" in request.POST:
        return f"{here}?more=1#rows"
    if "stay" in request.POST:
        return here
    order = list(Section)
    place = order.index(section) + 1
    if "next" in request.POST and place < len(order):
        return reverse("procedures_staff:compose_section", args=[found.code, order[place].value])
    return reverse("procedures_staff:compose_procedure", args=[found.code])


def _show(
    request: HttpRequest,
    found: Procedure,
    draft: ProcedureVersion,
    page: SectionPage,
    *,
    status: int = 200,
) -> HttpResponse:
    problems = problems_in_words(definitions.read(draft.definition))
    order = list(Section)
    context = {
        "procedure": found,
        "draft": draft,
        "page": page,
        "section": page.section,
        "title": SECTION_LABELS[page.section],
        "lead": SECTION_LEADS[page.section],
        "sections": [
            {
                "code": each.value,
                "label": SECTION_LABELS[each],
                "problems": sum(problem.section is each for problem in problems),
                "is_here": each is page.section,
            }
            for each in order
        ],
        "problems": [each for each in problems if each.section is page.section],
        "is_last": page.section is order[-1],
        "holes": _holes(page),
        "status": status,
    }
    return render(request, "procedures/composing/section.html", context, status=status)


def _holes(page: SectionPage) -> list[Any]:
    if page.section is Section.LETTERS:
        return list(letter_holes(page.definition))
    return list(message_holes()) if page.section is Section.STATES else []
