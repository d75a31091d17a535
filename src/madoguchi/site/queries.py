"""What home, search and my page show, gathered from the registries."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from madoguchi.kernel.pages.templatetags.components import day
from madoguchi.kernel.registries import (
    HomeFigure,
    HomeNotice,
    LifeEvent,
    SearchHit,
    erasure_hooks,
    home_figures,
    home_notices,
    life_events,
    my_page_parts,
    own_data,
    search_sources,
    service_cards,
)

ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(\+[0-9:]+)?)?")
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


def events() -> list[LifeEvent]:
    """Life events that services help with."""
    return [event for source in life_events for event in source.load()]


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


@dataclass(frozen=True)
class OwnPart:
    """What an app holds on a resident: a heading, and lines that may have lines below them."""

    label: str
    lines: tuple["OwnLine", ...]


@dataclass(frozen=True)
class OwnLine:
    label: str
    text: str = ""
    below: tuple["OwnLine", ...] = ()


def own_export(user: AbstractBaseUser) -> dict[str, object]:
    """Everything that this installation holds on a resident, app by app, as plain data."""
    return {str(source.label): dict(source.export(user)) for source in own_data}


def own_parts(user: AbstractBaseUser) -> list[OwnPart]:
    """The same, to be read."""
    return [OwnPart(str(source.label), _lines(source.export(user).items())) for source in own_data]


def _lines(pairs: Iterable[tuple[object, object]]) -> tuple[OwnLine, ...]:
    return tuple(_line(str(label), value) for label, value in pairs)


def _line(label: str, value: object) -> OwnLine:
    if isinstance(value, Mapping):
        return OwnLine(label, below=_lines(value.items()))
    if isinstance(value, list | tuple):
        is_plain = not any(isinstance(each, Mapping | list | tuple) for each in value)
        if is_plain:
            return OwnLine(label, "\n".join(map(_readable, value)))
        return OwnLine(label, below=_lines(enumerate(value, start=1)))
    return OwnLine(label, _readable(value))


def _readable(value: object) -> str:
    """Days and moments, which the data hold as ISO, in words."""
    text = "" if value is None else str(value)
    if not ISO.fullmatch(text):
        return text
    at = datetime.fromisoformat(text)
    return f"{day(at)} {at.hour}:{at:%M}" if "T" in text else day(at.date())


def kept_after_erasing(user: AbstractBaseUser) -> list[str]:
    """What must stay when the account goes, and why, in the words of the apps."""
    return [words for source in own_data for words in source.kept(user)]


def my_parts(request: HttpRequest) -> list[SafeString]:
    """What the apps show on a resident's own page; those with nothing to show are left out."""
    rendered = [part.render(request) for part in my_page_parts]
    return [SafeString(html) for html in rendered if html]


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
