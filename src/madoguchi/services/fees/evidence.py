"""Figures of sheet 1-7: fees that stores take, who pays how, how much comes in, at what cost."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.payments.service import Channel, ChannelLabels, Measures
from madoguchi.kernel import fiscal
from madoguchi.kernel.evidence import EvidenceRow, Indicator, Measurement, indicators
from madoguchi.services.fees.models import KindChoice
from madoguchi.services.fees.queries.kinds import kinds_at_stores
from madoguchi.services.fees.rules import fee_kind_code

FEE_KINDS = tuple(fee_kind_code(kind) for kind in KindChoice.values)
MEASURES = Measures(FEE_KINDS, lambda: reverse("fees:figures"))
CHANNELS = {
    Channel.STORE: ChannelLabels(
        gettext_lazy("Payments at stores"),
        gettext_lazy("Share of payments made at stores"),
        gettext_lazy("Cost of a payment at a store"),
    ),
    Channel.CARD: ChannelLabels(
        gettext_lazy("Payments by card"),
        gettext_lazy("Share of payments made by card"),
        gettext_lazy("Cost of a payment by card"),
    ),
    Channel.DEBIT: ChannelLabels(
        gettext_lazy("Payments by bank debit"),
        gettext_lazy("Share of payments made by bank debit"),
        gettext_lazy("Cost of a payment by bank debit"),
    ),
    Channel.COUNTER: ChannelLabels(
        gettext_lazy("Payments at the counter"),
        gettext_lazy("Share of payments made at the counter"),
        gettext_lazy("Cost of a payment at the counter"),
    ),
}


def register() -> None:
    """Offer the indicators; called once, when the app is ready."""
    for indicator in (
        Indicator(
            code="fees.kinds_at_stores",
            label=gettext_lazy("Fees that stores take"),
            unit=pgettext_lazy("unit", "kinds"),
            measure=_kinds_at_stores,
        ),
        Indicator(
            code="fees.collection_rate",
            label=gettext_lazy("Collection rate of fees"),
            unit="%",
            measure=MEASURES.collection_rate,
        ),
        *MEASURES.by_channel("fees", CHANNELS),
    ):
        indicators.register(indicator)


def _kinds_at_stores(fiscal_year: int) -> Measurement:
    index = reverse("fees:index")
    rows = tuple(
        EvidenceRow(
            _("%(kind)s, since %(year)s")
            % {"kind": kind.label, "year": fiscal.label(kind.stores_since)},
            url=index,
            on=fiscal.first_day(kind.stores_since),
        )
        for kind in kinds_at_stores(fiscal_year)
        if kind.stores_since is not None
    )
    return Measurement(len(rows), rows, index)
