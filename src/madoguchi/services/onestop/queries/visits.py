"""Visits as the window sees them: what is open now, and one of them with all that belongs to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures import service as procedures
from madoguchi.blocks.procedures.service import ApplicationBrief, CaseBrief
from madoguchi.kernel import clock
from madoguchi.services.onestop.models import Call, HandOver, Visit, VisitStep, Window
from madoguchi.services.onestop.queries.windows import department_words
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import (
    OPEN,
    SETTLED,
    WHY_SENT_BACK,
    StepState,
    Way,
    is_sent_back,
    usual_end,
)


def minutes_between(earlier: datetime, later: datetime) -> int:
    return max(int((later - earlier).total_seconds() // 60), 0)


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit on the window's screen. ``minutes`` since something happened last."""

    visit: Visit
    name: str
    minutes: int
    next_words: str
    left: int
    total: int
    is_waiting_for_call: bool


def visits_of(window: Window, actor: access.Actor, own: Collection[int]) -> QuerySet[Visit]:
    """The window's visits; for operators those of their contract only."""
    found = Visit.objects.filter(window=window)
    if access.AUDITOR in actor.roles or window.department_id in actor.departments_as(*access.CITY):
        return found
    return found.filter(contract__in=list(own))


def open_rows(window: Window, actor: access.Actor, own: Collection[int]) -> list[VisitRow]:
    """Open visits, who has waited longest first. Six queries."""
    now = clock.now()
    visits = list(
        visits_of(window, actor, own)
        .filter(closed_at__isnull=True)
        .prefetch_related(
            Prefetch("steps", VisitStep.objects.order_by("place")),
            Prefetch("calls", Call.objects.filter(ended_at__isnull=True)),
        )
        .order_by("moved_at")
    )
    names = procedures.case_names([visit.case_number for visit in visits])
    words = department_words(
        (step.department_id for visit in visits for step in visit.steps.all()), now.date()
    )
    return [_row(visit, names.get(visit.case_number, ""), words, now) for visit in visits]


def _row(visit: Visit, name: str, words: dict[int, str], now: datetime) -> VisitRow:
    steps = list(visit.steps.all())
    left = [step for step in steps if StepState(step.state) in OPEN]
    first = left[0] if left else None
    return VisitRow(
        visit=visit,
        name=name,
        minutes=minutes_between(visit.moved_at, now),
        next_words=_next_words(first, words, list(visit.calls.all())),
        left=len(left),
        total=len(steps),
        is_waiting_for_call=any(call.arrived_at is None for call in visit.calls.all()),
    )


def _next_words(step: VisitStep | None, words: dict[int, str], calls: Sequence[Call]) -> str:
    """What is to be done next, in a few words."""
    if step is None:
        return _("Everything is settled: end the visit")
    department = words.get(step.department_id or 0, step.counter)
    state, way = StepState(step.state), Way(step.way)
    if state is StepState.CALLED:
        is_taken = any(call.taken_at for call in calls if call.department_id == step.department_id)
        template = _("%(department)s is on the way") if is_taken else _("%(department)s is called")
        return template % {"department": department}
    if state is StepState.TODO and way is Way.CALL:
        return _("Call %(department)s: %(title)s") % {
            "department": department,
            "title": step.title,
        }
    templates = {
        Way.WINDOW: _("Do at the window: %(title)s"),
        Way.CALL: _("%(department)s is here: %(title)s"),
        Way.HAND_OVER: _("Hand over to %(department)s: %(title)s"),
        Way.GO: _("Show the way to %(department)s: %(title)s"),
    }
    return templates[way] % {"department": department, "title": step.title}


@dataclass(frozen=True, slots=True)
class SentBackRow:
    """What a back office sent back to the window; ``entry`` says who, when and why."""

    entry: HandOver
    name: str
    department: str


