"""The public pages of water in the site's search, by the words that people look for."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel.pages.queries import find_pages
from madoguchi.kernel.registries import SearchHit

PAGES = (
    (
        "water:charges",
        gettext_lazy("What water costs"),
        gettext_lazy(
            "Reckon the water and sewer charge for two months from pipe size and volume:"
            " base charge, volume charge, sewer, consumption tax, tariff."
        ),
    ),
    (
        "water:payment",
        gettext_lazy("How to pay for water"),
        gettext_lazy(
            "Pay the water bill by credit card, bank debit, at a convenience store or at a"
            " counter: payment slip, due date, registering a card, reissue."
        ),
    ),
    (
        "water:figures",
        gettext_lazy("How paying for water goes"),
        gettext_lazy(
            "Figures of water charges: collection rate by year and channel, share of cards,"
            " what a payment costs the city."
        ),
    ),
)


def search_pages(query: str, limit: int) -> Sequence[SearchHit]:
    return find_pages(PAGES, _("Water charges"), query, limit)
