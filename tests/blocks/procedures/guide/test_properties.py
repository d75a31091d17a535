"""What must hold for every guide: each way ends, only what matters is asked, order is no matter."""

from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from madoguchi.blocks.procedures.guide import asking, checking, listing
from madoguchi.blocks.procedures.guide.event_rules import rules_of
from madoguchi.blocks.procedures.guide.model import Level
from tests.blocks.procedures.guide import oracle
from tests.blocks.procedures.guide.guides import guides, random_guide

TODAY = date(2026, 11, 30)


def answered(guide, data):
    """Answer as the guide asks; the answers in the order in which they were asked for."""
    answers = {}
    while (question := asking.next_question(guide, "e", answers)) is not None:
        assert question.code not in answers
        answers[question.code] = data.draw(st.sampled_from(oracle.values(guide, question)))
        assert len(answers) <= len(guide.questions)
    return answers


def told(entries):
    return {
        entry.code: (
            tuple(document.code for document in entry.bring),
            entry.counted_from.isoformat() if entry.counted_from else None,
        )
        for entry in entries
    }


@settings(max_examples=200, deadline=None)
@given(guides(), st.data())
def test_every_way_ends_and_the_list_is_that_of_the_oracle(guide, data):
    answers = answered(guide, data)
    listed = told(listing.personal_list(guide, "e", answers, TODAY))
    assert all(found == listed for found in oracle.results(guide, "e", answers))


@settings(max_examples=150, deadline=None)
@given(guides(), st.data())
def test_only_what_can_change_the_list_is_asked(guide, data):
    answers = {}
    while (question := asking.next_question(guide, "e", answers)) is not None:
        found = oracle.results(guide, "e", answers)
        assert any(each != found[0] for each in found)
        assert all(
            oracle.comes_up(guide, "e", question.code, each)
            for each in oracle.completions(guide, "e", answers)
        )
        assert _matters(guide, question, answers)
        answers[question.code] = data.draw(st.sampled_from(oracle.values(guide, question)))


def _matters(guide, question, answers):
    """There are answers to the others with which this one makes a difference."""
    for rest in oracle.completions(guide, "e", answers):
        different = [
            oracle.result(guide, "e", {**rest, question.code: value})
            for value in oracle.values(guide, question)
        ]
        if any(each != different[0] for each in different):
            return True
    return False


@settings(max_examples=150, deadline=None)
@given(guides(), st.data())
def test_the_same_answers_in_any_order_give_the_same_list(guide, data):
    answers = answered(guide, data)
    mixed = dict(data.draw(st.permutations(list(answers.items()))))
    assert asking.relevant(guide, "e", mixed) == answers
    assert listing.personal_list(guide, "e", mixed, TODAY) == listing.personal_list(
        guide, "e", answers, TODAY
    )


@settings(max_examples=100, deadline=None)
@given(guides(), st.data())
def test_answers_that_do_not_count_change_nothing(guide, data):
    answers = answered(guide, data)
    others = {
        code: data.draw(st.sampled_from(oracle.values(guide, question)))
        for code, question in guide.questions.items()
        if code not in answers
    }
    noise = {**others, "gone": "yes", **answers}
    assert asking.relevant(guide, "e", noise) == answers
    assert listing.personal_list(guide, "e", noise, TODAY) == listing.personal_list(
        guide, "e", answers, TODAY
    )


@settings(max_examples=150, deadline=None)
@given(guides())
def test_what_the_check_calls_unreachable_is_so_and_nothing_else(guide):
    remarks = [each for each in checking.check(guide) if each.level is Level.ERROR]
    every = oracle.results(guide, "e", {})
    for code in guide.procedures:
        is_called = any(
            each.code in {"procedure_never", "procedure_needs_question"}
            and each.place == f"procedures.{code}"
            for each in remarks
        )
        assert is_called == all(code not in found for found in every)
    for code, question in guide.questions.items():
        is_called = any(
            each.code in {"question_never_asked", "question_idle", "question_needs_another"}
            and each.place == f"questions.{code}"
            for each in remarks
        )
        assert is_called == (not _matters(guide, question, {}))


@settings(max_examples=150, deadline=None)
@given(guides(), st.data())
def test_the_order_holds_what_comes_before(guide, data):
    entries = listing.personal_list(guide, "e", answered(guide, data), TODAY)
    _require_order(entries)
    visits = listing.visits(entries)
    _require_order([entry for visit in visits for entry in visit.entries])
    assert sorted(entry.code for visit in visits for entry in visit.entries) == sorted(
        entry.code for entry in entries
    )
    for visit, following in pairwise(visits):
        assert visit.counter != following.counter
    assert all(entry.counter == visit.counter for visit in visits for entry in visit.entries)


def _require_order(entries):
    seen = set()
    for entry in entries:
        assert seen.issuperset(entry.after)
        seen.add(entry.code)


@settings(max_examples=100, deadline=None)
@given(guides(), st.data())
def test_the_count_of_questions_to_come_is_never_too_small(guide, data):
    answers = {}
    left = asking.walk(guide, "e", answers).most_left
    while (question := asking.next_question(guide, "e", answers)) is not None:
        answers[question.code] = data.draw(st.sampled_from(oracle.values(guide, question)))
        now = asking.walk(guide, "e", answers).most_left
        assert now <= left - 1
        left = now
    assert left == 0


def test_what_answers_left_is_thrown_away_when_it_grows(monkeypatch):
    guide = random_guide(1)
    first = rules_of(guide)
    assert rules_of(guide) is first
    monkeypatch.setattr("madoguchi.blocks.procedures.guide.event_rules.MOST_NODES", 0)
    assert rules_of(guide) is not first
