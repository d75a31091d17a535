"""An application, and a case, with everything on them, for those who work on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.models import (
    Application,
    ApplicationEvent,
    Attachment,
    Case,
    Letter,
    Message,
)
from madoguchi.blocks.procedures.queries.definitions import definitions_of
from madoguchi.blocks.procedures.queries.words import full_label_of, label_of, shown_value
from madoguchi.blocks.procedures.rules import access, items
from madoguchi.blocks.procedures.rules.definition import (
    DECIDED,
    FINAL,
    Definition,
    StateKind,
)
from madoguchi.kernel import clock

ROLES: Final[Mapping[str, StrOrPromise]] = {
    "applicant": pgettext_lazy("as what somebody acted", "applicant"),
    "clerk": pgettext_lazy("as what somebody acted", "clerk"),
    "decider": pgettext_lazy("as what somebody acted", "decider"),
    "operator": pgettext_lazy("as what somebody acted", "contracted operator"),
    "system": pgettext_lazy("as what somebody acted", "system"),
}
ACTIONS: Final[Mapping[str, StrOrPromise]] = {
    "sent": pgettext_lazy("application", "Sent"),
    "withdrawn": pgettext_lazy("application", "Withdrawn"),
    "resent": pgettext_lazy("application", "Mended and sent again"),
    "document_added": pgettext_lazy("application", "A document was added"),
    "document_removed": pgettext_lazy("application", "A document was removed"),
    "values_changed": pgettext_lazy("application", "Answers were changed"),
    "letter_replaced": pgettext_lazy("application", "The decision letter was replaced"),
    "code_issued": pgettext_lazy("application", "A new tracking code was issued"),
}
TONES: Final[Mapping[str, str]] = {
    "": "neutral",
    StateKind.OPEN: "progress",
    StateKind.RETURNED: "warning",
    StateKind.GRANTED: "success",
    StateKind.REFUSED: "error",
    StateKind.WITHDRAWN: "neutral",
}
"""Of status tags, by the kind of state."""
DECISION_HIDDEN: Final = pgettext_lazy("state of an application", "decided")


@dataclass(frozen=True, slots=True)
class ValueRow:
    """An answer: ``value`` as it is kept, ``shown`` as it is read. ``is_hidden``: it is guarded,
    and the reader is an operator; then both are ""."""

    key: str
    label: str
    value: str
    shown: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """The answers under one heading; ``subject`` "" are those of the procedure's own."""

    subject: str
    heading: str
    rows: tuple[ValueRow, ...]

    @property
    def is_blank(self) -> bool:
        """Nothing is written there, nor hidden."""
        return not any(row.shown or row.is_hidden for row in self.rows)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document that the procedure asks for, and the files that are there."""

    code: str
    title: str
    is_required: bool
    is_hidden: bool
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of the history. ``words`` is what happened, ``state`` the title of the state that
    it led to; ``message`` what the applicant was told."""

    number: int
    at: datetime
    who: str
    role: str
    role_label: str
    words: str
    state: str
    items: tuple[str, ...]
    message: Message | None


@dataclass(frozen=True, slots=True)
class ApplicationSheet:
    """An application as a clerk sees it, or as an operator does (``is_for_operator``)."""

    application: Application
    definition: Definition
    title: str
    department: str
    state: str
    tone: str
    is_final: bool
    groups: tuple[ValueGroup, ...]
    documents: tuple[DocumentRow, ...]
    events: tuple[EventRow, ...]
    letter: Letter | None
    is_for_operator: bool

    @property
    def case(self) -> Case:
        return self.application.case


def application_sheet(application: Application, *, for_operator: bool) -> ApplicationSheet:
    """Everything about one application; a fixed number of queries.

    For operators guarded values and documents are left out, and what was decided: they see that
    it was, neither how nor why.
    """
    return sheets_of([application], for_operator=for_operator)[0]


def sheets_of(
    applications: Sequence[Application], *, for_operator: bool
) -> tuple[ApplicationSheet, ...]:
    """As ``application_sheet``, of several at the price of one."""
    ids = [each.pk for each in applications]
    definitions = definitions_of([each.version_id for each in applications])
    departments = identity.department_names(
        {each.department_id for each in applications}, on=clock.today()
    )
    happened = _by_application(
        ApplicationEvent.objects.filter(application__in=ids)
        .select_related("by", "message")
        .order_by("application_id", "number")
    )
    files = _by_application(
        Attachment.objects.filter(application__in=ids, removed_at=None)
        .select_related("added_by")
        .order_by("pk")
    )
    letters = {each.application_id: each for each in Letter.objects.filter(application__in=ids)}
    return tuple(
        _sheet(
            each,
            definitions[each.version_id],
            department=departments[each.department_id],
            happened=happened.get(each.pk, []),
            files=files.get(each.pk, []),
            letter=letters.get(each.pk),
            for_operator=for_operator,
        )
        for each in applications
    )


