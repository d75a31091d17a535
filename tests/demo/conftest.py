"""The sample city, loaded once for the tests that only look at it."""

from datetime import date

import pytest
from django.db import transaction

from madoguchi.demo.operations import is_loaded, load_sample

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
    """What loading told on its way. Rolled back after the module.

    It is cut off again and again, each time at another step, and goes on where it stopped: what
    the tests find is whole, and there once.
    """
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block._from_testcase = True  # as Django's own: what must be durable may lie within
        block.__enter__()
        try:
            told = []
            for stop_after in (0, 45, 10, 60):
                with pytest.raises(Stopped):
                    load(stop_after=stop_after, told=told)
            assert not is_loaded()
            yield load(told=told)
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)
