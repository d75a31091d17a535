"""Figures that a service reports of its fee kinds, with the records behind them.

Payments count in the fiscal year in which they were made, once they are settled; the collection
rate is of the year's bills that were due. A record is what came through a channel on a day: no
personal data.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.payments.queries.collected import (
    DailyTotal,
    collection_rate,
    cost_by_channel,
    daily_totals,
)
from madoguchi.blocks.payments.queries.labels import channel_label
from madoguchi.blocks.payments.rules import figures
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel.evidence import EvidenceRow, Indicator, Measurement, read_once
from madoguchi.kernel.money import thousands

NOTHING = Decimal("0.0")

type Measure = Callable[[int], Measurement]


class ChannelLabels(NamedTuple):
    """What a service calls the figures of a channel."""

    payments: StrOrPromise
    share: StrOrPromise
    cost: StrOrPromise


@dataclass(frozen=True)
class Measures:
    """The figures of some fee kinds; ``source_url()`` is the page that shows them."""

    fee_kinds: tuple[str, ...]
    source_url: Callable[[], str]

    def payments(self, channel: Channel) -> Measure:
        """How many settled payments came through a channel."""

        def measure(fiscal_year: int) -> Measurement:
            days = [day for day in self._totals(fiscal_year) if day.channel is channel]
            return self.measured(sum(day.count for day in days), _rows(days))

        return measure

    def share(self, channel: Channel) -> Measure:
        """Of all settled payments, in per cent."""

        def measure(fiscal_year: int) -> Measurement:
            days = self._totals(fiscal_year)
            through = sum(day.count for day in days if day.channel is channel)
            share = figures.per_cent(through, sum(day.count for day in days))
            return self.measured(share or NOTHING, _rows(days))

        return measure

    def collection_rate(self, fiscal_year: int) -> Measurement:
        """Of the year's bills whose due date is past, in per cent of the yen."""
        found = collection_rate(fee_kinds=self.fee_kinds, fiscal_year=fiscal_year)
        rows = (
            EvidenceRow(
                _("%(bills)s bills due, %(amount)s yen")
                % {"bills": thousands(found.bills), "amount": thousands(found.assessed)}
            ),
            EvidenceRow(
                _("of them %(bills)s paid in full; %(amount)s yen came in")
                % {"bills": thousands(found.bills_paid), "amount": thousands(found.collected)}
            ),
        )
        rate = figures.per_cent(found.collected, found.assessed)
        return self.measured(
            rate or NOTHING, (*rows, *_rows(self._totals(fiscal_year))) if found.bills else ()
        )

    def cost(self, channel: Channel) -> Measure:
        """Average yen that a payment through a channel costs the city."""

        def measure(fiscal_year: int) -> Measurement:
            found = read_once(
                ("payments.costs", self.fee_kinds, fiscal_year),
                lambda: cost_by_channel(fee_kinds=self.fee_kinds, fiscal_year=fiscal_year),
            )
            total = found[channel]
            if not total.count:
                return self.measured(NOTHING, ())
            row = EvidenceRow(
                _("%(count)s payments, fees of %(cost)s yen")
                % {"count": thousands(total.count), "cost": thousands(total.cost)}
            )
            average = figures.each(Decimal(total.cost), total.count)
            days = [day for day in self._totals(fiscal_year) if day.channel is channel]
            return self.measured(average or NOTHING, (row, *_rows(days)))

        return measure

    def by_channel(
        self, area: str, labels: Mapping[Channel, "ChannelLabels"]
    ) -> Iterator[Indicator]:
        """Payments, share and cost of each channel: ``<area>.card_payments``, …"""
        for channel, label in labels.items():
            yield Indicator(
                f"{area}.{channel}_payments",
                label.payments,
                pgettext_lazy("unit", "payments"),
                self.payments(channel),
                gettext_lazy("Settled payments made in the year."),
            )
            yield Indicator(
                f"{area}.{channel}_share",
                label.share,
                "%",
                self.share(channel),
                gettext_lazy("Of all settled payments made in the year."),
            )
            yield Indicator(
                f"{area}.cost_{channel}",
                label.cost,
                pgettext_lazy("unit", "yen"),
                self.cost(channel),
                gettext_lazy("Average of the fees for the year's settled payments."),
            )

    def measured(self, value: Decimal | int, rows: tuple[EvidenceRow, ...]) -> Measurement:
        return Measurement(value=value, rows=rows, source_url=self.source_url())

    def _totals(self, fiscal_year: int) -> list[DailyTotal]:
        return read_once(
            ("payments.days", self.fee_kinds, fiscal_year),
            lambda: daily_totals(fee_kinds=self.fee_kinds, fiscal_year=fiscal_year),
        )


def _rows(days: Iterable[DailyTotal]) -> tuple[EvidenceRow, ...]:
    """The totals of each day and channel."""
    return tuple(
        EvidenceRow(
            _("%(channel)s: %(count)s payments, %(amount)s yen")
            % {
                "channel": channel_label(each.channel),
                "count": thousands(each.count),
                "amount": thousands(each.amount),
            },
            on=each.day,
        )
        for each in days
    )
