"""Life events and procedures of the guide, in the site's search and on its home page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures.queries.guide import current_guide
from madoguchi.blocks.procedures.queries.guide_pages import find_procedures
from madoguchi.blocks.procedures.queries.guide_words import said_plainly
from madoguchi.blocks.procedures.templatetags.guide_texts import said
from madoguchi.kernel import clock
from madoguchi.kernel.registries import LifeEvent, SearchHit
from madoguchi.kernel.text import excerpt, fold


def life_events() -> Sequence[LifeEvent]:
    """Those of the guide in force, in its order."""
    found = current_guide(clock.today())
    if found is None:
        return ()
    return [
        LifeEvent(
            title=said(event.title),
            summary=said(event.summary),
            url=reverse("procedures:start", args=[event.code]),
        )
        for event in found[1].events_in_order()
    ]


def search_guide(query: str, limit: int) -> Sequence[SearchHit]:
    """Life events whose words fit, then procedures."""
    words = query.split()
    keys = [key for key in map(fold, words) if key]
    found = current_guide(clock.today())
    if found is None or not keys:
        return ()
    guide = found[1]
    hits = []
    for event in guide.events_in_order():
        key = fold(f"{event.title.ja} {event.title.en} {event.summary.ja} {event.summary.en}")
        if all(each in key for each in keys):
            hits.append(
                SearchHit(
                    title=said(event.title),
                    url=reverse("procedures:start", args=[event.code]),
                    kind=_("Life events"),
                    excerpt=excerpt(said_plainly(event.summary), words),
                )
            )
    hits += [
        SearchHit(
            title=said(each.procedure.title),
            url=reverse("procedures:about", args=[each.procedure.code]),
            kind=_("Procedures"),
            excerpt=excerpt(said_plainly(each.procedure.summary), words),
            where=said(each.counter.title),
        )
        for each in find_procedures(guide, query)
    ]
    return hits[:limit]
