"""Cases as a service meets them at a counter: who it is, what is on the list, how far it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from madoguchi.blocks.identity.models import Department, DepartmentName, User
from madoguchi.blocks.procedures.guide.listing import personal_list
from madoguchi.blocks.procedures.guide.model import Guide
from madoguchi.blocks.procedures.models import Application, Case, GuideVersion
from madoguchi.blocks.procedures.queries.guide import current_guide, guide_of

NAME = "applicant.name"


@dataclass(frozen=True, slots=True)
class CaseBrief:
    """``event_title`` is what the guide calls the event, "" where there is none; ``applicant`` is
    "" while nobody has written a name."""

    number: str
    event: str
    event_title: str
    channel: str
    stage: str
    begun_at: datetime
    applicant: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A procedure of a case's list. ``form`` is the code of the application for it, "" where none
    was begun; ``counter`` is in words; ``department`` a primary key, None where it is not known.
    ``after`` are those of the list that come first; ``bring`` are documents in words; ``deadline``
    is None where there is none, or it hangs on an answer that was not given. ``is_outside``: it is
    done elsewhere than at the city (a court, an employer)."""

    procedure: str
    form: str
    title: str
    counter: str
    department: int | None
    after: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    deadline: date | None = None
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationBrief:
    """An application of a case: its state in code and kind, nothing that was written in it."""

    pk: int
    procedure: str
    title: str
    state: str
    state_kind: str
    department: int


def case_brief(number: str) -> CaseBrief | None:
    """The case of a number; None where there is none, or it was erased. Two queries."""
    case = Case.objects.filter(number=number).exclude(stage=Case.Stage.ERASED).first()
    if case is None:
        return None
    return CaseBrief(
        number=case.number,
        event=case.event,
        event_title=_event_title(case),
        channel=case.channel,
        stage=case.stage,
        begun_at=case.begun_at,
        applicant=case.values.get(NAME, ""),
    )


def case_names(numbers: Collection[str]) -> dict[str, str]:
    """The applicants' names of these cases; "" where nobody wrote one. One query."""
    rows = Case.objects.filter(number__in=set(numbers)).values_list("number", "values")
    return {number: values.get(NAME, "") for number, values in rows}


def begun_at_window(*, since: datetime, by: User | None = None) -> tuple[CaseBrief, ...]:
    """Cases that staff entered (``by`` one of them) since a moment, the latest first."""
    found = Case.objects.filter(begun_at__gte=since, channel=Case.Channel.WINDOW).exclude(
        stage=Case.Stage.ERASED
    )
    if by is not None:
        found = found.filter(begun_by=by)
    return tuple(
        CaseBrief(
            number=case.number,
            event=case.event,
            event_title=_event_title(case),
            channel=case.channel,
            stage=case.stage,
            begun_at=case.begun_at,
            applicant=case.values.get(NAME, ""),
        )
        for case in found.order_by("-begun_at")
    )


def applications_of(number: str) -> tuple[ApplicationBrief, ...]:
    """The applications of a case in their order. One query."""
    return tuple(applications_of_cases([number]).values())


def applications_of_cases(
    numbers: Collection[str],
) -> dict[tuple[str, str], ApplicationBrief]:
    """Applications by the case's number and the procedure's code, in their order. One query."""
    rows = (
        Application.objects.filter(case__number__in=set(numbers))
        .select_related("case", "version")
        .defer("case__values", "values", "version__definition")
        .order_by("pk")
    )
    return {
        (row.case.number, row.procedure): ApplicationBrief(
            pk=row.pk,
            procedure=row.procedure,
            title=row.version.title,
            state=row.state,
            state_kind=row.state_kind,
            department=row.department_id,
        )
        for row in rows
    }


def checklist_of(number: str, *, on: date) -> tuple[ChecklistItem, ...]:
    """What a case is about: its list of the guide in the order to go, then the applications that
    stand on none. Departments are those that bear the guide's names on ``on``, else on any day."""
    case = Case.objects.filter(number=number).first()
    if case is None:
        return ()
    applications = {each.procedure: each for each in applications_of(number)}
    guide = guide_by_number(case.guide_number)
    listed = _listed(case, guide, applications, on) if guide else []
    covered = {item.form for item in listed if item.form}
    return (
        *listed,
        *(
            ChecklistItem(
                procedure=f"form.{each.procedure}",
                form=each.procedure,
                title=each.title,
                counter=_department_words(each.department, on),
                department=each.department,
            )
            for each in applications.values()
            if each.procedure not in covered
        ),
    )


def _listed(
    case: Case, guide: Guide, applications: dict[str, ApplicationBrief], on: date
) -> list[ChecklistItem]:
    departments = _departments_by_path(on)
    entries = {each.code: each for each in personal_list(guide, case.event, case.answers, on)}
    found = []
    for code in case.checklist:
        procedure = guide.procedures.get(code)
        if procedure is None:
            continue
        counter = guide.counters[procedure.counter]
        form = procedure.online.form if procedure.online else ""
        application, entry = applications.get(form), entries.get(code)
        found.append(
            ChecklistItem(
                procedure=code,
                form=form if application else "",
                title=procedure.title.ja,
                counter=" ".join(part for part in (counter.title.ja, counter.place.ja) if part),
                department=application.department
                if application
                else _at(departments, counter.department),
                after=procedure.after,
                bring=tuple(each.title.ja for each in entry.bring) if entry else (),
                deadline=entry.deadline if entry else None,
                is_outside=not counter.department,
            )
        )
    return found


def guide_by_number(number: int | None) -> Guide | None:
    """A version of the guide as it was published; None where there is no such version."""
    if number is None:
        return None
    version = GuideVersion.objects.filter(number=number).defer("source").first()
    return guide_of(version) if version else None


def _event_title(case: Case) -> str:
    guide = guide_by_number(case.guide_number)
    event = guide.events.get(case.event) if guide else None
    return event.title.ja if event else ""


def _departments_by_path(on: date) -> dict[tuple[int | None, str], int]:
    """Departments by the one above and a name; a name in use on ``on`` goes before others."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    found: dict[tuple[int | None, str], int] = {}
    present: dict[int, str] = {}
    for pk, name, from_on in DepartmentName.objects.order_by("from_on").values_list(
        "department_id", "name", "from_on"
    ):
        found.setdefault((parents[pk], name), pk)
        if from_on <= on:
            present[pk] = name
    return found | {(parents[pk], name): pk for pk, name in present.items()}


def _at(departments: dict[tuple[int | None, str], int], path: Sequence[str]) -> int | None:
    here: int | None = None
    for name in path:
        here = departments.get((here, name))
        if here is None:
            return None
    return here


def _department_words(pk: int, on: date) -> str:
    department = Department.objects.prefetch_related("names").get(pk=pk)
    return department.name_on(on)


def guide_titles(on: date) -> dict[str, dict[str, str]]:
    """Titles of the guide in force by code: its ``events`` and its ``procedures``, in order."""
    found = current_guide(on)
    if found is None:
        return {"events": {}, "procedures": {}}
    _version, guide = found
    return {
        "events": {event.code: event.title.ja for event in guide.events_in_order()},
        "procedures": {each.code: each.title.ja for each in guide.procedures.values()},
    }
