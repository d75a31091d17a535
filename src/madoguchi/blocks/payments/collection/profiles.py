"""The fixed-length layouts as tables: record type, field, offset, length, what it holds.

Both are known from public programs only; the text of the official format (標準伝送フォーマット)
is not public. Of layout A the data record is known, of layout B header and data record. What the
trailers hold is published for neither: see ``Trailer``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

RECORD_BYTES: Final = 120
HEADER, DATA, TRAILER, END = "1", "2", "8", "9"


class Holds(StrEnum):
    """What a field holds, and so how it is read and written."""

    RECORD_TYPE = "record_type"
    DATA_KIND = "data_kind"
    DAY = "day"
    DAY_OR_BLANK = "day_or_blank"
    """Blanks or zeros where there is none."""
    TIME = "time"
    BARCODE = "barcode"
    """The 44 digits, or the next part of them."""
    STORE = "store"
    CODE = "code"
    """Letters and digits, or blank."""
    TEXT = "text"
    COUNT = "count"
    """Digits; blank: not stated."""
    FILLER = "filler"
    """Passed over, whatever it holds."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    offset: int
    length: int
    holds: Holds

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True, slots=True)
class Trailer:
    """Where a trailer counts the data records before it and sums their amounts.

    Each is offset and length, or None: not compared. A trailer that leaves the place blank states
    nothing, and the reader says that nothing was compared.
    """

    count: tuple[int, int] | None = None
    total: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    code: str
    name: str
    records: Mapping[str, tuple[Field, ...]]
    trailer: Trailer

    def with_trailer(self, trailer: Trailer) -> "Profile":
        return replace(self, trailer=trailer)


def _table(*columns: tuple[str, int, Holds]) -> tuple[Field, ...]:
    """Fields one after another; they must fill the record."""
    fields, offset = [], 0
    for name, length, holds in columns:
        fields.append(Field(name, offset, length, holds))
        offset += length
    if offset != RECORD_BYTES:
        raise ValueError(f"the fields fill {offset} bytes, not {RECORD_BYTES}")
    return tuple(fields)


_TYPE: Final = ("record_type", 1, Holds.RECORD_TYPE)
_ONLY_TYPE: Final = _table(_TYPE, ("reserve", 119, Holds.FILLER))
_RECEIPT: Final = (
    ("data_kind", 2, Holds.DATA_KIND),
    ("paid_on", 8, Holds.DAY),
    ("paid_time", 4, Holds.TIME),
)

LAYOUT_A: Final = Profile(
    code="a",
    name="A",
    records={
        HEADER: _ONLY_TYPE,
        DATA: _table(
            _TYPE,
            *_RECEIPT,
            ("barcode_kind", 1, Holds.FILLER),
            ("barcode", 44, Holds.BARCODE),
            ("filler", 3, Holds.FILLER),
            ("store", 7, Holds.STORE),
            ("customer_layer", 2, Holds.FILLER),
            ("taken_on", 8, Holds.DAY_OR_BLANK),
            ("transfer_on", 8, Holds.DAY_OR_BLANK),
            ("accounted_on", 8, Holds.DAY_OR_BLANK),
            ("chain", 6, Holds.CODE),
            ("reserve", 18, Holds.FILLER),
        ),
        TRAILER: _ONLY_TYPE,
        END: _ONLY_TYPE,
    },
    # ours, after the trailers of bank files: the record type, six digits of count and twelve of
    # yen. An agent that has them elsewhere is told in MADOGUCHI_COLLECTION_TRAILERS.
    trailer=Trailer(count=(1, 6), total=(7, 12)),
)

LAYOUT_B: Final = Profile(
    code="b",
    name="B",
    records={
        HEADER: _table(
            _TYPE,
            ("created_on", 8, Holds.DAY),
            ("agent", 5, Holds.CODE),
            ("biller", 5, Holds.CODE),
            ("biller_name", 40, Holds.TEXT),
            ("filler", 61, Holds.FILLER),
        ),
        DATA: _table(
            _TYPE,
            *_RECEIPT,
            ("identifier", 2, Holds.BARCODE),
            ("country", 1, Holds.BARCODE),
            ("agent", 5, Holds.BARCODE),
            ("biller", 5, Holds.BARCODE),
            ("customer", 16, Holds.BARCODE),
            ("issue", 1, Holds.BARCODE),
            ("pay_by", 6, Holds.BARCODE),
            ("stamp", 1, Holds.BARCODE),
            ("amount", 6, Holds.BARCODE),
            ("check_digit", 1, Holds.BARCODE),
            ("filler", 3, Holds.FILLER),
            ("store", 7, Holds.STORE),
            ("taken_on", 8, Holds.DAY_OR_BLANK),
            ("transfer_on", 8, Holds.DAY_OR_BLANK),
            ("filler_2", 8, Holds.FILLER),
            ("accounted_on", 8, Holds.DAY_OR_BLANK),
            ("chain", 4, Holds.CODE),
            ("filler_3", 15, Holds.FILLER),
        ),
        TRAILER: _ONLY_TYPE,
        END: _ONLY_TYPE,
    },
    trailer=Trailer(),
)

PROFILES: Final = {profile.code: profile for profile in (LAYOUT_A, LAYOUT_B)}
CSV: Final = "csv"
LAYOUTS: Final = (*PROFILES, CSV)


class BadTrailers(ValueError):
    """The setting does not say where trailers have their totals."""


def configured(setting: Mapping[str, str]) -> dict[str, Profile]:
    """The profiles with trailers as a city's setting says: ``{"a": "1:6/7:12", "b": "none"}``.

    Each is offset and length of the count, then of the total; ``-`` leaves one out, ``none``
    both. Raises BadTrailers.
    """
    profiles = dict(PROFILES)
    for code, text in setting.items():
        if code not in profiles:
            raise BadTrailers(f"no fixed-length layout is called {code!r}")
        profiles[code] = profiles[code].with_trailer(_trailer(text))
    return profiles


def _trailer(text: str) -> Trailer:
    if text == "none":
        return Trailer()
    parts = text.split("/")
    if len(parts) != 2:
        raise BadTrailers(f"{text!r} is not like 1:6/7:12")
    return Trailer(count=_place(parts[0]), total=_place(parts[1]))


def _place(text: str) -> tuple[int, int] | None:
    if text == "-":
        return None
    offset, _, length = text.partition(":")
    if not (offset.isascii() and offset.isdigit() and length.isascii() and length.isdigit()):
        raise BadTrailers(f"{text!r} is not an offset and a length")
    place = int(offset), int(length)
    if place[0] < 1 or place[1] < 1 or sum(place) > RECORD_BYTES:
        raise BadTrailers(f"{text!r} does not lie in the record")
    return place
