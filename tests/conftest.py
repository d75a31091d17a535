"""What every test may use."""

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from pathlib import Path

import pytest
from django.core.management.commands import flush, migrate
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from pytest_django import Settings

from madoguchi.blocks.documents.service import Authority, make_test_authority
from madoguchi.kernel import clock
from tests import keeping

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


PAGES = ("views", "pages", "sign_in", "shell", "api_answers", "journeys", "demo")
"""In the path of tests that look at pages."""
EVERY_PAGE = "test_each_role_opens_what_the_table_says[auditor]"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out what another database cannot change",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-only"):
        return
    asking, others = [], []
    for item in items:
        (asking if _depends_on_the_database(item) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = asking


def _depends_on_the_database(item: pytest.Item) -> bool:
    """Whether a test asks the database, and not for a page: pages read through the queries that
    others test. Every page for staff is opened once, by an auditor."""
    path = item.path.relative_to(item.config.rootpath).as_posix()
    if path.startswith("tests/guards/"):
        return item.name == EVERY_PAGE
    names = getattr(item, "fixturenames", ())
    is_asking = item.get_closest_marker("django_db") or {"db", "transactional_db"} & {*names}
    return bool(is_asking) and not any(word in path for word in PAGES)


@pytest.fixture
def seed_path() -> Path:
    """The city's real document, where it lies beside the checkout."""
    found = sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else []
    if not found:
        pytest.skip("the real plan document (../shared/seeds) is not beside this checkout")
    return found[0]


class FlushOfTests(flush.Command):
    """Empties append-only tables too, between tests that commit: nothing else may. What migrations
    know of the models (types of content, permissions) stays."""

    def handle(self, **options: object) -> None:
        alias = str(options["database"])
        connection = connections[alias]
        with connection.cursor() as cursor:
            filled = filled_tables(cursor, connection.introspection.django_table_names())
            with transaction.atomic(alias), triggers_off(cursor, filled):
                for table in filled:
                    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 # names of our own tables
                connection.check_constraints()  # now, so that nothing is left for later


def filled_tables(cursor: CursorWrapper, tables: Iterable[str]) -> list[str]:
    wanted = sorted({*tables} - {"django_content_type", "auth_permission"})
    found: list[str] = []
    for some in batched(wanted, 100, strict=False):  # as many as SQLite takes in one statement
        asked = (f"SELECT '{each}' WHERE EXISTS (SELECT 1 FROM {each})" for each in some)  # noqa: S608 # as above
        cursor.execute(" UNION ALL ".join(asked))
        found += [table for (table,) in cursor.fetchall()]
    return found


class MigrateOfTests(migrate.Command):
    """Migrates SQLite's test database once for all processes and runs, as long as nothing that
    makes tables has changed: it takes longer than most of the tests."""

    def handle(self, *args: object, **options: object) -> None:
        connection = connections[str(options["database"])]
        is_done = connection.introspection.table_names()
        if connection.vendor != "sqlite" or is_done:
            super().handle(*args, **options)
            return
        with keeping.locked("database"):
            file = keeping.migrated_file()
            if file.exists():
                keeping.put_back(file, connection)
                return
            super().handle(*args, **options)
            keeping.forget("database")
            keeping.keep(connection, file)


@contextmanager
def triggers_off(cursor: CursorWrapper, tables: Collection[str]) -> Iterator[None]:
    """Without the triggers that our migrations put on these tables."""
    if cursor.db.vendor == "sqlite":
        cursor.execute("SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        kept = [(name, sql) for name, sql, table in cursor.fetchall() if table in tables]
        off = [f"DROP TRIGGER {name}" for name, _sql in kept]
        on = [sql for _name, sql in kept]
    else:
        cursor.execute("SELECT DISTINCT event_object_table FROM information_schema.triggers")
        kept = [table for (table,) in cursor.fetchall() if table in tables]
        off = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in kept]
        on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in kept]
    for statement in off:
        cursor.execute(statement)
    yield
    for statement in on:
        cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def commands_of_tests() -> Iterator[None]:
    """Put them in the place of Django's, as an app with commands of these names would."""
    patch = pytest.MonkeyPatch()
    patch.setattr(flush, "Command", FlushOfTests)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001 # one database a process
) -> Iterator[None]:
    """Before the test database is made: from the one that an earlier run kept."""
    patch = pytest.MonkeyPatch()
    patch.setattr(migrate, "Command", MigrateOfTests)
    yield
    patch.undo()


@pytest.fixture
def migrated(django_db_setup: None) -> Callable[[Path], str]:  # noqa: ARG001 # it keeps the file
    """Makes a migrated SQLite database for a process that a test starts, at this path; gives its
    address. While tests run on PostgreSQL none may be kept: then the process migrates itself."""

    def copy(path: Path) -> str:
        if (kept := keeping.migrated_file()).exists():
            shutil.copyfile(kept, path)
        return f"sqlite:///{path}"

    return copy


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A test authority of today, and the key that it certified."""
    return make_test_authority(tmp_path_factory.mktemp("keys"), on=clock.today())


@pytest.fixture
def signing_key(authority: Authority, settings: Settings) -> Authority:
    """The installation signs documents with the test authority's key."""
    settings.MADOGUCHI_SIGNING_KEY = authority.key
    return authority
