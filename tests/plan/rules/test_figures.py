"""Figures in result lines."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.plan.rules import figures
from madoguchi.plan.rules.figures import Figure, UnknownCode, Words

texts = st.text(alphabet=st.sampled_from("窓口a1 {}:.m_"), max_size=30)
codes = st.from_regex(r"[a-z][a-z0-9_.]{0,10}|m:[1-9][0-9]{0,5}", fullmatch=True)


@pytest.mark.parametrize(
    ("line", "segments"),
    [
        ("", ()),
        ("窓口の改善", (Words("窓口の改善"),)),
        ("{plan.carried_over}件", (Figure("plan.carried_over"), Words("件"))),
        ("{a}{m:12}", (Figure("a"), Figure("m:12"))),
        ("{ a }", (Figure("a"),)),
        ("{{a}}", (Words("{a}"),)),
        ("{{{a}}}", (Words("{"), Figure("a"), Words("}"))),
        ("a } b { c", (Words("a } b { c"),)),
        ("{Lunch}", (Figure("Lunch"),)),
    ],
)
def test_parse(line, segments):
    assert figures.parse(line) == segments


@given(texts)
def test_any_text_can_be_escaped(text):
    assert figures.parse(figures.escape(text)) == ((Words(text),) if text else ())


@given(texts)
def test_any_text_can_be_parsed_and_written_again(text):
    segments = figures.parse(text)
    assert figures.parse(figures.write(segments)) == segments


@given(st.lists(codes, min_size=1, max_size=5))
def test_codes_are_found_once_in_order(found):
    lines = ["前" + "と".join(f"{{{code}}}" for code in found)]
    assert figures.codes(lines) == tuple(dict.fromkeys(found))


def test_milestone_number():
    assert Figure("m:12").milestone == 12
    assert Figure("plan.carried_over").milestone is None
    assert Figure("m:").milestone is None


def test_unknown_codes_name_line_and_code():
    lines = ["{plan.x}", "よい", "{plan.y}と{m:3}"]
    assert figures.unknown_codes(lines, {"plan.x", "m:4"}) == (
        UnknownCode(3, "plan.y"),
        UnknownCode(3, "m:3"),
    )


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12300, "人", "12,300人"),
        (Decimal("98.5000"), "%", "98.5%"),
        (Decimal("1200.0000"), "km", "1,200 km"),
        (Decimal(-1000), "", "-1,000"),
        (0, "件", "0件"),
    ],
)
def test_with_unit(value, unit, text):
    assert figures.with_unit(value, unit) == text
