"""Versions of the guide, and where a visitor stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Final

from django.http import HttpRequest

from madoguchi.blocks.procedures.guide import reading
from madoguchi.blocks.procedures.guide.asking import Walk, walk
from madoguchi.blocks.procedures.guide.listing import Entry, entries_of
from madoguchi.blocks.procedures.guide.model import Answer, Event, Guide
from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.kernel import clock

SESSION_KEY: Final = "guide"
MOST_KEPT: Final = 6
"""Guides that a process keeps ready: the one in force, and drafts that staff look at."""

_kept: dict[str, Guide] = {}
_lock: Final = Lock()


@dataclass(frozen=True, slots=True)
class GuideState:
    """Where a visitor stands: the event, and the answers given so far. `was_renewed`: another
    version came into force since the last page."""

    version: GuideVersion
    guide: Guide
    event: Event
    answers: Mapping[str, Answer]
    was_renewed: bool = False

    def walk(self) -> Walk:
        return walk(self.guide, self.event.code, self.answers)


def guide_of(version: GuideVersion) -> Guide:
    """The rules of a version, read once a process. Raises Unreadable for a draft that is none."""
    with _lock:
        if version.digest in _kept:
            guide = _kept[version.digest] = _kept.pop(version.digest)
            return guide
    guide = reading.read(version.source)
    with _lock:
        _kept[version.digest] = guide
        for digest in list(_kept)[:-MOST_KEPT]:
            del _kept[digest]
    return guide


def version_on(day: date) -> GuideVersion | None:
    """The version in force on a day, without its rules."""
    published = GuideVersion.objects.filter(published_at__isnull=False, withdrawn_at=None)
    return published.filter(starts_on__lte=day).order_by("-starts_on").defer("source").first()


def current_guide(on: date) -> tuple[GuideVersion, Guide] | None:
    """The version in force on a day with its rules; None before the first one."""
    version = version_on(on)
    return (version, guide_of(version)) if version else None


def state_of(request: HttpRequest) -> GuideState | None:
    """Where the visitor stands; None for whoever has not begun, or whose event is no more."""
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    found = current_guide(clock.today()) if kept else None
    if kept is None or found is None:
        return None
    version, guide = found
    event = guide.events.get(kept["event"])
    if event is None:
        return None
    was_renewed = kept["number"] != version.number
    return GuideState(version, guide, event, kept["answers"], was_renewed)


def keep_state(request: HttpRequest, state: GuideState) -> None:
    """Answers stay in the visitor's session, nowhere else."""
    request.session[SESSION_KEY] = {
        "event": state.event.code,
        "number": state.version.number,
        "answers": dict(state.answers),
    }


def forget_state(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def list_of(state: GuideState, today: date) -> tuple[Entry, ...]:
    """The personal list; while questions are open, only what is certain."""
    return entries_of(state.guide, state.walk(), today)
