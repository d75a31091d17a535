"""What the papers of a case show (procedures/pdf/case.typ)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.service import Kind
from madoguchi.blocks.procedures.guide.listing import personal_list
from madoguchi.blocks.procedures.models import Application, Case
from madoguchi.blocks.procedures.queries.cases import checklist_of, guide_by_number
from madoguchi.blocks.procedures.queries.drafts import Draft, draft_of, to_attach
from madoguchi.blocks.procedures.queries.words import full_label_of, label_of, shown_value
from madoguchi.blocks.procedures.rules import codes, items
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.rules.items import Asked
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.city.queries import current_city

GETA: Final = "〓"
"""What printers set where they have no sign."""
QUIET_ZONE: Final = 4
_SYMBOL: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
    '<path transform="translate({quiet} {quiet})" d="{path}"/></svg>'
)
_IN_BLOCK: Final = (
    "applicant.postcode",
    "applicant.address",
    "applicant.kana",
    "applicant.name",
    "applicant.birth_date",
    "applicant.phone",
)
"""What stands in the applicant's block of every form that asks for it."""


def case_data(
    case: Case,
    *,
    today: date,
    only: Collection[str] | None = None,
    for_operator: bool = False,
) -> dict[str, Any]:
    """Everything that is printed, in Japanese: forms are the city's, whoever fills them in.

    ``only``: the procedures whose forms are wanted; ``for_operator`` leaves guarded items blank.
    """
    with translation.override(settings.LANGUAGE_CODE):
        draft = _narrowed(draft_of(case), only)
        known = _readable(draft, case.values) if for_operator else case.values
        city = current_city()
        departments = identity.department_names(
            {each.department_id for each in draft.applications}, on=today
        )
        return {
            "title": _("Papers for the counter (%(number)s)")
            % {"number": codes.shown(case.number)},
            "city": city.name,
            "contact": city.contact,
            "number": codes.shown(case.number),
            "symbol": _symbol(codes.QR_PREFIX + case.number),
            "is_draft": case.stage == Case.Stage.DRAFT,
            "date": fiscal.era_date(clock.day_of(case.sent_at or case.begun_at)),
            "printed": fiscal.era_date(today),
            "applicant": _plain(known.get("applicant.name", ""), {}),
            "procedures": [
                {
                    "title": draft.definitions[each.procedure].title,
                    "office": departments[each.department_id],
                    "fee": draft.definitions[each.procedure].fee,
                }
                for each in draft.applications
            ],
            "steps": _steps(case, draft, today),
            "bring": _bring(case, today),
            "attached": [
                {"title": each.document.title, "is_there": bool(each.files)}
                for each in to_attach(draft)
            ],
            "forms": [
                _form(
                    case,
                    each,
                    draft.definitions[each.procedure],
                    city.name,
                    for_operator=for_operator,
                )
                for each in draft.applications
            ],
        }


def _bring(case: Case, today: date) -> list[str]:
    """What the guide's list says to bring, each thing once."""
    guide = guide_by_number(case.guide_number)
    if guide is None or case.event not in guide.events:
        return []
    entries = personal_list(guide, case.event, case.answers, today)
    titles = (str(each.title) for entry in entries for each in entry.bring)
    return list(dict.fromkeys(titles))


def _steps(case: Case, draft: Draft, today: date) -> list[dict[str, str]]:
    """What else is on the guide's list: procedures that are not applied for here."""
    begun = {each.procedure for each in draft.applications}
    return [
        {"title": each.title, "counter": each.counter}
        for each in checklist_of(case.number, on=today)
        if each.form not in begun
    ]


def _symbol(text: str) -> str:
    rows = documents.qr_modules_of_text(text)
    return _SYMBOL.format(
        side=len(rows) + 2 * QUIET_ZONE, quiet=QUIET_ZONE, path=documents.squares_path(rows)
    )


