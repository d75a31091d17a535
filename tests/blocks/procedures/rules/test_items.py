"""Asking once: Hypothesis against a plain reckoning of which items are asked."""

from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.identity.rules.vocabulary import SUBJECTS, VOCABULARY
from madoguchi.blocks.procedures.rules import items
from madoguchi.blocks.procedures.rules.definition import Definition, ItemUse, OwnItem

REFS = sorted(VOCABULARY)


@st.composite
def definitions(draw):
    found = {}
    for code in draw(st.lists(st.sampled_from("abcde"), unique=True, min_size=1, max_size=4)):
        refs = draw(st.lists(st.sampled_from(REFS), unique=True, max_size=12))
        own = draw(st.lists(st.sampled_from(["x", "y"]), unique=True))
        uses = [
            ItemUse(ref, draw(st.booleans())) for ref in [*refs, *(f"own.{each}" for each in own)]
        ]
        found[code] = Definition(
            title=code,
            items=tuple(draw(st.permutations(uses))),
            own_items=tuple(OwnItem(each, each) for each in own),
        )
    return found


@given(definitions())
def test_every_item_is_asked_once_by_whoever_asks_for_it(found):
    asked = items.asked_once(found)
    wanted = {
        items.key_of(code, use.ref): use
        for code, definition in found.items()
        for use in definition.items
    }
    assert sorted(each.key for each in asked) == sorted(wanted)
    for each in asked:
        takers = [
            (code, use)
            for code, definition in found.items()
            for use in definition.items
            if items.key_of(code, use.ref) == each.key
        ]
        assert each.procedures == tuple(code for code, _use in takers)
        assert each.is_required == any(use.is_required for _code, use in takers)


@given(definitions())
def test_subjects_come_in_their_order_and_each_in_one_piece(found):
    subjects = [each.subject for each in items.asked_once(found)]
    runs = [
        subject
        for place, subject in enumerate(subjects)
        if [subject] != subjects[place - 1 : place]
    ]
    assert runs == [subject for subject in (*SUBJECTS, "") if subject in subjects]


@given(definitions(), st.data())
def test_what_is_missing_is_required_and_blank(found, data):
    asked = items.asked_once(found)
    values = {each.key: data.draw(st.sampled_from(["", "x"])) for each in asked}
    missing = {each.key for each in items.missing(asked, values)}
    for each in asked:
        is_there = any(values[other.key] for other in asked if other.subject == each.subject)
        is_needed = each.is_required and (is_there or not items.is_of_other(each.subject))
        assert (each.key in missing) == (is_needed and not values[each.key])


def test_only_what_was_written_anew_counts_as_typed():
    before = {"a": "1", "b": "2", "c": "3"}
    after = {"a": "1", "b": "x", "c": "", "d": "4", "e": ""}
    assert items.newly_typed(before, after) == 2


def test_blanks_are_kept_as_blanks_and_strange_keys_are_left():
    asked = items.items_of("a", Definition(title="a", items=(ItemUse("applicant.name"),)))
    assert items.checked(asked, {"applicant.name": "　 ", "other": "x"}) == (
        {"applicant.name": ""},
        {},
    )
