"""The rules of one life event, worked out: when a question is asked, when a procedure is listed.

A question that does not come up answers nothing: a condition on it does not hold. So each part of
a condition is joined with what must hold for its question to come up, and from then on all
questions are independent of one another.
"""

from collections.abc import Mapping
from typing import Final

from madoguchi.blocks.procedures.guide.diagrams import FALSE, TRUE, Diagrams, TooIntricate
from madoguchi.blocks.procedures.guide.model import (
    All,
    AnyOf,
    Condition,
    Event,
    Guide,
    Is,
    Not,
    Procedure,
    Within,
)
from madoguchi.blocks.procedures.guide.variables import Variables, named
from madoguchi.blocks.procedures.guide.ways import in_order

STEPS_OF_A_CONDITION: Final = 20_000
STEPS_OF_A_GUIDE: Final = 600_000
MOST_NODES: Final = 400_000
"""Past this the nodes that answers have left are thrown away."""


class EventRules:
    """`guards` by question, `when` by procedure, `brought` by procedure and document: nodes.

    `dated` are nodes by procedure and question: that question's date counts for the deadline.
    Whatever was too intricate is in `undecided`, as a path of codes, and never holds.
    """

    def __init__(
        self, guide: Guide, event: Event, diagrams: Diagrams, variables: Variables
    ) -> None:
        self.event = event
        self.diagrams = diagrams
        self.variables = variables
        self.questions = tuple(guide.questions[code] for code in event.questions)
        self.procedures = guide.procedures_of(event.code)
        self.undecided: list[str] = []
        self.guards: dict[str, int] = {}
        needs = {each.code: named(each.ask_when) for each in self.questions}
        for code in in_order(event.questions, needs):
            self.guards[code] = self._built(guide.questions[code].ask_when, f"questions.{code}")
        self.when: dict[str, int] = {}
        self.brought: dict[tuple[str, str], int] = {}
        self.dated: dict[tuple[str, str], int] = {}
        for procedure in self.procedures:
            self._learn(procedure)
        found = (self.when, self.brought, self.dated)
        self.roots = tuple(
            dict.fromkeys(node for nodes in found for node in nodes.values() if node > TRUE)
        )

    def guard(self, question: str) -> int:
        """When it comes up; on a circle, never."""
        return self.guards.get(question, FALSE)

    def node(self, condition: Condition) -> int:
        """Raises TooIntricate."""
        match condition:
            case All(parts=parts):
                return self.diagrams.all_of([self.node(part) for part in parts])
            case AnyOf(parts=parts):
                found = FALSE
                for part in parts:
                    found = self.diagrams.either(found, self.node(part))
                return found
            case Not(part=part):
                return self.diagrams.negated(self.node(part))
            case _:
                return self._atom(condition)

    def _atom(self, atom: Is | Within) -> int:
        guard = self.guard(atom.question)
        if guard == FALSE:
            return FALSE
        found = FALSE
        for variable, mask in self.variables.atom(atom):
            found = self.diagrams.either(found, self.diagrams.atom(variable, mask))
        return self.diagrams.both(guard, found)

    def _built(self, condition: Condition, place: str, beside: int = TRUE) -> int:
        """The condition and `beside`, within what one condition may cost."""
        left = self.diagrams.steps
        self.diagrams.steps = min(left, STEPS_OF_A_CONDITION)
        allowed = self.diagrams.steps
        try:
            return self.diagrams.both(beside, self.node(condition))
        except TooIntricate:
            self.undecided.append(place)
            return FALSE
        finally:
            self.diagrams.steps = left - (allowed - self.diagrams.steps)

    def _learn(self, procedure: Procedure) -> None:
        code = procedure.code
        place = f"procedures.{code}"
        when = self.when[code] = self._built(procedure.when, place)
        for bring in procedure.bring:
            self.brought[code, bring.document] = self._built(bring.when, f"{place}.bring", when)
        unsaid = when
        for source in procedure.deadline.sources if procedure.deadline else ():
            try:
                said = self._date_said(source)
                self.dated[code, source] = self.diagrams.both(
                    unsaid, self.diagrams.both(said, self.diagrams.atom(self._day_of(source), 1))
                )
                unsaid = self.diagrams.both(unsaid, self.diagrams.negated(said))
            except TooIntricate:
                self.undecided.append(f"{place}.deadline")

    def _day_of(self, question: str) -> int:
        return self.variables.exact[question]

    def _date_said(self, question: str) -> int:
        """The question comes up, and is answered with a date."""
        guard = self.guard(question)
        unknown = self.variables.unknown_class(question)
        if guard == FALSE or unknown is None:
            return guard
        first = self.variables.first[question]
        every = (1 << self.variables.classes[first]) - 1
        return self.diagrams.both(guard, self.diagrams.atom(first, every & ~(1 << unknown)))


class GuideRules:
    """The rules of all its events; with those of another guide in the same diagrams, where they
    are laid beside one another."""

    def __init__(
        self, guide: Guide, variables: Variables | None = None, diagrams: Diagrams | None = None
    ) -> None:
        self.guide = guide
        self.variables = variables or Variables(guide)
        self.diagrams = diagrams or Diagrams(self.variables.classes, steps=STEPS_OF_A_GUIDE)
        self._events: dict[str, EventRules] = {}

    def event(self, code: str) -> EventRules:
        """Raises KeyError. To be asked for with the diagrams' lock held."""
        found = self._events.get(code)
        if found is None:
            event = self.guide.events[code]
            found = EventRules(self.guide, event, self.diagrams, self.variables)
            self._events[code] = found
        return found

    @property
    def events(self) -> Mapping[str, EventRules]:
        return self._events


def rules_of(guide: Guide) -> GuideRules:
    """Worked out once a guide."""
    found = guide.kept.get("rules")
    if not isinstance(found, GuideRules) or len(found.diagrams) > MOST_NODES:
        found = guide.kept["rules"] = GuideRules(guide)
    return found
