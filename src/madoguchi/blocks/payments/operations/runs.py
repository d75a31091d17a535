"""Billing runs: the slips of many bills, each once, as files that survive a power cut.

A run first gives every bill its slip and its place (in the database, some at a time), then
writes file after file: below a name that nobody takes for finished, forced to disk, renamed, and
only then recorded. Killed anywhere, it goes on where it was. What a file holds follows from the
slips alone, and its bytes too: one that was written but not recorded is written once more.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import batched
from pathlib import Path

from django.core.files import locks
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, BillingRun, RunBatch, Slip
from madoguchi.blocks.payments.operations.slips import (
    AddresseeUnknown,
    SlipNotPrintable,
    lock_bills,
    slip_renderer,
    write_slips,
)
from madoguchi.blocks.payments.queries.runs import (
    Selection,
    lock_file,
    own_folder,
    to_print,
)
from madoguchi.blocks.payments.queries.slips import unprintable
from madoguchi.blocks.payments.rules.slips import Batch, batches
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

AT_ONCE = 500
"""Slips that are made in one transaction."""
BATCH_SIZE = 500
"""Slips in a file, unless another number is asked for."""
LARGEST_BATCH = 5_000

type Tick = Callable[[BillingRun], None]


class NothingToPrint(Refused):
    message = _("There is no bill to print a slip for.")


class RunOpen(Refused):
    """``run`` is the public id of the run that is not finished."""

    message = _("Another run of this fee is not finished yet: %(run)s.")


class TitleNotPrintable(Refused):
    message = _("The title has “%(character)s”, which the font of the slips lacks.")


class RunHeld(Refused):
    message = _("Another process works on this run already.")


def start_run(
    *,
    fee_kind: str,
    title: str,
    fiscal_year: int,
    instalments: tuple[int, ...] = (),
    folder: Path | None = None,
    batch_size: int = BATCH_SIZE,
    by: User | None,
) -> BillingRun:
    """Record a run over the bills of a selection; ``continue_run`` does the work.

    Without ``folder`` its files lie below the data folder. Raises NothingToPrint, RunOpen, and
    TitleNotPrintable.
    """
    check_title(title)
    selection = Selection(fee_kind, fiscal_year, tuple(sorted(instalments)))
    now = clock.now()
    total = len(to_print(selection, on=now.date()))
    if not total:
        raise NothingToPrint
    public_id = secrets.token_hex(6)
    try:
        with transaction.atomic():
            run = BillingRun.objects.create(
                public_id=public_id,
                fee_kind=fee_kind,
                title=title,
                selection={"fiscal_year": fiscal_year, "instalments": list(selection.instalments)},
                status=BillingRun.Status.PREPARING,
                folder=str(folder or own_folder(public_id)),
                batch_size=batch_size,
                total=total,
                started_at=now,
                started_by=by,
            )
            audit.record(
                by=by,
                action="payments.run_started",
                subject=f"payments.run:{public_id}",
                detail={"fee_kind": fee_kind, **run.selection, "slips": total},
            )
    except IntegrityError as error:
        standing = BillingRun.objects.exclude(status=BillingRun.Status.FINISHED)
        raise RunOpen(run=standing.get(fee_kind=fee_kind).public_id) from error
    return run


def check_title(title: str) -> None:
    """Every file bears the title, which nobody can change later: a run with one that cannot be
    printed would never end, and no other run of the fee could begin. Raises TitleNotPrintable.
    """
    if missing := documents.missing_glyphs(title):
        raise TitleNotPrintable(character=missing[0])


def continue_run(*, run_id: int, tick: Tick = lambda _run: None) -> BillingRun:
    """Bring a run to its end, from wherever it is. ``tick`` is called after each step.

    Where something fails the run is marked as stopped, and the failure rises. Raises RunHeld
    while another process on this machine works on it.
    """
    run = BillingRun.objects.get(pk=run_id)
    with _held(run):
        run.refresh_from_db()
        try:
            if run.prepared_at is None:
                _prepare(run, tick)
            _print(run, tick)
        except (SlipNotPrintable, AddresseeUnknown) as refused:
            _stop(run, refused)
            raise
        except Exception:
            _stop(run, None)
            raise
    return run


def _stop(run: BillingRun, refused: Refused | None) -> None:
    """Note that the run stands still, and which slip it stands at."""
    if refused is not None:
        bill, sign = refused.values["bill"], refused.values.get("character", "")
        run.problems = [*run.problems, {"bill": bill, "characters": sign}]
    run.status = BillingRun.Status.STOPPED
    run.save(update_fields=["status", "problems"])


@contextmanager
def _held(run: BillingRun) -> Iterator[None]:
    with lock_file(run).open("ab") as lock:
        if not locks.lock(lock, locks.LOCK_EX | locks.LOCK_NB):
            raise RunHeld
        yield


def _prepare(run: BillingRun, tick: Tick) -> None:
    """Give every bill its slip and its place."""
    run.status = BillingRun.Status.PREPARING
    run.save(update_fields=["status"])
    waiting = to_print(Selection.of(run), on=clock.today())
    for chunk in batched(waiting, AT_ONCE):
        _make_some(run, chunk)
        tick(run)
    with transaction.atomic():
        run.prepared_at = _lock(run).prepared_at or clock.now()
        run.total = run.slips.count()
        run.save(update_fields=["total", "prepared_at"])


@transaction.atomic
def _make_some(run: BillingRun, bill_ids: tuple[int, ...]) -> None:
    """Slips of these bills, at the next places; those that cannot be printed are noted."""
    locked = _lock(run)
    if locked.prepared_at is not None:
        return
    problems = locked.problems
    bills = Bill.objects.filter(pk__in=bill_ids).in_bulk()
    wanted = [bills[pk] for pk in bill_ids]
    found = {problem["bill"]: problem for problem in unprintable([Slip(bill=b) for b in wanted])}
    noted = {problem["bill"] for problem in problems}
    problems += [problem for number, problem in found.items() if number not in noted]
    last = run.slips.aggregate(last=Max("position"))["last"]
    write_slips(
        lock_bills([bill for bill in wanted if bill.number not in found]),
        run=run,
        first_position=0 if last is None else last + 1,
        skip=True,
    )
    run.problems = problems
    run.save(update_fields=["problems"])


def _lock(run: BillingRun) -> BillingRun:
    """The row as it is now; whoever else would write for the run waits."""
    return BillingRun.objects.select_for_update().get(pk=run.pk)


def _print(run: BillingRun, tick: Tick) -> None:
    """Write the files that are not recorded yet, and finish."""
    with transaction.atomic():
        if _lock(run).status == BillingRun.Status.FINISHED:
            return
        run.problems = _still_left_out(run)
        run.status = BillingRun.Status.PRINTING
        run.save(update_fields=["status", "problems"])
    Path(run.folder).mkdir(parents=True, exist_ok=True)
    recorded = set(run.batches.values_list("number", flat=True))
    payers = run.slips.order_by("position").values_list("bill__payer", flat=True)
    wanted = [each for each in batches(list(payers), run.batch_size) if each.number not in recorded]
    for batch, content in _rendered(run, wanted):
        name = f"{run.public_id}-{batch.number:04}.pdf"
        write_durably(Path(run.folder, name), content)
        RunBatch.objects.get_or_create(
            run=run,
            number=batch.number,
            defaults={
                "file_name": name,
                "slips": batch.stop - batch.start,
                "digest": hashlib.sha256(content).hexdigest(),
                "made_at": clock.now(),
            },
        )
        tick(run)
    _finish(run)
    tick(run)


def _still_left_out(run: BillingRun) -> list[dict[str, str]]:
    """The problems without those that stopped it at a slip of its own: it tries that again."""
    numbers = [problem["bill"] for problem in run.problems]
    own = set(run.slips.filter(bill__number__in=numbers).values_list("bill__number", flat=True))
    return [problem for problem in run.problems if problem["bill"] not in own | {"–"}]


def _rendered(run: BillingRun, wanted: list[Batch]) -> Iterator[tuple[Batch, bytes]]:
    """Each file's bytes, in order. While one is typeset the next is made ready."""
    with ThreadPoolExecutor(max_workers=_workers()) as pool:
        ahead: list[tuple[Batch, Future[bytes]]] = []
        for batch in wanted:
            if len(ahead) > _workers():
                first, made = ahead.pop(0)
                yield first, made.result()
            ahead.append((batch, pool.submit(_renderer(run, batch))))
        for first, made in ahead:
            yield first, made.result()


