"""What a change alters: field by field, and whose lists, checked against the oracle."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.blocks.procedures.guide import reading
from madoguchi.blocks.procedures.guide.comparing import Act, Effect, compare
from madoguchi.blocks.procedures.guide.model import Guide, Text
from tests.blocks.procedures.guide import oracle
from tests.blocks.procedures.guide.guides import random_guide
from tests.blocks.procedures.guide.samples import SMALL


def altered(*pairs):
    text = SMALL
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    return compare(reading.read(SMALL), reading.read(text))


def test_nothing():
    assert altered().is_nothing
    assert altered(("format: 1\n", "# a remark\n\nformat: 1\n")).is_nothing


def test_the_first_guide_is_all_new():
    found = compare(None, reading.read(SMALL))
    assert {each.act for each in found.changes} == {Act.ADDED}
    assert len(found.changes) == 1 + 4 + 5 + 2 + 2
    assert (found.lists, found.undecided) == ((), ())


def test_fields_are_named_with_what_they_were():
    found = altered(("days: 14", "days: 20"), ("title: 転入届", "title: 転入の届"))
    assert [(each.kind, each.code, each.act) for each in found.changes] == [
        ("procedures", "notice", Act.CHANGED)
    ]
    title, deadline = found.changes[0].fields
    assert (title.name, title.before.ja, title.after.ja) == ("title", "転入届", "転入の届")
    assert (deadline.name, deadline.before.amount, deadline.after.amount) == ("deadline", 14, 20)
    assert found.lists == ()


def test_whose_list_changes_is_told_with_an_example():
    found = altered(("when: [{children: yes}]", "when: [{household: family}]"))
    (change,) = found.lists
    assert (change.event, change.procedure, change.effect) == (
        "moving", "change_school", Effect.APPEARS,
    )  # fmt: skip
    assert change.example == {"household": "family", "children": "no"}
    assert not change.is_everybody


def test_what_goes_from_every_list():
    found = altered(("    when: [{things: dog}]\n", "    when: [{things: dog}, {people: 1}]\n"))
    assert [(each.effect, each.example) for each in found.lists] == [
        (Effect.DISAPPEARS, {"things": ["dog"], "people": 2})
    ]


MORE = """\
procedures:
  more: {title: x, events: [moving], counter: school, deadline: {none: true, words: x}}
"""


def test_an_added_procedure_is_on_everybodys_list():
    found = altered(("procedures:\n", MORE))
    assert [(each.kind, each.code, each.act) for each in found.changes] == [
        ("procedures", "more", Act.ADDED)
    ]
    assert [
        (each.procedure, each.effect, each.is_everybody, each.example) for each in found.lists
    ] == [("more", Effect.APPEARS, True, {})]


PEOPLE = next(f"{line}\n" for line in SMALL.splitlines() if line.startswith("  people:"))


def test_a_removed_question_takes_what_hangs_on_it():
    found = altered(
        (", things, people]", ", things]"),
        (PEOPLE, ""),
        ("    when: [{people: {at_least: 5}}]\n", ""),
    )
    assert [(each.kind, each.code, each.act) for each in found.changes] == [
        ("events", "moving", Act.CHANGED),
        ("procedures", "big_household", Act.CHANGED),
        ("questions", "people", Act.REMOVED),
    ]
    (change,) = found.lists
    assert (change.procedure, change.effect) == ("big_household", Effect.APPEARS)
    assert change.example in ({"people": 1}, {"people": ""})


def test_an_added_option_is_the_example():
    found = altered(
        ("{alone: 一人で, family: 家族と}", "{alone: 一人で, family: 家族と, friends: 友人と}"),
        ("    when: [{people: {at_least: 5}}]", "    when: [{household: friends}]"),
    )
    appears = next(each for each in found.lists if each.effect is Effect.APPEARS)
    assert appears.example["household"] == "friends"


def test_documents():
    found = altered(("bring: [id_card, record]", "bring: [record]"))
    assert [(each.effect, each.procedure, each.document) for each in found.lists] == [
        (Effect.BRING_LESS, "change_school", "id_card")
    ]
    assert found.lists[0].example == {"household": "family", "children": "yes"}
    found = altered(
        ("bring: [id_card]\n", "bring: [id_card, {document: record, when: {things: car}}]\n"),
    )
    assert [(each.effect, each.document, each.example) for each in found.lists] == [
        (Effect.BRING_MORE, "record", {"things": ["car"]})
    ]


def test_a_question_of_another_kind_leaves_lists_undecided():
    found = altered(
        ("kind: yes_no", "kind: choices, options: {small: 小学生, big: 中学生}"),
        ("{children: yes}", "{children: small}"),
    )
    assert found.undecided == ("moving",)
    assert found.lists == ()


def test_an_event_that_is_new_or_gone_is_no_change_of_lists():
    small = reading.read(SMALL)
    empty = Guide(Text("x"), {}, {}, {}, {}, {})
    assert compare(empty, small).lists == ()
    assert compare(small, empty).lists == ()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_lists_change_as_the_oracle_says(one, other):
    old, new = random_guide(one), random_guide(other)
    found = {(each.procedure, each.effect, each.document): each for each in compare(old, new).lists}
    expected = set()
    for answers in _everybody(old, new):
        before, after = (oracle.result(guide, "e", answers) for guide in (old, new))
        expected |= {(code, Effect.APPEARS, "") for code in after.keys() - before.keys()}
        expected |= {(code, Effect.DISAPPEARS, "") for code in before.keys() - after.keys()}
        for code in before.keys() & after.keys():
            more, less = set(after[code][0]), set(before[code][0])
            expected |= {(code, Effect.BRING_MORE, each) for each in more - less}
            expected |= {(code, Effect.BRING_LESS, each) for each in less - more}
    assert set(found) == expected
    for change in found.values():
        _require_example(old, new, change)


def _require_example(old, new, change):
    """Whoever answers as the example does, the list differs in that way."""
    agreeing = [{**answers, **change.example} for answers in _everybody(old, new)]
    assert agreeing
    for answers in agreeing:
        before, after = (oracle.result(guide, "e", answers) for guide in (old, new))
        if change.effect in (Effect.DISAPPEARS, Effect.BRING_LESS):
            before, after = after, before
        if change.document:
            bring = [each.get(change.procedure, ((), None))[0] for each in (before, after)]
            assert change.document in bring[1]
            assert change.document not in bring[0]
        else:
            assert change.procedure in after
            assert change.procedure not in before


def _everybody(old, new):
    """Every way to answer the questions of both, at values that either can tell apart."""
    both = Guide(
        old.title, {}, {}, {**old.questions, **new.questions}, {},
        {**{f"o{code}": each for code, each in old.procedures.items()},
         **{f"n{code}": each for code, each in new.procedures.items()}},
    )  # fmt: skip
    guards = {f"g{code}": each for code, each in old.questions.items()}
    with_guards = Guide(old.title, {}, {}, {**guards, **both.questions}, {}, both.procedures)
    answers = [{}]
    for code, question in both.questions.items():
        answers = [
            {**each, code: value}
            for each in answers
            for value in oracle.values(with_guards, question)
        ]
    return answers if len(answers) < 5000 else []


@pytest.mark.parametrize("seed", range(40))
def test_a_guide_does_not_differ_from_itself(seed):
    assert compare(random_guide(seed), random_guide(seed)).is_nothing
