"""How paying goes, year by year: shares of channels, collection rate, cost; drawn as charts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Max, Min
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy

from madoguchi.blocks.payments.models import Bill
from madoguchi.blocks.payments.queries.collected import (
    ChannelCostTotal,
    ChannelTotal,
    collected_by_channel,
    collection_rate,
    cost_by_channel,
    payments_by_channel,
)
from madoguchi.blocks.payments.queries.labels import channel_label
from madoguchi.blocks.payments.queries.profiles import channel_costs, cost_in_force
from madoguchi.blocks.payments.rules import figures
from madoguchi.blocks.payments.rules.balances import Collected
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.money import thousands
from madoguchi.kernel.pages.rules import bars, lines

MOST_YEARS = 8
KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year. ``collected`` counts bills that were due by now, ``parts`` are points of
    its rate by channel; payments and their cost are those made in the year."""

    fiscal_year: int
    is_over: bool
    collected: Collected
    parts: Mapping[Channel, Decimal | None]
    payments: Mapping[Channel, ChannelTotal]
    costs: Mapping[Channel, ChannelCostTotal]

    @property
    def rate(self) -> Decimal | None:
        return figures.per_cent(self.collected.collected, self.collected.assessed)

    @property
    def count(self) -> int:
        return sum(total.count for total in self.payments.values())

    @property
    def cost(self) -> int:
        return sum(total.cost for total in self.costs.values())

    def share(self, channel: Channel) -> Decimal | None:
        """Of the payments of the year, in per cent."""
        return figures.per_cent(self.payments[channel].count, self.count)

    def each(self, channel: Channel) -> Decimal | None:
        """What a payment cost on average, in yen."""
        total = self.costs[channel]
        return figures.each(Decimal(total.cost), total.count)


@dataclass(frozen=True, slots=True)
class Figures:
    """The years in which bills were made, oldest first, and when they were read."""

    years: tuple[Year, ...]
    read_at: datetime


def kept_figures(fee_kinds: Collection[str]) -> Figures:
    """The figures as they were read within the last five minutes: many residents may look."""
    key = f"payments.figures.{'.'.join(sorted(fee_kinds))}"
    found: Figures | None = cache.get(key)
    if found is None:
        found = figures_now(fee_kinds)
        cache.set(key, found, KEPT_SECONDS)
    return found


def figures_now(fee_kinds: Collection[str]) -> Figures:
    """Six queries a year, at most eight years, and one for which they are."""
    years = billed_years(fee_kinds)
    return Figures(tuple(year_figures(fee_kinds, year) for year in years), clock.now())


def billed_years(fee_kinds: Collection[str]) -> tuple[int, ...]:
    """From the first fiscal year with a bill to the last one, the latest eight. One query."""
    span = Bill.objects.filter(fee_kind__in=fee_kinds, cancelled_at=None).aggregate(
        first=Min("fiscal_year"), last=Max("fiscal_year")
    )
    if span["first"] is None:
        return ()
    return tuple(range(span["first"], span["last"] + 1))[-MOST_YEARS:]


