"""Payment slips by the thousand: a billing run beside a plain loop that draws the same pages.

Ours is the whole run: slips and their places in the database, tagged pages, files forced to disk.
The peer (``slip_peer``) draws, in files of the same size, what is given to it ready-made.
"""

import multiprocessing
import os
import resource
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from datetime import date, timedelta
from itertools import batched
from typing import Any

from benchmarks import slip_peer
from benchmarks.measure import Comparison, row, seconds
from madoguchi.blocks.payments.models import BillingRun, ElqrProfile, Slip, StoreProfile
from madoguchi.blocks.payments.operations.bills import NewBill, issue_bills
from madoguchi.blocks.payments.operations.runs import continue_run, start_run
from madoguchi.blocks.payments.queries.slips import slips_data
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, FeeKind, fee_kinds
from madoguchi.kernel import clock

KIND = "bench.slips"
INSTALMENTS = 4
AT_ONCE = 5_000
IN_A_FILE = 500

type Batch = tuple[dict[str, Any], list[tuple[str, str]]]


def run() -> None:
    """A line a size; the ratio is ours over the peer's: 2.0 is twice the work."""
    _set_up()
    small = [_turn(2020 + turn, 1_000) for turn in range(3)]
    _say(1_000, Comparison(*(tuple(side) for side in zip(*small, strict=True))))
    begun = time.monotonic()
    printed = _print(2025, 100_000)
    took = time.monotonic() - begun
    large = Comparison((printed[1],), (_draw_in_processes(printed[0]),))
    _say(100_000, large)
    print(f"{'':<44} 100,000 slips took {took:.0f} s by the clock")
    shutil.rmtree(printed[0].folder)


def _say(slips: int, found: Comparison) -> None:
    each = sorted(found.ours)[len(found.ours) // 2]
    row(
        f"run over {slips:,} slips",
        found,
        peer="a plain ReportLab loop",
        per=f"{slips / each:,.0f} slips a second of one core",
    )


def _turn(year: int, slips: int) -> tuple[float, float]:
    """Processor seconds of a run and of the peer with its slips."""
    printed, ours = _print(year, slips)
    batches = list(_batches(printed))
    peer = seconds(lambda: [slip_peer.write(*batch) for batch in batches])
    shutil.rmtree(printed.folder)
    return ours, peer


def _print(year: int, slips: int) -> tuple[BillingRun, float]:
    """A finished run over so many bills of a year of their own, and its processor seconds."""
    for chunk in batched(range(slips), AT_ONCE):
        issue_bills([_bill(year, place) for place in chunk], by=None)
    begun = start_run(fee_kind=KIND, title="計測", fiscal_year=year, batch_size=IN_A_FILE, by=None)
    ours = seconds(lambda: continue_run(run_id=begun.pk))
    begun.refresh_from_db()
    assert begun.slips.count() == sum(batch.slips for batch in begun.batches.all()) == slips
    return begun, ours


def _draw_in_processes(printed: BillingRun) -> float:
    """Processor seconds of processes that only draw; what they draw is made ready here."""
    used = _of_children()
    spawn = multiprocessing.get_context("spawn")
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(max_workers=workers, mp_context=spawn) as pool:
        waiting: set[Future[bytes]] = set()
        for batch in _batches(printed):
            waiting.add(pool.submit(slip_peer.write, *batch))
            if len(waiting) > 2 * workers:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for each in done:
                    assert each.result().startswith(b"%PDF")
    return _of_children() - used


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _batches(printed: BillingRun) -> Iterator[Batch]:
    """The data of each file, without the drawn symbols, and the digits of these."""
    slips = printed.slips.select_related("bill").order_by("position")
    for chunk in batched(slips.iterator(IN_A_FILE), IN_A_FILE):
        data = slips_data(chunk, on=clock.today())
        for slip in data["slips"]:
            slip["squares"], slip["bars"] = bool(slip["squares"]), ""
        yield data, [_codes(slip) for slip in chunk]


def _codes(slip: Slip) -> tuple[str, str]:
    return slip.barcode or "", slip.elqr


def _set_up() -> None:
    fee_kinds.register(
        FeeKind(KIND, "介護保険料", "95", _addressees, lambda _year, place: f"第{place}期")
    )
    StoreProfile.objects.create(
        from_on=date(2020, 4, 1), company_code="999999", client_code="00001"
    )
    ElqrProfile.objects.create(
        from_on=date(2020, 4, 1), office_code="99999", tax_office_code="001", item_number="999"
    )


def _addressees(payers: Collection[str]) -> Mapping[str, Addressee]:
    return {
        payer: Addressee(
            f"見本 太郎{payer[-3:]}",
            "999-0001",
            "窓口市中央一丁目2番3号 窓口ハイツ405号室",
            payer[-7:],
        )
        for payer in payers
    }


def _bill(year: int, place: int) -> NewBill:
    payer, instalment = divmod(place, INSTALMENTS)
    return NewBill(
        KIND,
        f"bench:{payer:07}",
        year,
        instalment + 1,
        clock.today() + timedelta(days=30),
        10_000 + place,
        tuple(Channel),
        (("所得段階", "第5段階"), ("年額", "73,800円"), ("今期分", f"{10_000 + place:,}円")),
    )
