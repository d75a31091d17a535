"""The guide decided the slow way: every answer tried, nothing shared with the engine.

Numbers and dates are tried at every value that a condition names and beside it.
"""

from datetime import date, timedelta
from itertools import product

from madoguchi.blocks.procedures.guide.model import All, AnyOf, Is, Kind, Not, Within


def values(guide, question):
    """Every answer that conditions could tell apart, and a few that they cannot."""
    found = {
        Kind.YES_NO: lambda: ["yes", "no"],
        Kind.CHOICE: lambda: [option.code for option in question.options],
        Kind.CHOICES: lambda: _subsets([option.code for option in question.options]),
        Kind.NUMBER: lambda: _numbers(guide, question),
        Kind.DATE: lambda: _days(guide, question),
    }[question.kind]()
    return [*found, ""] if question.is_optional and question.kind is not Kind.CHOICES else found


def _subsets(codes):
    return [
        [code for code, is_in in zip(codes, row, strict=True) if is_in]
        for row in product([True, False], repeat=len(codes))
    ]


def _bounds(guide, question):
    parts = [each.ask_when for each in guide.questions.values()]
    for procedure in guide.procedures.values():
        parts += [procedure.when, *(bring.when for bring in procedure.bring)]
    while parts:
        part = parts.pop()
        if isinstance(part, All | AnyOf):
            parts += part.parts
        elif isinstance(part, Not):
            parts.append(part.part)
        elif isinstance(part, Within) and part.question == question.code:
            yield from (bound for bound in (part.low, part.high) if bound is not None)


def _numbers(guide, question):
    near = {bound + step for bound in _bounds(guide, question) for step in (-1, 0, 1)}
    return sorted(
        each for each in {*near, question.low, question.high}
        if question.low <= each <= question.high
    )  # fmt: skip


def _days(guide, question):
    near = {
        date.fromordinal(bound) + timedelta(days=step)
        for bound in _bounds(guide, question)
        for step in (-1, 0, 1)
    }
    return [day.isoformat() for day in sorted({*near, date(2026, 11, 20), date(2027, 2, 3)})]


def holds(guide, event, condition, answers):
    """With these answers; what is not asked, or not answered, does not hold."""
    if isinstance(condition, All):
        return all(holds(guide, event, part, answers) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(holds(guide, event, part, answers) for part in condition.parts)
    if isinstance(condition, Not):
        return not holds(guide, event, condition.part, answers)
    return comes_up(guide, event, condition.question, answers) and _is_so(condition, answers)


def comes_up(guide, event, code, answers):
    asked = guide.events[event].questions
    return code in asked and holds(guide, event, guide.questions[code].ask_when, answers)


def _is_so(atom, answers):
    answer = answers.get(atom.question, "")
    if answer == "":
        return False
    if isinstance(atom, Is):
        return bool(atom.codes & set(answer if isinstance(answer, list) else [answer]))
    value = answer if isinstance(answer, int) else date.fromisoformat(answer).toordinal()
    return (atom.low is None or atom.low <= value) and (atom.high is None or value <= atom.high)


def result(guide, event, answers):
    """What the list says: procedures with what to bring and the day counted from."""
    found = {}
    for procedure in guide.procedures.values():
        if event in procedure.events and holds(guide, event, procedure.when, answers):
            bring = tuple(
                each.document for each in procedure.bring if holds(guide, event, each.when, answers)
            )
            found[procedure.code] = (bring, _start(guide, event, procedure, answers))
    return found


def _start(guide, event, procedure, answers):
    for source in procedure.deadline.sources if procedure.deadline else ():
        if comes_up(guide, event, source, answers) and answers.get(source, ""):
            return answers[source]
    return None


def completions(guide, event, answers):
    """Every way to answer all questions that agrees with these answers."""
    codes = guide.events[event].questions
    choices = [
        [answers[code]] if code in answers else values(guide, guide.questions[code])
        for code in codes
    ]
    for row in product(*choices):
        yield dict(zip(codes, row, strict=True))


def results(guide, event, answers):
    """Every list to which these answers can still lead."""
    return [result(guide, event, each) for each in completions(guide, event, answers)]
