"""Messages go out by real HTTP to whoever listens at the city's address."""

import json
import logging
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django_tasks_db.models import DBTaskResult

from madoguchi.blocks.cardsandbox import operations, tasks
from madoguchi.blocks.cardsandbox.operations import Wanted
from madoguchi.blocks.cardsandbox.service import SandboxProvider
from madoguchi.kernel import clock

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=clock.TOKYO)


class City(HTTPServer):
    """Takes messages as the city would, and answers with a status of the test's choice."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taker)
        self.answer = 200
        self.taken = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Taker(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, dict(self.headers), body))
        self.send_response(self.server.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def city(settings):
    with City() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        settings.BASE_URL = server.url
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def later(settings):
    """Tasks wait in the database, as they do in an installation."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture(autouse=True)
def _morning():
    with clock.frozen(NOW):
        yield


def pay(key="a1"):
    intent = operations.begin(Wanted(key, "payer-secret", 6250, "水道料金", "http://x/back/"))
    return operations.choose_card(reference=intent.reference, card="pays")


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_told_once_it_is_certain(city):
    intent = pay()
    [(path, headers, body)] = city.taken
    assert path == "/pay/webhooks/sandbox/"
    message = SandboxProvider().read_message(body, headers)
    assert (message.reference, message.state.status) == (intent.reference, "succeeded")


@pytest.mark.django_db
def test_nothing_is_told_before(city):
    pay()
    assert city.taken == []


@pytest.mark.django_db
def test_nobody_listens_and_nothing_breaks(settings, caplog):
    settings.BASE_URL = "http://127.0.0.1:9"
    with caplog.at_level(logging.WARNING):
        assert tasks.send_message.func(pay().reference) is False
    [line] = caplog.messages
    assert "was not taken (URLError)" in line
    assert "payer-secret" not in line


@pytest.mark.django_db
@pytest.mark.usefixtures("later")
def test_what_was_not_taken_is_sent_again_later(city):
    reference = pay().reference
    city.answer = 500
    for tries, seconds in enumerate((10, 60, 600, 3600)):
        assert tasks.send_message.func(reference, tries) is False
        waiting = DBTaskResult.objects.latest("enqueued_at")
        assert waiting.run_after == NOW + timedelta(seconds=seconds)
        assert waiting.args_kwargs["args"] == [reference, tries + 1]
        DBTaskResult.objects.all().delete()
    assert tasks.send_message.func(reference, 4) is False
    assert DBTaskResult.objects.count() == 0
    city.answer = 200
    assert tasks.send_message.func(reference, 1) is True
    bodies = {json.loads(body)["id"] for _path, _headers, body in city.taken}
    assert bodies == {f"evt_{reference}_succeeded"}
