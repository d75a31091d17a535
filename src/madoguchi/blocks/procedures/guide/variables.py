"""Answers as classes: what the conditions of a guide can tell apart, and no more.

A number or a date falls into one of the stretches between the bounds that conditions name; of
several answers, each option is a variable of its own. A question from whose date a deadline is
counted has one more variable, which stands for the day itself.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from madoguchi.blocks.procedures.guide.model import (
    NO,
    UNKNOWN,
    YES,
    All,
    Answer,
    AnyOf,
    Condition,
    Guide,
    Is,
    Kind,
    Not,
    Question,
    Within,
)

_FIRST_DAY: Final = date.min.toordinal()
_LAST_DAY: Final = date.max.toordinal()


def atoms(condition: Condition) -> Iterator[Is | Within]:
    """What it asks, part by part."""
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from atoms(part)
        case Not(part=part):
            yield from atoms(part)
        case _:
            yield condition


def named(condition: Condition) -> frozenset[str]:
    """The questions that it names."""
    return frozenset(atom.question for atom in atoms(condition))


def conditions(guide: Guide) -> Iterator[Condition]:
    for question in guide.questions.values():
        yield question.ask_when
    for procedure in guide.procedures.values():
        yield procedure.when
        for bring in procedure.bring:
            yield bring.when


def sources(guide: Guide) -> frozenset[str]:
    """Questions from whose date a deadline is counted."""
    return frozenset(
        code
        for procedure in guide.procedures.values()
        if procedure.deadline
        for code in procedure.deadline.sources
    )


def fits(question: Question, answer: object) -> bool:
    """The answer is one that the question takes."""
    if answer == UNKNOWN and isinstance(answer, str):
        return question.is_optional
    match question.kind:
        case Kind.YES_NO:
            return answer in (YES, NO)
        case Kind.CHOICE:
            return isinstance(answer, str) and question.option(answer) is not None
        case Kind.CHOICES:
            return isinstance(answer, list) and all(
                isinstance(each, str) and question.option(each) is not None for each in answer
            )
        case Kind.NUMBER:
            return type(answer) is int and question.low <= answer <= question.high
        case Kind.DATE:
            return isinstance(answer, str) and _day(answer) is not None


def _day(answer: str) -> int | None:
    try:
        found = date.fromisoformat(answer)
    except ValueError:
        return None
    return found.toordinal() if found.isoformat() == answer else None


class Variables:
    """The variables of a guide's questions, in the order of the file.

    With several guides, variables that hold for all: questions of one code must be of one kind;
    those of the first guide come first, and each has the bounds and options of all.
    """

    def __init__(self, *guides: Guide) -> None:
        self.questions: dict[str, Question] = {}
        self._options: dict[str, list[str]] = {}
        self._cuts: dict[str, list[int]] = {}
        self._range: dict[str, tuple[int, int]] = {}
        self._optional: set[str] = set()
        self.first: dict[str, int] = {}
        self.exact: dict[str, int] = {}
        self.mask: dict[str, int] = {}
        self.owner: list[str] = []
        self.classes: list[int] = []
        for guide in guides:
            for question in guide.questions.values():
                self._learn(question)
        wanted = [atom for guide in guides for each in conditions(guide) for atom in atoms(each)]
        self._cut(wanted)
        dated = frozenset[str]().union(*(sources(guide) for guide in guides))
        for code in self.questions:
            self._number(code, is_dated=code in dated)

    def _learn(self, question: Question) -> None:
        code = question.code
        known = self.questions.setdefault(code, question)
        if question.kind is not known.kind:
            message = f"{code} is of two kinds"
            raise ValueError(message)
        options = self._options.setdefault(code, [])
        options += [each.code for each in question.options if each.code not in options]
        low, high = (question.low, question.high)
        if question.kind is Kind.DATE:
            low, high = _FIRST_DAY, _LAST_DAY
        before = self._range.get(code, (low, high))
        self._range[code] = (min(low, before[0]), max(high, before[1]))
        if question.is_optional and question.kind is not Kind.CHOICES:
            self._optional.add(code)

    def _cut(self, wanted: Iterable[Is | Within]) -> None:
        cuts: dict[str, set[int]] = {code: set() for code in self.questions}
        for atom in wanted:
            if isinstance(atom, Within):
                low, high = self._range[atom.question]
                if atom.low is not None and low < atom.low <= high:
                    cuts[atom.question].add(atom.low)
                if atom.high is not None and low <= atom.high < high:
                    cuts[atom.question].add(atom.high + 1)
        self._cuts = {code: sorted(found) for code, found in cuts.items()}

    def _number(self, code: str, *, is_dated: bool) -> None:
        self.first[code] = len(self.classes)
        kind = self.questions[code].kind
        unknown = code in self._optional
        if kind is Kind.CHOICES:
            self._add(code, [2] * len(self._options[code]))
        elif kind is Kind.YES_NO:
            self._add(code, [2 + unknown])
        elif kind is Kind.CHOICE:
            self._add(code, [len(self._options[code]) + unknown])
        else:
            self._add(code, [len(self._cuts[code]) + 1 + unknown])
        if is_dated:
            self.exact[code] = len(self.classes)
            self._add(code, [2])
        last = len(self.classes)
        self.mask[code] = (1 << last) - (1 << self.first[code])

    def _add(self, code: str, classes: list[int]) -> None:
        self.classes += classes
        self.owner += [code] * len(classes)

    def unknown_class(self, code: str) -> int | None:
        """The class of those who cannot say."""
        return self.classes[self.first[code]] - 1 if code in self._optional else None

    def placed(self, code: str, answer: Answer) -> Mapping[int, int]:
        """The class of each of the question's variables. The answer must fit the question."""
        first = self.first[code]
        found = {self.exact[code]: 0} if code in self.exact else {}
        kind = self.questions[code].kind
        unknown = self.unknown_class(code)
        if kind is Kind.CHOICES:
            chosen = answer if isinstance(answer, list) else []
            options = enumerate(self._options[code])
            return found | {first + number: int(option in chosen) for number, option in options}
        if answer == UNKNOWN and unknown is not None:
            return found | {first: unknown}
        return found | {first: self._class(code, kind, answer)}

    def _class(self, code: str, kind: Kind, answer: Answer) -> int:
        match kind:
            case Kind.YES_NO:
                return int(answer == NO)
            case Kind.CHOICE:
                return self._options[code].index(str(answer))
            case Kind.DATE:
                return bisect_right(self._cuts[code], date.fromisoformat(str(answer)).toordinal())
            case _:
                return bisect_right(self._cuts[code], int(str(answer)))

    def atom(self, atom: Is | Within) -> list[tuple[int, int]]:
        """Variables with the classes, as bits, of which any makes it hold."""
        first = self.first[atom.question]
        if isinstance(atom, Within):
            return [(first, self._stretch_mask(atom))]
        kind = self.questions[atom.question].kind
        if kind is Kind.YES_NO:
            return [(first, (YES in atom.codes) | (NO in atom.codes) << 1)]
        options = self._options[atom.question]
        if kind is Kind.CHOICES:
            return [(first + options.index(code), 0b10) for code in sorted(atom.codes)]
        return [(first, sum(1 << options.index(code) for code in atom.codes))]

    def _stretch_mask(self, atom: Within) -> int:
        low, _high = self._range[atom.question]
        mask = 0
        for number, start in enumerate([low, *self._cuts[atom.question]]):
            is_above = atom.low is None or start >= atom.low
            if is_above and (atom.high is None or start <= atom.high):
                mask |= 1 << number
        return mask

    def answer_in(self, variable: int, chosen: int) -> tuple[str, Answer | None]:
        """The question of a variable, and an answer of that class; None where it is an option
        that is not taken, or the day itself."""
        code = self.owner[variable]
        question = self.questions[code]
        if variable == self.exact.get(code):
            return code, None
        if question.kind is Kind.CHOICES:
            option = self._options[code][variable - self.first[code]]
            return code, [option] if chosen else None
        if chosen == self.unknown_class(code):
            return code, UNKNOWN
        if question.kind is Kind.YES_NO:
            return code, (YES, NO)[chosen]
        if question.kind is Kind.CHOICE:
            return code, self._options[code][chosen]
        value = self._typical(code, chosen)
        return code, date.fromordinal(value).isoformat() if question.kind is Kind.DATE else value

    def _typical(self, code: str, chosen: int) -> int:
        """A value of a stretch that people would think of: its bound that a condition names."""
        cuts = self._cuts[code]
        if chosen > 0:
            return cuts[chosen - 1]
        low, high = self._range[code]
        return cuts[0] - 1 if cuts and self.questions[code].kind is Kind.DATE else min(low, high)
