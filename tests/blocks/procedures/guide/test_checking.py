"""What the check finds: circles, what can never come up, what is missing, what is too intricate."""

import pytest

from madoguchi.blocks.procedures.guide import asking, checking, listing, reading
from madoguchi.blocks.procedures.guide.diagrams import Diagrams, TooIntricate
from madoguchi.blocks.procedures.guide.model import Level
from madoguchi.blocks.procedures.guide.ways import circles, in_order
from madoguchi.blocks.procedures.queries.guide_words import REMARKS, remark_line
from tests.blocks.procedures.guide.samples import SMALL
from tests.blocks.procedures.guide.test_properties import TODAY


def changed(*pairs):
    text = SMALL
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def found(text):
    return [(each.level, each.code, each.place) for each in checking.check(reading.read(text))]


def test_a_good_file_has_no_remarks():
    assert found(SMALL) == []


CASES = [
    ([("after: [notice]", "after: [notice, change_school]")],
     Level.ERROR, "circle_of_procedures", "procedures.change_school.after"),
    ([("    fee: {yen: 0}\n", "    after: [change_school]\n    fee: {yen: 0}\n")],
     Level.ERROR, "circle_of_procedures", "procedures.notice.after"),
    ([("family: 家族と}", "family: 家族と}, ask_when: {children: yes}")],
     Level.ERROR, "circle_of_questions", "questions.household.ask_when"),
    ([("kind: yes_no, ask_when: {household: family}", "kind: yes_no, ask_when: {children: yes}")],
     Level.ERROR, "circle_of_questions", "questions.children.ask_when"),
    ([("ask_when: {household: family}", "ask_when: [{household: family}, {household: alone}]")],
     Level.ERROR, "question_never_asked", "questions.children"),
    ([("household, children,", "children,")],
     Level.ERROR, "question_needs_another", "questions.children"),
    ([("when: [{things: dog}]", "when: [{people: 2}]")],
     Level.ERROR, "question_idle", "questions.things"),
    ([(", things, people]", ", things]")],
     Level.ERROR, "question_in_no_event", "questions.people"),
    ([(", things, people]", ", things]")],
     Level.ERROR, "procedure_needs_question", "procedures.big_household"),
    ([("when: [{children: yes}]", "when: [{children: yes}, {household: alone}]")],
     Level.ERROR, "procedure_never", "procedures.change_school"),
    ([("{people: {at_least: 5}}", "{people: {at_least: 5, under: 5}}")],
     Level.ERROR, "procedure_never", "procedures.big_household"),
    ([("{people: {at_least: 5}}", "{people: {at_least: 21}}")],
     Level.ERROR, "procedure_never", "procedures.big_household"),
    ([("bring: [id_card, record]", "bring: [{document: record, when: {household: alone}}]")],
     Level.ERROR, "bring_never", "procedures.change_school.bring"),
    ([("    events: [moving]\n    counter", "    counter")],
     Level.ERROR, "procedure_in_no_event", "procedures.notice"),
    ([("    deadline: {none: true, words: いつでもできます。}\n", "")],
     Level.ERROR, "deadline_missing", "procedures.big_household"),
    ([("questions: [moved_on, ", "questions: [")],
     Level.ERROR, "deadline_without_date", "procedures.notice.deadline"),
    ([("events:\n", "events:\n  empty: {title: 何もない}\n")],
     Level.ERROR, "event_without_procedures", "events.empty"),
    ([("short: 引っ越した日, kind: date", "kind: date, ask_when: {children: yes}")],
     Level.WARNING, "deadline_sometimes_without_date", "procedures.notice.deadline"),
    ([("{people: {at_least: 5}}", "{any: [{people: {at_least: 5}}, {people: {over: 50}}]}")],
     Level.WARNING, "part_never", "procedures.big_household.when"),
    ([("{things: dog}", "{things: dog}, {not: {people: {over: 50}}}")],
     Level.WARNING, "part_always", "procedures.dog.when"),
    ([("{things: dog}", "{any: [{things: dog}, {not: {things: dog}}]}")],
     Level.WARNING, "part_always", "procedures.dog.when"),
    ([("when: [{people: {at_least: 5}}]", "when: [{people: {at_least: 5}}, {household: alone}]"),
      ("    legal_basis: 市条例", "    after: [change_school]\n    legal_basis: 市条例")],
     Level.WARNING, "after_never", "procedures.big_household.after"),
    ([("  school: {title: 学校教育課}", "  school: {title: 学校教育課}\n  other: {title: ほか}")],
     Level.WARNING, "unused_counter", "counters.other"),
    ([("  record: {title: 在学証明書}", "  record: {title: 在学証明書}\n  other: {title: ほか}")],
     Level.WARNING, "unused_document", "documents.other"),
    ([("    summary: 新しい学校を決めます。\n", "")],
     Level.WARNING, "summary_missing", "procedures.change_school"),
    ([("    fee: {yen: 0}\n", "")], Level.WARNING, "fee_missing", "procedures.notice"),
    ([("    online: {form: moving-in-notice}\n", "")],
     Level.WARNING, "online_missing", "procedures.notice"),
    ([("    legal_basis: 市条例\n", "")],
     Level.WARNING, "legal_basis_missing", "procedures.big_household"),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "level", "code", "place"), CASES)
