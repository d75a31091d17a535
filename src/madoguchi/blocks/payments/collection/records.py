"""One statement of a collection file, and what can be wrong with a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from madoguchi.blocks.payments.rules.channels import FactKind

JAPAN: Final = ZoneInfo("Asia/Tokyo")
STORE_DIGITS: Final = 7
"""A store's code is compared with zeros in front: agents write 6 or 7 digits."""


class Record(NamedTuple):
    """What an agent says of one payment. ``paid_at`` is the store's clock, to the minute.

    ``data_kind`` is the code as it stands (``01``), ``statement`` what it means. ``taken_on`` is
    when the agent got the data, ``transfer_on`` when the money comes, ``accounted_on`` the
    accounting date: each may be missing.
    """

    line: int
    data_kind: str
    statement: FactKind
    paid_at: datetime
    barcode: str
    amount: int
    store: str
    chain: str = ""
    chain_name: str = ""
    taken_on: date | None = None
    transfer_on: date | None = None
    accounted_on: date | None = None

    @property
    def payment_key(self) -> str:
        """The act of paying, the same in every statement about it (§1.6: no agent has a number)."""
        return f"store:{self.barcode}:{self.store}:{self.paid_at.astimezone(JAPAN):%Y%m%d%H%M}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file is refused: ``line`` from 1 (0: the file as a whole), a code, what stood there."""

    line: int
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Faults:
    """The first hundred faults by name, the rest as a number."""

    named: list[Fault] = field(default_factory=list)
    count: int = 0

    MOST_NAMED: Final = 100

    def add(self, line: int, code: str, **values: object) -> None:
        self.count += 1
        if self.count <= self.MOST_NAMED:
            self.named.append(Fault(line, code, values))

    def __bool__(self) -> bool:
        return self.count > 0


class Ill(ValueError):
    """A field is not what its place asks for; the reader knows the line. Used inside the engine."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
