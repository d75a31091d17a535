"""Evidence: figures that an app measures from its own records, by fiscal year.

An app registers an `Indicator` at start-up. A result line of the plan refers to it by code in
braces, `{lunch.schools_served}`; codes match `CODE_PATTERN`. A milestone is `{m:<id>}`, and a
literal brace is doubled.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from madoguchi.kernel.registries import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from datetime import date, datetime

    from django_stubs_ext import StrOrPromise

CODE_PATTERN = r"[a-z][a-z0-9_.]*"


class UnknownIndicator(LookupError):
    """No app reports the indicator; `code` is what was asked for."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no indicator has the code {code!r}")
        self.code = code


@dataclass(frozen=True)
class EvidenceRow:
    """One record that was counted, in words a resident may read; no personal data."""

    text: str
    url: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Measurement:
    """A value with the records behind it and the page that shows them."""

    value: Decimal | int
    rows: tuple[EvidenceRow, ...]
    source_url: str


@dataclass(frozen=True)
class Indicator:
    """`measure(fiscal_year)` reads the app's records now. Raises ValueError for an ill code."""

    code: str
    label: StrOrPromise
    unit: StrOrPromise
    measure: Callable[[int], Measurement]
    description: StrOrPromise = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(CODE_PATTERN, self.code):
            raise ValueError(f"an indicator's code matches {CODE_PATTERN}: {self.code!r}")


indicators: Registry[Indicator] = Registry("indicators")


_shared: ContextVar[dict[Hashable, Any] | None] = ContextVar("shared", default=None)


@contextmanager
def measuring_together(kept: dict[Hashable, Any]) -> Iterator[None]:
    """Figures that are shown together read what they have in common once; ``kept`` holds it."""
    token = _shared.set(kept)
    try:
        yield
    finally:
        _shared.reset(token)


def read_once[T](key: Hashable, read: Callable[[], T]) -> T:
    """For measures that share a query: read, or what another of the same page has read."""
    kept = _shared.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: T = kept[key]
    return found


def measure(code: str, fiscal_year: int) -> Measurement:
    """The figure as its records stand now. Raises UnknownIndicator."""
    indicator = indicators.get(code)
    if indicator is None:
        raise UnknownIndicator(code)
    return indicator.measure(fiscal_year)


def digest(  # noqa: PLR0917 - in the order in which a frozen figure keeps them
    code: str,
    fiscal_year: int,
    value: Decimal | int,
    unit: str,
    rows: Iterable[EvidenceRow],
    measured_at: datetime,
) -> str:
    """SHA-256 (hex) of a figure's canonical JSON: UTF-8, keys sorted, no blanks, time in UTC.

    Equal values have one digest however they were stored (3 and 3.0000), and so have equal
    moments in any zone; a naive `measured_at` raises ValueError.
    """
    if measured_at.tzinfo is None:
        raise ValueError("a figure is measured at a time with its zone")
    return hashlib.sha256(
        json.dumps(
            {
                "code": code,
                "fiscal_year": fiscal_year,
                "value": _canonical(value),
                "unit": unit,
                "rows": [[row.text, row.url, row.on and row.on.isoformat()] for row in rows],
                "measured_at": measured_at.astimezone(UTC).isoformat(timespec="microseconds"),
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        ).encode()
    ).hexdigest()


def _canonical(value: Decimal | int) -> str:
    text = f"{Decimal(value):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
