"""What is wrong with a composed procedure: one without problems can be published."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from madoguchi.blocks.identity.rules.vocabulary import VOCABULARY, Kind
from madoguchi.blocks.procedures.rules.access import Right
from madoguchi.blocks.procedures.rules.definition import (
    DECIDED,
    FINAL,
    Definition,
    State,
    StateKind,
)
from madoguchi.blocks.procedures.rules.filling import DECISION_FACTS, FACTS, holes

OWN: Final = "own."
KINDS: Final = frozenset(kind.value for kind in Kind)
MOST_DAYS: Final = 3650
_CODE_SIGNS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_LONGEST_CODE: Final = 40
TAKEN_CODES: Final = frozenset(
    {
        "sent",
        "withdrawn",
        "resent",
        "document_added",
        "document_removed",
        "values_changed",
        "letter_replaced",
        "code_issued",
    }
)
"""Names of what the platform itself does: no step may be called so."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` says what is wrong, `part` where (`item`, `state`, `step`, `letter`, …), `name` of
    which of them, `other` what it clashes with. Words are in `queries/problem_words.py`."""

    code: str
    part: str = ""
    name: str = ""
    other: str = ""


def problems(definition: Definition) -> tuple[Problem, ...]:
    """Everything that is wrong, part by part; empty where the definition can be published."""
    return tuple(
        problem
        for look in (
            _head,
            _repeated,
            _codes,
            _items,
            _own_items,
            _states,
            _ways,
            _steps,
            _decisions,
            _applicant,
            _letters,
            _messages,
        )
        for problem in look(definition)
    )


def _head(definition: Definition) -> Iterator[Problem]:
    if not definition.title.strip():
        yield Problem("no_title", "procedure")
    if not definition.items:
        yield Problem("no_items", "procedure")
    if definition.fee < 0:
        yield Problem("negative_fee", "procedure")
    if definition.first not in {state.code for state in definition.states}:
        yield Problem("first_unknown", "state", definition.first)
    elif definition.state(definition.first).kind is not StateKind.OPEN:
        yield Problem("first_not_open", "state", definition.first)


def _named(definition: Definition) -> Iterator[tuple[str, list[str]]]:
    yield "item", [use.ref for use in definition.items]
    yield "own_item", [own.code for own in definition.own_items]
    yield "document", [document.code for document in definition.documents]
    yield "state", [state.code for state in definition.states]
    yield "step", [step.code for step in definition.steps]
    yield "letter", [letter.code for letter in definition.letters]


def _repeated(definition: Definition) -> Iterator[Problem]:
    for part, names in _named(definition):
        for name, count in Counter(names).items():
            if count > 1:
                yield Problem("repeated", part, name)


def _codes(definition: Definition) -> Iterator[Problem]:
    for part, names in _named(definition):
        if part == "item":
            continue
        for name in dict.fromkeys(names):
            if not _is_code(name):
                yield Problem("bad_code", part, name)
            elif part == "step" and name in TAKEN_CODES:
                yield Problem("taken_code", part, name)


def _is_code(name: str) -> bool:
    return 0 < len(name) <= _LONGEST_CODE and not set(name) - _CODE_SIGNS


def _items(definition: Definition) -> Iterator[Problem]:
    own = {f"{OWN}{item.code}" for item in definition.own_items}
    for use in definition.items:
        if use.ref not in VOCABULARY and use.ref not in own:
            yield Problem("unknown_item", "item", use.ref)
    asked = {use.ref for use in definition.items}
    for ref in sorted(own - asked):
        yield Problem("own_item_not_asked", "own_item", ref.removeprefix(OWN))


def _own_items(definition: Definition) -> Iterator[Problem]:
    for item in definition.own_items:
        if not item.label.strip():
            yield Problem("no_label", "own_item", item.code)
        if item.kind not in KINDS:
            yield Problem("unknown_kind", "own_item", item.code, item.kind)
        if item.kind == Kind.CHOICE and len(item.choices) < 2:
            yield Problem("too_few_choices", "own_item", item.code)
        if item.kind != Kind.CHOICE and item.choices:
            yield Problem("needless_choices", "own_item", item.code)
        for choice, count in Counter(item.choices).items():
            if count > 1:
                yield Problem("repeated_choice", "own_item", item.code, choice)


def _states(definition: Definition) -> Iterator[Problem]:
    for document in definition.documents:
        if not document.title.strip():
            yield Problem("no_label", "document", document.code)
    for state in definition.states:
        if not state.title.strip():
            yield Problem("no_label", "state", state.code)
        if state.days is not None and not 0 < state.days <= MOST_DAYS:
            yield Problem("bad_days", "state", state.code)
        if state.kind in FINAL and state.days is not None:
            yield Problem("days_at_end", "state", state.code)
    if not any(state.kind in DECIDED for state in definition.states):
        yield Problem("never_decided", "procedure")


def _ways(definition: Definition) -> Iterator[Problem]:
    """States that cannot be reached, that cannot be left, from which no end can be reached."""
    known = {state.code: state for state in definition.states}
    steps = [s for s in definition.steps if s.source in known and s.target in known]
    forth: dict[str, set[str]] = {}
    back: dict[str, set[str]] = {}
    for step in steps:
        forth.setdefault(step.source, set()).add(step.target)
        back.setdefault(step.target, set()).add(step.source)
    reached = _closure([definition.first], forth)
    ends = [code for code, state in known.items() if state.kind in FINAL]
    ending = _closure(ends, back)
    for code, state in known.items():
        if code not in reached:
            yield Problem("unreachable", "state", code)
        if state.kind in FINAL:
            if forth.get(code):
                yield Problem("end_left", "state", code)
        elif not forth.get(code):
            yield Problem("dead_end", "state", code)
        elif code not in ending:
            yield Problem("no_end", "state", code)


def _closure(begin: Iterable[str], ways: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = list(begin)
    while left:
        code = left.pop()
        if code not in found:
            found.add(code)
            left += ways.get(code, ())
    return found


def _steps(definition: Definition) -> Iterator[Problem]:
    known = {state.code for state in definition.states}
    letters = {letter.code for letter in definition.letters}
    for step in definition.steps:
        if not step.title.strip():
            yield Problem("no_label", "step", step.code)
        for end in dict.fromkeys((step.source, step.target)):
            if end not in known:
                yield Problem("unknown_state", "step", step.code, end)
        if step.source == step.target:
            yield Problem("same_state", "step", step.code, step.source)
        if step.letter and step.letter not in letters:
            yield Problem("unknown_letter", "step", step.code, step.letter)


def _kinds(definition: Definition) -> dict[str, State]:
    return {state.code: state for state in definition.states}


def _decisions(definition: Definition) -> Iterator[Problem]:
    """Only who decides grants or refuses; only the applicant withdraws."""
    known = _kinds(definition)
    for step in definition.steps:
        target = known.get(step.target)
        if target is None:
            continue
        if target.kind in DECIDED and step.right is not Right.DECIDE:
            yield Problem("decision_without_right", "step", step.code, step.target)
        if target.kind is StateKind.WITHDRAWN and step.right is not Right.APPLICANT:
            yield Problem("withdrawn_by_others", "step", step.code, step.target)
        if step.right is Right.APPLICANT and target.kind not in {
            StateKind.WITHDRAWN,
            StateKind.OPEN,
        }:
            yield Problem("applicant_may_not", "step", step.code, step.target)
        if step.letter and step.right is Right.APPLICANT:
            yield Problem("letter_by_applicant", "step", step.code, step.letter)


def _applicant(definition: Definition) -> Iterator[Problem]:
    """What was returned can be sent again by the applicant, in one way only."""
    known = _kinds(definition)
    for state in definition.states:
        own = [s for s in definition.steps_from(state.code) if s.right is Right.APPLICANT]
        kinds = Counter(known[s.target].kind for s in own if s.target in known)
        if state.kind is StateKind.RETURNED and not kinds[StateKind.OPEN]:
            yield Problem("no_way_back", "state", state.code)
        if state.kind is StateKind.OPEN and kinds[StateKind.OPEN]:
            yield Problem("resent_unasked", "state", state.code)
        for kind in (StateKind.OPEN, StateKind.WITHDRAWN):
            if kinds[kind] > 1:
                yield Problem("two_ways", "state", state.code, kind.value)


def _letters(definition: Definition) -> Iterator[Problem]:
    used = {step.letter for step in definition.steps if step.letter}
    items = {use.ref for use in definition.items}
    for letter in definition.letters:
        if not letter.title.strip():
            yield Problem("no_label", "letter", letter.code)
        if not letter.body.strip():
            yield Problem("empty_letter", "letter", letter.code)
        if letter.code not in used:
            yield Problem("unused_letter", "letter", letter.code)
        for hole in holes(f"{letter.body}\n{letter.notice}"):
            if hole not in items and hole not in FACTS and hole not in DECISION_FACTS:
                yield Problem("unknown_hole", "letter", letter.code, hole)


def _messages(definition: Definition) -> Iterator[Problem]:
    for state in definition.states:
        for hole in holes(state.message):
            if hole not in FACTS:
                yield Problem("unknown_hole", "state", state.code, hole)
