"""What a change of the guide alters: what stands in it, field by field, and whose lists change.

Lists are compared over all answers, event by event: for each procedure, is there anybody on whose
list it is with one guide and not with the other, and who is that, as an example.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from madoguchi.blocks.procedures.guide.diagrams import FALSE, TRUE, Diagrams, TooIntricate
from madoguchi.blocks.procedures.guide.event_rules import (
    STEPS_OF_A_GUIDE,
    EventRules,
    GuideRules,
)
from madoguchi.blocks.procedures.guide.model import Answer, Guide, Kind
from madoguchi.blocks.procedures.guide.variables import Variables

KINDS: Final = ("events", "procedures", "questions", "counters", "documents")


class Act(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of an entry that says something else: values as the model has them."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """An entry (of `KINDS`) that was added, removed, or says something else."""

    kind: str
    code: str
    act: Act
    fields: tuple[FieldChange, ...] = ()


class Effect(StrEnum):
    APPEARS = "appears"
    """On lists on which it was not."""
    DISAPPEARS = "disappears"
    BRING_MORE = "bring_more"
    """`document` is to be brought by some who did not have to."""
    BRING_LESS = "bring_less"


@dataclass(frozen=True, slots=True)
class ListChange:
    """Whose list changes in an event. `example` are answers with which it does, by question: only
    those that it depends on; `is_everybody`: it does with any."""

    event: str
    procedure: str
    effect: Effect
    example: Mapping[str, Answer]
    is_everybody: bool
    document: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`undecided` are events (codes) whose lists could not be compared over all answers."""

    changes: tuple[Change, ...]
    lists: tuple[ListChange, ...]
    undecided: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        return not (self.changes or self.lists or self.undecided)


def compare(old: Guide | None, new: Guide) -> Comparison:
    """What becomes different when `new` follows `old`; None: there was no guide."""
    if old is None:
        old = Guide(new.title, {}, {}, {}, {}, {})
    changes = tuple(each for kind in KINDS for each in _changes(kind, old, new))
    common = [code for code in new.events if code in old.events]
    if not all(_same_kind(old, new, code) for code in old.questions if code in new.questions):
        return Comparison(changes, (), tuple(common))
    lists, undecided = _list_changes(old, new, common)
    return Comparison(changes, lists, undecided)


def _changes(kind: str, old: Guide, new: Guide) -> Iterator[Change]:
    before, after = getattr(old, kind), getattr(new, kind)
    for code, entry in after.items():
        if code not in before:
            yield Change(kind, code, Act.ADDED)
        elif entry != before[code]:
            yield Change(kind, code, Act.CHANGED, tuple(_fields(before[code], entry)))
    for code in before:
        if code not in after:
            yield Change(kind, code, Act.REMOVED)


def _fields(before: Any, after: Any) -> Iterator[FieldChange]:
    for field in fields(before):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if field.compare and one != other:
            yield FieldChange(field.name, one, other)


def _same_kind(old: Guide, new: Guide, question: str) -> bool:
    return old.questions[question].kind is new.questions[question].kind


def _list_changes(
    old: Guide, new: Guide, events: list[str]
) -> tuple[tuple[ListChange, ...], tuple[str, ...]]:
    variables = Variables(old, new)
    diagrams = Diagrams(variables.classes, steps=2 * STEPS_OF_A_GUIDE)
    rules = (GuideRules(old, variables, diagrams), GuideRules(new, variables, diagrams))
    found: list[ListChange] = []
    undecided: list[str] = []
    for code in events:
        pair = _Pair(old, new, rules[0].event(code), rules[1].event(code))
        try:
            if pair.is_undecided:
                raise TooIntricate
            found += pair.changes()
        except TooIntricate:
            undecided.append(code)
    return tuple(found), tuple(undecided)


class _Pair:
    """One event with the rules of both guides, in the same diagrams."""

    def __init__(self, old: Guide, new: Guide, before: EventRules, after: EventRules) -> None:
        self._guides = (old, new)
        self._before = before
        self._after = after
        self._diagrams = after.diagrams
        self._variables = after.variables
        self._possible = (self._answers_of(0), self._answers_of(1))

    @property
    def is_undecided(self) -> bool:
        return bool(self._before.undecided or self._after.undecided)

    def changes(self) -> Iterator[ListChange]:
        """Raises TooIntricate."""
        for code in dict.fromkeys([*self._after.when, *self._before.when]):
            before = self._before.when.get(code, FALSE)
            after = self._after.when.get(code, FALSE)
            yield from self._effect(code, Effect.APPEARS, after, before)
            yield from self._effect(code, Effect.DISAPPEARS, before, after)
            yield from self._brought(code, self._diagrams.both(before, after))

    def _brought(self, code: str, on_both: int) -> Iterator[ListChange]:
        documents = [
            document
            for rules in (self._after, self._before)
            for procedure, document in rules.brought
            if procedure == code
        ]
        for document in dict.fromkeys(documents):
            before = self._diagrams.both(on_both, self._before.brought.get((code, document), FALSE))
            after = self._diagrams.both(on_both, self._after.brought.get((code, document), FALSE))
            yield from self._effect(code, Effect.BRING_MORE, after, before, document)
            yield from self._effect(code, Effect.BRING_LESS, before, after, document)

    def _effect(
        self, code: str, effect: Effect, here: int, there: int, document: str = ""
    ) -> Iterator[ListChange]:
        """Who is where `here` holds and `there` does not."""
        node = self._diagrams.both(here, self._diagrams.negated(there))
        if node == FALSE:
            return
        is_old = effect in (Effect.DISAPPEARS, Effect.BRING_LESS)
        possible = self._diagrams.both(node, self._possible[0 if is_old else 1])
        example = self._example(possible if possible != FALSE else node)
        yield ListChange(self._after.event.code, code, effect, example, node == TRUE, document)

    def _answers_of(self, which: int) -> int:
        """The answers that one of the guides takes: of options that both have or only it."""
        guide = self._guides[which]
        found = TRUE
        for question in (self._before, self._after)[which].questions:
            if question.kind is Kind.CHOICE:
                codes = {option.code for option in guide.questions[question.code].options}
                found = self._diagrams.both(found, self._one_of(question.code, codes))
        return found

    def _one_of(self, question: str, codes: set[str]) -> int:
        first = self._variables.first[question]
        mask = sum(
            1 << chosen
            for chosen in range(self._variables.classes[first])
            if self._variables.answer_in(first, chosen)[1] in codes | {""}
        )
        return self._diagrams.atom(first, mask)

    def _example(self, node: int) -> dict[str, Answer]:
        """Answers that make it true, in the order of the questions, without what is not asked."""
        placed = self._diagrams.example(node) or {}
        found: dict[str, Answer] = {}
        for variable, chosen in placed.items():
            code, answer = self._variables.answer_in(variable, chosen)
            if variable == self._variables.exact.get(code) or not self._comes_up(code, placed):
                continue
            if self._variables.questions[code].kind is Kind.CHOICES:
                before, more = found.get(code), answer if isinstance(answer, list) else []
                found[code] = [*before, *more] if isinstance(before, list) else more
            elif answer is not None:
                found[code] = answer
        return found

    def _comes_up(self, question: str, placed: Mapping[int, int]) -> bool:
        for rules in (self._before, self._after):
            guard = rules.guard(question)
            for variable, chosen in placed.items():
                guard = self._diagrams.fixed(guard, variable, chosen)
            if guard != FALSE:
                return True
        return False
