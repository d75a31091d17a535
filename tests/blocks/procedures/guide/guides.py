"""Random guides for property tests: small enough for the oracle, tangled enough for the engine."""

from dataclasses import replace
from datetime import date
from random import Random

from hypothesis import strategies as st

from madoguchi.blocks.procedures.guide.model import (
    ALWAYS,
    All,
    AnyOf,
    Bring,
    Counter,
    Counting,
    Deadline,
    Document,
    Event,
    Guide,
    Is,
    Kind,
    Not,
    Option,
    Procedure,
    Question,
    Text,
    Unit,
    Within,
)

QUESTIONS = (
    Question("yes1", Text("yes1"), Kind.YES_NO),
    Question("yes2", Text("yes2"), Kind.YES_NO, is_optional=True),
    Question("one", Text("one"), Kind.CHOICE, options=tuple(Option(c, Text(c)) for c in "abc")),
    Question("many", Text("many"), Kind.CHOICES, options=tuple(Option(c, Text(c)) for c in "xy")),
    Question("size", Text("size"), Kind.NUMBER, low=0, high=4),
    Question("day", Text("day"), Kind.DATE, is_optional=True),
)
FIRST = date(2026, 11, 25).toordinal()
CODES = {
    "yes1": ("yes", "no"),
    "yes2": ("yes", "no"),
    "one": ("a", "b", "c"),
    "many": ("x", "y"),
}


def guides():
    """One event each. A seed and not a tree of draws: hundreds of guides a second."""
    return st.integers(0, 2**32).map(random_guide)


def random_guide(seed):
    draw = Random(seed)  # noqa: S311 # nothing secret comes of it
    names, questions = [], {}
    for question in draw.sample(QUESTIONS, draw.randint(1, 4)):
        guard = _condition(draw, names, 2) if names and draw.random() < 0.5 else ALWAYS
        questions[question.code] = replace(question, ask_when=guard)
        names.append(question.code)
    procedures = {}
    for number in range(draw.randint(1, 4)):
        procedures[f"p{number}"] = _procedure(draw, f"p{number}", names, list(procedures))
    return Guide(
        Text("t"),
        {code: Counter(code, Text(code)) for code in ("c1", "c2", "c3")},
        {code: Document(code, Text(code)) for code in ("d1", "d2")},
        questions,
        {"e": Event("e", Text("e"), questions=tuple(draw.sample(names, len(names))))},
        procedures,
    )


def _procedure(draw, code, names, before):
    documents = draw.sample(["d1", "d2"], draw.randint(0, 2))
    return Procedure(
        code,
        Text(code),
        draw.choice(["c1", "c2", "c3"]),
        ("e",),
        when=_condition(draw, names, 3) if draw.random() < 0.8 else ALWAYS,
        bring=tuple(
            Bring(each, _condition(draw, names, 2) if draw.random() < 0.5 else ALWAYS)
            for each in documents
        ),
        deadline=_deadline(draw, names),
        after=tuple(draw.sample(before, min(len(before), draw.randint(0, 2)))),
    )


def _deadline(draw, names):
    if "day" not in names or draw.random() < 0.5:
        return Deadline(words=Text("いつでも"))
    return Deadline(
        unit=draw.choice(list(Unit)),
        amount=draw.randint(1, 20),
        sources=("day",),
        counting=draw.choice(list(Counting)),
    )


def _condition(draw, names, depth):
    kind = draw.random()
    if depth == 0 or kind < 0.4:
        return _atom(draw, draw.choice(names))
    if kind < 0.5:
        return Not(_condition(draw, names, depth - 1))
    parts = tuple(_condition(draw, names, depth - 1) for _ in range(draw.randint(1, 3)))
    return All(parts) if kind < 0.75 else AnyOf(parts)


def _atom(draw, name):
    if name in CODES:
        codes = draw.sample(CODES[name], draw.randint(1, len(CODES[name])))
        return Is(name, frozenset(codes))
    start = 0 if name == "size" else FIRST
    low, high = (draw.choice([None, start + draw.randint(0, 3)]) for _ in range(2))
    return Within(name, low, high)
