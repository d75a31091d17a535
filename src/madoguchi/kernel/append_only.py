"""Tables that the database itself lets nobody change: triggers for SQLite and PostgreSQL.

Used in a migration: ``operations = [..., append_only.protect("payments_ledgerentry")]``.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


def statements(table: str, vendor: str) -> list[str]:
    """The SQL that makes a table refuse UPDATE and DELETE (and TRUNCATE where there is one)."""
    words = f"{table} is append-only"
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"""
        CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END
        $$
        """,
        f"""
        CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_refuse()
        """,
        f"""
        CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()
        """,
    ]


def protect(*tables: str) -> RunPython:
    """The migration step that protects tables which an earlier step made."""

    def make_triggers(apps: object, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 # the signature of a migration step
        for table in tables:
            for statement in statements(table, editor.connection.vendor):
                editor.execute(statement)

    return RunPython(make_triggers, RunPython.noop, elidable=False)
