"""Several connections of a real database at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused

SEVERAL_CONNECTIONS = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="two connections need PostgreSQL: set DATABASE_URL"
    ),
]
"""The marks of a module of such tests."""


def at_once(*actions: Callable[[], Any], at: datetime | None = None) -> list[Any]:
    """Start all together, each on its own connection; results, or what each was refused with.

    ``at``: the moment at which the clock stands for all of them.
    """
    start = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            with clock.frozen(at) if at else nullcontext():
                return action()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def names(outcomes: list[Any]) -> list[str]:
    """The kinds of results and refusals, sorted: who gets which is chance."""
    return sorted(type(each).__name__ for each in outcomes)
