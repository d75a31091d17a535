"""The public pages of water in the site's search, by the words that people look for."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel.registries import SearchHit
from madoguchi.kernel.text import excerpt, fold

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
    """Pages in which every word is found."""
    words = query.split()
    keys = [key for key in map(fold, words) if key]
    hits = []
    for url_name, title, text in PAGES:
        body = f"{title}\n{text}"
        if keys and all(key in fold(body) for key in keys):
            hits.append(
                SearchHit(
                    title=title,
                    url=reverse(url_name),
                    kind=_("Water charges"),
                    excerpt=excerpt(str(text), words),
                )
            )
    return hits[:limit]
