"""The sample city, loaded once for the tests that only look at it."""

import json
import shutil
from datetime import date

import pytest
from django.conf import settings
from django.db import connection

from madoguchi.demo.operations import is_loaded, load_sample
from tests import keeping

ON = date(2026, 11, 23)
PASSWORD = "sample-password-1"


class Stopped(Exception):
    """Somebody pulled the plug."""


def load(*, on=ON, stop_after=None, told=None):
    """Load the sample city; with ``stop_after``, only until it was told of that many steps.

    Gives ``told`` with what was told now at its end.
    """
    told = [] if told is None else told
    before = len(told)

    def tick(what, done, total):
        told.append((what, done, total))
        if stop_after is not None and len(told) - before > stop_after:
            raise Stopped

    load_sample(on=on, password=PASSWORD, tick=tick)
    return told


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):  # noqa: ARG001 # the tables must be there
    """What loading told on its way. The database is as it was before, after the module.

    It is cut off again and again, each time at another step, and goes on where it stopped: what
    the tests find is whole, and there once.
    """
    with django_db_blocker.unblock():
        if connection.vendor != "sqlite":
            pytest.skip("the sample city is made on SQLite")
        kept = keeping.sample_city(ON)
        try:
            with keeping.locked("sample"):
                if not kept.exists():
                    _load_and_keep(kept)
            keeping.put_back(kept / "city.sqlite3", connection)
            shutil.copytree(kept / "media", settings.MEDIA_ROOT, dirs_exist_ok=True)
            told = json.loads((kept / "told.json").read_text(encoding="utf-8"))
            yield [tuple(each) for each in told]
        finally:
            keeping.put_back(keeping.migrated_file(), connection)


def _load_and_keep(folder):
    told = []
    for stop_after in (0, 45, 10, 60):
        with pytest.raises(Stopped):
            load(stop_after=stop_after, told=told)
    assert not is_loaded()
    load(told=told)
    keeping.forget("sample")
    made = folder.with_suffix(".new")
    made.mkdir()
    keeping.keep(connection, made / "city.sqlite3")
    shutil.copytree(settings.MEDIA_ROOT, made / "media")
    (made / "told.json").write_text(json.dumps(told), encoding="utf-8")
    made.rename(folder)
