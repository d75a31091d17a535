"""Booking what stores state: ten thousand, a hundred thousand and a million settlements.

Each size has a database of its own, filled by one process and booked by another, so that the
peak of memory is that of booking alone.
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import seconds

if TYPE_CHECKING:
    from madoguchi.blocks.payments.rules.channels import Fact

SIZES = (10_000, 100_000, 1_000_000)
AT_ONCE = 10_000
KIND = "water"
DAY = date(2026, 6, 1)
BATCHES_A_DAY = 1_000


def run() -> None:
    """One line a size: our records per second beside the peer's, the ratio, the memory."""
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
            _in_process("fill", size, folder)
            _say(size, _in_process("book", size, folder))


def _say(size: int, found: dict[str, float]) -> None:
    ours, peer = size / found["ours"], size / found["peer"]
    again = size / found["again"]
    print(
        f"book {size:>9,} settlements   {ours:8,.0f} /s   sqlite3 executemany, one bare table"
        f" {peer:9,.0f} /s   ratio {found['ours'] / found['peer']:6.1f}"
        f"   read again {again:8,.0f} /s   peak {found['peak']:5.0f} MB ({found['grown']:+.0f} MB)"
    )


def _in_process(step: str, size: int, folder: str) -> dict[str, float]:
    """A step in a process of its own, on the database of that folder."""
    environment = {
        **os.environ,
        "MADOGUCHI_DATA_DIR": folder,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(  # noqa: S603 # this very module
        [sys.executable, "-m", "benchmarks.reconciliation", step, str(size), folder],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def fill(size: int) -> dict[str, float]:
    """Bills, their assessments and slips, as issuing and printing would have left them."""
    from django.core.management import call_command  # noqa: PLC0415 # Django is set up by now
    from django.db import connection, transaction  # noqa: PLC0415 # as above

    call_command("migrate", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        for numbers in batched(range(size), AT_ONCE):
            cursor.executemany(_INSERT_BILL, [_bill(n) for n in numbers])
            cursor.executemany(_INSERT_ENTRY, [_assessment(n) for n in numbers])
            cursor.executemany(_INSERT_SLIP, [_slip(n) for n in numbers])
    return {}


_INSERT_BILL = (
    "INSERT INTO payments_bill (id, number, fee_kind, payer, fiscal_year, assessed_year,"
    " instalment, issued_on, due_on, amount, channels, details)"
    " VALUES (%s, %s, %s, %s, 2026, 2026, 1, %s, %s, %s, '[\"store\"]', '[]')"
)
_INSERT_ENTRY = (
    "INSERT INTO payments_ledgerentry (key, event, debit, credit, amount, bill_id, channel,"
    " fee_kind, booked_on, booked_at)"
    " VALUES (%s, 'assessed', 'receivable', 'assessed', %s, %s, '', %s, %s, %s)"
)
_INSERT_SLIP = (
    "INSERT INTO payments_slip (id, bill_id, issue, amount, pay_by, barcode, without_barcode,"
    " elqr, case_key, confirmation, made_at)"
    " VALUES (%s, %s, 0, %s, %s, %s, '', '', %s, '000000', %s)"
)


def _amount(n: int) -> int:
    return 1_000 + n * 37 % 90_000


def _number(n: int) -> str:
    return f"10{n + 1:014d}"


def _barcode(n: int) -> str:
    return f"9192902312345{_number(n)}0260630" + f"0{_amount(n):06d}0"


def _bill(n: int) -> tuple[Any, ...]:
    return n + 1, _number(n), KIND, f"water:{n:07d}", DAY, DAY + timedelta(29), _amount(n)


def _assessment(n: int) -> tuple[Any, ...]:
    return f"bill:{n + 1}:assessed", _amount(n), n + 1, KIND, DAY, f"{DAY} 00:00:00"


def _slip(n: int) -> tuple[Any, ...]:
    due = DAY + timedelta(29)
    return n + 1, n + 1, _amount(n), due, _barcode(n), f"{n:020d}", f"{DAY} 00:00:00"


def _facts(size: int) -> Iterator["Fact"]:
    """What a collection file in layout A states, in an order that is not that of the bills."""
    from madoguchi.blocks.payments.rules.channels import (  # noqa: PLC0415 # as above
        Channel,
        Fact,
        FactKind,
    )
    from madoguchi.kernel.clock import TOKYO  # noqa: PLC0415 # as above

    begin = datetime(2026, 6, 10, 9, tzinfo=TOKYO)
    for line in range(size):
        n = line * 7919 % size
        barcode, at = _barcode(n), begin + timedelta(minutes=line % BATCHES_A_DAY)
        yield Fact(
            kind=FactKind.SETTLEMENT,
            channel=Channel.STORE,
            payment_key=f"store:{barcode}:0458762:{at:%Y%m%d%H%M}",
            amount=_amount(n),
            paid_at=at,
            barcode=barcode,
            transfer_on=DAY + timedelta(20),
            reference="010 0458762",
            source=f"file:1:{line + 2}",
        )


def book(size: int, folder: str) -> dict[str, float]:
    """Processor seconds of booking all, of booking it again, and of the peer; memory in MB."""
    from madoguchi.blocks.payments import service  # noqa: PLC0415 # as above

    def once(expected: service.Booked) -> None:
        found = service.book(_facts(size), by=None)
        assert found == expected, found

    amount = sum(_amount(n) for n in range(size))
    before = _peak()
    ours = seconds(lambda: once(service.Booked(size, 0, amount, 0)))
    peak = _peak()
    again = seconds(lambda: once(service.Booked(0, size, 0, 0)))
    peer = seconds(lambda: _plain(size, Path(folder) / "plain.sqlite3"))
    return {"ours": ours, "again": again, "peer": peer, "peak": peak, "grown": peak - before}


def _peak() -> float:
    """The most memory that this program has had, in MB.

    Linux says it in its status; getrusage there counts what the process was before it became
    this program.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _plain(size: int, path: Path) -> None:
    """The peer: the same facts into one table with a unique key, and nothing else done."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE fact (key TEXT PRIMARY KEY, kind TEXT, amount INTEGER, paid_at TEXT,"
        " barcode TEXT, transfer_on TEXT, reference TEXT, source TEXT)"
    )
    rows = (
        (
            *(fact.payment_key, fact.kind.value, fact.amount, fact.paid_at.isoformat()),
            *(fact.barcode, str(fact.transfer_on), fact.reference, fact.source),
        )
        for fact in _facts(size)
    )
    with connection:
        connection.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()


def main(step: str, size: str, folder: str) -> None:
    import django  # noqa: PLC0415 # the data folder is named in the environment of this process

    django.setup()
    print(json.dumps(fill(int(size)) if step == "fill" else book(int(size), folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
