"""The life-event guide: steps per second, and rule sets of up to 1,000 procedures."""

import statistics
from functools import partial

import yaml

from benchmarks import web
from benchmarks.measure import in_turns, row, seconds
from madoguchi.blocks.procedures.guide import checking, comparing, reading
from madoguchi.blocks.procedures.guide.asking import walk
from madoguchi.blocks.procedures.guide.model import Answer, Guide
from madoguchi.blocks.procedures.operations.guide import keep_draft, publish_guide
from madoguchi.kernel import clock

SIZES = (100, 300, 1000)
MOST_EVENTS = 20
QUESTIONS_OF_AN_EVENT = 12
ROUNDS = 2


def run() -> None:
    rules()
    steps()


def make_source(procedures: int, *, days: int = 14, minimum: int = 3) -> str:
    """A rule file: life events of 12 questions, procedures that ask for three of them each."""
    events = min(MOST_EVENTS, procedures // 15)
    lines = ["format: 1", "title: 大きなガイド", "counters:"]
    lines += [f"  counter{n}: {{title: 第{n}窓口, place: 1階}}" for n in range(20)]
    lines += ["documents:", *(f"  document{n}: {{title: 書類{n}}}" for n in range(40))]
    lines.append("questions:")
    for event in range(events):
        name = f"e{event}q"
        lines.append(f"  {name}0: {{text: いつですか。, kind: date}}")
        for number in range(1, QUESTIONS_OF_AN_EVENT):
            kind = (
                "kind: yes_no",
                "kind: choice, options: {a: 甲, b: 乙, c: 丙}",
                "kind: number, min: 0, max: 120",
                "kind: choices, options: {a: 甲, b: 乙, c: 丙, d: 丁}",
            )[number % 4]
            waits = f", ask_when: {{{name}{number - 4}: a}}" if number in (5, 9) else ""
            lines.append(f"  {name}{number}: {{text: 質問{number}, {kind}{waits}}}")
    lines.append("events:")
    for event in range(events):
        asked = ", ".join(f"e{event}q{number}" for number in range(QUESTIONS_OF_AN_EVENT))
        lines.append(f"  event{event}: {{title: 出来事{event}, questions: [{asked}]}}")
    lines.append("procedures:")
    for number in range(procedures):
        lines += _procedure(number, events, days, minimum)
    return "\n".join(lines) + "\n"


def _procedure(number: int, events: int, days: int, minimum: int) -> list[str]:
    event = number % events
    place = number // events
    parts = (
        f"{{e{event}q{4 * (place % 2) + 4}: yes}}",
        f"{{e{event}q{4 * (place % 3) + 1}: [a, b]}}",
        f"{{e{event}q{4 * (place % 3) + 2}: {{at_least: {place % 60 + minimum}}}}}",
        f"{{e{event}q{4 * (place % 3) + 3}: {'abcd'[place % 4]}}}",
    )
    first, second, third = (parts[(place + step) % 4] for step in range(3))
    documents = f"document{number % 40}", f"document{(number + 7) % 40}"
    return [
        f"  procedure{number}:",
        f"    title: 手続き{number}",
        "    summary: 何かを届け出ます。",
        f"    events: [event{event}]",
        f"    counter: counter{number % 20}",
        f"    when: [{first}, {{any: [{second}, {{not: {third}}}]}}]",
        f"    bring: [{documents[0]}, {{document: {documents[1]}, when: {third}}}]",
        f"    deadline: {{days: {days}, from: e{event}q0, statutory: true}}",
        "    fee: {yen: 300}",
        "    online: {none: true, words: 窓口で行います。}",
        "    legal_basis: 見本の法律第1条",
        *([f"    after: [procedure{number - events}]"] if place else []),
    ]


def rules() -> None:
    """Validation, preview and one step, beside PyYAML's parser on the same file."""
    for size in SIZES:
        source = make_source(size)
        other = make_source(size, days=20, minimum=5)
        parse = partial(yaml.load, source, Loader=yaml.CSafeLoader)
        old, new = reading.read(source), reading.read(other)
        row(
            f"read a rule file of {size} procedures",
            in_turns(partial(reading.read, source), parse, turns=3),
            peer="PyYAML's C loader alone",
        )
        row(
            f"validate it ({len(source) // 1024} KB, read too)",
            in_turns(partial(_validated, source), parse, turns=3),
            peer="PyYAML's C loader alone",
        )
        row(
            f"preview what a change of all {size} alters",
            in_turns(partial(comparing.compare, old, new), parse, turns=3),
            peer="PyYAML's C loader alone",
        )
        spent = statistics.median(seconds(partial(_stepped, old)) for _ in range(20))
        print(f"{'one step: answers replayed, next question':<44} {spent:9.4f} s")


def _validated(source: str) -> None:
    found = checking.check(reading.read(source))
    assert not [remark for remark in found if remark.level == "error"], found[0]


def _stepped(guide: Guide) -> None:
    turns: list[Answer] = ["yes", "a", 30, ["a"]]
    answers = {f"e0q{n}": turns[n % 4] for n in range(1, QUESTIONS_OF_AN_EVENT)}
    assert walk(guide, "event0", {"e0q0": "2026-11-20", **answers}).given


def _through_the_guide(port: int) -> int:
    """Answer all of an event's questions, some times over; how many steps that were."""
    visitor, taken = web.Visitor(port), 0
    start = "/procedures/guide/event0/"
    for _ in range(ROUNDS):
        visitor.get(start)
        place = visitor.post(start, {})
        place = visitor.get(place)
        while "/list/" not in place:
            visitor.get(place)
            place = visitor.post(place, {"answer": _answer(place)})
            taken += 1
    visitor.close()
    return taken


def _answer(place: str) -> str:
    number = int(place.rstrip("/").rpartition("q")[2])
    return "2026-11-20" if number == 0 else ("yes", "a", "30", "a")[number % 4]


def _through_the_bare_form(port: int) -> int:
    visitor = web.Visitor(port)
    taken = ROUNDS * QUESTIONS_OF_AN_EVENT
    for _ in range(taken):
        visitor.get("/bare-form/")
        visitor.post("/bare-form/", {"answer": "a"})
    visitor.close()
    return taken


def steps() -> None:
    """A step is a page with a question and its answer sent; the peer's is a page with one field
    and its value sent and kept in the session, through the same middleware."""
    draft = keep_draft(source=make_source(1000), note="", by=None)
    publish_guide(version=draft, starts_on=clock.today(), by=None)
    with web.server() as port:
        web.race(
            "guide steps (1,000 procedures in force)",
            partial(_through_the_guide, port),
            peer="a bare Django form, same server",
            theirs=partial(_through_the_bare_form, port),
        )
