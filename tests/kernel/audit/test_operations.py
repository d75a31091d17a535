from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy

from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.audit import queries
from madoguchi.kernel.audit.models import AuditEntry, AuditHead
from madoguchi.kernel.audit.operations import DetailNotExact
from madoguchi.kernel.registries import ActorRoles, actor_roles

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture
def clerk() -> AbstractBaseUser:
    return get_user_model().objects.create(username="clerk")


@pytest.fixture
def two_roles() -> Iterator[None]:
    actor_roles.register(ActorRoles("test", lambda _: ["reporter", "auditor"]))
    yield
    actor_roles.unregister("test")


@pytest.mark.usefixtures("two_roles")
def test_an_entry_says_who_did_what_when(clerk: AbstractBaseUser) -> None:
    head = AuditHead.objects.get()
    with clock.frozen(AT):
        entry = audit.record(
            by=clerk, action="plan.year_opened", subject="plan.year:1", detail={"b": 1, "a": [2]}
        )
    stored = AuditEntry.objects.get(sequence=entry.sequence)
    assert stored.sequence == head.sequence + 1
    assert stored.at == AT
    assert stored.actor == str(clerk.pk)
    assert stored.actor_roles == ["auditor", "reporter"]
    assert stored.action == "plan.year_opened"
    assert stored.subject == "plan.year:1"
    assert stored.detail == {"a": [2], "b": 1}
    assert stored.previous_digest == head.digest
    assert str(stored) == f"{entry.sequence} plan.year_opened plan.year:1"
    later = AuditHead.objects.get()
    assert (later.sequence, later.digest) == (stored.sequence, stored.digest)
    assert str(later) == f"{stored.sequence} {stored.digest}"


def test_the_system_acts_without_a_name() -> None:
    entry = audit.record(by=None, action="plan.reminded", subject="plan.year:1")
    assert (entry.actor, entry.actor_roles, entry.detail) == ("", [], {})


def test_detail_is_kept_as_plain_data() -> None:
    entry = audit.record(
        by=None,
        action="plan.effect_set",
        subject="plan.report:1",
        detail={"on": date(2026, 4, 1), "value": Decimal("1.50"), "word": gettext_lazy("x")},
    )
    assert entry.detail == {"on": "2026-04-01", "value": "1.50", "word": "x"}
    assert AuditEntry.objects.get(sequence=entry.sequence).detail == entry.detail
    assert queries.verify().is_sound


@pytest.mark.parametrize("number", [1.5, float("nan")])
def test_floats_are_refused(number: float) -> None:
    with pytest.raises(DetailNotExact, match="no exact number"):
        audit.record(by=None, action="a.b", subject="", detail={"n": number})


