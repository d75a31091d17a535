"""What water reports of itself: cards, collection rate, cost by channel; day totals behind them.

Payments count in the fiscal year in which they were made, once they are settled; the collection
rate is of the year's bills that were due.
"""

from datetime import datetime, time

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.service import Channel, ChannelLabels, Measures
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.evidence import EvidenceRow, Indicator, Measurement, indicators
from madoguchi.services.water.queries.contracts import KINDS, payer_of

MEASURES = Measures(KINDS, lambda: reverse("water:figures"))

CHANNELS = {
    Channel.STORE: ChannelLabels(
        gettext_lazy("Water payments at stores"),
        gettext_lazy("Share of stores in water payments"),
        gettext_lazy("What a water payment at a store costs"),
    ),
    Channel.CARD: ChannelLabels(
        gettext_lazy("Water payments by card"),
        gettext_lazy("Share of cards in water payments"),
        gettext_lazy("What a water payment by card costs"),
    ),
    Channel.DEBIT: ChannelLabels(
        gettext_lazy("Water payments by bank debit"),
        gettext_lazy("Share of bank debit in water payments"),
        gettext_lazy("What a water payment by bank debit costs"),
    ),
    Channel.COUNTER: ChannelLabels(
        gettext_lazy("Water payments at counters"),
        gettext_lazy("Share of counters in water payments"),
        gettext_lazy("What a water payment at a counter costs"),
    ),
}


def register() -> None:
    """Offer the indicators of water; called once, when the app is ready."""
    for indicator in (
        Indicator(
            code="water.collection_rate",
            label=gettext_lazy("Collection rate of water charges"),
            unit="%",
            measure=MEASURES.collection_rate,
            description=gettext_lazy("Of the year's bills whose due date is past, in yen."),
        ),
        *MEASURES.by_channel("water", CHANNELS),
        Indicator(
            code="water.registered_cards",
            label=gettext_lazy("Cards registered for water charges"),
            unit=pgettext_lazy("unit", "cards"),
            measure=_registered_cards,
            description=gettext_lazy("At the end of the year, or now while it lasts."),
        ),
    ):
        indicators.register(indicator)


def _registered_cards(fiscal_year: int) -> Measurement:
    end = datetime.combine(fiscal.first_day(fiscal_year + 1), time(), tzinfo=clock.TOKYO)
    days = payments.card_registrations(payer_prefix=payer_of(""), until=min(end, clock.now()))
    rows = tuple(
        EvidenceRow(
            _("%(registered)d cards registered, %(removed)d removed")
            % {"registered": each.registered, "removed": each.removed},
            on=each.day,
        )
        for each in days
    )
    return MEASURES.measured(sum(each.registered - each.removed for each in days), rows)
