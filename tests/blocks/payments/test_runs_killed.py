"""Real processes that are killed, and two at once: every bill one slip, every page once."""

import io
import json
import random
import re
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pypdf
import pytest
from django.db import connection

from madoguchi.blocks.payments.models import Bill, Slip, StoreProfile
from madoguchi.kernel import clock
from tests.blocks.payments import printing_process
from tests.blocks.payments.factories import ONE, make_bills
from tests.forking import PROCESSES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("two_kinds")]

PAYERS = 30
KILLS = 10


@dataclass
class Printing:
    """A process that prints, and where it says what it did."""

    process: BaseProcess
    output: Path

    def ended(self):
        """Wait for its end: the code that it ends with, what it said, and its errors."""
        self.process.join()
        errors = self.output.with_suffix(".errors")
        return self.process.exitcode, self.output.read_text(), errors.read_text()


@dataclass
class Place:
    """Where processes work: the folder of files, and the database as they reach it."""

    folder: Path
    database: str
    copy: Path | None
    count: int = 0

    def start(self, data="data"):
        """A process that prints, from the moment when its work begins."""
        self.count += 1
        output = self.folder / f"{self.count}.json"
        arguments = [
            *("--kind", ONE, "--fiscal-year", "2026", "--batch-size", "2"),
            *("--output", str(self.folder / "out"), "--json"),
        ]
        heard, told = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(
            target=printing_process.work,
            args=(arguments, self.database),
            kwargs={"data": self.folder / data, "output": output, "ready": told},
        )
        process.start()
        told.close()
        assert heard.recv() == "ready"
        return Printing(process, output)

    def slips(self):
        """(bill, issue) of every slip, from the database that the processes wrote to."""
        if self.copy is None:
            return list(Slip.objects.values_list("bill__number", "issue"))
        with closing(sqlite3.connect(self.copy)) as read:
            return read.execute(
                "SELECT number, issue FROM payments_slip s JOIN payments_bill b ON b.id = bill_id"
            ).fetchall()

    def files(self):
        return len(list((self.folder / "out").glob("*.pdf")))

    def pages(self):
        """The bill number on every page of every file."""
        return [
            re.search(r"請求番号\s*([0-9]{16})", page.extract_text())[1]
            for path in sorted((self.folder / "out").glob("*.pdf"))
            for page in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages
        ]


@pytest.fixture
def place(tmp_path):
    """Two bills each of the payers, in a database that other processes reach."""
    today = clock.today()
    StoreProfile.objects.create(
        from_on=date(2026, 4, 1), company_code="912345", client_code="54321"
    )
    for _ in range(PAYERS):
        make_bills(100, 200, due_on=today + timedelta(days=30))
    if connection.vendor == "sqlite":
        copy = tmp_path / "copy.sqlite3"
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
        return Place(tmp_path, str(copy), copy)
    return Place(tmp_path, connection.settings_dict["NAME"], None)


def assert_each_bill_once(place, said):
    numbers = list(Bill.objects.order_by("payer", "instalment").values_list("number", flat=True))
    assert Counter(place.slips()) == Counter((number, 0) for number in numbers)
    assert place.pages() == numbers
    assert said["slips"] == len(numbers)
    assert sum(file["slips"] for file in said["files"]) == len(numbers)
    assert list((place.folder / "out").glob(".*")) == []


def test_a_run_killed_at_ten_random_points(place):
    """After up to three more files, and then anywhere within a tenth of a second."""
    points = random.Random(20261123)  # noqa: S311 # moments, not secrets
    # PostgreSQL is tried less often: what differs there is how a killed process lets go of locks
    for _ in range(KILLS if place.copy else KILLS // 2):
        printing = place.start()
        wanted = place.files() + points.randrange(4)
        while place.files() < wanted and printing.process.is_alive():
            time.sleep(0.002)
        time.sleep(points.uniform(0, 0.1))
        printing.process.kill()
        assert printing.ended()[0] == -signal.SIGKILL
    code, said, errors = place.start().ended()
    assert code == 0, errors
    assert_each_bill_once(place, json.loads(said))


@pytest.mark.parametrize("second_machine", [False, True])
def test_two_processes_at_once(place, second_machine):
    """On one machine the second is refused; two machines that share a folder do no harm."""
    first = place.start()
    second = place.start("other" if second_machine else "data")
    outcomes = [each.ended() for each in (first, second)]
    codes = [code for code, _said, _errors in outcomes]
    said = [json.loads(said) for _code, said, _errors in outcomes]
    assert 0 in codes, outcomes
    done = said[codes.index(0)]
    assert_each_bill_once(place, done)
    refused = [text["error"] for text, code in zip(said, codes, strict=True) if code]
    # the second came while the first worked, as it had begun, or as it had made the slips
    allowed = (
        "ほかの処理がこの一括作成を進めています。",
        "この料金の別の一括作成が終わっていません",
        "納付書を作成する請求がありません。",
    )
    assert [text for text in refused if not text.startswith(allowed)] == []
