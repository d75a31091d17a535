"""What is dear to make and the same until something changes: kept from one run to the next.

It lies in ``.pytest_cache``, under a digest of everything that it is made of.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from madoguchi.kernel import clock

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".pytest_cache"
TABLES = (
    "src/madoguchi/**/migrations/*.py",
    "src/madoguchi/**/models*/**/*.py",
    "src/madoguchi/**/models.py",
    "src/madoguchi/**/apps.py",
    "src/madoguchi/kernel/**/*.py",
    "src/madoguchi/config/**/*.py",
    "requirements/*.txt",
    "tests/settings.py",
)
"""What decides which tables a migrated database has, and what lies in them."""
EVERYTHING = ("src/madoguchi/**/*.*", "requirements/*.txt")
"""What the sample city is made of, besides the day."""


@contextmanager
def locked(name: str) -> Iterator[None]:
    """While one process makes something, the others wait for it."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrated_file() -> Path:
    """Where a migrated SQLite database is kept, for as long as it would be made the same."""
    return FOLDER / f"database-{_digest(TABLES)}.sqlite3"


def loaded_city() -> Path:
    """The data folder of a sample city that was loaded today, where one was."""
    return FOLDER / f"city-{_digest(EVERYTHING, str(clock.today()))}"


def sample_city(on: date) -> Path:
    """The sample city as the tests of its loading left it, loaded on a certain day."""
    return FOLDER / f"sample-{_digest((*EVERYTHING, 'tests/demo/conftest.py'), str(on))}"


def forget(name: str) -> None:
    """Remove what was kept of a kind: it is made anew."""
    for old in FOLDER.glob(f"{name}-*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()


def keep(connection: BaseDatabaseWrapper, file: Path) -> None:
    """Keep an SQLite database."""
    made = file.with_suffix(".new")
    connection.ensure_connection()
    with closing(sqlite3.connect(made)) as target:
        connection.connection.backup(target)
    made.rename(file)


def put_back(file: Path, connection: BaseDatabaseWrapper) -> None:
    """Make a connection's database what was kept."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as source:
        source.backup(connection.connection)


def _digest(patterns: tuple[str, ...], *also: str) -> str:
    files = {path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}
    read = hashlib.sha256("".join(also).encode())
    for path in sorted(files):
        if "__pycache__" not in path.parts and path.suffix != ".mo":
            read.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return read.hexdigest()[:32]
