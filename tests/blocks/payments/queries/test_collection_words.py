"""Every code that the reader can say has its words, and they take its values."""

import ast
import re

import pytest

from madoguchi.blocks.payments.collection.records import Fault
from madoguchi.blocks.payments.queries.collection_words import (
    FAULTS,
    NOTES,
    fault_reason,
    say_fault,
    say_notes,
)
from madoguchi.blocks.payments.slips.barcode import BarcodeFault
from tests.guards.repository import SOURCE

ENGINE = SOURCE / "blocks" / "payments" / "collection"


def said_codes():
    """Codes given to ``Ill`` and ``faults.add`` anywhere in the engine, with their values."""
    for path in sorted(ENGINE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = {"Ill": 0, "add": 1}.get(name)
            if at is None or len(node.args) <= at or not isinstance(node.args[at], ast.Constant):
                continue
            yield node.args[at].value, {keyword.arg for keyword in node.keywords}


CODES = sorted(
    {
        (code, *sorted(filter(None, values)))
        for code, values in said_codes()
        if isinstance(code, str)
    }
)


def test_the_engine_says_many_codes():
    assert len(CODES) > 25


@pytest.mark.parametrize("said", CODES, ids=lambda said: said[0])
def test_each_code_has_words_that_take_its_values(said, settings):
    settings.LANGUAGE_CODE = "en"
    code, *values = said
    if code in {"pdf", "archive", "utf16"}:
        values = []
    holes = set(re.findall(r"%\((\w+)\)s", str(FAULTS[code])))
    assert holes <= set(values)


@pytest.mark.parametrize("fault", list(BarcodeFault))
def test_each_fault_of_a_barcode_has_words(fault):
    if fault is not BarcodeFault.FIELD:  # what cannot be written; said of a part, never of digits
        assert f"barcode_{fault.value}" in FAULTS


def test_a_fault_in_words(settings):
    settings.LANGUAGE_CODE = "en"
    assert say_fault(Fault(0, "empty")) == "The file is empty."
    assert (
        say_fault(Fault(7, "length", {"found": 119, "more": False, "wanted": 120}))
        == "Line 7: The record has 119 bytes instead of 120 (counted in Shift_JIS)."
    )
    assert (
        fault_reason(Fault(7, "length", {"found": 4096, "more": True, "wanted": 120}))
        == "The record has more than 4096 bytes instead of 120."
    )
    assert (
        fault_reason(Fault(3, "amount_differs", {"stated": 12_301, "barcode": 12_300}))
        == "The amount is 12,301 yen, but the barcode says 12,300 yen."
    )
    assert (
        fault_reason(Fault(3, "code", {"field": "chain", "found": "ｱ"}))
        == "Other signs than letters and digits in a field (chain’s code): “ｱ”."
    )


def test_notes_in_words(settings):
    settings.LANGUAGE_CODE = "en"
    assert say_notes({}) == []
    said = say_notes({"notes": list(NOTES), "repeated": [[4, 2]]})
    assert len(said) == len(NOTES) + 1
    assert said[-1].startswith("Line 4 says the same as line 2.")
