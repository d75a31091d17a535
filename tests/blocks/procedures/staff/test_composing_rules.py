"""Codes that nobody types, and what two definitions differ in."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.identity.rules.vocabulary import VOCABULARY
from madoguchi.blocks.procedures.rules.composing import (
    Change,
    Difference,
    OwnRow,
    Section,
    changed,
    code_from,
    differences,
    free_code,
    own_rows,
    shared_items,
    with_own_rows,
    with_shared_items,
)
from madoguchi.blocks.procedures.rules.definition import ItemUse, OwnItem
from tests.blocks.procedures.factories import benefit_definition, notice_definition


@pytest.mark.parametrize(
    ("title", "taken", "code"),
    [
        ("Dog registration", (), "dog-registration"),
        ("ＤＯＧ（犬）の登録", (), "dog"),
        ("犬の登録", (), "procedure-1"),
        ("犬の登録", ("procedure-1", "procedure-7"), "procedure-8"),
        ("Dog", ("dog",), "dog-1"),
        ("Add", (), "add-1"),
        ("", (), "procedure-1"),
    ],
)
def test_a_code_is_made_of_the_title(title, taken, code):
    assert code_from(title, taken) == code


@given(st.text(max_size=300), st.sets(st.text(max_size=8), max_size=5))
def test_a_code_is_free_and_fits_into_an_address(title, taken):
    code = code_from(title, taken)
    assert code not in taken
    assert 0 < len(code) <= 60
    assert not set(code) - set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_number_that_is_there_does_not_come_again():
    assert free_code("item", ()) == "item1"
    assert free_code("item", ("item1", "item3", "other9", "itemx")) == "item4"


def test_nothing_differs_from_itself():
    assert differences(notice_definition(), notice_definition()) == []


def test_facts_and_rows_differ_by_name():
    old = benefit_definition()
    new = replace(
        old,
        fee=300,
        documents=(),
        items=(*old.items, ItemUse("applicant.phone")),
        first="examined",
        states=(replace(old.states[0], days=9), *old.states[1:]),
    )
    assert differences(old, new) == [
        Difference(Section.FACTS, Change.CHANGED, "", "fee", 0, 300),
        Difference(
            Section.ITEMS, Change.ADDED, "applicant.phone", after=ItemUse("applicant.phone")
        ),
        Difference(Section.DOCUMENTS, Change.REMOVED, "insurance", before=old.documents[0]),
        Difference(Section.STATES, Change.CHANGED, "submitted", "days", 7, 9),
        Difference(Section.STATES, Change.CHANGED, "", "first", "submitted", "examined"),
    ]


def test_an_own_item_differs_in_itself_and_in_its_use():
    old = notice_definition()
    [row] = own_rows(old)
    parts = with_own_rows(
        old, [OwnRow(replace(row.item, label="理由"), is_required=False, is_guarded=True)]
    )
    found = {
        each.field: (each.before, each.after) for each in differences(old, changed(old, parts))
    }
    assert found == {
        "label": ("異動の理由", "理由"),
        "is_required": (True, False),
        "is_guarded": (None, True),
    }


def test_the_same_rows_in_another_order_were_moved():
    old = benefit_definition()
    new = replace(old, states=tuple(reversed(old.states)))
    assert differences(old, new) == [Difference(Section.STATES, Change.MOVED)]


def test_own_items_stay_when_shared_ones_change_and_the_other_way_round():
    old = notice_definition()
    shared = changed(old, with_shared_items(old, [ItemUse("applicant.name")]))
    assert [use.ref for use in shared.items] == ["applicant.name", "own.reason"]
    own = changed(old, with_own_rows(old, [OwnRow(OwnItem("dogs", "頭数", "number"))]))
    assert [use.ref for use in shared_items(own)] == [use.ref for use in shared_items(old)]
    assert [use.ref for use in own.items][-1] == "own.dogs"
    assert own_rows(own) == (OwnRow(OwnItem("dogs", "頭数", "number")),)


@given(
    st.lists(st.sampled_from(sorted(VOCABULARY)), unique=True, max_size=12),
    st.lists(st.sampled_from(sorted(VOCABULARY)), unique=True, max_size=12),
)
def test_differences_name_each_item_that_came_or_went(before, after):
    base = notice_definition()
    old = changed(base, with_shared_items(base, [ItemUse(ref) for ref in before]))
    new = changed(base, with_shared_items(base, [ItemUse(ref) for ref in after]))
    found = differences(old, new)
    assert {each.key for each in found if each.change is Change.ADDED} == {*after} - {*before}
    assert {each.key for each in found if each.change is Change.REMOVED} == {*before} - {*after}
