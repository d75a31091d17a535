"""The guide as its rule file says it: counters, documents, questions, events, procedures.

A `Guide` holds together: whatever it names is there. Whether it makes sense is asked of `checking`.
Lines are those of the file; they do not count when two guides are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

FORMAT: Final = 1
YES: Final = "yes"
NO: Final = "no"
UNKNOWN: Final = ""
"""The answer to an optional question by those who cannot say."""

type Answer = str | int | list[str]
"""`yes`/`no`, an option's code, codes of options, an ISO date, a whole number; "" for unknown."""
type Answers = Mapping[str, Answer]


class Kind(StrEnum):
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    """Several may hold, or none."""
    NUMBER = "number"
    DATE = "date"


class Counting(StrEnum):
    NEXT_DAY = "next_day"
    """The first day does not count (Civil Code art. 140)."""
    SAME_DAY = "same_day"
    """It does (Family Register Act art. 43)."""


class Closed(StrEnum):
    """What becomes of a last day on which the counter is closed."""

    NEXT = "next_business_day"
    """The next business day (Civil Code art. 142)."""
    PREVIOUS = "previous_business_day"
    AS_IT_IS = "as_it_is"


class Unit(StrEnum):
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Text:
    """Japanese, and English where the file gives it."""

    ja: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.ja)

    def __str__(self) -> str:
        return self.ja


NO_TEXT: Final = Text()


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is one of these codes; of several answers, any is."""

    question: str
    codes: frozenset[str]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """A number, or a date as its ordinal, from `low` to `high`, both included; None: no bound."""

    question: str
    low: int | None
    high: int | None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"
    line: int = field(default=0, compare=False)


type Condition = Is | Within | All | AnyOf | Not

ALWAYS: Final = All()


@dataclass(frozen=True, slots=True)
class Counter:
    """`department` is its path, outermost first."""

    code: str
    title: Text
    department: tuple[str, ...] = ()
    place: Text = NO_TEXT
    hours: Text = NO_TEXT
    phone: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    code: str
    title: Text
    note: Text = NO_TEXT
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Fill:
    """An item of the shared vocabulary (its reference) that the answer is.

    `values` are what answers mean to the item, pair by pair; what is not among them says nothing.
    Without any, an answer is the item's value itself.
    """

    item: str
    values: tuple[tuple[str, str], ...] = ()
    line: int = field(default=0, compare=False)

    def value(self, answer: Answer) -> str:
        """The item's value; "" where the answer says nothing of it."""
        if isinstance(answer, list):
            return ""
        return dict(self.values).get(str(answer), "") if self.values else str(answer)


@dataclass(frozen=True, slots=True)
class Question:
    """`low` and `high` bound a number, both included. `is_optional`: who cannot say may say so.

    `short` names what is asked for, where the answer is told: "day of moving". `fills` are items
    of forms that need not be asked again.
    """

    code: str
    text: Text
    kind: Kind
    hint: Text = NO_TEXT
    short: Text = NO_TEXT
    options: tuple[Option, ...] = ()
    low: int = 0
    high: int = 9999
    is_optional: bool = False
    ask_when: Condition = ALWAYS
    fills: tuple[Fill, ...] = ()
    line: int = field(default=0, compare=False)

    @property
    def name(self) -> Text:
        return self.short or self.text

    def option(self, code: str) -> Option | None:
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, slots=True)
class Event:
    """A life event; `questions` in the order in which they are asked."""

    code: str
    title: Text
    summary: Text = NO_TEXT
    questions: tuple[str, ...] = ()
    order: int = 100
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Bring:
    document: str
    when: Condition = ALWAYS
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`unit` None: there is none, `words` say so. `sources` are questions for a date: the first
    that is answered counts. `amount` below 0 is before that date."""

    unit: Unit | None = None
    amount: int = 0
    sources: tuple[str, ...] = ()
    counting: Counting = Counting.NEXT_DAY
    closed: Closed = Closed.NEXT
    is_statutory: bool = False
    words: Text = NO_TEXT
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Fee:
    """`yen` None: it depends, `words` say on what."""

    yen: int | None = None
    words: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Online:
    """`form` is the code of a procedure to apply for here, `link` an address elsewhere; neither:
    it cannot be done online, and `words` say why."""

    form: str = ""
    link: str = ""
    words: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Procedure:
    """`deadline`, `fee`, `online` None: the file says nothing of it."""

    code: str
    title: Text
    counter: str
    events: tuple[str, ...]
    summary: Text = NO_TEXT
    when: Condition = ALWAYS
    bring: tuple[Bring, ...] = ()
    deadline: Deadline | None = None
    fee: Fee | None = None
    online: Online | None = None
    legal_basis: Text = NO_TEXT
    after: tuple[str, ...] = ()
    steps: tuple[Text, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Guide:
    """Everything by its code, in the order of the file. `kept` is where engines keep what they
    have worked out of it."""

    title: Text
    counters: Mapping[str, Counter]
    documents: Mapping[str, Document]
    questions: Mapping[str, Question]
    events: Mapping[str, Event]
    procedures: Mapping[str, Procedure]
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    __hash__ = object.__hash__

    def procedures_of(self, event: str) -> tuple[Procedure, ...]:
        return tuple(each for each in self.procedures.values() if event in each.events)

    def events_in_order(self) -> tuple[Event, ...]:
        return tuple(sorted(self.events.values(), key=lambda event: event.order))


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to mend. `code` is what (its words are in `queries/guide_words.py`), `place` where,
    as a path of codes; `values` are what the words name."""

    level: Level
    code: str
    place: str
    line: int
    values: Mapping[str, object] = field(default_factory=dict)


def is_fit(remarks: tuple[Remark, ...] | list[Remark]) -> bool:
    """Nothing in them keeps the guide from being published."""
    return all(remark.level is not Level.ERROR for remark in remarks)