def blank_data(definition: Definition, code: str, *, office: str, today: date) -> dict[str, Any]:
    """The papers of a procedure as nobody has filled them in, for whoever composes it."""
    case = Case(number="0" * codes.NUMBER_LENGTH, stage=Case.Stage.DRAFT, begun_at=clock.now())
    application = Application(case=case, procedure=code)
    with translation.override(settings.LANGUAGE_CODE):
        city = current_city()
        return {
            "title": definition.title or code,
            "city": city.name,
            "contact": city.contact,
            "number": codes.shown(case.number),
            "symbol": _symbol(codes.QR_PREFIX + case.number),
            "is_draft": True,
            "date": fiscal.era_date(today),
            "printed": fiscal.era_date(today),
            "applicant": "",
            "procedures": [{"title": definition.title, "office": office, "fee": definition.fee}],
            "steps": [],
            "bring": [],
            "attached": [{"title": each.title, "is_there": False} for each in definition.documents],
            "forms": [_form(case, application, definition, city.name)],
        }


def _narrowed(draft: Draft, only: Collection[str] | None) -> Draft:
    if only is None:
        return draft
    wanted = tuple(each for each in draft.applications if each.procedure in only)
    return replace(draft, applications=wanted)


def _readable(draft: Draft, values: Mapping[str, str]) -> dict[str, str]:
    """Values that none of these procedures guards."""
    guarded = {
        each.key
        for application in draft.applications
        for each in items.items_of(application.procedure, draft.definitions[application.procedure])
        if each.is_guarded
    }
    return {key: value for key, value in values.items() if key not in guarded}


def _form(
    case: Case,
    application: Application,
    definition: Definition,
    city: str,
    *,
    for_operator: bool = False,
) -> dict[str, Any]:
    values = application.values if application.state else case.values
    asked = items.in_order(items.items_of(application.procedure, definition))
    if for_operator:
        guarded = {each.key for each in asked if each.is_guarded}
        values = {key: value for key, value in values.items() if key not in guarded}
    lacking: dict[str, str] = {}
    block = [
        {"label": label_of(each), "value": _value(each, values, lacking)}
        for ref in _IN_BLOCK
        for each in asked
        if each.key == ref
    ]
    return {
        "title": definition.form_title or definition.title,
        "basis": definition.legal_basis,
        "addressee": definition.addressee or f"{city}長",
        "date": fiscal.era_date(clock.day_of(case.sent_at)) if case.sent_at else "",
        "block": block,
        "groups": _groups([each for each in asked if each.key not in _IN_BLOCK], values, lacking),
        "documents": [each.title for each in definition.documents],
        "fee": definition.fee,
        "notes": list(definition.notes),
        "lacking": [{"label": label, "signs": signs} for label, signs in lacking.items()],
    }


def _groups(
    asked: Sequence[Asked], values: Mapping[str, str], lacking: dict[str, str]
) -> list[dict[str, Any]]:
    named = {each.subject for each in asked if values.get(each.key)}
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in asked:
        if items.is_of_other(each.subject) and each.subject not in named:
            continue
        row = {
            "label": label_of(each),
            "value": _value(each, values, lacking),
            "is_long": each.item.kind is Kind.LONG_TEXT,
        }
        groups.setdefault(each.subject, []).append(row)
    return [
        {
            "heading": identity.subject_label(subject) if subject else _("Other matters"),
            "rows": rows,
        }
        for subject, rows in groups.items()
    ]


def _value(asked: Asked, values: Mapping[str, str], lacking: dict[str, str]) -> str:
    """A value as it is printed; days as official papers write them."""
    kept = values.get(asked.key, "")
    if not kept:
        return ""
    if asked.item.kind is Kind.DATE:
        return fiscal.era_date(date.fromisoformat(kept))
    return _plain(shown_value(asked, kept), lacking, full_label_of(asked))


def _plain(text: str, lacking: dict[str, str], label: str = "") -> str:
    """The text with 〓 for what the font lacks; what that was is noted under the label."""
    missing = documents.missing_glyphs(text)
    if not missing:
        return text
    lacking[label] = "、".join(f"U+{ord(sign):04X}" for sign in missing)
    return "".join(GETA if sign in missing else sign for sign in text)
