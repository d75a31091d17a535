"""The records of 預金口座振替 as tables: 120 bytes each, field by field in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

RECORD = 120


class Kind(Enum):
    FIXED = auto()
    NUMBER = auto()  # an amount or a count: right-aligned, zeros in front
    DIGITS = auto()  # a code whose zeros belong to it
    TEXT = auto()  # left-aligned, blanks behind
    CHOICE = auto()  # one of the listed digits
    RESULT = auto()
    DATE = auto()  # MMDD
    BLANK = auto()


class Result(StrEnum):
    """振替結果コード. Other codes are not defined, and a file with one is refused."""

    DONE = "0"
    SHORT_OF_FUNDS = "1"
    NO_ACCOUNT = "2"
    STOPPED_BY_HOLDER = "3"
    NO_MANDATE = "4"
    STOPPED_BY_CLIENT = "8"
    OTHER = "9"


class NewCode(StrEnum):
    """新規コード: whether the bank sees this mandate for the first time."""

    FIRST = "1"
    CHANGED = "2"
    KNOWN = "0"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    length: int
    kind: Kind
    values: str = ""
    """The fixed text, or the digits that may stand here."""

    @property
    def has_value(self) -> bool:
        return self.kind not in {Kind.FIXED, Kind.BLANK}


HEADER = (
    Field("record_kind", 1, Kind.FIXED, "1"),
    Field("type_code", 2, Kind.FIXED, "91"),
    Field("character_code", 1, Kind.FIXED, "0"),
    Field("client_code", 10, Kind.DIGITS),
    Field("client_name", 40, Kind.TEXT),
    Field("debit_on", 4, Kind.DATE),
    Field("bank_code", 4, Kind.DIGITS),
    Field("bank_name", 15, Kind.TEXT),
    Field("branch_code", 3, Kind.DIGITS),
    Field("branch_name", 15, Kind.TEXT),
    Field("account_kind", 1, Kind.CHOICE, "129"),
    Field("account_number", 7, Kind.DIGITS),
    Field("blank", 17, Kind.BLANK),
)

DATA = (
    Field("record_kind", 1, Kind.FIXED, "2"),
    Field("bank_code", 4, Kind.DIGITS),
    Field("bank_name", 15, Kind.TEXT),
    Field("branch_code", 3, Kind.DIGITS),
    Field("branch_name", 15, Kind.TEXT),
    Field("blank", 4, Kind.BLANK),
    Field("account_kind", 1, Kind.CHOICE, "1239"),
    Field("account_number", 7, Kind.DIGITS),
    Field("holder", 30, Kind.TEXT),
    Field("amount", 10, Kind.NUMBER),
    Field("new_code", 1, Kind.CHOICE, "012"),
    Field("customer_number", 20, Kind.DIGITS),
    Field("result", 1, Kind.RESULT),
    Field("blank", 8, Kind.BLANK),
)

TRAILER = (
    Field("record_kind", 1, Kind.FIXED, "8"),
    Field("count", 6, Kind.NUMBER),
    Field("amount", 12, Kind.NUMBER),
    Field("done_count", 6, Kind.NUMBER),
    Field("done_amount", 12, Kind.NUMBER),
    Field("failed_count", 6, Kind.NUMBER),
    Field("failed_amount", 12, Kind.NUMBER),
    Field("blank", 65, Kind.BLANK),
)

END = (Field("record_kind", 1, Kind.FIXED, "9"), Field("blank", 119, Kind.BLANK))

TABLES = {"1": HEADER, "2": DATA, "8": TRAILER, "9": END}
