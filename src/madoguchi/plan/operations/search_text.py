"""Keeping ``Initiative.search_text`` in step with everything that a sheet holds."""

from collections.abc import Iterable

from madoguchi.plan.models import Initiative
from madoguchi.plan.queries.search import folded_text, with_searched_parts

BATCH = 200


def refresh_search_text(initiative_ids: Iterable[int]) -> int:
    """Store the search keys of these initiatives anew; says how many. Safe to repeat."""
    wanted = list(dict.fromkeys(initiative_ids))
    stale = []
    for initiative in with_searched_parts(Initiative.objects.filter(pk__in=wanted)):
        text = folded_text(initiative)
        if text != initiative.search_text:
            initiative.search_text = text
            stale.append(initiative)
    Initiative.objects.bulk_update(stale, ["search_text"], batch_size=BATCH)
    return len(stale)
