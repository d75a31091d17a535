"""Answers that are items of forms: as the file says it, what is refused, what is carried over."""

import pytest

from madoguchi.blocks.procedures.guide import asking, checking, reading
from madoguchi.blocks.procedures.guide.filling import carried
from madoguchi.blocks.procedures.guide.model import Fill, Level
from madoguchi.blocks.procedures.guide.tree import Unreadable
from madoguchi.blocks.procedures.queries.guide_words import remark_words
from tests.blocks.procedures.guide.samples import SMALL

DAY = "kind: date}"
HOUSEHOLD = "options: {alone: 一人で, family: 家族と}}"
PEOPLE = "min: 1, max: 20, optional: true}"
THINGS = "options: {dog: 犬がいる, car: 車がある}}"


def filled(*pairs):
    """The small guide with `fills` at the end of these questions."""
    text = SMALL
    for end, fills in pairs:
        assert text.count(end) == 1
        text = text.replace(end, f"{end[:-1]}, fills: {fills}}}")
    return text


def told(text, answers):
    return carried(asking.walk(reading.read(text), "moving", answers))


def test_an_item_a_list_and_a_table_are_read():
    text = filled(
        (DAY, "move.date"),
        (HOUSEHOLD, "[{item: move.abroad, values: {alone: no, family: yes}}]"),
        (PEOPLE, "[school.grade, {item: birth.babies}]"),
    )
    guide = reading.read(text)
    assert guide.questions["moved_on"].fills == (Fill("move.date"),)
    assert guide.questions["household"].fills == (
        Fill("move.abroad", values=(("alone", "no"), ("family", "yes"))),
    )
    assert guide.questions["people"].fills == (
        Fill("school.grade"),
        Fill("birth.babies"),
    )
    assert guide.questions["things"].fills == ()
    assert checking.check(guide) == []


UNREADABLE = [
    ("[move.date, move.date]", "repeated", "questions.household.fills"),
    ("{values: {family: yes}}", "missing", "questions.household.fills.item"),
    ("{item: move.abroad, other: x}", "unknown_key", "questions.household.fills.other"),
    ("{item: move.abroad, values: yes}", "not_a_table", "questions.household.fills.values"),
    ("{item: move.abroad, values: {x: yes}}", "unknown_option", "questions.household.fills.values"),
    ("{item: move.abroad, values: {alone: [a]}}", "no_text", "questions.household.fills.values"),
]


@pytest.mark.parametrize(("fills", "code", "place"), UNREADABLE)
def test_what_is_no_item_of_the_format_is_refused(fills, code, place):
    with pytest.raises(Unreadable) as caught:
        reading.read(filled((HOUSEHOLD, fills)))
    assert [(each.code, each.place) for each in caught.value.remarks] == [(code, place)]


def test_nothing_fills_nothing():
    assert reading.read(filled((DAY, ""))).questions["moved_on"].fills == ()


WRONG = [
    (DAY, "move.day", "fills_unknown"),
    (DAY, "moving-in-notice.own.moved_on", "fills_unknown"),
    (DAY, "move.old_address", "fills_unfit"),
    (DAY, "school.grade", "fills_unfit"),
    (PEOPLE, "move.date", "fills_unfit"),
    (THINGS, "disability.book", "fills_unfit"),
    (HOUSEHOLD, "move.abroad", "fills_unfit"),
    (HOUSEHOLD, "{item: move.abroad, values: {alone: perhaps}}", "fills_unfit"),
    ("kind: yes_no, ask_when: {household: family}}", "school.stage", "fills_unfit"),
]


@pytest.mark.parametrize(("end", "fills", "code"), WRONG)
def test_an_item_that_is_unknown_or_does_not_fit_keeps_it_from_being_published(end, fills, code):
    remarks = checking.check(reading.read(filled((end, fills))))
    assert [(each.level, each.code) for each in remarks] == [(Level.ERROR, code)]
    assert "%(" not in remark_words(remarks[0])


OTHER_DAY = "  other_on: {text: x, kind: date, ask_when: %s, fills: move.date}\n  household:"


def with_another_day(ask_when):
    """A second question for the day of the move; a deadline is counted from it."""
    return (
        filled((DAY, "move.date"))
        .replace("  household:", OTHER_DAY % ask_when, 1)
        .replace("[moved_on, household,", "[moved_on, household, other_on,")
        .replace("days: 30, from: moved_on", "days: 30, from: [other_on, moved_on]")
    )


def test_one_item_asked_twice_on_one_way_is_an_error():
    remarks = checking.check(reading.read(with_another_day("{household: alone}")))
    assert [(each.level, each.code, each.place) for each in remarks] == [
        (Level.ERROR, "fills_twice", "questions.other_on.fills")
    ]
    assert "%(" not in remark_words(remarks[0])


def test_one_item_asked_on_two_ways_is_none():
    text = with_another_day("{household: alone}").replace(
        f"{DAY[:-1]}, fills", f"{DAY[:-1]}, ask_when: {{household: family}}, fills", 1
    )
    remarks = checking.check(reading.read(text))
    assert "fills_twice" not in {each.code for each in remarks}


ANSWERS = {"moved_on": "2026-11-14", "household": "family", "children": "no", "things": ["dog"]}


def test_what_answers_are_is_carried_over():
    text = filled(
        (DAY, "move.date"),
        (HOUSEHOLD, "{item: move.abroad, values: {alone: no, family: yes}}"),
        (PEOPLE, "[school.grade, birth.babies]"),
    )
    assert told(text, {**ANSWERS, "people": 3}) == {
        "move.date": "2026-11-14",
        "move.abroad": "yes",
        "school.grade": "3",
        "birth.babies": "3",
    }


def test_what_does_not_count_any_more_or_was_not_said_is_not_carried_over():
    text = filled(
        (DAY, "move.date"),
        ("kind: yes_no, ask_when: {household: family}}", "move.abroad"),
        (PEOPLE, "school.grade"),
    )
    answers = {**ANSWERS, "people": ""}
    assert told(text, answers) == {"move.date": "2026-11-14", "move.abroad": "no"}
    assert told(text, answers | {"household": "alone"}) == {"move.date": "2026-11-14"}


def test_an_answer_that_means_nothing_to_the_item_is_not_carried_over():
    text = filled((HOUSEHOLD, "{item: move.abroad, values: {family: yes}}"))
    assert told(text, ANSWERS) == {"move.abroad": "yes"}
    assert told(text, ANSWERS | {"household": "alone"}) == {}


def test_an_item_alone_is_no_reason_to_ask():
    text = filled((PEOPLE, "school.grade")).replace("{people: {at_least: 5}}", "{things: car}")
    assert [each.code for each in checking.check(reading.read(text))] == ["question_idle"]
