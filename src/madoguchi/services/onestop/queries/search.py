"""The public pages of the one-stop window in the site's search."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel.pages.queries import find_pages
from madoguchi.kernel.registries import SearchHit

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
    return find_pages(PAGES, _("One-stop window"), query, limit)
