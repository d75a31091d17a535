"""What is wrong with a guide: circles, what can never come up, what is missing.

What can and cannot happen is decided, not guessed: conditions are compared as diagrams over all
answers. A condition that is too intricate for that is an error itself, so that whatever can be
published has been decided whole.
"""

from collections.abc import Iterator
from itertools import combinations

from madoguchi.blocks.identity.rules.vocabulary import VOCABULARY
from madoguchi.blocks.procedures.guide.diagrams import FALSE, TRUE, TooIntricate
from madoguchi.blocks.procedures.guide.event_rules import EventRules, GuideRules, rules_of
from madoguchi.blocks.procedures.guide.filling import is_fitting
from madoguchi.blocks.procedures.guide.model import (
    ALWAYS,
    All,
    AnyOf,
    Condition,
    Guide,
    Level,
    Not,
    Procedure,
    Question,
    Remark,
)
from madoguchi.blocks.procedures.guide.variables import named
from madoguchi.blocks.procedures.guide.ways import circles

MOST_REMARKS = 500


def check(guide: Guide) -> list[Remark]:
    """Every remark, by line. Errors keep it from being published."""
    rules = rules_of(guide)
    with rules.diagrams.lock:
        found = [
            *_circles(guide),
            *_unused(guide),
            *_missing(guide),
            *_fills(guide),
            *_events(guide, rules),
            *_never_together(guide, rules),
        ]
    found.sort(key=lambda remark: (remark.line, remark.code))
    return found[:MOST_REMARKS]


def _error(code: str, place: str, line: int, **values: object) -> Remark:
    return Remark(Level.ERROR, code, place, line, values)


def _warning(code: str, place: str, line: int, **values: object) -> Remark:
    return Remark(Level.WARNING, code, place, line, values)


def _circles(guide: Guide) -> Iterator[Remark]:
    questions = {code: named(each.ask_when) for code, each in guide.questions.items()}
    for circle in circles(list(questions), questions):
        line = guide.questions[circle[0]].line
        way = " → ".join(circle)
        yield _error("circle_of_questions", f"questions.{circle[0]}.ask_when", line, way=way)
    procedures = {code: each.after for code, each in guide.procedures.items()}
    for circle in circles(list(procedures), procedures):
        line = guide.procedures[circle[0]].line
        way = " → ".join(circle)
        yield _error("circle_of_procedures", f"procedures.{circle[0]}.after", line, way=way)


def _unused(guide: Guide) -> Iterator[Remark]:
    procedures = guide.procedures.values()
    used = {
        "counters": {each.counter for each in procedures},
        "documents": {bring.document for each in procedures for bring in each.bring},
        "questions": {code for event in guide.events.values() for code in event.questions},
        "events": {code for each in procedures for code in each.events},
    }
    for code, counter in guide.counters.items():
        if code not in used["counters"]:
            yield _warning("unused_counter", f"counters.{code}", counter.line)
    for code, document in guide.documents.items():
        if code not in used["documents"]:
            yield _warning("unused_document", f"documents.{code}", document.line)
    for code, question in guide.questions.items():
        if code not in used["questions"]:
            yield _error("question_in_no_event", f"questions.{code}", question.line)
    for code, event in guide.events.items():
        if code not in used["events"]:
            yield _error("event_without_procedures", f"events.{code}", event.line)
    if not guide.events:
        yield _error("no_events", "events", 0)


def _missing(guide: Guide) -> Iterator[Remark]:
    for code, procedure in guide.procedures.items():
        place, line = f"procedures.{code}", procedure.line
        if not procedure.events:
            yield _error("procedure_in_no_event", place, line)
        if procedure.deadline is None:
            yield _error("deadline_missing", place, line)
        for name in ("summary", "fee", "online", "legal_basis"):
            if not getattr(procedure, name):
                yield _warning(f"{name}_missing", place, line)


def _fills(guide: Guide) -> Iterator[Remark]:
    """Items that nobody knows, and answers that are no values of theirs."""
    for code, question in guide.questions.items():
        for fill in question.fills:
            place, line = f"questions.{code}.fills", fill.line
            if fill.item not in VOCABULARY:
                yield _error("fills_unknown", place, line, item=fill.item)
            elif not is_fitting(question, fill, VOCABULARY[fill.item]):
                yield _error("fills_unfit", place, line, item=fill.item)


def _events(guide: Guide, rules: GuideRules) -> Iterator[Remark]:
    for code in guide.events:
        event = rules.event(code)
        for place in dict.fromkeys(event.undecided):
            yield _error("too_intricate", place, _line_of(guide, place), event=code)
        yield from _questions(event)
        yield from _filled_twice(event)
        for procedure in event.procedures:
            yield from _procedure(event, procedure)
            yield from _dates(event, procedure)
    yield from _parts(guide, rules)


def _line_of(guide: Guide, place: str) -> int:
    kind, code, *_rest = place.split(".")
    found = guide.questions.get(code) if kind == "questions" else guide.procedures.get(code)
    return found.line if found else 0


def _questions(event: EventRules) -> Iterator[Remark]:
    """Questions that are never asked: they cannot come up, or whatever is answered is the same."""
    live = 0
    for root in event.roots:
        live |= event.diagrams.support(root)
    for question in event.questions:
        place = f"questions.{question.code}"
        if event.guard(question.code) == FALSE:
            if not _is_undecided(event, place):
                unasked = sorted(named(question.ask_when) - {each.code for each in event.questions})
                code = "question_needs_another" if unasked else "question_never_asked"
                yield _error(
                    code, place, question.line, event=event.event.code, other=", ".join(unasked)
                )
        elif not event.variables.mask[question.code] & live and not event.undecided:
            yield _error("question_idle", place, question.line, event=event.event.code)


