"""What visits came to, as totals of days: nothing in them names anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from madoguchi.blocks.procedures import service as procedures
from madoguchi.blocks.procedures.service import DayOfCases
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.evidence import read_once
from madoguchi.services.onestop.models import Visit, VisitStep
from madoguchi.services.onestop.queries.contracts import works_of
from madoguchi.services.onestop.rules.planning import Seen, counters_visited, is_one_stop
from madoguchi.services.onestop.rules.states import StepState
from madoguchi.services.onestop.rules.statistics import Work


@dataclass(frozen=True, slots=True)
class DayOfVisits:
    """Life events whose last visit of the year ended on that day, by event: how many, to how many
    counters people had to go in all, how many were settled at one window."""

    on: date
    event: str
    cases: int
    counters: int
    one_stop: int


def span(fiscal_year: int) -> tuple[datetime, datetime]:
    """From its first moment to the first of the next year."""
    return (
        datetime.combine(fiscal.first_day(fiscal_year), time(), tzinfo=clock.TOKYO),
        datetime.combine(fiscal.first_day(fiscal_year + 1), time(), tzinfo=clock.TOKYO),
    )


def visits_ended(fiscal_year: int) -> tuple[DayOfVisits, ...]:
    """By day and event. A case that came twice is one life event: its counters are those of all
    its visits of the year. Two queries."""

    def read() -> tuple[DayOfVisits, ...]:
        since, until = span(fiscal_year)
        visits = Visit.objects.filter(closed_at__gte=since, closed_at__lt=until)
        steps: dict[int, list[Seen]] = {}
        for visit, state, counter, outside in VisitStep.objects.filter(
            visit__in=visits.values("pk")
        ).values_list("visit_id", "state", "counter", "is_outside"):
            steps.setdefault(visit, []).append(Seen(StepState(state), counter, is_outside=outside))
        cases: dict[str, list[tuple[int, int, date, str]]] = {}
        for pk, number, window, closed_at, event in visits.order_by("closed_at").values_list(
            "pk", "case_number", "window_id", "closed_at", "event_title"
        ):
            assert closed_at is not None  # noqa: S101 # they are those that were closed
            day = closed_at.astimezone(clock.TOKYO).date()
            cases.setdefault(number, []).append((pk, window, day, event))
        return _days(cases.values(), steps)

    return read_once(("onestop.visits_ended", fiscal_year), read)


def _days(
    cases: Iterable[list[tuple[int, int, date, str]]], steps: dict[int, list[Seen]]
) -> tuple[DayOfVisits, ...]:
    found: dict[tuple[date, str], DayOfVisits] = {}
    for visits in cases:
        _pk, window, day, event = visits[-1]
        seen = [step for pk, *_rest in visits for step in steps.get(pk, [])]
        others = {f"window:{other}" for _pk, other, *_rest in visits} - {f"window:{window}"}
        counters = counters_visited(f"window:{window}", seen) + len(others)
        before = found.get((day, event), DayOfVisits(day, event, 0, 0, 0))
        found[day, event] = DayOfVisits(
            on=day,
            event=event,
            cases=before.cases + 1,
            counters=before.counters + counters,
            one_stop=before.one_stop + (len(visits) == 1 and is_one_stop(seen)),
        )
    return tuple(found[key] for key in sorted(found))


def cases_of_year(fiscal_year: int) -> tuple[DayOfCases, ...]:
    """Cases sent in the year, by day."""

    def read() -> tuple[DayOfCases, ...]:
        since, until = span(fiscal_year)
        return procedures.cases_sent(since=since, until=until)

    return read_once(("onestop.cases_sent", fiscal_year), read)


def work_of_year(fiscal_year: int) -> tuple[Work, ...]:
    """What operators took in, one entry a visit."""

    def read() -> tuple[Work, ...]:
        return tuple(
            works_of(since=fiscal.first_day(fiscal_year), until=fiscal.first_day(fiscal_year + 1))
        )

    return read_once(("onestop.work", fiscal_year), read)
