from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel.money import Yen, thousands


def test_yen_are_written_with_separators() -> None:
    assert str(Yen(12300)) == "12,300円"
    assert str(Yen(-1000)) == "-1,000円"
    assert str(Yen(0)) == "0円"


@given(st.integers(), st.integers(), st.integers(-100, 100))
def test_yen_are_counted_like_whole_numbers(a: int, b: int, times: int) -> None:
    assert Yen(a) + Yen(b) - Yen(b) == Yen(a)
    assert Yen(a) * times == times * Yen(a) == Yen(a * times)
    assert -Yen(a) == Yen(0) - Yen(a)
    assert (Yen(a) < Yen(b)) is (a < b)
    assert bool(Yen(a)) is bool(a)


@pytest.mark.parametrize("amount", [1.0, Decimal(1), "1", True, None])
def test_yen_are_whole(amount: Any) -> None:
    with pytest.raises(TypeError, match="yen are whole"):
        Yen(amount)


def test_yen_do_not_mix_with_numbers() -> None:
    one: Any = Yen(1)
    mixes: tuple[Callable[[], object], ...] = (
        lambda: one + 1,
        lambda: one - 1,
        lambda: one * 1.5,
        lambda: one * one,
        lambda: one < 1,
    )
    for mix in mixes:
        with pytest.raises(TypeError):
            mix()


def test_counts_are_written_with_separators() -> None:
    assert thousands(1234567) == "1,234,567"
    assert thousands(0) == "0"
    assert thousands(None) == ""
