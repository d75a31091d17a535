"""Five hundred applications at once, each sent twice, while the worker is killed and started again:
each of them once, each with its message, each message mailed once."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.blocks.procedures import sink as sinks
from tests.blocks.procedures.factories import make_procedures

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
COUNT = 500
SENDERS = 2
KILLED_AT = (60, 200)
"""The worker dies while the mail server takes these mails."""


@dataclass
class Place:
    """Where processes work: a data folder, and the database as they reach it."""

    folder: Path
    database: str
    copy: Path | None

    def start(self, *command, port=0):
        """A process of an installation as it is run, with its mail server at ``port``."""
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
                "DATABASE_URL": self.database,
                "MADOGUCHI_DATA_DIR": str(self.folder / "data"),
                "MADOGUCHI_CARD_PROVIDER": "",
                "MADOGUCHI_LOG_LEVEL": "WARNING",
                "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def rows(self, statement):
        """What a statement gives, in the database that the processes wrote to."""
        if self.copy is None:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.copy, timeout=30)) as opened, opened:
            return opened.execute(statement).fetchall()


@pytest.fixture
def place(tmp_path):
    make_procedures()
    if connection.vendor == "sqlite":
        copy = tmp_path / "copy.sqlite3"
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
        return Place(tmp_path, f"sqlite:///{copy}", copy)
    named = connection.settings_dict
    user = f"{quote(named['USER'])}:{quote(named['PASSWORD'])}"
    host = f"{named['HOST']}:{named['PORT'] or 5432}"
    return Place(tmp_path, f"postgres://{user}@{host}/{named['NAME']}", None)


class Worker:
    """A worker that is killed while the mail server takes certain mails, and started again."""

    def __init__(self, place, sink):
        self.place, self.sink, self.kills = place, sink, 0
        self.process = self._start()
        sink.before = self.before

    def _start(self):
        return self.place.start("django", "db_worker", "--interval", "0.1", port=self.sink.port)

    def before(self, number):
        if number not in KILLED_AT:
            return None
        os.kill(self.process.pid, signal.SIGKILL)
        self.kills += 1
        return "451 nobody hears this"

    def look_after(self):
        """Start it again where it was killed."""
        if self.process.poll() is not None:
            _out, errors = self.process.communicate()
            assert self.process.returncode == -signal.SIGKILL, errors
            self.process = self._start()

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=60)


def test_each_once_and_each_with_its_message(place):
    with sinks.running() as sink, closing(Worker(place, sink)) as worker:
        each = COUNT // SENDERS
        senders = [
            place.start(
                "tests.blocks.procedures.sending_process", str(n * each), str(each), port=sink.port
            )
            for n in range(SENDERS)
        ]
        while any(sender.poll() is None for sender in senders) or _tasks_left(place):
            worker.look_after()
            time.sleep(0.2)
        outcomes = [sender.communicate() for sender in senders]
        assert [sender.returncode for sender in senders] == [0] * SENDERS, outcomes
        worker.close()
        assert worker.kills == len(KILLED_AT)
        _pick_up_what_was_left(place, sink)
        mails = Counter(to for to, _mail in sink.mails)
    assert mails == Counter(f"resident{number}@example.org" for number in range(COUNT))
    assert len({mail["Message-ID"] for _to, mail in sink.mails}) == COUNT
    assert _applications(place) == [(COUNT,)]
    assert _events(place) == [(COUNT, COUNT)]
    assert _messages(place) == [(COUNT, COUNT)]


def _tasks_left(place):
    table = DBTaskResult._meta.db_table
    return place.rows(f"SELECT 1 FROM {table} WHERE status = 'READY' LIMIT 1")  # noqa: S608 # a name of ours


def _pick_up_what_was_left(place, sink):
    """What a killed worker held is free when its lease is over; the clock of the test is not."""
    place.rows("UPDATE procedures_message SET claimed_until = NULL WHERE mailed_at IS NULL")
    process = place.start("django", "send_messages", port=sink.port)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert f"{len(KILLED_AT)}件を送信しました" in out


def _applications(place):
    return place.rows("SELECT count(*) FROM procedures_application WHERE state = 'submitted'")


def _events(place):
    return place.rows(
        "SELECT count(*), count(DISTINCT application_id) FROM procedures_applicationevent"
    )


def _messages(place):
    return place.rows(
        "SELECT count(*), count(mailed_at) FROM procedures_message WHERE mail_to <> ''"
    )
