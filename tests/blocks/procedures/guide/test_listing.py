"""The personal list of the small guide: entries, order, visits."""

from datetime import date

import pytest

from madoguchi.blocks.procedures.guide import asking, listing, reading
from madoguchi.blocks.procedures.guide.model import Text
from tests.blocks.procedures.guide.samples import SMALL

TODAY = date(2026, 11, 30)
FAMILY = {
    "moved_on": "2026-11-20", "household": "family", "children": "yes", "things": ["dog", "car"],
    "people": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def guide():
    return reading.read(SMALL)


def test_the_way_of_a_family(guide):
    answers, asked = {}, []
    while (question := asking.next_question(guide, "moving", answers)) is not None:
        asked.append(question.code)
        answers[question.code] = FAMILY[question.code]
    assert asked == ["moved_on", "household", "children", "things", "people"]


def test_who_is_alone_is_not_asked_for_children(guide):
    answers = {"moved_on": "2026-11-20", "household": "alone", "children": "yes"}
    assert asking.next_question(guide, "moving", answers).code == "things"
    assert asking.relevant(guide, "moving", answers) == {
        "moved_on": "2026-11-20",
        "household": "alone",
    }


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("moved_on", "2026-02-30"),
        ("moved_on", "20261120"),
        ("moved_on", 20261120),
        ("moved_on", ""),
        ("household", "cat"),
        ("household", ["alone"]),
        ("children", "maybe"),
        ("children", True),
        ("things", "dog"),
        ("things", ["cat"]),
        ("things", [1]),
        ("people", "4"),
        ("people", 0),
        ("people", 21),
        ("people", True),
        ("people", None),
    ],
)
def test_answers_that_do_not_fit_are_asked_again(guide, question, answer):
    walked = asking.walk(guide, "moving", {**FAMILY, question: answer})
    assert walked.next.code == question


def test_the_list_of_a_family(guide):
    entries = listing.personal_list(guide, "moving", FAMILY, TODAY)
    assert [(each.code, each.deadline) for each in entries] == [
        ("notice", date(2026, 12, 4)),
        ("dog", date(2026, 12, 19)),
        ("change_school", None),
    ]
    notice, dog, school = entries
    assert [each.code for each in notice.bring] == ["id_card"]
    assert notice.counted_from == date(2026, 11, 20)
    assert (notice.is_statutory, notice.is_over) == (True, False)
    assert notice.title == Text("転入届", "Notice of moving in")
    assert school.after == ("notice",)
    assert school.deadline_words == Text("転入届と同じ日にお越しください。")
    assert [str(each) for each in school.steps] == [
        "在学証明書を出します。",
        "入学通知書を受け取ります。",
    ]
    assert dog.fee.yen == 300


def test_a_deadline_that_has_passed_says_so(guide):
    answers = {**FAMILY, "moved_on": "2026-06-01"}
    entries = listing.personal_list(guide, "moving", answers, TODAY)
    assert [each.code for each in entries if each.is_over] == ["notice", "dog"]


def test_who_cannot_say_gets_what_is_certain(guide):
    assert "big_household" not in [
        each.code
        for each in listing.personal_list(guide, "moving", {**FAMILY, "people": ""}, TODAY)
    ]
    assert "big_household" in [
        each.code for each in listing.personal_list(guide, "moving", {**FAMILY, "people": 5}, TODAY)
    ]


def test_before_the_end_only_what_is_certain_is_listed(guide):
    entries = listing.personal_list(guide, "moving", {}, TODAY)
    assert [(each.code, each.deadline) for each in entries] == [("notice", None)]


def test_counters_are_visited_once_where_that_can_be(guide):
    entries = listing.personal_list(guide, "moving", {**FAMILY, "people": 9}, TODAY)
    assert [
        (visit.counter.code, [entry.code for entry in visit.entries])
        for visit in listing.visits(entries)
    ] == [("residents", ["notice", "dog", "big_household"]), ("school", ["change_school"])]


def test_a_counter_waits_until_everything_can_be_done_there():
    text = SMALL.replace(
        "    legal_basis: 市条例\n", "    legal_basis: 市条例\n    after: [change_school]\n"
    )
    text = text.replace(
        "    counter: residents\n    deadline: {none", "    counter: town\n    deadline: {none"
    )
    text = text.replace(
        "when: [{things: dog}]\n    counter: residents", "when: [{things: dog}]\n    counter: town"
    )
    text = text.replace(
        "  school: {title: 学校教育課}", "  school: {title: 学校教育課}\n  town: {title: 地域課}"
    )
    entries = listing.personal_list(reading.read(text), "moving", {**FAMILY, "people": 9}, TODAY)
    assert [(v.counter.code, [e.code for e in v.entries]) for v in listing.visits(entries)] == [
        ("residents", ["notice"]),
        ("school", ["change_school"]),
        ("town", ["dog", "big_household"]),
    ]


def test_no_such_event(guide):
    with pytest.raises(KeyError):
        asking.walk(guide, "gone", {})
