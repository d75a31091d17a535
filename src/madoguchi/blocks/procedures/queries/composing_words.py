"""A definition in words: sections, fields, kinds, and what differs between two of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.identity.queries.vocabulary import full_label
from madoguchi.blocks.identity.rules.vocabulary import VOCABULARY, Kind
from madoguchi.blocks.procedures.rules.access import Right
from madoguchi.blocks.procedures.rules.composing import (
    OWN,
    Change,
    Difference,
    OwnRow,
    Section,
)
from madoguchi.blocks.procedures.rules.definition import Definition, StateKind

SECTION_LABELS: Final[Mapping[Section, StrOrPromise]] = {
    Section.FACTS: gettext_lazy("What it is"),
    Section.ITEMS: gettext_lazy("Shared items"),
    Section.OWN_ITEMS: gettext_lazy("Own items"),
    Section.DOCUMENTS: pgettext_lazy("procedure", "Documents to attach"),
    Section.STATES: pgettext_lazy("procedure", "States"),
    Section.STEPS: pgettext_lazy("procedure", "Steps"),
    Section.LETTERS: gettext_lazy("Decision letters"),
}
SECTION_LEADS: Final[Mapping[Section, StrOrPromise]] = {
    Section.FACTS: gettext_lazy("What residents read above the form, and what the form is headed."),
    Section.ITEMS: gettext_lazy(
        "Tick what the procedure needs. Whoever applies for several procedures at once is asked "
        "for each of these only once."
    ),
    Section.OWN_ITEMS: gettext_lazy("What only this procedure asks, and no shared item covers."),
    Section.DOCUMENTS: gettext_lazy("What is to be attached as a picture or PDF."),
    Section.STATES: gettext_lazy(
        "Where an application can stand, how long it may stand there, and what the applicant is "
        "told when it comes there."
    ),
    Section.STEPS: gettext_lazy("Who may bring an application from which state into which."),
    Section.LETTERS: gettext_lazy(
        "What a decision is told with. A letter is signed, and anyone can check it."
    ),
}
KIND_LABELS: Final[Mapping[Kind, StrOrPromise]] = {
    Kind.TEXT: pgettext_lazy("kind of answer", "a line of text"),
    Kind.LONG_TEXT: pgettext_lazy("kind of answer", "a longer text"),
    Kind.NUMBER: pgettext_lazy("kind of answer", "a number"),
    Kind.DATE: pgettext_lazy("kind of answer", "a day"),
    Kind.CHOICE: pgettext_lazy("kind of answer", "one of several choices"),
    Kind.YES_NO: pgettext_lazy("kind of answer", "yes or no"),
    Kind.NAME: pgettext_lazy("kind of answer", "a name"),
    Kind.KANA: pgettext_lazy("kind of answer", "kana"),
    Kind.POSTCODE: pgettext_lazy("kind of answer", "a postcode"),
    Kind.ADDRESS: pgettext_lazy("kind of answer", "an address"),
    Kind.PHONE: pgettext_lazy("kind of answer", "a telephone number"),
    Kind.EMAIL: pgettext_lazy("kind of answer", "a mail address"),
}
STATE_KIND_LABELS: Final[Mapping[StateKind, StrOrPromise]] = {
    StateKind.OPEN: pgettext_lazy("kind of state", "the city works"),
    StateKind.RETURNED: pgettext_lazy("kind of state", "the applicant must correct"),
    StateKind.GRANTED: pgettext_lazy("kind of state", "ended: granted or accepted"),
    StateKind.REFUSED: pgettext_lazy("kind of state", "ended: refused"),
    StateKind.WITHDRAWN: pgettext_lazy("kind of state", "ended: withdrawn by the applicant"),
}
RIGHT_LABELS: Final[Mapping[Right, StrOrPromise]] = {
    Right.PREPARE: gettext_lazy("clerks, deciders and operators"),
    Right.DECIDE: gettext_lazy("deciders only"),
    Right.APPLICANT: gettext_lazy("the applicant"),
}
FIELD_LABELS: Final[Mapping[str, StrOrPromise]] = {
    "title": pgettext_lazy("procedure", "title"),
    "form_title": pgettext_lazy("procedure", "heading of the form"),
    "summary": pgettext_lazy("procedure", "what it is for"),
    "legal_basis": pgettext_lazy("procedure", "legal basis"),
    "fee": pgettext_lazy("procedure", "fee"),
    "addressee": pgettext_lazy("procedure", "addressee"),
    "notes": pgettext_lazy("procedure", "notes"),
    "label": pgettext_lazy("procedure", "what is asked"),
    "kind": pgettext_lazy("procedure", "kind"),
    "hint": pgettext_lazy("procedure", "hint"),
    "choices": pgettext_lazy("procedure", "choices"),
    "is_required": pgettext_lazy("procedure", "required"),
    "is_guarded": pgettext_lazy("procedure", "kept from operators"),
    "days": pgettext_lazy("procedure", "deadline"),
    "message": pgettext_lazy("procedure", "message"),
    "first": pgettext_lazy("procedure", "first state"),
    "source": pgettext_lazy("procedure", "from"),
    "target": pgettext_lazy("procedure", "to"),
    "right": pgettext_lazy("procedure", "who may"),
    "letter": pgettext_lazy("procedure", "letter"),
    "needs_note": pgettext_lazy("procedure", "note needed"),
    "body": pgettext_lazy("procedure", "text"),
    "notice": pgettext_lazy("procedure", "how to object"),
}


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A difference as people read it; ``before`` and ``after`` only where something changed."""

    section: Section
    where: str
    text: str
    before: str = ""
    after: str = ""
    has_values: bool = False


