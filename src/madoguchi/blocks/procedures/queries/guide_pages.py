"""What the pages of the guide show: procedures by name, answers so far, the personal list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse

from madoguchi.blocks.procedures.guide.asking import Walk
from madoguchi.blocks.procedures.guide.listing import Entry, Visit, visits
from madoguchi.blocks.procedures.guide.model import (
    ALWAYS,
    Counter,
    Document,
    Event,
    Guide,
    Online,
    Procedure,
    Text,
)
from madoguchi.blocks.procedures.queries.definitions import published
from madoguchi.blocks.procedures.queries.guide import GuideState
from madoguchi.blocks.procedures.queries.guide_words import (
    answer_words,
    deadline_rule,
    fee_words,
)
from madoguchi.kernel.text import fold


@dataclass(frozen=True, slots=True)
class AnswerRow:
    question: str
    name: Text
    words: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the personal list. `number` is its place in the order; `after` are the numbers
    and titles of those that come before it. `is_open`: it can be applied for here."""

    number: int
    entry: Entry
    rule: str
    fee: str
    is_open: bool
    after: tuple[tuple[int, Text], ...]


@dataclass(frozen=True, slots=True)
class VisitRows:
    number: int
    counter: Counter
    rows: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """`first` has the earliest deadline that has not passed; `over` those that have."""

    count: int
    first: EntryRow | None
    over: tuple[EntryRow, ...]
    visits: tuple[VisitRows, ...]
    to_apply: tuple[EntryRow, ...]
    documents: tuple[tuple[Document, tuple[Text, ...]], ...]
    answers: tuple[AnswerRow, ...]
    has_deadlines: bool


def answer_rows(guide: Guide, walked: Walk) -> tuple[AnswerRow, ...]:
    """The answers that count, in the order in which they are asked for."""
    return tuple(
        AnswerRow(code, guide.questions[code].name, answer_words(guide.questions[code], answer))
        for code, answer in walked.given.items()
    )


def list_page(state: GuideState, entries: Sequence[Entry], walked: Walk) -> ListPage:
    """The personal list as its page shows it. One query."""
    open_forms = _open_forms([entry.online for entry in entries])
    in_order = visits(entries)
    rows = _rows(state.guide, in_order, open_forms)
    every = [rows[entry.code] for visit in in_order for entry in visit.entries]
    due = [row for row in every if row.entry.deadline and not row.entry.is_over]
    return ListPage(
        count=len(every),
        first=min(due, key=lambda row: row.entry.deadline or date.max, default=None),
        over=tuple(row for row in every if row.entry.is_over),
        visits=tuple(
            VisitRows(number, visit.counter, tuple(rows[entry.code] for entry in visit.entries))
            for number, visit in enumerate(in_order, start=1)
        ),
        to_apply=tuple(row for row in every if row.is_open) if _can_apply() else (),
        documents=_documents(every),
        answers=answer_rows(state.guide, walked),
        has_deadlines=bool(due),
    )


def _rows(guide: Guide, in_order: Sequence[Visit], open_forms: set[str]) -> dict[str, EntryRow]:
    entries = [entry for visit in in_order for entry in visit.entries]
    numbers = {entry.code: number for number, entry in enumerate(entries, start=1)}
    rows = {}
    for entry in entries:
        deadline = guide.procedures[entry.code].deadline
        rows[entry.code] = EntryRow(
            number=numbers[entry.code],
            entry=entry,
            rule=deadline_rule(deadline, guide.questions) if deadline else "",
            fee=fee_words(entry.fee),
            is_open=bool(entry.online and entry.online.form in open_forms),
            after=tuple((numbers[code], guide.procedures[code].title) for code in entry.after),
        )
    return rows


def _open_forms(offered: Sequence[Online | None]) -> set[str]:
    """Codes of those that can be applied for now."""
    codes = {online.form for online in offered if online and online.form}
    return {code for code, each in published(codes).items() if each.is_open} if codes else set()


def _can_apply() -> bool:
    try:
        reverse("procedures:begin")
    except NoReverseMatch:
        return False
    return True


def _documents(rows: Sequence[EntryRow]) -> tuple[tuple[Document, tuple[Text, ...]], ...]:
    """Everything to bring, each once, with the titles of what it is for."""
    found: dict[str, tuple[Document, list[Text]]] = {}
    for row in rows:
        for document in row.entry.bring:
            found.setdefault(document.code, (document, []))[1].append(row.entry.title)
    return tuple((document, tuple(titles)) for document, titles in found.values())


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """One procedure as everybody may need it. `bring` are documents, and whether only some
    need them."""

    procedure: Procedure
    counter: Counter
    bring: tuple[tuple[Document, bool], ...]
    rule: str
    fee: str
    is_open: bool
    events: tuple[Event, ...]
    after: tuple[Procedure, ...]


def procedure_page(guide: Guide, code: str) -> ProcedurePage | None:
    """None where the guide has no such procedure."""
    procedure = guide.procedures.get(code)
    if procedure is None:
        return None
    deadline = procedure.deadline
    return ProcedurePage(
        procedure=procedure,
        counter=guide.counters[procedure.counter],
        bring=tuple(
            (guide.documents[each.document], each.when != ALWAYS) for each in procedure.bring
        ),
        rule=deadline_rule(deadline, guide.questions) if deadline else "",
        fee=fee_words(procedure.fee),
        is_open=bool(_open_forms([procedure.online])) and _can_apply(),
        events=tuple(guide.events[each] for each in procedure.events),
        after=tuple(guide.procedures[each] for each in procedure.after),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A procedure in the list of all, with its counter."""

    procedure: Procedure
    counter: Counter


def find_procedures(guide: Guide, words: str) -> list[Found]:
    """Those in which every word is found, in title, summary, documents, counter, life events;
    titles first. All of them without words."""
    keys = [key for key in map(fold, words.split()) if key]
    found = []
    for place, procedure in enumerate(guide.procedures.values()):
        title = fold(f"{procedure.title.ja} {procedure.title.en}")
        if all(key in title for key in keys):
            rank = 0
        elif all(key in _body(guide, procedure) for key in keys):
            rank = 1
        else:
            continue
        found.append((rank, place, Found(procedure, guide.counters[procedure.counter])))
    return [each for _rank, _place, each in sorted(found, key=lambda row: row[:2])]


def _body(guide: Guide, procedure: Procedure) -> str:
    """What a procedure is searched by; worked out once a guide."""
    bodies: dict[str, str] = guide.kept.setdefault("bodies", {})
    if procedure.code not in bodies:
        texts = [
            procedure.title,
            procedure.summary,
            guide.counters[procedure.counter].title,
            *(guide.documents[bring.document].title for bring in procedure.bring),
            *(guide.events[event].title for event in procedure.events),
        ]
        bodies[procedure.code] = fold("\n".join(f"{text.ja}\n{text.en}" for text in texts))
    return bodies[procedure.code]
