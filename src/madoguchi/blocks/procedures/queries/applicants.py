"""A sent case as its applicant sees it, and all cases of a resident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Application, Attachment, Case, Message
from madoguchi.blocks.procedures.queries.sheets import (
    ApplicationSheet,
    DocumentRow,
    EventRow,
    sheets_of,
)
from madoguchi.blocks.procedures.rules import codes
from madoguchi.blocks.procedures.rules.definition import FINAL, StateKind
from madoguchi.kernel import clock
from madoguchi.kernel.pages.templatetags.components import day


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """An application on its applicant's page. ``next_words`` say what happens next, or what is to
    be done."""

    sheet: ApplicationSheet
    next_words: str
    may_withdraw: bool
    may_mend: bool
    may_add: bool

    @property
    def application(self) -> Application:
        return self.sheet.application

    @property
    def news(self) -> Message | None:
        """The last that the applicant was told."""
        told = [each.message for each in self.sheet.events if each.message is not None]
        return told[-1] if told else None

    @property
    def history(self) -> Sequence[EventRow]:
        return tuple(reversed(self.sheet.events))

    @property
    def documents(self) -> Sequence[DocumentRow]:
        return self.sheet.documents

    @property
    def files(self) -> list[Attachment]:
        return [file for row in self.sheet.documents for file in row.files]


def own_applications(case: Case) -> tuple[OwnApplication, ...]:
    """The applications of a sent case; a fixed number of queries."""
    applications = list(case.applications.select_related("case", "version").order_by("pk"))
    return tuple(_own(sheet) for sheet in sheets_of(applications, for_operator=False))


def _own(sheet: ApplicationSheet) -> OwnApplication:
    application, definition = sheet.application, sheet.definition
    state, kind = application.state, application.state_kind
    return OwnApplication(
        sheet=sheet,
        next_words=_next_words(kind, application.due_on, sheet.department),
        may_withdraw=definition.applicants_step(state, StateKind.WITHDRAWN) is not None,
        may_mend=kind == StateKind.RETURNED
        and definition.applicants_step(state, StateKind.OPEN) is not None,
        may_add=bool(definition.documents) and kind not in FINAL,
    )


def _next_words(kind: str, due_on: date | None, department: str) -> str:
    if kind == StateKind.RETURNED:
        if due_on is None:
            return _("Please mend it and send it again.")
        return _("Please mend it and send it again by %(day)s.") % {"day": day(due_on)}
    if kind in FINAL:
        return ""
    named = {"department": department, "day": day(due_on)}
    if due_on is None:
        return _("%(department)s is working on it.") % named
    return _("%(department)s is working on it, by about %(day)s.") % named


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case on a list of the applicant's own."""

    number: str
    shown: str
    titles: tuple[str, ...]
    is_draft: bool
    needs_answer: bool
    is_ended: bool
    on: date


def lines_of(cases: Iterable[Case]) -> tuple[CaseLine, ...]:
    """The latest first; two queries."""
    found = sorted(cases, key=lambda case: case.begun_at, reverse=True)
    rows: dict[int, list[tuple[str, str]]] = {}
    for case_id, title, kind in (
        Application.objects.filter(case__in=found)
        .order_by("pk")
        .values_list("case_id", "version__title", "state_kind")
    ):
        rows.setdefault(case_id, []).append((title, kind))
    return tuple(_line(case, rows.get(case.pk, [])) for case in found)


def _line(case: Case, applications: Sequence[tuple[str, str]]) -> CaseLine:
    kinds = {kind for _title, kind in applications}
    at = case.sent_at or case.begun_at
    return CaseLine(
        number=case.number,
        shown=codes.shown(case.number),
        titles=tuple(title for title, _kind in applications),
        is_draft=case.stage == Case.Stage.DRAFT,
        needs_answer=StateKind.RETURNED in kinds,
        is_ended=bool(kinds) and kinds <= set(FINAL),
        on=clock.day_of(at),
    )


def cases_of(resident: User) -> tuple[CaseLine, ...]:
    """All cases of an account that are not erased."""
    found = Case.objects.filter(resident=resident).exclude(stage=Case.Stage.ERASED)
    return lines_of(found)
