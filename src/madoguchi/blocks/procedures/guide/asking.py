"""One question at a time, and only those that can still change the list or a date on it.

Answers are replayed in the order in which the event asks, whatever the order in which they were
given: the same answers always lead the same way. Each question is asked at most once, so every way
ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from madoguchi.blocks.procedures.guide.diagrams import TRUE
from madoguchi.blocks.procedures.guide.event_rules import EventRules, rules_of
from madoguchi.blocks.procedures.guide.model import Answer, Answers, Guide, Question
from madoguchi.blocks.procedures.guide.variables import fits


@dataclass(frozen=True, slots=True)
class Walk:
    """How far answers lead. `given` are those that count, in order; `next` None: the list is ready.

    `most_left` is how many questions can still come, the next one among them. `left` is what the
    answers leave of each node of the event's `rules`.
    """

    rules: EventRules
    given: Mapping[str, Answer]
    next: Question | None
    most_left: int
    left: Mapping[int, int]


def walk(guide: Guide, event: str, answers: Answers) -> Walk:
    """Raises KeyError where the guide has no such event."""
    rules = rules_of(guide)
    with rules.diagrams.lock:
        return _walk(rules.event(event), answers)


def next_question(guide: Guide, event: str, answers: Answers) -> Question | None:
    """None: the list is ready."""
    return walk(guide, event, answers).next


def relevant(guide: Guide, event: str, answers: Answers) -> dict[str, Answer]:
    """The answers that still count, in the order in which they are asked for."""
    return dict(walk(guide, event, answers).given)


def _walk(rules: EventRules, answers: Answers) -> Walk:
    diagrams, variables = rules.diagrams, rules.variables
    left = {node: node for node in (*rules.roots, *rules.guards.values())}
    given: dict[str, Answer] = {}
    while True:
        live = 0
        for root in rules.roots:
            live |= diagrams.support(left[root])
        question = _first_open(rules, left, live, given)
        if question is None or not _is_answered(question, answers):
            break
        given[question.code] = answers[question.code]
        placed = variables.placed(question.code, answers[question.code]).items()
        for node, now in left.items():
            for variable, chosen in placed:
                now = diagrams.fixed(now, variable, chosen)  # noqa: PLW2901 # variable by variable
            left[node] = now
    still = sum(bool(variables.mask[each.code] & live) for each in rules.questions)
    return Walk(rules, given, question, still, left)


def _first_open(
    rules: EventRules, left: Mapping[int, int], live: int, given: Mapping[str, Answer]
) -> Question | None:
    """The first question that comes up for certain and matters."""
    for question in rules.questions:
        if (
            rules.variables.mask[question.code] & live
            and question.code not in given
            and left.get(rules.guard(question.code)) == TRUE
        ):
            return question
    return None


def _is_answered(question: Question, answers: Answers) -> bool:
    return question.code in answers and fits(question, answers[question.code])
