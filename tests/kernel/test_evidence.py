from collections.abc import Hashable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import clock, evidence
from madoguchi.kernel.evidence import EvidenceRow, Indicator, Measurement, UnknownIndicator

AT = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
ROWS = (EvidenceRow("給食を提供した学校", "/schools/1/", date(2016, 4, 8)), EvidenceRow("学校"))


@pytest.fixture
def schools() -> Iterator[Indicator]:
    def measure(fiscal_year: int) -> Measurement:
        return Measurement(fiscal_year - 2000, ROWS, "/schools/")

    indicator = Indicator("test.schools", "schools", "schools", measure)
    yield evidence.indicators.register(indicator)
    evidence.indicators.unregister("test.schools")


def test_a_figure_is_measured_by_its_indicator(schools: Indicator) -> None:
    assert evidence.measure(schools.code, 2016) == Measurement(16, ROWS, "/schools/")


def test_an_unknown_indicator_is_named() -> None:
    with pytest.raises(UnknownIndicator, match=r"'test\.none'") as refusal:
        evidence.measure("test.none", 2016)
    assert refusal.value.code == "test.none"


@pytest.mark.parametrize("code", ["", "Schools", "1a", "a-b", "a{b", "m:1", "a\n"])
def test_codes_can_be_written_in_braces(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        Indicator(code, "", "", lambda _: Measurement(0, (), ""))


def test_the_digest_is_of_canonical_json() -> None:
    # sha256sum of: {"code":"a","fiscal_year":2016,"measured_at":"2026-03-31T15:00:00.000000+00:00",
    # "rows":[["学校","",null]],"unit":"校","value":"3"}  (one line, no blank after the comma)
    assert (
        evidence.digest("a", 2016, 3, "校", ROWS[1:], AT)
        == "a17dc9ed82bed9fa752aad1a1c9691113ed5d5bd493988746a32b4c348dcd640"
    )


@pytest.mark.parametrize("value", [3, Decimal(3), Decimal("3.0000"), Decimal("0.3E1")])
def test_equal_values_and_moments_have_one_digest(value: Decimal | int) -> None:
    expected = evidence.digest("a", 2016, 3, "校", ROWS, AT)
    assert evidence.digest("a", 2016, value, "校", ROWS, AT) == expected
    assert evidence.digest("a", 2016, value, "校", ROWS, AT.astimezone(clock.TOKYO)) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-99, max_value=99))
def test_stored_values_keep_their_digest(value: Decimal) -> None:
    stored = value.quantize(Decimal("0.000001"))
    assert evidence.digest("a", 2016, value, "", (), AT) == evidence.digest(
        "a", 2016, stored, "", (), AT
    )


def test_every_part_counts() -> None:
    digests = {
        evidence.digest("a", 2016, 3, "校", ROWS, AT),
        evidence.digest("b", 2016, 3, "校", ROWS, AT),
        evidence.digest("a", 2017, 3, "校", ROWS, AT),
        evidence.digest("a", 2016, 30, "校", ROWS, AT),
        evidence.digest("a", 2016, Decimal("0.3"), "校", ROWS, AT),
        evidence.digest("a", 2016, 3, "人", ROWS, AT),
        evidence.digest("a", 2016, 3, "校", ROWS[:1], AT),
        evidence.digest("a", 2016, 3, "校", ROWS[::-1], AT),
        evidence.digest("a", 2016, 3, "校", ROWS, clock.now()),
    }
    assert len(digests) == 9


def test_zero_has_one_digest() -> None:
    assert evidence.digest("a", 2016, Decimal("-0.0"), "", (), AT) == evidence.digest(
        "a", 2016, 0, "", (), AT
    )


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        evidence.digest("a", 2016, 3, "", (), AT.replace(tzinfo=None))


def test_what_figures_have_in_common_is_read_once_where_they_are_shown_together() -> None:
    reads: list[str] = []

    def read() -> int:
        reads.append("read")
        return len(reads)

    assert [evidence.read_once("days", read), evidence.read_once("days", read)] == [1, 2]
    kept: dict[Hashable, Any] = {}
    with evidence.measuring_together(kept):
        assert [evidence.read_once(key, read) for key in ("days", "days", "costs")] == [3, 3, 4]
    with evidence.measuring_together(kept):
        assert evidence.read_once("days", read) == 3
    with evidence.measuring_together({}):
        assert evidence.read_once("days", read) == 5
    assert evidence.read_once("days", read) == 6
