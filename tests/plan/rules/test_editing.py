"""What the buttons of the report editor do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.plan.rules import editing

actions = st.one_of(
    st.sampled_from(["add", "up", "down:", "take:x", "remove:-1", "preview", "", "up:1:2", "x:1"]),
    st.builds(
        "{}:{}".format,
        st.sampled_from(["up", "down", "take", "insert"]),
        st.integers(0, 9),
    ),
)


@pytest.mark.parametrize(
    ("action", "lines"),
    [
        ("add", ["い", "ろ", "は", ""]),
        ("up:0", ["い", "ろ", "は"]),
        ("up:2", ["い", "は", "ろ"]),
        ("down:0", ["ろ", "い", "は"]),
        ("down:2", ["い", "ろ", "は"]),
        ("remove:1", ["い", "は"]),
        ("remove:3", ["い", "ろ", "は"]),
        ("insert:m:12", ["い", "ろ", "は{m:12}"]),
        ("take:1", ["い", "ろ", "は", "二"]),
        ("take:5", ["い", "ろ", "は"]),
        ("preview", ["い", "ろ", "は"]),
    ],
)
def test_actions(action, lines):
    assert editing.apply(action, ["い", "ろ", "は"], theirs=["一", "二"]) == lines


def test_there_is_always_a_line_to_write_in():
    assert editing.apply("remove:0", ["い"]) == [""]
    assert editing.apply("preview", []) == [""]


def test_a_line_taken_over_fills_the_empty_one():
    assert editing.apply("take:0", ["い", ""], theirs=["一"]) == ["い", "一"]


@given(actions, st.lists(st.text(max_size=5), min_size=1, max_size=5))
def test_no_text_is_ever_lost(action, lines):
    after = editing.apply(action, lines, theirs=["一"])
    assert all(any(text.startswith(line) for text in after) for line in lines if line.strip())
