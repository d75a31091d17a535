"""Keeping ``Initiative.search_text`` in step with everything that a sheet holds."""

from collections.abc import Iterable

from madoguchi.plan.models import Initiative
from madoguchi.plan.queries.search import searched_sheets

BATCH = 200


def refresh_search_text(initiative_ids: Iterable[int]) -> int:
    """Store the search keys of these initiatives anew; says how many. Safe to repeat."""
    wanted = list(dict.fromkeys(initiative_ids))
    stale = []
    for sheet in searched_sheets(Initiative.objects.filter(pk__in=wanted)):
        text = sheet.key()
        if text != sheet.initiative.search_text:
            sheet.initiative.search_text = text
            stale.append(sheet.initiative)
    Initiative.objects.bulk_update(stale, ["search_text"], batch_size=BATCH)
    return len(stale)
