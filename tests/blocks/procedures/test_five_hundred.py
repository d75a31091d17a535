"""Five hundred applications at once, each sent twice, while the worker is killed and started again:
each of them once, each with its message, each message mailed once."""

import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.blocks.procedures import processes
from tests.blocks.procedures import sink as sinks
from tests.blocks.procedures.factories import make_procedures
from tests.forking import PROCESSES

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 500
SENDERS = 2
KILLED_AT = (60, 200)
"""The worker dies while the mail server takes these mails."""


@dataclass
class Place:
    """The database as processes reach it."""

    database: str
    copy: Path | None

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
        return Place(str(copy), copy)
    return Place(connection.settings_dict["NAME"], None)


class Worker:
    """A worker that is killed while the mail server takes certain mails, and started again."""

    def __init__(self, place, sink):
        self.place, self.sink, self.kills = place, sink, 0
        self.process = self._start()
        sink.before = self.before

    def _start(self):
        return start(processes.work, self.place, self.sink)

    def before(self, number):
        if number not in KILLED_AT:
            return None
        self.process.kill()
        self.kills += 1
        return "451 nobody hears this"

    def look_after(self):
        """Start it again where it was killed."""
        if not self.process.is_alive():
            assert self.process.exitcode == -signal.SIGKILL
            self.process = self._start()

    def close(self):
        """Let it end what it does, and stop."""
        self.process.terminate()
        self.process.join(60)
        assert self.process.exitcode == 0


def start(work, place, sink, **given):
    process = PROCESSES.Process(
        target=work, args=(place.database, sinks.mailers(sink)), kwargs=given
    )
    process.start()
    return process


def test_each_once_and_each_with_its_message(place):
    with sinks.running() as sink, closing(Worker(place, sink)) as worker:
        each = COUNT // SENDERS
        senders = [
            start(processes.send, place, sink, first=number * each, count=each)
            for number in range(SENDERS)
        ]
        while any(sender.is_alive() for sender in senders) or _tasks_left(place):
            worker.look_after()
            time.sleep(0.1)
        assert [sender.exitcode for sender in senders] == [0] * SENDERS
        worker.close()
        assert worker.kills == len(KILLED_AT)
        assert len(sink.mails) == COUNT - len(KILLED_AT)
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
    process = start(processes.send_messages, place, sink)
    process.join()
    assert process.exitcode == 0


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