def test_an_operation_that_fails_leaves_no_entry() -> None:
    def fail() -> None:
        with transaction.atomic():
            audit.record(by=None, action="a.b", subject="")
            raise KeyError

    before = AuditHead.objects.get().sequence
    with pytest.raises(KeyError):
        fail()
    assert AuditHead.objects.get().sequence == before
    assert queries.verify().is_sound


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.update(action="a.c"),
        lambda: AuditEntry.objects.all().delete(),
        lambda: AuditEntry.objects.get(sequence=1).delete(),
        lambda: AuditEntry(sequence=1, at=AT, digest="").save(),
        lambda: AuditHead.objects.update(sequence=0),
        lambda: AuditHead.objects.update(digest=""),
        lambda: AuditHead.objects.all().delete(),
        lambda: AuditHead.objects.create(id=2),
    ],
)
def test_the_database_refuses_changes(change: Callable[[], object]) -> None:
    for _ in range(2 - AuditHead.objects.get().sequence):
        audit.record(by=None, action="a.b", subject="")
    with pytest.raises(IntegrityError), transaction.atomic():
        change()
    assert queries.verify().is_sound


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["audit_entry", "audit_head"])
def test_the_database_refuses_to_empty_the_log(table: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is a word of PostgreSQL's")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_connections_make_one_chain() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the test database of SQLite lies in memory, with one writer at a time")
    start = AuditHead.objects.get().sequence
    barrier = Barrier(2, timeout=20)
    failures: list[DatabaseError] = []

    def append(name: str) -> None:
        barrier.wait()
        try:
            for _ in range(25):
                audit.record(by=None, action="test.appended", subject=name)
        except DatabaseError as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=append, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    appended = queries.entries(limit=50)
    assert [entry.sequence for entry in appended] == list(range(start + 50, start, -1))
    assert sorted(entry.subject for entry in appended) == ["one"] * 25 + ["two"] * 25
    assert queries.verify().is_sound


@pytest.mark.django_db(transaction=True)
def test_emptying_the_database_leaves_the_log() -> None:
    entry = audit.record(by=None, action="test.kept", subject="")
    call_command("flush", interactive=False, verbosity=0, stdout=StringIO())
    assert AuditEntry.objects.get(sequence=entry.sequence).digest == entry.digest
    assert AuditHead.objects.get().digest == entry.digest


def unlock() -> None:
    """Take the triggers away, as somebody with the database's own keys could."""
    names = {
        "sqlite": [
            ("audit_entry_no_update", ""),
            ("audit_entry_no_delete", ""),
            ("audit_head_one_step", ""),
            ("audit_head_no_delete", ""),
        ],
        "postgresql": [
            ("audit_entry_no_change", " ON audit_entry"),
            ("audit_head_one_step", " ON audit_head"),
            ("audit_head_no_delete", " ON audit_head"),
        ],
    }[connection.vendor]
    with connection.cursor() as cursor:
        for name, table in names:
            cursor.execute(f"DROP TRIGGER {name}{table}")


def tamper(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def first() -> int:
    """The number of the first of three fresh entries, in a database without its triggers."""
    sequences = [
        audit.record(by=None, action="test.done", subject=f"test:{n}", detail={"n": n}).sequence
        for n in range(3)
    ]
    unlock()
    return sequences[0]


def broken() -> tuple[int, str]:
    found = queries.verify().broken
    assert found is not None
    return found.sequence, found.kind.value


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("at", AT - timedelta(days=1), "digest"),
        ("actor", "9", "digest"),
        ("actor_roles", '["auditor"]', "digest"),
        ("action", "test.undone", "digest"),
        ("subject", "test:9", "digest"),
        ("detail", '{"n": 9}', "digest"),
        ("digest", "f" * 64, "digest"),
        ("previous_digest", "f" * 64, "link"),
    ],
)
def test_a_changed_field_is_found(first: int, column: str, value: object, kind: str) -> None:
    if isinstance(value, datetime) and connection.vendor == "sqlite":
        value = str(value.astimezone(UTC).replace(tzinfo=None))
    name = connection.ops.quote_name(column)
    tamper(f"UPDATE audit_entry SET {name} = %s WHERE sequence = %s", value, first + 1)  # noqa: S608 - the names above
    assert broken() == (first + 1, kind)


def test_a_changed_number_is_found(first: int) -> None:
    tamper("UPDATE audit_entry SET sequence = sequence + 9 WHERE sequence = %s", first + 1)
    assert broken() == (first + 1, "gap")


def test_a_missing_entry_is_found(first: int) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence = %s", first)
    assert broken() == (first, "gap")


def test_a_truncated_end_is_found(first: int) -> None:
    tamper("DELETE FROM audit_entry WHERE sequence > %s", first)
    assert broken() == (first + 1, "truncated")


def test_a_head_set_back_is_found(first: int) -> None:
    digest = AuditEntry.objects.get(sequence=first).digest
    tamper("UPDATE audit_head SET sequence = %s, digest = %s", first, digest)
    assert broken() == (first, "head")


def test_a_head_with_another_digest_is_found(first: int) -> None:
    tamper("UPDATE audit_head SET digest = %s", "f" * 64)
    assert broken() == (first + 2, "head")


def test_a_missing_head_is_found(first: int) -> None:
    tamper("DELETE FROM audit_head")
    assert broken() == (first + 2, "head")


def test_an_entry_behind_the_head_is_found(first: int) -> None:
    tamper("UPDATE audit_entry SET sequence = sequence + 1 WHERE sequence = %s", first + 2)
    assert broken() == (first + 2, "truncated")
    entry = AuditEntry.objects.get(sequence=first + 3)
    tamper("UPDATE audit_entry SET sequence = %s WHERE sequence = %s", first + 2, entry.sequence)
    assert queries.verify().is_sound
    entry.digest = "e" * 64
    entry.save(force_insert=True)
    assert broken() == (first + 2, "head")
