"""Reading a collection file record by record.

``Reader`` never stops at a fault: it goes on, so that a clerk is told of all of them at once.
What its ``records()`` gave is worth something only when ``faults`` stayed empty to the end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from madoguchi.blocks.payments.collection import csv_form, fixed, profiles
from madoguchi.blocks.payments.collection.profiles import PROFILES, Profile
from madoguchi.blocks.payments.collection.recognising import HEAD_BYTES, check_text, recognise
from madoguchi.blocks.payments.collection.records import Faults, Ill, Record
from madoguchi.blocks.payments.rules.channels import FactKind


@dataclass
class Tally:
    """How many statements of a kind, and their yen."""

    count: int = 0
    amount: int = 0


@dataclass
class Reader:
    """``stream`` stands at its beginning and can be wound back. ``layout`` None: found by itself.

    ``today``: a payment that was made later is a fault. ``notes`` are codes of what a clerk should
    know although nothing is wrong: ``trailer_unknown`` (the layout says nothing of totals),
    ``trailer_blank`` (the file leaves them out), ``no_trailer`` (a CSV has none).
    """

    stream: BinaryIO
    layout: str | None = None
    today: date | None = None
    profiles: Mapping[str, Profile] = field(default_factory=lambda: PROFILES)
    faults: Faults = field(default_factory=Faults)
    tallies: dict[FactKind, Tally] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(tally.count for tally in self.tallies.values())

    @property
    def amount(self) -> int:
        """Sum over all statements, whatever they say: what a trailer would state."""
        return sum(tally.amount for tally in self.tallies.values())

    def records(self) -> Iterator[Record]:
        """Every record that is right. Read them all, then look at ``faults``."""
        head = self.stream.read(HEAD_BYTES)
        self.stream.seek(0)
        try:
            check_text(head)
            self.layout = self.layout or recognise(head)
        except Ill as ill:
            self.faults.add(0, ill.code, **ill.values)
            return
        for record in self._records(self.layout, head):
            if self.today is not None and record.paid_at.date() > self.today:
                self.faults.add(record.line, "future", found=f"{record.paid_at:%Y%m%d}")
                continue
            tally = self.tallies.setdefault(record.statement, Tally())
            tally.count += 1
            tally.amount += record.amount
            yield record

    def _records(self, layout: str, head: bytes) -> Iterator[Record]:
        if layout == profiles.CSV:
            self.notes.append("no_trailer")
            return csv_form.records(self.stream, self.faults)
        return fixed.FixedReader(
            self.stream, self.profiles[layout], self.faults, self.notes, head
        ).records()
