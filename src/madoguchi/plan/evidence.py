"""The plan reports on itself: its own figures, with the sheets behind them.

Only accepted reports count; all plans that cover the fiscal year count together.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.kernel.evidence import EvidenceRow, Indicator, Measurement, indicators
from madoguchi.plan.models import Initiative, OutcomeChoice, PlanYear, Report, ScheduleRow
from madoguchi.plan.queries.cycle import expected_rows, report_of, sheet_number
from madoguchi.plan.rules import cycle


def register() -> None:
    """Offer the plan's own indicators; called once, when the app is ready."""
    for indicator in (
        Indicator(
            code="plan.initiatives_finished",
            label=_("Initiatives finished in the year"),
            unit=pgettext_lazy("unit", "initiatives"),
            measure=_finished,
            description=_("Accepted reports that say “finished”."),
        ),
        Indicator(
            code="plan.finished_on_time",
            label=_("Initiatives finished on time"),
            unit=pgettext_lazy("unit", "initiatives"),
            measure=_finished_on_time,
            description=_("Finished in the last year that was planned for them, or earlier."),
        ),
        Indicator(
            code="plan.carried_over",
            label=_("Initiatives carried into the next plan"),
            unit=pgettext_lazy("unit", "initiatives"),
            measure=_carried_over,
            description=_("Accepted reports that say “carried into the next plan”."),
        ),
        Indicator(
            code="plan.reports_on_time",
            label=_("Reports handed in by the due date"),
            unit=pgettext_lazy("unit", "reports"),
            measure=_on_time,
            description=_("A due date on a day off counts as the next working day."),
        ),
        Indicator(
            code="plan.reports_on_time_share",
            label=_("Share of reports handed in by the due date"),
            unit="%",
            measure=_on_time_share,
            description=_("Of all reports that the year expects."),
        ),
    ):
        indicators.register(indicator)


def _finished(fiscal_year: int) -> Measurement:
    return _count(_ended(fiscal_year, OutcomeChoice.FINISHED))


def _carried_over(fiscal_year: int) -> Measurement:
    return _count(_ended(fiscal_year, OutcomeChoice.CARRIED_OVER))


def _finished_on_time(fiscal_year: int) -> Measurement:
    rows = _ended(fiscal_year, OutcomeChoice.FINISHED)
    planned: dict[int, list[tuple[int, bool]]] = {}
    for row in ScheduleRow.objects.filter(
        initiative__in=[row.initiative_id for row in rows]
    ).prefetch_related("plan_items"):
        is_planned = row.continues or bool(row.plan_items.all())
        planned.setdefault(row.initiative_id, []).append((row.fiscal_year, is_planned))
    return _count(
        row
        for row in rows
        if cycle.is_finished_on_time(
            OutcomeChoice.FINISHED,
            row.fiscal_year,
            cycle.last_planned_year(planned[row.initiative_id]),
        )
    )


def _on_time(fiscal_year: int) -> Measurement:
    return _count(_in_time(_expected(fiscal_year)))


def _on_time_share(fiscal_year: int) -> Measurement:
    expected = _expected(fiscal_year)
    in_time = _in_time(expected)
    share = Decimal(100 * len(in_time)) / len(expected) if expected else Decimal(0)
    return Measurement(
        value=share.quantize(Decimal("0.1"), ROUND_HALF_UP),
        rows=tuple(map(_record, in_time)),
        source_url=reverse("plan:index"),
    )


def _ended(fiscal_year: int, outcome: OutcomeChoice) -> list[ScheduleRow]:
    return list(
        ScheduleRow.objects.filter(
            fiscal_year=fiscal_year,
            report__outcome=outcome,
            report__status=Report.Status.ACCEPTED,
        )
        .select_related("initiative__theme__plan", "report")
        .order_by("initiative__theme__plan", "initiative__theme__number", "initiative__number")
    )


def _expected(fiscal_year: int) -> list[tuple[PlanYear, ScheduleRow]]:
    years = PlanYear.objects.filter(fiscal_year=fiscal_year).exclude(status=PlanYear.Status.PLANNED)
    return [
        (year, row)
        for year in years
        for row in expected_rows(year).select_related("initiative__theme__plan", "report")
    ]


def _in_time(expected: Iterable[tuple[PlanYear, ScheduleRow]]) -> list[ScheduleRow]:
    return [row for year, row in expected if _is_in_time(year, row)]


def _is_in_time(year: PlanYear, row: ScheduleRow) -> bool:
    report = report_of(row)
    if report is None or report.status not in (Report.Status.SUBMITTED, Report.Status.ACCEPTED):
        return False
    return cycle.is_on_time(_day(report.submitted_at), year.due_on)


def _day(at: datetime | None) -> date | None:
    return None if at is None else localtime(at).date()


def _count(rows: Iterable[ScheduleRow]) -> Measurement:
    records = tuple(map(_record, rows))
    return Measurement(value=len(records), rows=records, source_url=reverse("plan:index"))


def _record(row: ScheduleRow) -> EvidenceRow:
    initiative: Initiative = row.initiative
    report = report_of(row)
    return EvidenceRow(
        text=f"No.{sheet_number(initiative)} {initiative.name}",
        url=reverse(
            "plan:sheet",
            args=[initiative.theme.plan.slug, initiative.theme.number, initiative.number],
        ),
        on=_day(report.submitted_at) if report else None,
    )