def _workers() -> int:
    return min(os.cpu_count() or 1, 4)


def _renderer(run: BillingRun, batch: Batch) -> Callable[[], bytes]:
    slips = (
        run.slips.filter(position__gte=batch.start, position__lt=batch.stop)
        .select_related("bill")
        .order_by("position")
    )
    return slip_renderer(list(slips), title=f"{run.title} {batch.number}", made_at=run.started_at)


def write_durably(path: Path, content: bytes) -> None:
    """The file is there with all its bytes, or not at all, even after a power cut."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@transaction.atomic
def discard_files(*, finished_before: date, by: User | None) -> int:
    """Remove the files of runs that finished before a day, below the data folder only.

    They bear names and addresses, and lie at the printer's by then. Slips stay; what an operator
    had written elsewhere is the operator's. Gives the number of files removed.
    """
    removed = 0
    for run in BillingRun.objects.filter(finished_at__date__lt=finished_before):
        folder = own_folder(run.public_id)
        if str(folder) == run.folder and folder.is_dir():
            removed += sum(1 for path in folder.iterdir() if path.suffix == ".pdf")
            shutil.rmtree(folder)
            lock_file(run).unlink(missing_ok=True)
    if removed:
        audit.record(
            by=by,
            action="payments.run_files_discarded",
            subject="payments.run",
            detail={"files": removed, "finished_before": finished_before},
        )
    return removed


@transaction.atomic
def _finish(run: BillingRun) -> None:
    if _lock(run).status == BillingRun.Status.FINISHED:
        return
    run.status = BillingRun.Status.FINISHED
    run.finished_at = clock.now()
    run.save(update_fields=["status", "finished_at"])
    audit.record(
        by=run.started_by,
        action="payments.run_finished",
        subject=f"payments.run:{run.public_id}",
        detail={"slips": run.total, "left_out": len(run.problems)},
    )