def item_label_of(ref: str, definition: Definition) -> str:
    """A shared or own item by its reference; the reference where there is none of that name."""
    if ref.startswith(OWN):
        labels = {item.code: item.label for item in definition.own_items}
        return labels.get(ref.removeprefix(OWN), ref)
    return full_label(VOCABULARY[ref]) if ref in VOCABULARY else ref


def in_words(found: Sequence[Difference], old: Definition, new: Definition) -> list[ChangeWords]:
    return [_in_words(each, old, new) for each in found]


def _in_words(each: Difference, old: Definition, new: Definition) -> ChangeWords:
    where = str(SECTION_LABELS[each.section])
    if each.change is Change.MOVED:
        return ChangeWords(each.section, where, _("The order was changed"))
    if each.change is Change.ADDED:
        text = _("Added: %(what)s") % {"what": _name(each.section, each.after, new)}
        return ChangeWords(each.section, where, text)
    if each.change is Change.REMOVED:
        text = _("Taken away: %(what)s") % {"what": _name(each.section, each.before, old)}
        return ChangeWords(each.section, where, text)
    field = str(FIELD_LABELS[each.field])
    text = f"{_label(each, new)}: {field}" if each.key else field
    return ChangeWords(
        each.section,
        where,
        text,
        _value(each, each.before, old),
        _value(each, each.after, new),
        has_values=True,
    )


def _label(each: Difference, definition: Definition) -> str:
    if each.section is Section.ITEMS:
        return item_label_of(each.key, definition)
    if each.section is Section.OWN_ITEMS:
        return item_label_of(OWN + each.key, definition)
    rows = {row.code: row for row in getattr(definition, each.section.value)}
    return _name(each.section, rows[each.key], definition)


def _name(section: Section, row: Any, definition: Definition) -> str:
    if section is Section.ITEMS:
        return item_label_of(row.ref, definition)
    if isinstance(row, OwnRow):
        return row.item.label
    return str(row.title)


def _value(each: Difference, value: Any, definition: Definition) -> str:
    show = _SHOWN.get(each.field)
    if show is not None:
        return show(value, definition)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, tuple):
        return _(", ").join(value)
    return str(value)


def _kind(value: Any, _definition: Definition) -> str:
    labels: Mapping[Any, StrOrPromise] = {**KIND_LABELS, **STATE_KIND_LABELS}
    return str(labels.get(value, value))


def _guard(value: Any, _definition: Definition) -> str:
    if value is None:
        return _("as usual for this item")
    return _("Yes") if value else _("No")


def _days(value: Any, _definition: Definition) -> str:
    return _("none") if value is None else _("%(days)d days") % {"days": value}


def _state(value: Any, definition: Definition) -> str:
    return {state.code: state.title for state in definition.states}.get(value, str(value))


def _letter(value: Any, definition: Definition) -> str:
    return {letter.code: letter.title for letter in definition.letters}.get(value, str(value))


def _right(value: Any, _definition: Definition) -> str:
    return str(RIGHT_LABELS[value])


_SHOWN: Final[Mapping[str, Callable[[Any, Definition], str]]] = {
    "kind": _kind,
    "is_guarded": _guard,
    "days": _days,
    "first": _state,
    "source": _state,
    "target": _state,
    "letter": _letter,
    "right": _right,
}
