"""What the one-stop window reports of itself: do not write, do not wait, do not go round.

Visits count in the fiscal year in which they ended, cases in that in which they were sent, work
under contracts in that in which it was taken in. Behind each figure stand totals of days or months.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.procedures.service import DayOfCases
from madoguchi.kernel import fiscal
from madoguchi.kernel.evidence import EvidenceRow, Indicator, Measurement, indicators
from madoguchi.services.onestop.queries import figures
from madoguchi.services.onestop.queries.figures import DayOfVisits
from madoguchi.services.onestop.rules import statistics
from madoguchi.services.onestop.rules.statistics import Month, per_cent, ratio


def register() -> None:
    """Offer the indicators; called once, when the app is ready."""
    for indicator in (
        Indicator(
            code="onestop.counters_visited",
            label=gettext_lazy("Counters visited per life event"),
            unit=pgettext_lazy("unit", "counters"),
            measure=_counters_visited,
            description=gettext_lazy(
                "The window and every counter to which somebody still had to go, on average over"
                " the life events that ended in the year."
            ),
        ),
        Indicator(
            code="onestop.items_typed",
            label=gettext_lazy("Items typed per application"),
            unit=pgettext_lazy("unit", "items"),
            measure=_items_typed,
            description=gettext_lazy(
                "Items that somebody typed for the applications sent in the year; what was known,"
                " answered in the guide or asked once already does not count."
            ),
        ),
        Indicator(
            code="onestop.share_onestop",
            label=gettext_lazy("Share of life events settled at one window"),
            unit="%",
            measure=_share_onestop,
            description=gettext_lazy(
                "In one visit, with no other counter to go to and nothing left for another day."
            ),
        ),
        Indicator(
            code="onestop.share_home",
            label=gettext_lazy("Share of cases begun at home"),
            unit="%",
            measure=_share_home,
            description=gettext_lazy("Of the cases sent in the year."),
        ),
        Indicator(
            code="onestop.contract_volume",
            label=gettext_lazy("Procedures taken in by contracted operators"),
            unit=pgettext_lazy("unit", "procedures"),
            measure=_contract_volume,
        ),
        Indicator(
            code="onestop.contract_errors",
            label=gettext_lazy("Errors of contracted intake"),
            unit=pgettext_lazy("unit", "errors"),
            measure=_contract_errors,
            description=gettext_lazy(
                "Applications that came back because of the intake, as the city's clerks recorded"
                " it."
            ),
        ),
    ):
        indicators.register(indicator)


def _measured(value: Decimal | int, rows: Iterable[EvidenceRow]) -> Measurement:
    return Measurement(value, tuple(rows), reverse("onestop:figures"))


def _of_days[Day: (DayOfVisits, DayOfCases)](
    value: Decimal, days: Sequence[Day], words: Callable[[Day], str]
) -> Measurement:
    """A figure and the totals of days that it was counted from."""
    return _measured(value, (EvidenceRow(words(day), on=day.on) for day in days))


def _counters_visited(fiscal_year: int) -> Measurement:
    days = figures.visits_ended(fiscal_year)
    return _of_days(
        ratio(sum(day.counters for day in days), sum(day.cases for day in days)),
        days,
        lambda day: (
            _("%(event)s: %(cases)d life events, %(counters)d counters")
            % {
                "event": day.event or _("single procedures"),
                "cases": day.cases,
                "counters": day.counters,
            }
        ),
    )


def _share_onestop(fiscal_year: int) -> Measurement:
    days = figures.visits_ended(fiscal_year)
    return _of_days(
        per_cent(sum(day.one_stop for day in days), sum(day.cases for day in days)),
        days,
        lambda day: (
            _("%(event)s: %(part)d of %(cases)d settled at one window")
            % {
                "event": day.event or _("single procedures"),
                "part": day.one_stop,
                "cases": day.cases,
            }
        ),
    )


def _items_typed(fiscal_year: int) -> Measurement:
    days = figures.cases_of_year(fiscal_year)
    return _of_days(
        ratio(sum(day.typed for day in days), sum(day.applications for day in days)),
        days,
        lambda day: (
            _("%(typed)d items typed for %(applications)d applications")
            % {"typed": day.typed, "applications": day.applications}
        ),
    )


def _share_home(fiscal_year: int) -> Measurement:
    days = figures.cases_of_year(fiscal_year)
    return _of_days(
        per_cent(sum(day.from_home for day in days), sum(day.cases for day in days)),
        days,
        lambda day: (
            _("%(part)d of %(cases)d cases begun at home")
            % {"part": day.from_home, "cases": day.cases}
        ),
    )


def _contract_volume(fiscal_year: int) -> Measurement:
    return _of_contracts(
        fiscal_year,
        lambda month: month.taken_in,
        lambda month: (
            _("%(month)s: %(count)d procedures in %(visits)d visits")
            % {
                "month": _month(month.month),
                "count": month.taken_in,
                "visits": month.visits,
            }
        ),
    )


def _contract_errors(fiscal_year: int) -> Measurement:
    return _of_contracts(
        fiscal_year,
        lambda month: month.errors,
        lambda month: (
            _("%(month)s: %(errors)d errors in %(count)d procedures")
            % {
                "month": _month(month.month),
                "errors": month.errors,
                "count": month.taken_in,
            }
        ),
    )


def _of_contracts(
    fiscal_year: int, value: Callable[[Month], int], words: Callable[[Month], str]
) -> Measurement:
    """The year's months in which operators took something in."""
    span = statistics.months_between(
        fiscal.first_day(fiscal_year), fiscal.first_day(fiscal_year + 1)
    )
    months = [
        month
        for month in statistics.by_month(figures.work_of_year(fiscal_year), span)
        if month.visits
    ]
    return _measured(
        sum(value(month) for month in months), (EvidenceRow(words(month)) for month in months)
    )


def _month(day: date) -> str:
    return date_format(day, _("F Y"))
