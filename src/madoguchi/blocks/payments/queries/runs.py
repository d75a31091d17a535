"""Reads for billing runs: what one would print, how far it is, and where its files lie."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.files import locks
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast, Substr

from madoguchi.blocks.payments.models import (
    Bill,
    BillingRun,
    CardPayment,
    Mandate,
    RunBatch,
    SavedCard,
    Slip,
)
from madoguchi.blocks.payments.queries.cards import provider
from madoguchi.blocks.payments.queries.lookup import owed_of
from madoguchi.blocks.payments.queries.profiles import store_profile
from madoguchi.blocks.payments.queries.slips import unprintable
from madoguchi.blocks.payments.rules import slips as rules
from madoguchi.blocks.payments.rules.cards import CardStatus
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds

AT_ONCE = 1_000
_BATCHES_FOR_SPEED = 5


@dataclass(frozen=True, slots=True)
class Selection:
    """The bills of a run: a fee kind, a fiscal year, and instalments (none: all of the year)."""

    fee_kind: str
    fiscal_year: int
    instalments: tuple[int, ...] = ()

    @classmethod
    def of(cls, run: BillingRun) -> "Selection":
        return cls(
            run.fee_kind,
            run.selection["fiscal_year"],
            tuple(run.selection["instalments"]),
        )


@dataclass
class Preview:
    """What a run would print now; ``left_out`` and ``without_barcode`` count by their codes."""

    slips: int = 0
    amount: int = 0
    payers: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    without_barcode: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, str]] = field(default_factory=list)
    """As BillingRun.problems."""


@dataclass(frozen=True, slots=True)
class InstalmentChoice:
    number: int
    label: str
    due_on: date
    bills: int
    without_slip: int


@dataclass(frozen=True, slots=True)
class RunProgress:
    """``made`` of ``total`` slips lie in files. ``seconds_left`` is None while nobody can tell.

    ``is_held``: a process on this machine works on the run right now.
    """

    total: int
    prepared: int
    made: int
    batches: int
    seconds_left: int | None
    is_held: bool


@dataclass(frozen=True, slots=True)
class RunSums:
    """What a run printed: ``without_barcode`` counts by reason."""

    amount: int
    payers: int
    without_barcode: Mapping[str, int]


def candidates(selection: Selection, *, on: date) -> QuerySet[Bill]:
    """The bills that a selection names, each payer's together, with what decides over a slip:
    ``owed``, ``has_slip``, ``has_mandate``, ``has_saved_card``.
    """
    mandates = Mandate.objects.filter(payer=OuterRef("payer"), from_on__lte=on)
    found = Bill.objects.filter(
        fee_kind=selection.fee_kind, fiscal_year=selection.fiscal_year, cancelled_at=None
    )
    if selection.instalments:
        found = found.filter(instalment__in=selection.instalments)
    return found.annotate(
        owed=owed_of("pk"),
        has_slip=Exists(Slip.objects.filter(bill=OuterRef("pk"))),
        has_mandate=Exists(mandates.filter(Q(until_on=None) | Q(until_on__gt=on))),
        has_saved_card=Exists(_cards_to_be_charged()),
    ).order_by("payer", "instalment", "pk")


def _cards_to_be_charged() -> QuerySet[SavedCard]:
    """The cards that `charge_saved_cards` will charge for a bill: saved by its due date, good
    then, and not refused for it."""
    at = provider()
    refused = CardPayment.objects.filter(
        saved_card=OuterRef("pk"),
        bill=OuterRef(OuterRef("pk")),
        return_url="",
        status=CardStatus.DECLINED,
    )
    month_due = Substr(Cast(OuterRef("due_on"), CharField()), 1, len("2029-04"))
    return SavedCard.objects.filter(
        Q(expires="") | Q(expires__gte=month_due),
        ~Exists(refused),
        provider=at.code if at else "",
        payer=OuterRef("payer"),
        removed_at=None,
        saved_at__date__lte=OuterRef("due_on"),
    )


_DECIDES = ("owed", "channels", "has_slip", "has_mandate", "has_saved_card")


def to_print(selection: Selection, *, on: date) -> list[int]:
    """The bills of a selection that get a slip, by primary key, in the order of the pages."""
    rows = candidates(selection, on=on).values("pk", *_DECIDES)
    return [
        row["pk"]
        for row in rows.iterator(AT_ONCE)
        if not rules.left_out(**{name: row[name] for name in _DECIDES})
    ]


def preview(selection: Selection, *, on: date) -> Preview:
    """What a run over a selection would print on a day."""
    profile = store_profile(selection.fee_kind, on)
    highest = profile.highest_amount if profile else None
    made = Preview()
    payers: set[str] = set()
    for chunk in batched(candidates(selection, on=on).iterator(AT_ONCE), AT_ONCE):
        chosen = []
        for bill in chunk:
            decides = {name: getattr(bill, name) for name in _DECIDES}
            if reason := rules.left_out(**decides):
                made.left_out[reason] += 1
            else:
                chosen.append(Slip(bill=bill, amount=decides["owed"], pay_by=bill.due_on))
        problems = list(unprintable(chosen))
        made.problems += problems
        refused = {problem["bill"] for problem in problems}
        printed = [slip for slip in chosen if slip.bill.number not in refused]
        _count(made, printed, highest, on)
        payers.update(slip.bill.payer for slip in printed)
    made.payers = len(payers)
    return made


def _count(made: Preview, slips: Collection[Slip], highest: int | None, on: date) -> None:
    made.slips += len(slips)
    made.amount += sum(slip.amount for slip in slips)
    for slip in slips:
        reason = rules.without_barcode(
            amount=slip.amount,
            pay_by=slip.pay_by,
            channels=slip.bill.channels,
            highest=highest,
            today=on,
        )
        if reason:
            made.without_barcode[reason] += 1


def years_with_bills() -> list[int]:
    """The fiscal years in which bills of any fee kind stand, latest first."""
    found = Bill.objects.filter(cancelled_at=None).order_by("-fiscal_year")
    return list(found.values_list("fiscal_year", flat=True).distinct())


def instalment_choices(fee_kind: str, fiscal_year: int) -> list[InstalmentChoice]:
    """The instalments of a year that have bills, with how many of these have no slip yet."""
    label = fee_kinds[fee_kind].instalment_label
    rows = (
        Bill.objects.filter(fee_kind=fee_kind, fiscal_year=fiscal_year, cancelled_at=None)
        .order_by("instalment")
        .values("instalment")
        .annotate(
            bills=Count("pk", distinct=True),
            with_slip=Count("slips__bill", distinct=True),
        )
    )
    due = _due_days(fee_kind, fiscal_year)
    return [
        InstalmentChoice(
            number=row["instalment"],
            label=label(fiscal_year, row["instalment"]),
            due_on=due[row["instalment"]],
            bills=row["bills"],
            without_slip=row["bills"] - row["with_slip"],
        )
        for row in rows
    ]


def _due_days(fee_kind: str, fiscal_year: int) -> dict[int, date]:
    """The due date of each instalment, of its bills the latest."""
    found = Bill.objects.filter(fee_kind=fee_kind, fiscal_year=fiscal_year, cancelled_at=None)
    return dict(found.order_by("due_on").values_list("instalment", "due_on"))


def open_run(fee_kind: str) -> BillingRun | None:
    """The run of a fee kind that is not finished."""
    unfinished = ~Q(status=BillingRun.Status.FINISHED)
    return BillingRun.objects.filter(unfinished, fee_kind=fee_kind).first()


def runs_with_counts() -> QuerySet[BillingRun]:
    """Every run, latest first, with the number of its ``files``."""
    found = BillingRun.objects.select_related("started_by")
    return found.annotate(files=Count("batches")).order_by("-pk")


def run_progress(run_id: int, *, now: datetime) -> RunProgress:
    run = BillingRun.objects.get(pk=run_id)
    batches = list(run.batches.order_by("number"))
    made = sum(batch.slips for batch in batches)
    return RunProgress(
        total=run.total,
        prepared=run.slips.count(),
        made=made,
        batches=len(batches),
        seconds_left=_seconds_left(batches, run.total - made, now),
        is_held=is_held(run),
    )


def _seconds_left(batches: list[RunBatch], left: int, now: datetime) -> int | None:
    """By the speed of the latest files; None before there are two of them."""
    latest = sorted(batches, key=lambda batch: batch.made_at)[-_BATCHES_FOR_SPEED:]
    if left <= 0:
        return 0
    if len(latest) < 2:
        return None
    took = (latest[-1].made_at - latest[0].made_at).total_seconds()
    each = took / sum(batch.slips for batch in latest[1:])
    since = (now - latest[-1].made_at).total_seconds()
    return max(1, round(each * left - since))


def run_sums(run: BillingRun) -> RunSums:
    total = run.slips.aggregate(
        amount=Sum("amount", default=0), payers=Count("bill__payer", distinct=True)
    )
    reasons = (
        run.slips.exclude(without_barcode="")
        .order_by()
        .values_list("without_barcode")
        .annotate(Count("pk"))
    )
    return RunSums(
        amount=total["amount"],
        payers=total["payers"],
        without_barcode=dict(cast("list[tuple[str, int]]", list(reasons))),
    )


def batches_of(run: BillingRun) -> Iterator[dict[str, Any]]:
    """The files of a run with the places (from 1) of the slips in them; whether it ``is_there``."""
    place = 1
    for batch in run.batches.order_by("number"):
        yield {
            "batch": batch,
            "first": place,
            "last": place + batch.slips - 1,
            "is_there": Path(run.folder, batch.file_name).is_file(),
        }
        place += batch.slips


def own_folder(public_id: str) -> Path:
    """Where the files of a run lie that was told no other place."""
    return Path(settings.DATA_DIR, "runs", public_id)


def lock_file(run: BillingRun) -> Path:
    """What whoever works on a run holds locked."""
    folder = own_folder(run.public_id).parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{run.public_id}.lock"


def is_held(run: BillingRun) -> bool:
    """Whether a process on this machine works on the run."""
    with lock_file(run).open("ab") as lock:
        if not locks.lock(lock, locks.LOCK_EX | locks.LOCK_NB):
            return True
        locks.unlock(lock)
        return False
