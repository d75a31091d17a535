"""What every test may use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management.commands import flush
from django.db import connections
from pytest_django import Settings

from madoguchi.blocks.documents.service import Authority, make_test_authority
from madoguchi.kernel import clock

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out what asks no database: another one cannot change its outcome",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    asking, others = [], []
    for item in items:
        names = getattr(item, "fixturenames", ())
        is_asking = item.get_closest_marker("django_db") or {"db", "transactional_db"} & {*names}
        (asking if is_asking else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = asking


@pytest.fixture
def seed_path() -> Path:
    """The city's real document, where it lies beside the checkout."""
    found = sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else []
    if not found:
        pytest.skip("the real plan document (../shared/seeds) is not beside this checkout")
    return found[0]


class FlushOfTests(flush.Command):
    """Empties append-only tables too, between tests that commit: nothing else may."""

    def handle(self, **options: object) -> None:
        with triggers_off(str(options["database"])):
            super().handle(**options)


@contextmanager
def triggers_off(alias: str) -> Iterator[None]:
    """Without the triggers that our migrations made (named after their table)."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
                "AND tbl_name NOT LIKE 'audit%'"
            )
            kept = cursor.fetchall()
            off = [f"DROP TRIGGER {name}" for name, _sql in kept]
            on = [sql for _name, sql in kept]
        else:
            cursor.execute(
                "SELECT DISTINCT event_object_table FROM information_schema.triggers "
                "WHERE event_object_table NOT LIKE 'audit%'"
            )
            tables = [table for (table,) in cursor.fetchall()]
            off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        for statement in off:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in on:
                cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def flush_of_tests() -> Iterator[None]:
    """Put it in the place of Django's, as an app with a command of that name would."""
    patch = pytest.MonkeyPatch()
    patch.setattr(flush, "Command", FlushOfTests)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A test authority of today, and the key that it certified."""
    return make_test_authority(tmp_path_factory.mktemp("keys"), on=clock.today())


@pytest.fixture
def signing_key(authority: Authority, settings: Settings) -> Authority:
    """The installation signs documents with the test authority's key."""
    settings.MADOGUCHI_SIGNING_KEY = authority.key
    return authority
