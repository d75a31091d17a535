from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import clock
from madoguchi.kernel.audit.rules import (
    Break,
    BreakKind,
    Content,
    Head,
    Sealed,
    Verification,
    digest,
    verify,
)

GENESIS = "0" * 64
AT = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)
CONTENT = Content(1, AT, "7", ["auditor"], "plan.year_opened", "plan.year:1", {"b": 1}, GENESIS)


def chain(length: int) -> tuple[list[Sealed], Head]:
    entries: list[Sealed] = []
    last = GENESIS
    for sequence in range(1, length + 1):
        content = replace(CONTENT, sequence=sequence, detail={"n": sequence}, previous_digest=last)
        last = digest(content)
        entries.append(Sealed(content, last))
    return entries, Head(length, last)


def test_the_digest_is_of_canonical_json() -> None:
    assert digest(CONTENT) == "af8ab19ce6e1815dc66c64671d84200a3265ccd58dc88cb168b2a4ea61bb7f4e"
    assert digest(replace(CONTENT, at=AT.astimezone(clock.TOKYO))) == digest(CONTENT)


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": 2},
        {"at": AT + timedelta(microseconds=1)},
        {"actor": "8"},
        {"actor_roles": []},
        {"action": "plan.year_closed"},
        {"subject": "plan.year:2"},
        {"detail": {"b": 2}},
        {"previous_digest": "1" * 64},
    ],
)
def test_every_field_is_sealed(change: dict[str, Any]) -> None:
    assert digest(replace(CONTENT, **change)) != digest(CONTENT)


@given(st.integers(0, 6))
def test_a_sound_chain_is_found_whole(length: int) -> None:
    entries, head = chain(length)
    assert verify(entries, head, GENESIS) == Verification(length, head.digest, None)
    assert verify(entries, head, GENESIS).is_sound


@given(st.integers(1, 6), st.data())
def test_a_missing_entry_is_found(length: int, data: st.DataObject) -> None:
    entries, head = chain(length)
    missing = data.draw(st.integers(1, length))
    del entries[missing - 1]
    kind = BreakKind.TRUNCATED if missing == length else BreakKind.GAP
    found = verify(entries, head, GENESIS)
    assert found.broken == Break(missing, kind)
    assert found.entries == missing - 1
    assert not found.is_sound


@given(st.integers(1, 6), st.data())
def test_a_changed_entry_is_found(length: int, data: st.DataObject) -> None:
    entries, head = chain(length)
    place = data.draw(st.integers(1, length))
    entries[place - 1] = replace(
        entries[place - 1], content=replace(entries[place - 1].content, actor="8")
    )
    assert verify(entries, head, GENESIS).broken == Break(place, BreakKind.DIGEST)


@given(st.integers(2, 6), st.data())
def test_an_entry_that_was_sealed_anew_does_not_fit_the_next(
    length: int, data: st.DataObject
) -> None:
    entries, head = chain(length)
    place = data.draw(st.integers(1, length - 1))
    forged = replace(entries[place - 1].content, actor="8")
    entries[place - 1] = Sealed(forged, digest(forged))
    assert verify(entries, head, GENESIS).broken == Break(place + 1, BreakKind.LINK)


def test_a_last_entry_that_was_sealed_anew_does_not_fit_the_head() -> None:
    entries, head = chain(2)
    forged = replace(entries[1].content, actor="8")
    entries[1] = Sealed(forged, digest(forged))
    assert verify(entries, head, GENESIS).broken == Break(2, BreakKind.HEAD)


def test_a_head_that_is_behind_or_gone_is_found() -> None:
    entries, _ = chain(3)
    _, behind = chain(2)
    assert verify(entries, behind, GENESIS).broken == Break(3, BreakKind.HEAD)
    assert verify(entries, None, GENESIS).broken == Break(3, BreakKind.HEAD)
    assert verify([], None, GENESIS).broken == Break(0, BreakKind.HEAD)
