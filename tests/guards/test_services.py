"""A city takes what it wants: what is left out leaves no page, menu, table or indicator behind."""

import json
import os
import subprocess
import sys

import pytest

ASK = """
import json, django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.test import Client
call_command("migrate", verbosity=0)
from madoguchi.kernel import evidence, registries
client = Client(SERVER_NAME="localhost")
print(json.dumps({
    "home": client.get("/").status_code,
    "plan": client.get("/plan/").status_code,
    "tables": sorted(n for n in connection.introspection.table_names() if n.startswith("plan_")),
    "indicators": sorted(i.code for i in evidence.indicators),
    "cards": sorted(c.code for c in registries.service_cards),
    "menu": sorted(m.code for m in registries.staff_menu if m.code.startswith("plan")),
    "search": sorted(s.code for s in registries.search_sources),
    "roles": sorted(r.code for r in registries.roles if r.code.startswith("plan")),
}))
"""


def city_with(services, folder):
    """What an installation with these services shows, in a process and a database of its own."""
    environment = {
        **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "MADOGUCHI_DEMO"}},
        "MADOGUCHI_SERVICES": services,
        "MADOGUCHI_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def bare_city(tmp_path_factory):
    return city_with("", tmp_path_factory.mktemp("none"))


@pytest.fixture(scope="module")
def plan_city(tmp_path_factory):
    return city_with("plan", tmp_path_factory.mktemp("plan"))


def test_a_city_without_services_has_a_home_page_and_nothing_of_the_plan(bare_city):
    assert bare_city == {
        "home": 200,
        "plan": 404,
        "tables": [],
        "indicators": [],
        "cards": [],
        "menu": [],
        "search": [],
        "roles": [],
    }


def test_a_city_with_the_plan_has_all_of_it(plan_city):
    assert plan_city["home"] == 200
    assert plan_city["plan"] in {200, 302}
    assert "plan_initiative" in plan_city["tables"]
    assert "plan.initiatives_finished" in plan_city["indicators"]
    assert plan_city["cards"] != []
    assert plan_city["menu"] != []
    assert plan_city["search"] != []
    assert "plan_office" in plan_city["roles"]