def sent_back(window: Window, actor: access.Actor, own: Collection[int]) -> list[SentBackRow]:
    """What came back and is not settled, the oldest first. Not what a later visit of the case has
    on its list again. Three queries and those for the names."""
    later = Visit.objects.filter(
        case_number=OuterRef("step__visit__case_number"),
        opened_at__gt=OuterRef("step__visit__opened_at"),
    )
    newer = HandOver.objects.filter(step=OuterRef("step"), made_at__gt=OuterRef("made_at"))
    found = list(
        HandOver.objects.filter(
            ~Exists(later),
            ~Exists(newer),
            returned_at__isnull=False,
            step__visit__in=visits_of(window, actor, own),
            step__state__in=[StepState.TODO, StepState.LEFT],
            step__reason__in=WHY_SENT_BACK,
        )
        .select_related("step__visit", "returned_by")
        .order_by("returned_at", "pk")
    )
    names = procedures.case_names({entry.step.visit.case_number for entry in found})
    words = department_words((entry.department_id for entry in found), clock.today())
    return [
        SentBackRow(
            entry=entry,
            name=names.get(entry.step.visit.case_number, ""),
            department=words[entry.department_id],
        )
        for entry in found
    ]


def closed_today(
    window: Window, actor: access.Actor, own: Collection[int], today: date
) -> QuerySet[Visit]:
    """Visits that ended today, the latest first."""
    midnight = datetime.combine(today, time(), tzinfo=clock.TOKYO)
    return visits_of(window, actor, own).filter(closed_at__gte=midnight).order_by("-closed_at")


def not_begun(window: Window, actor: access.Actor, today: date) -> list[CaseBrief]:
    """Cases that staff entered at the window today and that have had no visit yet."""
    if window.department_id not in actor.departments_as(*access.CITY):
        return []
    midnight = datetime.combine(today, time(), tzinfo=clock.TOKYO)
    found = procedures.begun_at_window(since=midnight)
    visited = set(
        Visit.objects.filter(case_number__in=[case.number for case in found]).values_list(
            "case_number", flat=True
        )
    )
    return [case for case in found if case.number not in visited]


