"""A contract's months as drawings and as a table."""

import csv
import io
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from madoguchi.kernel.pages.rules import bars
from madoguchi.kernel.pages.rules.bars import BarChart, Column
from madoguchi.services.onestop.queries.contracts import ContractSheet
from madoguchi.services.onestop.rules.statistics import Month

SHOWN = 12
"""Months of a drawing."""


@dataclass(frozen=True, slots=True)
class Chart:
    title: StrOrPromise
    sentence: StrOrPromise
    chart: BarChart


def chart_of(sheet: ContractSheet) -> list[Chart]:
    """Procedures taken in, and minutes of nine visits of ten, over the last months."""
    months = sheet.months[-SHOWN:]
    if not any(month.visits for month in months):
        return []
    contract = sheet.contract
    return [
        Chart(
            title=_("Procedures taken in by month"),
            sentence=_("Agreed are %(agreed)d a month; %(count)d in all since the contract began.")
            % {"agreed": contract.agreed_volume, "count": sheet.total.taken_in},
            chart=bars.draw(
                [_column(month, month.taken_in, str(month.taken_in)) for month in months]
            ),
        ),
        Chart(
            title=_("Minutes that nine visits of ten took at most"),
            sentence=_("Agreed are %(agreed)d minutes; %(late)d months of %(all)d were above.")
            % {
                "agreed": contract.agreed_minutes,
                "late": sheet.late_months,
                "all": sum(month.ninetieth is not None for month in sheet.months),
            },
            chart=bars.draw(
                [
                    _column(month, month.ninetieth or 0, _minutes(month.ninetieth))
                    for month in months
                ]
            ),
        ),
    ]


def _column(month: Month, value: int, text: str) -> Column:
    return Column(label=date_format(month.month, _("n/y")), value=value, text=text)


def _minutes(minutes: int | None) -> str:
    """Nothing where no visit ended: that is not zero."""
    return "－" if minutes is None else str(minutes)  # a full-width dash, as in the table below


def contract_csv(sheet: ContractSheet) -> bytes:
    """UTF-8 with BOM, as spreadsheets open it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Month"),
            _("Visits"),
            _("Procedures taken in"),
            _("Median minutes"),
            _("Minutes of nine in ten"),
            _("Errors"),
            _("Error rate (%)"),
        ]
    )
    for month in sheet.months:
        writer.writerow(
            [
                f"{month.month:%Y-%m}",
                month.visits,
                month.taken_in,
                "" if month.median is None else f"{month.median:f}",
                "" if month.ninetieth is None else month.ninetieth,
                month.errors,
                f"{month.error_rate:f}",
            ]
        )
    return out.getvalue().encode("utf-8-sig")
