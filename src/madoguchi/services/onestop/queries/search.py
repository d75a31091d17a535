"""The public pages of the one-stop window in the site's search."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel.registries import SearchHit
from madoguchi.kernel.text import excerpt, fold

PAGES = (
    (
        "onestop:index",
        gettext_lazy("One-stop window"),
        gettext_lazy(
            "Moving in, moving out, birth, death, marriage: all procedures at one window, without"
            " writing, without waiting, without going round. Opening hours, QR code, departments"
            " that come to you."
        ),
    ),
    (
        "onestop:figures",
        gettext_lazy("How the one-stop window goes"),
        gettext_lazy(
            "Figures of the one-stop window: counters visited per life event, items typed,"
            " share of cases settled at one window, share begun at home, contracted work."
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
                    kind=_("One-stop window"),
                    excerpt=excerpt(str(text), words),
                )
            )
    return hits[:limit]