def _filled_twice(event: EventRules) -> Iterator[Remark]:
    """Questions that can both be asked, and are the same item: the same thing, asked twice."""
    for one, other in combinations(event.questions, 2):
        items = {fill.item for fill in one.fills}
        both = [fill for fill in other.fills if fill.item in items]
        if both and _can_both_be_asked(event, one, other):
            yield _error(
                "fills_twice", f"questions.{other.code}.fills", both[0].line, item=both[0].item,
                other=one.code, event=event.event.code,
            )  # fmt: skip


def _can_both_be_asked(event: EventRules, one: Question, other: Question) -> bool:
    try:
        return event.diagrams.both(event.guard(one.code), event.guard(other.code)) != FALSE
    except TooIntricate:
        return True


def _procedure(event: EventRules, procedure: Procedure) -> Iterator[Remark]:
    place = f"procedures.{procedure.code}"
    if _is_undecided(event, place):
        return
    when = event.when[procedure.code]
    asked = {each.code for each in event.questions}
    if when == FALSE:
        unasked = sorted(named(procedure.when) - asked)
        code = "procedure_needs_question" if unasked else "procedure_never"
        yield _error(code, place, procedure.line, event=event.event.code, other=", ".join(unasked))
        return
    for bring in procedure.bring:
        if event.brought[procedure.code, bring.document] == FALSE and named(bring.when) <= asked:
            yield _error(
                "bring_never", f"{place}.bring", bring.line, document=bring.document,
                event=event.event.code,
            )  # fmt: skip


def _dates(event: EventRules, procedure: Procedure) -> Iterator[Remark]:
    """Answers with which the procedure is listed and its deadline has no day to count from."""
    deadline = procedure.deadline
    when = event.when[procedure.code]
    if deadline is None or not deadline.sources or when == FALSE:
        return
    place = f"procedures.{procedure.code}.deadline"
    said = FALSE
    try:
        for source in deadline.sources:
            said = event.diagrams.either(said, event.guard(source))
        unsaid = event.diagrams.both(when, event.diagrams.negated(said))
    except TooIntricate:
        yield _error("too_intricate", place, deadline.line, event=event.event.code)
        return
    if said == FALSE:
        yield _error(
            "deadline_without_date", place, deadline.line, event=event.event.code,
            other=", ".join(deadline.sources),
        )  # fmt: skip
    elif unsaid != FALSE and not deadline.words:
        yield _warning(
            "deadline_sometimes_without_date", place, deadline.line, event=event.event.code,
            other=", ".join(deadline.sources),
        )  # fmt: skip


def _parts(guide: Guide, rules: GuideRules) -> Iterator[Remark]:
    """Parts of conditions that can never hold, or always do, in every event in which they count:
    what one event does not ask another may."""
    seen: dict[tuple[str, int, str], set[str]] = {}
    for code in guide.events:
        event = rules.event(code)
        for place, condition in _conditions(event):
            for each, line in _part(event, condition, is_whole=True):
                seen.setdefault((place, line, each), set()).add(code)
    for (place, line, code), events in seen.items():
        kind, name, *_rest = place.split(".")
        if kind == "questions":
            counts = {each.code for each in guide.events.values() if name in each.questions}
        else:
            counts = set(guide.procedures[name].events)
        if events == counts:
            yield _warning(code, place, line)


def _conditions(event: EventRules) -> Iterator[tuple[str, Condition]]:
    for question in event.questions:
        yield f"questions.{question.code}.ask_when", question.ask_when
    for procedure in event.procedures:
        yield f"procedures.{procedure.code}.when", procedure.when
        for bring in procedure.bring:
            yield f"procedures.{procedure.code}.bring", bring.when


def _part(
    event: EventRules, condition: Condition, *, is_whole: bool = False
) -> Iterator[tuple[str, int]]:
    """Codes with lines. That a whole condition never holds is told elsewhere, of what it is for."""
    if condition == ALWAYS:
        return
    try:
        node = event.node(condition)
    except TooIntricate:
        return
    if node == TRUE or (node == FALSE and not is_whole):
        yield "part_never" if node == FALSE else "part_always", condition.line
        return
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _part(event, part)
        case Not(part=part):
            yield from _part(event, part)
        case _:
            return


def _never_together(guide: Guide, rules: GuideRules) -> Iterator[Remark]:
    """An order between procedures that no list has together."""
    for procedure in guide.procedures.values():
        for other in procedure.after:
            if not _can_meet(guide, rules, procedure, guide.procedures[other]):
                yield _warning(
                    "after_never", f"procedures.{procedure.code}.after", procedure.line, other=other
                )


def _can_meet(guide: Guide, rules: GuideRules, one: Procedure, other: Procedure) -> bool:
    for code in set(one.events) & set(other.events):
        event = rules.event(code)
        if event.undecided:
            return True
        try:
            if event.diagrams.both(event.when[one.code], event.when[other.code]) != FALSE:
                return True
        except TooIntricate:
            return True
    return not guide.events


def _is_undecided(event: EventRules, place: str) -> bool:
    return any(each == place or each.startswith(f"{place}.") for each in event.undecided)
