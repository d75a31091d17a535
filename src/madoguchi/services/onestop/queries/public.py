"""The public page of figures: the indicators of each year, and the records behind one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import Min
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.procedures import service as procedures
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.evidence import EvidenceRow, Indicator, indicators, measuring_together
from madoguchi.services.onestop.models import Visit

AREA = "onestop."
ORDER = (
    "counters_visited",
    "items_typed",
    "share_onestop",
    "share_home",
    "contract_volume",
    "contract_errors",
)
"""Do not go round, do not write, begin at home; then what is contracted out."""
MOST_YEARS = 5
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a year as it is written; ``has_records``: there is something to be counted."""

    year: int
    text: str
    has_records: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator through the years, the latest last. ``key`` is its code without the area."""

    key: str
    label: StrOrPromise
    unit: StrOrPromise
    description: StrOrPromise
    values: tuple[Value, ...]

    @property
    def latest(self) -> Value:
        return self.values[-1]


@dataclass(frozen=True, slots=True)
class FigurePage:
    years: tuple[int, ...]
    figures: tuple[Figure, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Records:
    """What stands behind one figure of one year."""

    figure: Figure
    value: Value
    page: Page[EvidenceRow]


def figure_page(today: date) -> FigurePage:
    """The figures of the last years that have records. Three queries a year."""
    years = _years(today)
    values: dict[str, list[Value]] = {}
    for year in years:
        with measuring_together({}):
            for each in _own():
                measured = each.measure(year)
                values.setdefault(each.code, []).append(
                    Value(year, _text(measured.value), bool(measured.rows))
                )
    return FigurePage(
        years=years,
        figures=tuple(
            Figure(
                key=each.code.removeprefix(AREA),
                label=each.label,
                unit=each.unit,
                description=each.description,
                values=tuple(values[each.code]),
            )
            for each in _own()
            if each.code in values
        ),
        read_at=clock.now(),
    )


def records(page: FigurePage, *, key: str, year: int, number: str | None) -> Records | None:
    """The records of a figure, a page of them; None where there is no such figure or year."""
    figure = next((each for each in page.figures if each.key == key), None)
    if figure is None or year not in page.years:
        return None
    rows = indicators[f"{AREA}{key}"].measure(year).rows
    value = next(each for each in figure.values if each.year == year)
    return Records(figure, value, Paginator(rows, PER_PAGE).get_page(number))


def _own() -> list[Indicator]:
    return [indicators[f"{AREA}{key}"] for key in ORDER]


def _text(value: Decimal | int) -> str:
    return f"{value:,}"


def _years(today: date) -> tuple[int, ...]:
    """From the first year with records on, the last few up to now; none without records."""
    first = Visit.objects.aggregate(first=Min("opened_at"))["first"]
    sent = procedures.first_sent_at()
    begins = min((each for each in (first, sent) if each is not None), default=None)
    if begins is None:
        return ()
    now = fiscal.fiscal_year_of(today)
    begun = fiscal.fiscal_year_of(begins.astimezone(clock.TOKYO).date())
    return tuple(range(max(begun, now - MOST_YEARS + 1), now + 1))
