"""What is wrong with a debit file: record by record, as codes that a page puts into words."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    EMPTY = "empty"
    CUT_OFF = "cut_off"
    LONE_LF = "lone_lf"
    LINE_END = "line_end"
    ORDER = "order"
    CHARACTER = "character"
    NOT_DIGITS = "not_digits"
    NOT_LEFT = "not_left"
    NOT_BLANK = "not_blank"
    NOT_ALLOWED = "not_allowed"
    NO_DATE = "no_date"
    UNKNOWN_RESULT = "unknown_result"
    LENGTH = "length"
    COUNT = "count"
    AMOUNT = "amount"
    DONE_AND_FAILED = "done_and_failed"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class Fault:
    """``record`` counts from 1. ``field`` is a name of the layout; ``value`` is what stands there.

    ``expected`` is what should, where that is known: a record's kind, a count, a sum.
    """

    record: int
    reason: Reason
    field: str = ""
    value: str = ""
    expected: str = ""


class BadDebitFile(ValueError):
    """The file is refused as a whole; ``faults`` say why, first record first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults
