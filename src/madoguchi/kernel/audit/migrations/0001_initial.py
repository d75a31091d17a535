"""The tables of the audit log, and the triggers that make it append-only."""

from django.db import migrations, models

APPEND_ONLY = "the audit log is append-only"

SQLITE = [
    f"""
    CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
    BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END
    """,
    f"""
    CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END
    """,
    f"""
    CREATE TRIGGER audit_head_one_step BEFORE UPDATE ON audit_head
    WHEN NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1
    BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END
    """,
    f"""
    CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END
    """,
]

POSTGRESQL = [
    f"""
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation'; END
    $$
    """,
    """
    CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_head_one_step BEFORE UPDATE ON audit_head FOR EACH ROW
    WHEN (NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1) EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
]


def make_tables(apps, schema_editor):
    for name in ("AuditEntry", "AuditHead"):
        schema_editor.create_model(apps.get_model("audit", name))
    apps.get_model("audit", "AuditHead").objects.using(schema_editor.connection.alias).create()
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="time")),
                ("actor", models.CharField(blank=True, max_length=64, verbose_name="by")),
                ("actor_roles", models.JSONField(default=list, verbose_name="roles")),
                ("action", models.CharField(max_length=80, verbose_name="action")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("detail", models.JSONField(default=dict, verbose_name="detail")),
                ("previous_digest", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "managed": False,
                "verbose_name": "audit entry",
                "db_table": "audit_entry",
                "ordering": ["-sequence"],
                "indexes": [
                    models.Index(fields=["subject", "-sequence"], name="audit_by_subject"),
                    models.Index(fields=["action", "-sequence"], name="audit_by_action"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, primary_key=True, serialize=False
                    ),
                ),
                ("sequence", models.BigIntegerField(default=0)),
                ("digest", models.CharField(default="0" * 64, max_length=64)),
            ],
            options={
                "managed": False,
                "db_table": "audit_head",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="audit_one_head"
                    ),
                ],
            },
        ),
        migrations.RunPython(make_tables, migrations.RunPython.noop),
    ]
