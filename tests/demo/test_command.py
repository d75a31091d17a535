"""``madoguchi demo``, as somebody who types it meets it."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from madoguchi.demo.management import server
from madoguchi.kernel.city.operations import set_profile
from madoguchi.plan.models import Plan
from tests import keeping

PATIENCE = 400
"""Seconds for the whole start on a busy machine."""


@contextmanager
def taken_port():
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free_port():
    with taken_port() as port:
        return port


def test_a_taken_port_is_said_plainly_before_anything_is_done(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    out = StringIO()
    with taken_port() as port, pytest.raises(CommandError) as refused:
        call_command("demo", port=port, stdout=out)
    assert f"Port {port} is used by another program" in str(refused.value)
    assert f"  make demo PORT={port + 1}\n" in str(refused.value)
    assert out.getvalue() == ""
    assert not settings.DATA_DIR.exists()


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 99999), ("203.0.113.7", 8000)])
def test_an_address_that_cannot_be_used_is_named(host, port):
    with pytest.raises(CommandError, match=rf"Port {port} of {re.escape(host)} cannot be used"):
        call_command("demo", host=host, port=port)


@pytest.mark.django_db
def test_it_leaves_a_city_s_own_data_alone(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    set_profile(by=None, name="ほんとうの市", code="131016")
    with pytest.raises(CommandError, match="MADOGUCHI_DATA_DIR=/path/to/folder make demo"):
        call_command("demo", no_serve=True, stdout=StringIO())
    assert not Plan.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("is_sample", [True, False])
def test_pages_say_that_the_city_is_a_sample(client, settings, is_sample):
    settings.MADOGUCHI_DEMO = is_sample
    page = client.get(reverse("site:home")).content.decode()
    assert ("これは見本の市です。人名・日付・文章は架空です。" in page) == is_sample


def test_a_server_that_cannot_start_shows_the_end_of_its_log(tmp_path):
    program = server.Program("web", ["no_such_module_of_ours"], tmp_path / "logs" / "web.log")
    program.start(server.environment())
    program.process.wait(30)
    assert program.has_ended
    with pytest.raises(server.NotAnswering, match="no_such_module_of_ours"):
        server.wait_until_answering(program, "127.0.0.1", free_port(), stopping=NeverAsked())
    program.stop()


class NeverAsked:
    """Nobody asks to stop."""

    def wait(self, seconds):
        time.sleep(seconds)
        return False


class Demo:
    """The command in a process of its own, with a data folder of its own."""

    def __init__(self, folder, port):
        kept_out = ("DATABASE_URL", "MADOGUCHI_BASE_URL", "ALLOWED_HOSTS", "SECRET_KEY")
        environment = {key: value for key, value in os.environ.items() if key not in kept_out}
        environment |= {
            "DJANGO_SETTINGS_MODULE": "madoguchi.config.settings",
            "MADOGUCHI_DATA_DIR": str(folder / "data"),
            "MADOGUCHI_DEMO": "1",
            "PYTHONUTF8": "1",
        }
        self.folder, self.port = folder, port
        self.output = folder / f"output-{time.monotonic_ns()}"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "madoguchi.config", "demo", "--port", str(port)],
                env=environment,
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def told(self):
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, words):
        ends_at = time.monotonic() + PATIENCE
        while words not in self.told():
            assert self.process.poll() is None, self.told()
            assert time.monotonic() < ends_at, self.told()
            time.sleep(0.2)

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def children(self):
        """The programs it runs: their command lines by process id."""
        pid = self.process.pid
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return {
            int(child): Path(f"/proc/{child}/cmdline").read_bytes().decode()
            for child in listed.split()
        }


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def start(tmp_path, migrated):
    """Start the command, with the tables made; whatever still runs after the test is ended."""
    started = []
    (tmp_path / "data").mkdir()
    migrated(tmp_path / "data" / "madoguchi.sqlite3")

    def begin():
        started.append(Demo(tmp_path, free_port()))
        return started[-1]

    yield begin
    for demo in started:
        if demo.process.poll() is None:
            demo.process.terminate()
            demo.process.wait(30)


def keep_for_journeys(data):
    """The browser journeys begin in this city: loading it takes long."""
    keeping.forget("city")
    made = keeping.loaded_city().with_suffix(".new")
    shutil.copytree(data, made)
    made.rename(keeping.loaded_city())


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads the process table of Linux")
def test_it_serves_until_it_is_stopped_and_goes_on_where_it_was(start):
    first = start()
    first.wait_for("Ctrl-C")
    told = first.told()
    assert "[2/4] データベース / Database\n[3/4] 見本の市 / Sample city\n" in told
    assert "      令和8年度 22/22\n" in told
    assert re.search(r"^ +office +行革事務局 / Plan office ", told, re.MULTILINE)
    assert (first.folder / "data" / "demo-sign-in.txt").read_text().strip() in told
    assert "窓口市（見本）" in first.get("/")[1]
    addresses = re.findall(rf"http://localhost:{first.port}(\S+)", first.told())
    assert {path: first.get(path)[0] for path in addresses} == {
        "/": 200,
        "/plan/plan-2025/": 200,
        "/plan/plan-2015/": 200,
        "/plan/plan-2015/1-11/": 200,
        "/search/?q=%E7%AA%93%E5%8F%A3": 200,
        "/water/": 200,
        "/pay/": 200,
        "/verify/": 200,
        "/procedures/": 200,
        "/onestop/": 200,
        "/api/": 200,
        "/staff/": 302,  # to the sign-in
    }
    children = first.children()
    assert sorted("granian" in arguments for arguments in children.values()) == [False, True]
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(30) == 0
    assert "Stopped. The data stays" in first.told()
    assert [pid for pid in children if not gone(pid)] == []

    keep_for_journeys(first.folder / "data")

    again = start()
    again.wait_for("Ctrl-C")
    assert "平成27年度" not in again.told()
    password = re.compile(r"Password of all of them: (\S+)")
    assert password.findall(again.told()) == password.findall(first.told())
    worker = next(pid for pid, arguments in again.children().items() if "db_worker" in arguments)
    web = next(pid for pid in again.children() if pid != worker)
    os.kill(worker, signal.SIGKILL)
    assert again.process.wait(30) == 1
    assert "The worker program ended." in again.told()
    assert gone(web)
