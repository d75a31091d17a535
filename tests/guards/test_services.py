"""A city takes what it wants: what is left out leaves no page, menu, table or indicator behind."""

import json
import os
import subprocess
import sys

import pytest

ASK = """
import json, django
django.setup()
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
MigrationLoader(None)  # no migration waits for one that is left out
# tables as the models say: that migrations make the same is guarded elsewhere, and takes longer
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
from django.core.management import call_command, get_commands
from django.db import connection
from django.test import Client
call_command("migrate", run_syncdb=True, verbosity=0)
from madoguchi.kernel import evidence, registries
client = Client(SERVER_NAME="localhost")
def areas(codes):
    return sorted({code.partition(".")[0] for code in codes})
print(json.dumps({
    "home": client.get("/").status_code,
    "pages": {path: client.get(path).status_code for path in PATHS},
    "tables": areas(n.replace("_", ".", 1) for n in connection.introspection.table_names()),
    "indicators": areas(i.code for i in evidence.indicators),
    "cards": areas(c.code for c in registries.service_cards),
    "menu": areas(m.code for m in registries.staff_menu),
    "search": areas(s.code for s in registries.search_sources),
    "actions": areas(a.code for a in registries.audit_actions),
    "erasure": areas(h.code for h in registries.erasure_hooks),
    "commands": areas(n for app, n in ((a, c) for c, a in get_commands().items())
        if app.startswith("madoguchi.blocks.payments")),
}))
"""
PATHS = {
    "plan": ["/plan/"],
    "fees": ["/fees/", "/staff/fees/"],
    "water": ["/water/", "/staff/water/"],
    "payments": ["/pay/", "/staff/payments/"],
    "procedures": ["/procedures/", "/staff/procedures/"],
    "onestop": ["/onestop/", "/staff/onestop/"],
}
KINDS = ("tables", "indicators", "cards", "menu", "search", "actions", "erasure")


def city_with(services, folder):
    """What an installation with these services shows, in a process and a database of its own."""
    environment = {
        **{
            k: v
            for k, v in os.environ.items()
            if k not in {"DATABASE_URL", "MADOGUCHI_DEMO", "MADOGUCHI_CARD_PROVIDER"}
        },
        "MADOGUCHI_SERVICES": services,
        "MADOGUCHI_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", f"PATHS = {[p for each in PATHS.values() for p in each]}\n{ASK}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("services", "left_out"),
    [
        ("", {"plan", "fees", "water", "payments", "procedures", "onestop"}),
        ("plan", {"fees", "water", "payments", "procedures", "onestop"}),
        ("water", {"plan", "fees", "procedures", "onestop"}),
        ("onestop", {"plan", "fees", "water", "payments"}),
    ],
)
def test_what_is_left_out_leaves_nothing_behind(services, left_out, tmp_path):
    city = city_with(services, tmp_path)
    assert city["home"] == 200
    assert {
        name: 404 in {city["pages"][path] for path in paths} for name, paths in PATHS.items()
    } == {name: name in left_out for name in PATHS}
    assert [(kind, area) for kind in KINDS for area in left_out & set(city[kind])] == []
    there = PATHS.keys() - left_out
    for kind in ("tables", "actions"):
        assert there <= set(city[kind])
    assert there - {"onestop"} <= set(city["erasure"])  # its visits hold a case's number only
    assert set(city["indicators"]) == there - {"payments", "procedures"}
    assert bool(city["commands"]) == ("payments" in there)