def free_seats(window: Window) -> list[int]:
    """Numbers of seats at which nobody sits. One query."""
    taken = set(
        Visit.objects.filter(window=window, closed_at__isnull=True).values_list("seat", flat=True)
    )
    return [seat for seat in range(1, window.seats + 1) if seat not in taken]


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step with what the guide and the application say of it."""

    step: VisitStep
    is_open: bool
    can_reopen: bool
    choices: tuple[StepState, ...]
    bring: tuple[str, ...]
    deadline: date | None
    application: ApplicationBrief | None

    @property
    def is_sent_back(self) -> bool:
        return is_sent_back(StepState(self.step.state), self.step.reason)


@dataclass(frozen=True, slots=True)
class Group:
    """Steps of one stop. ``main`` is what the big button makes of ``ids``. It is None where the
    department is to be called first (``may_call``) or has not come yet, and where nothing is left.
    ``is_next``: of all stops, this one is to be done now; while one is awaited, the next may be."""

    way: Way
    department_id: int | None
    department: str
    rows: tuple[StepRow, ...]
    ids: tuple[int, ...]
    main: StepState | None
    may_call: bool
    call: Call | None
    call_minutes: int
    is_next: bool


@dataclass(frozen=True, slots=True)
class VisitPage:
    """``name`` is the applicant's; ``left`` are the titles of what is not settled."""

    visit: Visit
    case: CaseBrief | None
    groups: tuple[Group, ...]
    minutes: int
    left: tuple[str, ...]
    goes: tuple[VisitStep, ...]
    read_at: datetime

    @property
    def name(self) -> str:
        return self.case.applicant if self.case else ""

    @property
    def mark(self) -> str:
        """Another one whenever something happened: a page that shows an older one is renewed."""
        calls = [group.call for group in self.groups if group.call]
        taken = sum(call.taken_at is not None for call in calls)
        arrived = sum(call.arrived_at is not None for call in calls)
        return f"{self.visit.edit}-{len(calls)}-{taken}-{arrived}"

    @property
    def settled(self) -> int:
        return sum(not row.is_open for group in self.groups for row in group.rows)

    @property
    def total(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def visit_page(visit: Visit, actor: access.Actor) -> VisitPage:
    """Everything of a visit, as somebody may act on it. About ten queries."""
    now = clock.now()
    steps = list(visit.steps.order_by("place"))
    calls = {
        call.department_id: call
        for call in visit.calls.filter(ended_at__isnull=True).select_related("taken_by")
    }
    words = department_words((step.department_id for step in steps), now.date())
    details = {
        item.procedure: item for item in procedures.checklist_of(visit.case_number, on=now.date())
    }
    applications = {each.procedure: each for each in procedures.applications_of(visit.case_number)}
    groups: list[Group] = []
    for (way, department, _place), found in groupby(steps, key=_stop_of):
        rows = []
        for step in found:
            item = details.get(step.procedure)
            rows.append(
                StepRow(
                    step=step,
                    is_open=StepState(step.state) in OPEN,
                    can_reopen=_can_reopen(visit, step, actor),
                    choices=_choices(visit, step, actor),
                    bring=item.bring if item else (),
                    deadline=item.deadline if item else None,
                    application=applications.get(step.form),
                )
            )
        call = calls.get(department) if department else None
        has_next = any(group.is_next for group in groups)
        groups.append(_group(visit, way, department, words, rows, call, actor, has_next, now))
    return VisitPage(
        visit=visit,
        case=procedures.case_brief(visit.case_number),
        groups=tuple(groups),
        minutes=minutes_between(visit.opened_at, visit.closed_at or now),
        left=tuple(step.title for step in steps if StepState(step.state) in OPEN),
        goes=tuple(step for step in steps if step.state in {StepState.GOES, StepState.LEFT}),
        read_at=now,
    )


def _group(  # noqa: PLR0917 # what a stop is made of
    visit: Visit,
    way: Way,
    department: int | None,
    words: dict[int, str],
    rows: list[StepRow],
    call: Call | None,
    actor: access.Actor,
    has_next: bool,
    now: datetime,
) -> Group:
    serves = visit.closed_at is None and access.may_serve(actor, visit.window.department_id)
    open_rows = [row for row in rows if row.is_open]
    may_call = (
        serves
        and call is None
        and way is Way.CALL
        and any(row.step.state == StepState.TODO for row in open_rows)
    )
    is_awaited = call is not None and call.arrived_at is None
    main = None if may_call or is_awaited else _main(visit, way, open_rows)
    return Group(
        way=way,
        department_id=department,
        department=words.get(department or 0, "") or _place_words(rows[0].step),
        rows=tuple(rows),
        ids=tuple(row.step.pk for row in open_rows),
        main=main,
        may_call=may_call,
        call=call,
        call_minutes=minutes_between(call.called_at, now) if call else 0,
        is_next=bool(open_rows) and not has_next and (may_call or main is not None),
    )


def _stop_of(step: VisitStep) -> tuple[Way, int | None, str]:
    """Steps that stand under one heading: of a department, of a counter, or outside the city."""
    place = "" if step.department_id or step.is_outside else step.counter
    return Way(step.way), step.department_id, place


def _place_words(step: VisitStep) -> str:
    return _("Outside the city hall") if step.is_outside else step.counter


def _main(visit: Visit, way: Way, open_rows: list[StepRow]) -> StepState | None:
    """What the big button makes of all that is open in a stop: as it usually ends, else, for an
    operator, handed over."""
    if not open_rows or visit.closed_at is not None:
        return None
    for target in (usual_end(way), StepState.HANDED_OVER):
        if all(target in row.choices for row in open_rows):
            return target
    return None


def _choices(visit: Visit, step: VisitStep, actor: access.Actor) -> tuple[StepState, ...]:
    """What somebody may make of an open step, or of one that came back after the visit."""
    state = StepState(step.state)
    is_open = state in OPEN if visit.closed_at is None else is_sent_back(state, step.reason)
    if not is_open:
        return ()
    return tuple(
        target
        for target in StepState
        if target in SETTLED
        and (target is not StepState.HANDED_OVER or step.department_id is not None)
        and access.may_move(
            actor, target, window=visit.window.department_id, department=step.department_id
        )
    )


def _can_reopen(visit: Visit, step: VisitStep, actor: access.Actor) -> bool:
    return (
        visit.closed_at is None
        and StepState(step.state) in SETTLED
        and access.may_move(
            actor,
            StepState.TODO,
            window=visit.window.department_id,
            department=step.department_id,
        )
    )


def step_departments(visit: Visit) -> frozenset[int]:
    """Departments that have something to do with a visit. One query."""
    found = visit.steps.values_list("department_id", flat=True)
    return frozenset(pk for pk in found if pk is not None)
