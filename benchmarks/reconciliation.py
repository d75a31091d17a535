"""Reconciling collection files of ten thousand, a hundred thousand and a million settlements.

Each size has a database of its own, filled by one process and reconciled by another, so that the
peak of memory is that of reading and booking alone.
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import seconds

if TYPE_CHECKING:
    from madoguchi.blocks.payments.collection.records import Record

SIZES = (10_000, 100_000, 1_000_000)
AT_ONCE = 10_000
KIND = "water"
DAY = date(2026, 6, 1)
MINUTES = 1_000
FILE, SAME_AGAIN = "kakuho.dat", "kakuho-again.dat"


def run() -> None:
    """One line a size: our records per second beside the peer's, the ratio, the memory."""
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
            _in_process("fill", size, folder)
            _say(size, _in_process("reconcile", size, folder))


def _say(size: int, found: dict[str, float]) -> None:
    ours, peer = size / found["ours"], size / found["peer"]
    again = size / found["again"]
    print(
        f"file of {size:>9,} settlements   {ours:8,.0f} /s   its lines cut into one bare table"
        f" {peer:9,.0f} /s   ratio {found['ours'] / found['peer']:6.1f}"
        f"   stated again {again:8,.0f} /s"
        f"   peak {found['peak']:5.0f} MB ({found['grown']:+.0f} MB)"
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


def fill(size: int, folder: str) -> dict[str, float]:
    """Bills, their assessments and slips, as issuing and printing would have left them; a file in
    layout A that pays them all, and one that says the same in another order."""
    from django.core.management import call_command  # noqa: PLC0415 # Django is set up by now
    from django.db import connection, transaction  # noqa: PLC0415 # as above

    from madoguchi.blocks.payments.collection.writing import write  # noqa: PLC0415 # Django is up

    call_command("migrate", verbosity=0)
    with transaction.atomic(), connection.cursor() as cursor:
        for numbers in batched(range(size), AT_ONCE):
            cursor.executemany(_INSERT_BILL, [_bill(n) for n in numbers])
            cursor.executemany(_INSERT_ENTRY, [_assessment(n) for n in numbers])
            cursor.executemany(_INSERT_SLIP, [_slip(n) for n in numbers])
    records = [_record(line, size) for line in range(size)]
    Path(folder, FILE).write_bytes(write(records, "a"))
    Path(folder, SAME_AGAIN).write_bytes(write(reversed(records), "a"))
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
    from madoguchi.blocks.payments.slips.barcode import check_digit  # noqa: PLC0415 # as above

    digits = f"9192902312345{_number(n)}02606300{_amount(n):06d}"
    return f"{digits}{check_digit(digits)}"


def _bill(n: int) -> tuple[Any, ...]:
    return n + 1, _number(n), KIND, f"water:{n:07d}", DAY, DAY + timedelta(29), _amount(n)


def _assessment(n: int) -> tuple[Any, ...]:
    return f"bill:{n + 1}:assessed", _amount(n), n + 1, KIND, DAY, f"{DAY} 00:00:00"


def _slip(n: int) -> tuple[Any, ...]:
    due = DAY + timedelta(29)
    return n + 1, n + 1, _amount(n), due, _barcode(n), f"{n:020d}", f"{DAY} 00:00:00"


def _record(line: int, size: int) -> "Record":
    """A settlement, in an order that is not that of the bills."""
    from madoguchi.blocks.payments.collection.records import (  # noqa: PLC0415 # as above
        JAPAN,
        Record,
    )
    from madoguchi.blocks.payments.rules.channels import FactKind  # noqa: PLC0415 # as above

    n = line * 7919 % size
    return Record(
        line=line + 2,
        data_kind="02",
        statement=FactKind.SETTLEMENT,
        paid_at=datetime(2026, 6, 10, 6, tzinfo=JAPAN) + timedelta(minutes=line % MINUTES),
        barcode=_barcode(n),
        amount=_amount(n),
        store="0458762",
        chain="010",
        taken_on=DAY + timedelta(10),
        transfer_on=DAY + timedelta(20),
    )


def reconcile(size: int, folder: str) -> dict[str, float]:
    """Processor seconds of reading and booking a file, of one that says the same again, and of
    the peer; memory in MB."""
    from madoguchi.blocks.payments.operations.collection import (  # noqa: PLC0415 # as above
        read_collection,
    )

    def once(name: str, *, new: int, known: int) -> None:
        with Path(folder, name).open("rb") as stream:
            found = read_collection(name=name, stream=stream, by=None)
        assert (found.new, found.known, found.work_items) == (new, known, 0), found

    before = _peak()
    ours = seconds(lambda: once(FILE, new=size, known=0))
    peak = _peak()
    again = seconds(lambda: once(SAME_AGAIN, new=0, known=size))
    peer = seconds(lambda: _plain(Path(folder, FILE), Path(folder, "plain.sqlite3")))
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


def _plain(file: Path, path: Path) -> None:
    """The peer: the file's lines cut at fixed places into one table, and nothing else done."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE fact (key TEXT PRIMARY KEY, kind TEXT, paid TEXT, barcode TEXT,"
        " amount INTEGER, store TEXT, transfer TEXT)"
    )
    with connection, file.open(encoding="cp932") as lines:
        connection.executemany(
            "INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    line[16:60] + line[63:70] + line[3:15],
                    line[1:3],
                    line[3:15],
                    line[16:60],
                    int(line[53:59]),
                    line[63:70],
                    line[80:88],
                )
                for line in lines
                if line[0] == "2"
            ),
        )
    connection.close()


def main(step: str, size: str, folder: str) -> None:
    import django  # noqa: PLC0415 # the data folder is named in the environment of this process

    django.setup()
    print(json.dumps(fill(int(size), folder) if step == "fill" else reconcile(int(size), folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
