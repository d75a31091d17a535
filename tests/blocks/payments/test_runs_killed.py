"""Real processes that are killed, and two at once: every bill one slip, every page once."""

import io
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

import pypdf
import pytest
from django.db import connection

from madoguchi.blocks.payments.models import Bill, Slip, StoreProfile
from madoguchi.kernel import clock
from tests.blocks.payments.factories import ONE, make_bills

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("two_kinds")]

ROOT = Path(__file__).resolve().parents[3]
PAYERS = 60
KILLS = 10


@dataclass
class Place:
    """Where processes work: the folder of files, and the database as they reach it."""

    folder: Path
    database: str
    copy: Path | None

    def start(self, data="data"):
        """A process that prints, from the moment when its work begins."""
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.blocks.payments.printing_process"),
                *("--kind", ONE, "--fiscal-year", "2026", "--batch-size", "2"),
                *("--output", str(self.folder / "out"), "--json"),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": self.database,
                "MADOGUCHI_DATA_DIR": str(self.folder / data),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        while (line := process.stderr.readline()) != "ready\n":
            assert line, "the process ended before its work began"
        return process

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
    """Two bills each of sixty payers, in a database that other processes reach."""
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
        return Place(tmp_path, f"sqlite:///{copy}", copy)
    named = connection.settings_dict
    user = f"{quote(named['USER'])}:{quote(named['PASSWORD'])}"
    host = f"{named['HOST']}:{named['PORT'] or 5432}"
    return Place(tmp_path, f"postgres://{user}@{host}/{named['NAME']}", None)


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
        process = place.start()
        wanted = place.files() + points.randrange(4)
        while place.files() < wanted and process.poll() is None:
            time.sleep(0.002)
        time.sleep(points.uniform(0, 0.1))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    process = place.start()
    said, errors = process.communicate()
    assert process.returncode == 0, errors
    assert_each_bill_once(place, json.loads(said))


@pytest.mark.parametrize("second_machine", [False, True])
def test_two_processes_at_once(place, second_machine):
    """On one machine the second is refused; two machines that share a folder do no harm."""
    first = place.start()
    second = place.start("other" if second_machine else "data")
    outcomes = [process.communicate() for process in (first, second)]
    codes = [first.returncode, second.returncode]
    said = [json.loads(out) for out, _errors in outcomes]
    assert 0 in codes, outcomes
    done = said[codes.index(0)]
    assert_each_bill_once(place, done)
    refused = [text["error"] for text, code in zip(said, codes, strict=True) if code]
    allowed = "ほかの処理がこの一括作成を進めています。"
    assert set(refused) <= {allowed} or all("終わっていない" in text for text in refused)