def test_what_is_wrong_is_named(pairs, level, code, place):
    assert (level, code, place) in found(changed(*pairs))


def test_every_remark_can_be_said():
    for pairs, *_rest in CASES:
        for remark in checking.check(reading.read(changed(*pairs))):
            assert "%(" not in remark_line(remark)
    assert {code for _pairs, _level, code, _place in CASES} <= set(REMARKS)


def test_a_guide_without_life_events_is_no_guide():
    assert found("format: 1\ntitle: x\n") == [(Level.ERROR, "no_events", "events")]


def test_a_circle_is_told_as_the_way_round():
    text = changed(("    fee: {yen: 0}\n", "    after: [change_school]\n    fee: {yen: 0}\n"))
    remark = next(each for each in checking.check(reading.read(text)) if "circle" in each.code)
    assert remark.values == {"way": "notice → change_school → notice"}


def test_nothing_hangs_on_a_circle():
    """A draft with circles can still be looked at: what is on one comes last, or never."""
    text = changed(
        ("    fee: {yen: 0}\n", "    after: [change_school]\n    fee: {yen: 0}\n"),
        (
            "{alone: 一人で, family: 家族と}",
            "{alone: 一人で, family: 家族と}, ask_when: {children: yes}",
        ),
        ("when: [{children: yes}]", "when: []"),
    )
    guide = reading.read(text)
    answers = {"moved_on": "2026-11-20", "things": [], "people": ""}
    assert asking.next_question(guide, "moving", answers) is None
    entries = listing.personal_list(guide, "moving", answers, TODAY)
    assert [entry.code for entry in entries] == ["notice", "change_school"]
    assert [visit.counter.code for visit in listing.visits(entries)] == ["residents", "school"]


def _pairs(number):
    """(a1 and b1) or (a2 and b2) …, all a before all b: a graph that doubles with each pair."""
    names = [f"{letter}{n}" for letter in "ab" for n in range(number)]
    questions = "".join(f"  {name}: {{text: x, kind: yes_no}}\n" for name in names)
    parts = ", ".join(f"{{a{n}: yes, b{n}: yes}}" for n in range(number))
    text = changed(
        ("  moved_on:", f"{questions}  moved_on:"),
        ("household, children,", f"household, children, {', '.join(names)},"),
        ("when: [{children: yes}]", f"when: [{{children: yes}}, {{any: [{parts}]}}]"),
    )
    return reading.read(text)


def test_a_condition_that_cannot_be_decided_is_an_error_and_says_so():
    remarks = checking.check(_pairs(30))
    assert [(each.level, each.code, each.place) for each in remarks] == [
        (Level.ERROR, "too_intricate", "procedures.change_school")
    ]


def test_what_is_tangled_and_still_small_is_decided():
    assert checking.check(_pairs(8)) == []


def test_a_condition_over_too_many_answers_is_given_up():
    diagrams = Diagrams([2] * 200, steps=10_000)
    atoms = [diagrams.atom(variable, 1) for variable in range(200)]
    with pytest.raises(TooIntricate):
        diagrams.all_of(atoms)


def test_in_order_leaves_circles_out():
    needs = {"a": ["b"], "b": ["c"], "c": ["b"], "d": [], "e": ["d", "elsewhere"]}
    assert in_order("abcde", needs) == ("d", "e")
    assert circles("abcde", needs) == [("b", "c", "b")]
    assert circles("de", needs) == []
