"""A close as a clerk reads it: tables with labels and sums, and what does not fit in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.payments.models import DailyClose, Payment
from madoguchi.blocks.payments.queries.labels import channel_label, fee_kind_label
from madoguchi.blocks.payments.rules.closing import (
    Close,
    Difference,
    Line,
    Standing,
)

PROVISIONAL = (
    ("opening_provisional", gettext_lazy("Carried from the day before")),
    ("provisional", gettext_lazy("Provisional receipts")),
    ("reversed", gettext_lazy("Reversed")),
    ("to_settled", gettext_lazy("Settled from these")),
    ("moved_provisional", gettext_lazy("Moved to another fee")),
    ("closing_provisional", gettext_lazy("Carried to the next day")),
    ("difference_provisional", gettext_lazy("Difference from what was stated")),
)
SETTLED = (
    ("settled_count", gettext_lazy("Number of payments")),
    ("settled", gettext_lazy("Settled")),
    ("moved_settled", gettext_lazy("Moved to another fee")),
    ("stated", gettext_lazy("Stated by the channels")),
    ("difference", gettext_lazy("Difference")),
    ("refunded", gettext_lazy("Paid back")),
)
STANDING = (
    ("assessed", gettext_lazy("Assessed")),
    ("received", pgettext_lazy("daily close", "Received")),
    ("refunded", gettext_lazy("Refunds")),
    ("written_off", gettext_lazy("Written off")),
    ("outstanding", gettext_lazy("Outstanding")),
    ("difference", gettext_lazy("Difference")),
)
"""The columns of the three tables: field and label."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; ``is_wrong`` where a difference in it should be zero and is not."""

    channel: str
    fee_kind: str
    cells: tuple[int, ...]
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that does not fit. ``amount`` is booked less stated."""

    what: str
    payment: str
    bill: str
    channel: str
    fee_kind: str
    stated: int | None
    booked: int | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class ClosePage:
    provisional: Table
    settled: Table
    standing: Table
    unidentified: int
    """Money received so far that nobody could identify."""
    misfits: tuple[Misfit, ...]

    @property
    def is_balanced(self) -> bool:
        return not self.misfits


def close_page(close: Close) -> ClosePage:
    """At most one query, for the bills of payments that do not fit."""
    of_fees = [each for each in close.standing if each.fee_kind or each.difference]
    return ClosePage(
        provisional=_table(PROVISIONAL, [line for line in close.lines if _moves(line)]),
        settled=_table(SETTLED, [line for line in close.lines if _settles(line)]),
        standing=_table(STANDING, of_fees),
        unidentified=sum(each.received for each in close.standing if not each.fee_kind),
        misfits=tuple(_misfits(close.differences)),
    )


def kept(close: DailyClose) -> Close:
    """A close as it was drawn up; prefetch ``lines``."""
    names = [each.name for each in fields(Line)]
    return Close(
        day=close.day,
        lines=tuple(
            Line(**{name: getattr(line, name) for name in names}) for line in close.lines.all()
        ),
        standing=tuple(Standing(**each) for each in close.standing),
        differences=tuple(close.differences),
    )


def _moves(line: Line) -> bool:
    return any(getattr(line, name) for name, _label in PROVISIONAL)


def _settles(line: Line) -> bool:
    return any(getattr(line, name) for name, _label in SETTLED)


def _table(columns: Sequence[tuple[str, object]], records: Sequence[Line | Standing]) -> Table:
    cells = [tuple(getattr(record, name) for name, _label in columns) for record in records]
    return Table(
        columns=tuple(str(label) for _name, label in columns),
        rows=tuple(
            Row(
                channel=channel_label(record.channel) if isinstance(record, Line) else "",
                fee_kind=_kind(record.fee_kind),
                cells=of_record,
                is_wrong=_is_wrong(record),
            )
            for record, of_record in zip(records, cells, strict=True)
        ),
        sums=tuple(map(sum, zip(*cells, strict=True))),
    )


def _is_wrong(record: Line | Standing) -> bool:
    return bool(record.difference or getattr(record, "difference_provisional", 0))


def _kind(code: str) -> str:
    return fee_kind_label(code) if code else _("Not identified")


def _misfits(differences: Iterable[Difference]) -> Iterable[Misfit]:
    differences = list(differences)
    bills = _bills([int(each["payment"]) for each in differences if each["of"] == "payment"])
    for each in differences:
        channel, kind = str(each.get("channel", "")), each.get("fee_kind")
        yield from _parts(
            each,
            bill=bills.get(int(each.get("payment", 0)), ""),
            channel=channel_label(channel) if channel else "",
            fee_kind="" if kind is None else _kind(str(kind)),
        )


def _parts(each: Difference, *, bill: str, channel: str, fee_kind: str) -> Iterable[Misfit]:
    def misfit(what: str, stated: int | None, booked: int | None, amount: int | None) -> Misfit:
        key = str(each.get("key", ""))
        return Misfit(what, key, bill, channel, fee_kind, stated, booked, amount)

    if each["of"] == "payment":
        for label, name in ((_("Provisional"), "_provisional"), (_("Settled"), "")):
            stated, booked = int(each[f"stated{name}"]), int(each[f"booked{name}"])
            if stated != booked:
                yield misfit(label, stated, booked, booked - stated)
    elif each["of"] == "line":
        for label, name in (
            (_("Sum of provisional money"), "provisional"),
            (_("Sum of settled money"), "settled"),
        ):
            if each[name]:
                yield misfit(label, None, None, int(each[name]))
    elif each["of"] == "more":
        text = _("More payments: %(count)s") % {"count": each["count"]}
        yield misfit(text, None, None, None)
    else:
        yield misfit(_WORDS[str(each["of"])](), None, None, int(each["amount"]))


_WORDS = {
    "carried": lambda: _("Provisional money carried forward"),
    "refund": lambda: _("Money paid back"),
    "fee_kind": lambda: _("Assessed less received, against what is outstanding"),
}


def _bills(payments: Sequence[int]) -> dict[int, str]:
    if not payments:
        return {}
    rows = Payment.objects.filter(pk__in=payments, bill__isnull=False)
    return {pk: str(number) for pk, number in rows.values_list("pk", "bill__number")}
