"""The daily close (日計締め): what the facts of a day state beside what the ledger booked.

Both sides come from different rows: facts and payments here, entries there. Lines are by channel
and fee kind; money that nobody could identify has the empty fee kind.

A difference is plain data, so that it can be kept: ``of`` says what does not fit.

| of | means |
|---|---|
| ``payment`` | a payment's entries of the day are not what its facts say |
| ``line`` | a channel and fee kind do not come to zero |
| ``carried`` | provisional money: opening and movements do not give the closing balance |
| ``refund`` | what was paid back is not what was decided and ended |
| ``fee_kind`` | assessed − received − written off + refunded is not what is outstanding |
| ``more`` | so many more payments that do not fit |
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from hashlib import sha256
from heapq import merge
from itertools import groupby
from json import dumps
from operator import itemgetter
from typing import Final, NamedTuple

from madoguchi.blocks.payments.rules import ledger

type Place = tuple[str, str]
"""A channel and a fee kind."""
type Difference = Mapping[str, str | int]

NAMED_AT_MOST: Final = 200
"""Payments that are named; of more than these only the number is kept."""


class Change(NamedTuple):
    """By how much a day changed provisional and settled money of a payment in a fee kind."""

    payment: int
    channel: str
    fee_kind: str
    provisional: int
    settled: int


class Told(NamedTuple):
    """What was known of a payment at the end of a day: the lowest amount of each kind of fact."""

    provisional: int | None
    reversal: int | None
    settlement: int | None

    @property
    def money(self) -> tuple[int, int]:
        """Provisional and settled yen."""
        if self.settlement is not None:
            return 0, self.settlement
        if self.provisional is None or self.reversal is not None:
            return 0, 0
        return self.provisional, 0


def changes(payment: int, channel: str, *states: tuple[str, Told]) -> Iterator[Change]:
    """What a day changed, from what was known before it and after it, each with its fee kind."""
    (kind_before, before), (kind_after, after) = states
    gone, come = before.money, after.money
    if kind_before == kind_after:
        gone, come = (0, 0), (come[0] - gone[0], come[1] - gone[1])
    for kind, sign, (provisional, settled) in ((kind_before, -1, gone), (kind_after, 1, come)):
        if provisional or settled:
            yield Change(payment, channel, kind, sign * provisional, sign * settled)


class Booked(NamedTuple):
    """Entries of the day of one place, event and pair of accounts."""

    channel: str
    fee_kind: str
    event: str
    debit: str
    credit: str
    amount: int
    times: int


@dataclass(slots=True)
class Line:
    """A channel and a fee kind on one day; yen. The fields of ``models.DailyCloseLine``."""

    channel: str
    fee_kind: str
    opening_provisional: int = 0
    provisional: int = 0
    reversed: int = 0
    to_settled: int = 0
    moved_provisional: int = 0
    closing_provisional: int = 0
    stated_provisional: int = 0
    difference_provisional: int = 0
    settled: int = 0
    settled_count: int = 0
    moved_settled: int = 0
    refunded: int = 0
    stated: int = 0
    difference: int = 0

    @property
    def place(self) -> Place:
        return self.channel, self.fee_kind

    @property
    def change_of_provisional(self) -> int:
        return self.provisional - self.reversed - self.to_settled + self.moved_provisional


AMOUNTS: Final = tuple(each.name for each in fields(Line))[2:]


@dataclass(slots=True)
class Standing:
    """What a fee kind stands at when the day ends; yen. ``refunded`` is decided to go back or
    gone; ``outstanding`` is what the ledger says is owed, ``difference`` what it is beyond
    assessed − received − written off + refunded."""

    fee_kind: str
    assessed: int = 0
    received: int = 0
    refunded: int = 0
    written_off: int = 0
    outstanding: int = 0
    difference: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """All that a close of a day is drawn up from."""

    day: date
    booked: Sequence[Booked]
    stated: Mapping[Place, tuple[int, int]]
    """Provisional and settled change by the facts."""
    opening: Mapping[Place, int]
    closing: Mapping[Place, int]
    """Provisional money by the ledger."""
    refunds: Mapping[Place, int]
    """What was paid back, by the refunds themselves."""
    before: Mapping[str, Standing]
    """What each fee kind stood at when the day before was closed."""
    moved: Mapping[str, Standing]
    """What the day changed, by bills, facts, refunds and write-offs; only the first four sums."""
    outstanding: Mapping[str, int]
    """By the ledger."""
    misfits: Sequence[Difference]
    """Payments whose entries are not what their facts say: see `misfits`."""


@dataclass(frozen=True, slots=True)
class Close:
    """A day drawn up. It balances where there are no differences."""

    day: date
    lines: tuple[Line, ...]
    standing: tuple[Standing, ...]
    differences: tuple[Difference, ...]

    @property
    def is_balanced(self) -> bool:
        return not self.differences


def draw_up(day: Day) -> Close:
    lines = _lines(day)
    standing = _standing(day)
    differences: list[Difference] = [*day.misfits]
    for line in lines:
        differences += _of_line(line, day.refunds.get(line.place, 0))
    differences += [
        {"of": "fee_kind", "fee_kind": each.fee_kind, "amount": each.difference}
        for each in standing
        if each.difference
    ]
    return Close(day.day, lines, standing, tuple(differences))


def _lines(day: Day) -> tuple[Line, ...]:
    places = {(row.channel, row.fee_kind) for row in day.booked}
    places |= {*day.stated, *day.opening, *day.closing, *day.refunds}
    lines = {place: Line(*place) for place in sorted(places)}
    for row in day.booked:
        _add(lines[row.channel, row.fee_kind], row)
    for place, line in lines.items():
        line.opening_provisional = day.opening.get(place, 0)
        line.closing_provisional = day.closing.get(place, 0)
        line.stated_provisional, line.stated = day.stated.get(place, (0, 0))
        line.difference_provisional = line.change_of_provisional - line.stated_provisional
        line.difference = line.settled + line.moved_settled - line.stated
    return tuple(line for line in lines.values() if any(getattr(line, name) for name in AMOUNTS))


def _add(line: Line, row: Booked) -> None:
    """An entry of a payment, or of a refund that was paid."""
    is_moved = row.event == ledger.ASSIGNED
    for account, change in ((row.debit, row.amount), (row.credit, -row.amount)):
        if account == ledger.PROVISIONAL:
            if is_moved:
                line.moved_provisional += change
            elif change > 0:
                line.provisional += change
            elif row.event == ledger.SETTLED:
                line.to_settled -= change
            else:
                line.reversed -= change
        elif account == ledger.SETTLED:
            if is_moved:
                line.moved_settled += change
            elif row.debit == ledger.REFUND_DUE:
                line.refunded -= change
            else:
                line.settled += change
                line.settled_count += row.times if change > 0 else -row.times


def _of_line(line: Line, refunds: int) -> Iterator[Difference]:
    where = {"channel": line.channel, "fee_kind": line.fee_kind}
    if line.difference_provisional or line.difference:
        yield {
            "of": "line",
            **where,
            "provisional": line.difference_provisional,
            "settled": line.difference,
        }
    closing = line.opening_provisional + line.change_of_provisional
    if closing != line.closing_provisional:
        yield {"of": "carried", **where, "amount": line.closing_provisional - closing}
    if line.refunded != refunds:
        yield {"of": "refund", **where, "amount": line.refunded - refunds}


def _standing(day: Day) -> tuple[Standing, ...]:
    found = []
    for kind in sorted({*day.before, *day.moved, *day.outstanding}):
        before, moved = (part.get(kind) or Standing(kind) for part in (day.before, day.moved))
        standing = Standing(
            kind,
            assessed=before.assessed + moved.assessed,
            received=before.received + moved.received,
            refunded=before.refunded + moved.refunded,
            written_off=before.written_off + moved.written_off,
            outstanding=day.outstanding.get(kind, 0),
        )
        due = standing.assessed - standing.received - standing.written_off + standing.refunded
        standing.difference = standing.outstanding - due
        found.append(standing)
    return tuple(found)


def misfits(stated: Iterable[Change], booked: Iterable[Change]) -> list[Difference]:
    """The payments whose two sides differ, by primary key. Both come ordered by payment, and are
    read side by side: memory does not grow with the day."""
    sides = merge(
        ((change.payment, 0, change) for change in stated),
        ((change.payment, 1, change) for change in booked),
        key=itemgetter(0),
    )
    found: list[Difference] = []
    more = 0
    for payment, parts in groupby(sides, key=itemgetter(0)):
        for difference in _misfits_of(payment, parts):
            if len(found) < NAMED_AT_MOST:
                found.append(difference)
            else:
                more += 1
    return [*found, {"of": "more", "count": more}] if more else found


def _misfits_of(payment: int, parts: Iterable[tuple[int, int, Change]]) -> Iterator[Difference]:
    sums: dict[Place, list[int]] = {}
    for _payment, side, change in parts:
        of_place = sums.setdefault((change.channel, change.fee_kind), [0, 0, 0, 0])
        of_place[2 * side] += change.provisional
        of_place[2 * side + 1] += change.settled
    for (channel, kind), (stated_p, stated_s, booked_p, booked_s) in sums.items():
        if (stated_p, stated_s) != (booked_p, booked_s):
            yield {
                "of": "payment",
                "payment": payment,
                "channel": channel,
                "fee_kind": kind,
                "stated_provisional": stated_p,
                "stated": stated_s,
                "booked_provisional": booked_p,
                "booked": booked_s,
            }


def as_data(close: Close) -> dict[str, object]:
    """The close as plain data, for keeping and for its digest."""
    return {
        "day": close.day.isoformat(),
        "lines": [asdict(line) for line in close.lines],
        "standing": [asdict(each) for each in close.standing],
        "differences": [dict(each) for each in close.differences],
    }


def digest(close: Close, previous: str) -> str:
    """SHA-256 over the close and the digest of the one before it: changes show from there on."""
    content = {**as_data(close), "previous": previous}
    text = dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
