"""How many cases and applications were sent, how they were begun, what was typed for them: totals
of days, without anything that names a person."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, IntegerField, Min, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from madoguchi.blocks.procedures.models import Application, Case
from madoguchi.kernel import clock


@dataclass(frozen=True, slots=True)
class DayOfCases:
    """Cases that were sent on a day: how many of them were begun at home, how many applications
    they hold, and how many items somebody typed for these."""

    on: date
    cases: int
    from_home: int
    applications: int
    typed: int


def cases_sent(*, since: datetime, until: datetime) -> tuple[DayOfCases, ...]:
    """The days from ``since`` (included) to ``until`` (not) on which cases were sent. One query."""
    sent = Case.objects.filter(sent_at__gte=since, sent_at__lt=until)
    days = (
        sent.annotate(on=TruncDate("sent_at", tzinfo=clock.TOKYO))
        .annotate(
            count=Coalesce(
                Subquery(
                    Application.objects.filter(case=OuterRef("pk"))
                    .order_by()
                    .values("case")
                    .annotate(n=Count("pk"))
                    .values("n"),
                    output_field=IntegerField(),
                ),
                0,
            )
        )
        .values("on", "channel")
        .annotate(cases=Count("pk"), forms=Sum("count"), items=Sum(F("typed")))
        .order_by("on")
    )
    found: dict[date, DayOfCases] = {}
    for row in days:
        before = found.get(row["on"], DayOfCases(row["on"], 0, 0, 0, 0))
        found[row["on"]] = DayOfCases(
            on=row["on"],
            cases=before.cases + row["cases"],
            from_home=before.from_home
            + (row["cases"] if row["channel"] == Case.Channel.HOME else 0),
            applications=before.applications + row["forms"],
            typed=before.typed + row["items"],
        )
    return tuple(found.values())


def first_sent_at() -> datetime | None:
    """When the first case was sent. One query."""
    found: datetime | None = Case.objects.aggregate(first=Min("sent_at"))["first"]
    return found