def _by_application[T: (ApplicationEvent, Attachment)](rows: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found


def _sheet(
    application: Application,
    definition: Definition,
    *,
    department: str,
    happened: Sequence[ApplicationEvent],
    files: Sequence[Attachment],
    letter: Letter | None,
    for_operator: bool,
) -> ApplicationSheet:
    asked = items.items_of(application.procedure, definition)
    is_decided = application.state_kind in DECIDED
    hides = for_operator and is_decided
    return ApplicationSheet(
        application=application,
        definition=definition,
        title=definition.title,
        department=department,
        state=str(DECISION_HIDDEN) if hides else state_title(definition, application.state),
        tone="neutral" if hides else TONES[application.state_kind],
        is_final=application.state_kind in FINAL,
        groups=value_groups(asked, application.values, for_operator=for_operator),
        documents=_documents(definition, files, for_operator=for_operator),
        events=tuple(
            _event(each, definition, asked, for_operator=for_operator) for each in happened
        ),
        letter=None if for_operator else letter,
        is_for_operator=for_operator,
    )


def state_title(definition: Definition, state: str) -> str:
    """The title of a state; "" before anything was sent."""
    return definition.state(state).title if state else ""


def value_groups(
    asked: Sequence[items.Asked], values: Mapping[str, str], *, for_operator: bool = False
) -> tuple[ValueGroup, ...]:
    """Answers under their headings, in the vocabulary's order; people of whom nothing is known
    are left out."""
    named = {each.subject for each in asked if values.get(each.key)}
    groups: dict[str, list[ValueRow]] = {}
    for each in items.in_order(asked):
        if items.is_of_other(each.subject) and each.subject not in named:
            continue
        hides = for_operator and each.is_guarded
        value = "" if hides else values.get(each.key, "")
        row = ValueRow(each.key, label_of(each), value, shown_value(each, value), hides)
        groups.setdefault(each.subject, []).append(row)
    return tuple(
        ValueGroup(subject, heading_of(subject), tuple(rows)) for subject, rows in groups.items()
    )


def heading_of(subject: str) -> str:
    return identity.subject_label(subject) if subject else str(_("About this procedure"))


def _documents(
    definition: Definition, files: Sequence[Attachment], *, for_operator: bool
) -> tuple[DocumentRow, ...]:
    rows = []
    for document in definition.documents:
        hides = for_operator and document.is_guarded
        own = () if hides else tuple(each for each in files if each.document == document.code)
        rows.append(DocumentRow(document.code, document.title, document.is_required, hides, own))
    return tuple(rows)


def _event(
    event: ApplicationEvent,
    definition: Definition,
    asked: Sequence[items.Asked],
    *,
    for_operator: bool,
) -> EventRow:
    hides = for_operator and _is_decision(definition, event)
    labels = {each.key: full_label_of(each) for each in asked}
    return EventRow(
        number=event.number,
        at=event.at,
        who="" if hides else _who(event),
        role=event.role,
        role_label=str(ROLES.get(event.role, event.role)),
        words=str(DECISION_HIDDEN) if hides else action_words(definition, event),
        state="" if hides else state_title(definition, event.target),
        items=tuple(labels[key] for key in event.detail.get("items", ()) if key in labels),
        message=None if hides else getattr(event, "message", None),
    )


def _is_decision(definition: Definition, event: ApplicationEvent) -> bool:
    """The event tells of a decision, or of its letter."""
    if event.action == "letter_replaced":
        return True
    return bool(event.target) and definition.state(event.target).kind in DECIDED


def action_words(definition: Definition, event: ApplicationEvent) -> str:
    """What happened: what the platform calls it, or the title of the step."""
    if event.action in ACTIONS:
        words = str(ACTIONS[event.action])
        named = {each.code: each.title for each in definition.documents}
        title = named.get(event.detail.get("document", ""), "")
        return f"{words}: {title}" if title else words
    return definition.step(event.action).title


def _who(event: ApplicationEvent) -> str:
    if event.by is None or event.by.is_resident:
        return ""
    return event.by.get_full_name()


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """A case with its applications; those that the reader may not see are left out, but counted
    in ``hidden``."""

    case: Case
    sheets: tuple[ApplicationSheet, ...]
    hidden: int = 0


def case_sheet(number: str, *, actor: access.Actor) -> CaseSheet | None:
    """The case of a number with those applications that the reader may see, each as they may see
    it; None where there is no case. Drafts are shown to everybody who may take them in."""
    case = Case.objects.select_related("resident").filter(number=number).first()
    if case is None:
        return None
    applications = list(case.applications.select_related("case", "version").order_by("pk"))
    visible = [each for each in applications if access.may_read(actor, each.department_id)]
    full = [each for each in visible if access.reads_all(actor, each.department_id)]
    sheets = {
        sheet.application.pk: sheet
        for some, for_operator in ((full, False), ([e for e in visible if e not in full], True))
        if some
        for sheet in sheets_of(some, for_operator=for_operator)
    }
    return CaseSheet(
        case,
        tuple(sheets[each.pk] for each in visible),
        hidden=len(applications) - len(visible),
    )
