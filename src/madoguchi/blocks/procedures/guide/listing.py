"""The personal list: what to do, where, with what, until when, and in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush

from madoguchi.blocks.procedures.guide.asking import Walk, walk
from madoguchi.blocks.procedures.guide.deadlines import last_day
from madoguchi.blocks.procedures.guide.diagrams import TRUE
from madoguchi.blocks.procedures.guide.model import (
    UNKNOWN,
    Answers,
    Counter,
    Document,
    Fee,
    Guide,
    Online,
    Procedure,
    Text,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure on a personal list. `deadline` None: `deadline_words` say why.

    `counted_from` is the day from which the deadline was counted; `after` are those of the list
    that come before it.
    """

    code: str
    title: Text
    summary: Text
    counter: Counter
    bring: tuple[Document, ...]
    deadline: date | None
    counted_from: date | None
    is_statutory: bool
    deadline_words: Text
    fee: Fee | None
    online: Online | None
    legal_basis: Text
    after: tuple[str, ...]
    steps: tuple[Text, ...]
    is_over: bool
    """The deadline has passed."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What can be done at one counter before going on to the next."""

    counter: Counter
    entries: tuple[Entry, ...]


def personal_list(guide: Guide, event: str, answers: Answers, today: date) -> tuple[Entry, ...]:
    """In the order to go: after what must come before, then by deadline, then as in the file.

    While questions are open, only what is certain. Raises KeyError.
    """
    return entries_of(guide, walk(guide, event, answers), today)


def entries_of(guide: Guide, walked: Walk, today: date) -> tuple[Entry, ...]:
    """The list to which a walk through the same guide leads."""
    rules = walked.rules
    listed = {
        procedure.code: procedure
        for procedure in rules.procedures
        if _left(walked, rules.when[procedure.code]) == TRUE
    }
    return _in_order(
        [_entry(guide, procedure, walked, listed, today) for procedure in listed.values()]
    )


def visits(entries: Sequence[Entry]) -> tuple[Visit, ...]:
    """The order counter by counter, each visited as seldom as can be: first the counters at which
    everything can be done in one visit, in the order of `entries`."""
    left = list(entries)
    done: set[str] = set()
    found: list[Visit] = []
    while left:
        here = _next_visit(left, done)
        done.update(entry.code for entry in here)
        left = [entry for entry in left if entry.code not in done]
        found.append(Visit(here[0].counter, tuple(here)))
    return tuple(found)


def _next_visit(left: Sequence[Entry], done: set[str]) -> list[Entry]:
    """What to do next at one counter, of entries that are in a possible order."""
    there: dict[str, int] = {}
    for entry in left:
        there[entry.counter.code] = there.get(entry.counter.code, 0) + 1
    first: list[Entry] = []
    for counter, count in there.items():
        here = _doable(left, counter, done)
        if len(here) == count:
            return here
        first = first or here
    return first or list(left[:1])  # what stands on a circle waits for itself


def _doable(left: Sequence[Entry], counter: str, done: set[str]) -> list[Entry]:
    """All that can be done at the counter now, one thing after another."""
    ready = set(done)
    here = []
    for entry in left:
        if entry.counter.code == counter and ready.issuperset(entry.after):
            here.append(entry)
            ready.add(entry.code)
    return here


def _left(walked: Walk, node: int) -> int:
    return walked.left.get(node, node)


def _entry(
    guide: Guide, procedure: Procedure, walked: Walk, listed: Mapping[str, Procedure], today: date
) -> Entry:
    deadline = procedure.deadline
    start = _start(procedure, walked)
    last = last_day(deadline, start) if deadline and start else None
    return Entry(
        code=procedure.code,
        title=procedure.title,
        summary=procedure.summary,
        counter=guide.counters[procedure.counter],
        bring=tuple(
            guide.documents[bring.document]
            for bring in procedure.bring
            if _left(walked, walked.rules.brought[procedure.code, bring.document]) == TRUE
        ),
        deadline=last,
        counted_from=start,
        is_statutory=deadline.is_statutory if deadline else False,
        deadline_words=deadline.words if deadline else Text(),
        fee=procedure.fee,
        online=procedure.online,
        legal_basis=procedure.legal_basis,
        after=tuple(code for code in procedure.after if code in listed),
        steps=procedure.steps,
        is_over=last is not None and last < today,
    )


def _start(procedure: Procedure, walked: Walk) -> date | None:
    for source in procedure.deadline.sources if procedure.deadline else ():
        answer = walked.given.get(source, UNKNOWN)
        if isinstance(answer, str) and answer != UNKNOWN:
            return date.fromisoformat(answer)
    return None


def _in_order(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Kahn's way with a heap. What stands on a circle comes last, as in the file."""
    place = {entry.code: number for number, entry in enumerate(entries)}
    waits_for = {entry.code: set(entry.after) for entry in entries}
    followers: dict[str, list[Entry]] = {}
    for entry in entries:
        for before in entry.after:
            followers.setdefault(before, []).append(entry)

    def key(entry: Entry) -> tuple[date, int]:
        return (entry.deadline or date.max, place[entry.code])

    ready = [(*key(entry), entry) for entry in entries if not waits_for[entry.code]]
    heapify(ready)
    found: list[Entry] = []
    while ready:
        entry = heappop(ready)[-1]
        found.append(entry)
        for other in followers.get(entry.code, ()):
            waits_for[other.code].discard(entry.code)
            if not waits_for[other.code]:
                heappush(ready, (*key(other), other))
    done = {entry.code for entry in found}
    return (*found, *(entry for entry in entries if entry.code not in done))
