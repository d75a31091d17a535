"""The back office's lists: what was handed over to a department, and how far it is."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures import service as procedures
from madoguchi.blocks.procedures.service import ApplicationBrief
from madoguchi.services.onestop.models import HandOver
from madoguchi.services.onestop.queries.windows import department_words
from madoguchi.services.onestop.rules import access

WAITING, TAKEN, DONE, RETURNED = "waiting", "taken", "done", "returned"


@dataclass(frozen=True, slots=True)
class HandOverRow:
    entry: HandOver
    department: str
    number: str
    name: str
    title: str
    taker: str
    application: ApplicationBrief | None
    errors: int


def hand_overs(
    actor: access.Actor, *, state: str, department: int | None = None
) -> QuerySet[HandOver]:
    """Entries of one's departments in a state, the oldest first (of what is done or
    sent back, the latest)."""
    found = (
        HandOver.objects.filter(withdrawn_at__isnull=True)
        .select_related("step__visit", "taken_by", "returned_by")
        .prefetch_related("step__errors")
    )
    if access.AUDITOR not in actor.roles:
        found = found.filter(department_id__in=actor.departments_as(*access.CITY))
    if department is not None:
        found = found.filter(department_id=department)
    if state == RETURNED:
        return found.filter(returned_at__isnull=False).order_by("-returned_at", "-pk")
    found = found.filter(returned_at__isnull=True)
    if state == DONE:
        return found.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    found = found.filter(done_at__isnull=True)
    if state == TAKEN:
        return found.filter(taken_at__isnull=False).order_by("taken_at", "pk")
    return found.filter(taken_at__isnull=True).order_by("made_at", "pk")


def departments_with_hand_overs(actor: access.Actor, on: date) -> list[tuple[int, str]]:
    """For the filter: departments of one's own that have something on their list. Three queries."""
    found = HandOver.objects.filter(withdrawn_at__isnull=True)
    if access.AUDITOR not in actor.roles:
        found = found.filter(department_id__in=actor.departments_as(*access.CITY))
    ids = found.order_by().values_list("department_id", flat=True).distinct()
    return sorted(department_words(ids, on).items(), key=lambda pair: pair[1])


def hand_over_rows(entries: Iterable[HandOver], on: date) -> list[HandOverRow]:
    """With names and applications. Six queries, however many."""
    found = list(entries)
    numbers = {entry.step.visit.case_number for entry in found}
    names = procedures.case_names(numbers)
    applications = procedures.applications_of_cases(numbers)
    words = department_words((entry.department_id for entry in found), on)
    return [
        HandOverRow(
            entry=entry,
            department=words[entry.department_id],
            number=entry.step.visit.case_number,
            name=names.get(entry.step.visit.case_number, ""),
            title=entry.step.title,
            taker=entry.taken_by.get_full_name() if entry.taken_by else "",
            application=applications.get((entry.step.visit.case_number, entry.step.form)),
            errors=sum(error.withdrawn_at is None for error in entry.step.errors.all()),
        )
        for entry in found
    ]


def as_csv(rows: Sequence[HandOverRow]) -> bytes:
    """UTF-8 with BOM, as spreadsheets open it; what begins like a formula is quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Handed over"),
            _("Reception number"),
            _("Applicant"),
            _("Procedure"),
            _("Department"),
            _("Taken over"),
            _("Taken over by"),
            _("Done"),
            _("Sent back"),
            _("Why it was sent back"),
        ]
    )
    for row in rows:
        entry = row.entry
        writer.writerow(
            [
                _moment(entry.made_at),
                plain(row.number),
                plain(row.name),
                plain(row.title),
                plain(row.department),
                _moment(entry.taken_at),
                plain(row.taker),
                _moment(entry.done_at),
                _moment(entry.returned_at),
                entry.get_reason_display(),
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def plain(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def _moment(at: object) -> str:
    if at is None:
        return ""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"  # type: ignore[arg-type] # a datetime by now
