"""What the home page and the search page show, gathered from the registries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from madoguchi.kernel.registries import (
    HomeFigure,
    HomeNotice,
    SearchHit,
    erasure_hooks,
    home_figures,
    home_notices,
    search_sources,
    service_cards,
)

HITS_PER_SOURCE = 50
FIGURES_ON_HOME = 3
NOTICES_ON_HOME = 5


@dataclass(frozen=True)
class Card:
    title: str
    summary: str
    url: str


@dataclass(frozen=True)
class Kind:
    """One sort of finding, with how many there are."""

    label: str
    count: int


@dataclass(frozen=True)
class Findings:
    """Search results kind by kind, all kinds counted, one kind perhaps chosen."""

    hits: tuple[SearchHit, ...]
    kinds: tuple[Kind, ...]
    total: int
    is_cut: bool


def cards() -> list[Card]:
    """The services of this city, in their order."""
    return [
        Card(title=str(card.title), summary=str(card.summary), url=reverse(card.url_name))
        for card in service_cards
    ]


def figures() -> Sequence[HomeFigure]:
    """The first figures that services offer to the home page."""
    found = [figure for source in home_figures for figure in source.load()]
    return found[:FIGURES_ON_HOME]


def notices() -> list[HomeNotice]:
    """What is new: undated notices first, since they hold until taken away, then by day."""
    found = [notice for source in home_notices for notice in source.load()]
    undated = [notice for notice in found if notice.on is None]
    dated = sorted(
        ((notice.on, notice) for notice in found if notice.on is not None),
        key=lambda pair: pair[0],
        reverse=True,
    )
    return [*undated, *(notice for _, notice in dated)][:NOTICES_ON_HOME]


def kept_data() -> list[str]:
    """The kinds of personal data that services keep, each of which can be erased on request."""
    return [str(hook.label) for hook in erasure_hooks]


def find(query: str, kind: str = "") -> Findings:
    """Ask every source. ``is_cut`` tells that a source had more than it was asked for."""
    hits: list[SearchHit] = []
    is_cut = False
    for source in search_sources:
        found = source.search(query, HITS_PER_SOURCE + 1)
        is_cut = is_cut or len(found) > HITS_PER_SOURCE
        hits.extend(found[:HITS_PER_SOURCE])
    counts = Counter(str(hit.kind) for hit in hits)
    order = list(counts)  # a kind stands where its best hit would
    hits.sort(key=lambda hit: order.index(str(hit.kind)))
    return Findings(
        hits=tuple(hit for hit in hits if not kind or str(hit.kind) == kind),
        kinds=tuple(Kind(label, count) for label, count in counts.items()),
        total=len(hits),
        is_cut=is_cut,
    )