def year_figures(fee_kinds: Collection[str], fiscal_year: int) -> Year:
    """Six queries."""
    collected = collection_rate(fee_kinds=fee_kinds, fiscal_year=fiscal_year)
    return Year(
        fiscal_year=fiscal_year,
        is_over=clock.today() > fiscal.last_day(fiscal_year),
        collected=collected,
        parts=figures.parts_of_rate(
            collected_by_channel(fee_kinds=fee_kinds, fiscal_year=fiscal_year),
            assessed=collected.assessed,
            collected=collected.collected,
        ),
        payments=payments_by_channel(fee_kinds=fee_kinds, fiscal_year=fiscal_year),
        costs=cost_by_channel(fee_kinds=fee_kinds, fiscal_year=fiscal_year),
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with what ``chart_frame`` says about it."""

    title: str
    sentence: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    drawing: bars.BarChart | lines.LineChart


SHORT = {
    Channel.STORE: pgettext_lazy("channel, short", "Store"),
    Channel.CARD: pgettext_lazy("channel, short", "Card"),
    Channel.DEBIT: pgettext_lazy("channel, short", "Bank debit"),
    Channel.COUNTER: pgettext_lazy("channel, short", "Counter"),
}
"""For drawings, where the labels of payments are too long."""


def year_label(fiscal_year: int) -> str:
    if (get_language() or "").startswith("ja"):
        return fiscal.label(fiscal_year)
    return f"FY{fiscal_year}"


def row_label(year: Year) -> str:
    label = year_label(year.fiscal_year)
    return label if year.is_over else gettext("%(year)s so far") % {"year": label}


def _mark(year: Year) -> str:
    """Short, for the foot of a chart."""
    label = f"FY{year.fiscal_year}"
    if (get_language() or "").startswith("ja"):
        label = fiscal.label(year.fiscal_year, "short").removesuffix("年度")
    return label if year.is_over else gettext("%(year)s so far") % {"year": label}


def _points(rate: Decimal | None) -> int:
    """Tenths of a per cent, in which charts are drawn."""
    return int((rate or Decimal(0)) * 10)


def share_text(rate: Decimal | None) -> str:
    return "–" if rate is None else f"{rate}%"


def cost_text(cost: Decimal | None) -> str:
    return "–" if cost is None else gettext("%(amount)s yen") % {"amount": f"{cost:,}"}


def rate_chart(years: Sequence[Year]) -> Chart:
    """The collection rate by year."""
    return Chart(
        title=gettext("Collection rate"),
        sentence=_rate_sentence(years),
        heads=[
            gettext("Fiscal year"),
            pgettext("collection rate", "Rate"),
            gettext("Change to the year before"),
            gettext("Due (yen)"),
            gettext("Paid of it (yen)"),
            gettext("Bills paid in full"),
        ],
        rows=[
            [
                row_label(year),
                share_text(year.rate),
                _change(years[at - 1].rate if at else None, year.rate),
                thousands(year.collected.assessed),
                thousands(year.collected.collected),
                f"{thousands(year.collected.bills_paid)} / {thousands(year.collected.bills)}",
            ]
            for at, year in enumerate(years)
        ],
        drawing=bars.draw(
            [bars.Column(_mark(year), _points(year.rate), share_text(year.rate)) for year in years]
        ),
    )


def _change(before: Decimal | None, now: Decimal | None) -> str:
    if before is None or now is None:
        return "–"
    return gettext("%(change)s points") % {"change": f"{now - before:+}"}


def _rate_sentence(years: Sequence[Year]) -> str:
    last = years[-1]
    values = {"year": year_label(last.fiscal_year), "rate": share_text(last.rate)}
    if last.rate is None:
        return gettext("No bill of %(year)s is due yet.") % values
    before = years[-2].rate if len(years) > 1 else None
    if before is None:
        return gettext("Of what was due in %(year)s, %(rate)s has been paid.") % values
    values["change"] = f"{abs(last.rate - before)}"
    if last.rate == before:
        return (
            gettext("Of what was due in %(year)s, %(rate)s has been paid, as in the year before.")
            % values
        )
    if last.rate > before:
        return (
            gettext(
                "Of what was due in %(year)s, %(rate)s has been paid, %(change)s points more than"
                " in the year before."
            )
            % values
        )
    return (
        gettext(
            "Of what was due in %(year)s, %(rate)s has been paid, %(change)s points less than in"
            " the year before."
        )
        % values
    )


def _lines(
    years: Sequence[Year], values: Mapping[Channel, Sequence[Decimal | None]]
) -> lines.LineChart:
    series = [
        lines.Series(
            label=str(SHORT[channel]),
            values=tuple(None if value is None else int(value * 10) for value in values[channel]),
            text=share_text(values[channel][-1]),
        )
        for channel in Channel
    ]
    highest = max((value or Decimal(0) for each in values.values() for value in each), default=0)
    top = min(max(-(-int(highest) // 20) * 20, 20), 100)
    grid = [(at * top // 4 * 10, f"{at * top // 4}%") for at in range(5)]
    return lines.draw(series, [_mark(year) for year in years], grid=grid)


def parts_chart(years: Sequence[Year]) -> Chart:
    """What each channel brought of the collection rate."""
    values = {channel: [year.parts[channel] for year in years] for channel in Channel}
    return Chart(
        title=gettext("Collection rate by channel"),
        sentence=gettext(
            "How many points of the collection rate came through each channel; together they are"
            " the rate."
        ),
        heads=_heads(with_total=gettext("Collection rate")),
        rows=[
            [
                row_label(year),
                *(share_text(year.parts[channel]) for channel in Channel),
                share_text(year.rate),
            ]
            for year in years
        ],
        drawing=_lines(years, values),
    )


def shares_chart(years: Sequence[Year]) -> Chart:
    """How many of the payments are made through each channel."""
    values = {channel: [year.share(channel) for year in years] for channel in Channel}
    return Chart(
        title=gettext("Share of payments by channel"),
        sentence=_share_sentence(years),
        heads=_heads(with_total=gettext("Payments")),
        rows=[
            [
                row_label(year),
                *(
                    f"{share_text(year.share(channel))} ({thousands(year.payments[channel].count)})"
                    for channel in Channel
                ),
                thousands(year.count),
            ]
            for year in years
        ],
        drawing=_lines(years, values),
    )


def _heads(*, with_total: str) -> list[str]:
    return [gettext("Fiscal year"), *map(channel_label, Channel), with_total]


def _share_sentence(years: Sequence[Year]) -> str:
    known = [(year, share) for year in years if (share := year.share(Channel.CARD)) is not None]
    if not known:
        return gettext("Nothing has been paid yet.")
    (first, began), (last, now) = known[0], known[-1]
    if first is last:
        return gettext("In %(year)s %(share)s%% of the payments were made by card.") % {
            "year": year_label(last.fiscal_year),
            "share": now,
        }
    return gettext("Cards: %(began)s%% of the payments in %(first)s, %(now)s%% in %(last)s.") % {
        "began": began,
        "first": year_label(first.fiscal_year),
        "now": now,
        "last": year_label(last.fiscal_year),
    }


def cost_chart(years: Sequence[Year]) -> Chart:
    """What a payment costs the city, in the latest year with payments."""
    last = next((year for year in reversed(years) if year.count), years[-1])
    return Chart(
        title=gettext("What a payment costs, %(year)s") % {"year": year_label(last.fiscal_year)},
        sentence=_cost_sentence(last),
        heads=_heads(with_total=gettext("All channels (yen)")),
        rows=[
            [
                row_label(year),
                *(cost_text(year.each(channel)) for channel in Channel),
                thousands(year.cost),
            ]
            for year in years
        ],
        drawing=bars.draw(
            [
                bars.Column(
                    str(SHORT[channel]),
                    int((last.each(channel) or Decimal(0)) * 10),
                    cost_text(last.each(channel)),
                )
                for channel in Channel
            ]
        ),
    )


def _cost_sentence(year: Year) -> str:
    card, store = year.each(Channel.CARD), year.each(Channel.STORE)
    if card is None or store is None:
        return gettext("Fees that the city pays for taking a payment, on average.")
    return gettext(
        "Of a payment at a store the city pays %(store)s yen on average, of one by card"
        " %(card)s yen."
    ) % {"store": f"{store:,}", "card": f"{card:,}"}


def figure_charts(years: Sequence[Year]) -> list[tuple[str, Chart]]:
    """Every chart with the template that draws it; nothing without years."""
    if not years:
        return []
    return [
        ("pages/components/bars.html", rate_chart(years)),
        ("pages/components/lines.html", parts_chart(years)),
        ("pages/components/lines.html", shares_chart(years)),
        ("pages/components/bars.html", cost_chart(years)),
    ]


def year_to_reckon_with(years: Sequence[Year]) -> Year | None:
    """The latest year that is over, else the present one; None where nothing was paid."""
    paid = [year for year in years if year.count]
    over = [year for year in paid if year.is_over]
    return (over or paid)[-1] if paid else None


def what_if(
    year: Year, *, fee_kind: str, old: Channel, new: Channel, share: Decimal, on: date
) -> figures.Move:
    """The cost of a year's payments if so many per cent went another way. One query."""
    known = channel_costs()

    def rate(channel: Channel) -> figures.Rate:
        row = cost_in_force(known, channel=channel, fee_kind=fee_kind, on=on)
        return figures.Rate(row.yen_each, row.per_cent) if row else figures.Rate(*[Decimal(0)] * 2)

    total = year.payments[old]
    return figures.move(
        count=total.count, amount=total.amount, share=share, old=rate(old), new=rate(new)
    )
