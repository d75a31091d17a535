"""Behind a front server that terminates TLS, as docs/operations.md says to set it up."""

import json
import os
import stat
import subprocess
import sys

ASK = """
import json, django
django.setup()
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
call_command("migrate", verbosity=0)
from madoguchi.blocks.identity.models import User
User.objects.create_user("office", "office@example.org", "correct horse battery")
client = Client(enforce_csrf_checks=True, headers={
    "host": "city.example", "x-forwarded-for": "203.0.113.5", "x-forwarded-proto": "https"})
page = client.get("/accounts/login/")
token = client.cookies["csrftoken"]

def send(origin):
    data = {"email": "office@example.org", "csrfmiddlewaretoken": token.value}
    headers = {"origin": origin}
    return client.post("/accounts/password/reset/", data, headers=headers).status_code

print(json.dumps({
    "forged": send("https://evil.example"),
    "own": send("https://city.example"),
    "mail": mail.outbox[0].body,
    "hsts": page.headers.get("Strict-Transport-Security"),
    "secure": bool(token["secure"]),
}))
"""


def test_forms_are_taken_and_mails_name_the_safe_address(tmp_path, migrated):
    environment = {
        **{k: v for k, v in os.environ.items() if k != "MADOGUCHI_DEMO"},
        "DATABASE_URL": migrated(tmp_path / "db.sqlite3"),
        "ALLOWED_HOSTS": "city.example",
        "MADOGUCHI_BASE_URL": "https://city.example",
        "MADOGUCHI_TRUSTED_PROXIES": "1",
        "MADOGUCHI_DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["forged"], found["own"]) == (403, 302)
    assert "https://city.example/accounts/password/reset/key/" in found["mail"]
    assert found["hsts"] == "max-age=31536000"
    assert found["secure"]
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700  # names lie in it
