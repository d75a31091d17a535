"""Pages per second over real connections, in turns with a bare view of the same server."""

import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import urlencode

CLIENTS = 4
REQUESTS = 60
TURNS = 5


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server() -> Iterator[int]:
    """granian as the README starts it, on a free port; with one worker: a ratio per core."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"),
        *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
        "madoguchi.config.wsgi:application",
    ]
    process = subprocess.Popen(command, env=dict(os.environ))  # noqa: S603 # our own server
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(150):
        with contextlib.suppress(OSError):
            _get(port, "/bare/", 1)
            return
        time.sleep(0.2)
    message = "the measured server did not start"
    raise RuntimeError(message)


def _get(port: int, path: str, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(times):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            message = f"{path} answered {response.status}"
            raise RuntimeError(message)
    connection.close()


def _per_second(port: int, path: str) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(lambda _: _get(port, path, REQUESTS // CLIENTS), range(CLIENTS)))
    return REQUESTS / (time.perf_counter() - begun)


def measure(port: int, name: str, path: str) -> None:
    """Print pages per second of ``path`` beside the bare view, and the ratio."""
    _get(port, path, 3)
    pairs = [(_per_second(port, path), _per_second(port, "/bare/")) for _ in range(TURNS)]
    _say(name, "a bare Django view, same server", pairs)


def race(name: str, ours: Callable[[], int], *, peer: str, theirs: Callable[[], int]) -> None:
    """Print how many a second some visitors at once get done beside those of the peer.

    Either gives how many it did; one turn of each is not counted.
    """
    ours()
    theirs()
    _say(name, peer, [(_done_per_second(ours), _done_per_second(theirs)) for _ in range(TURNS)])


def _done_per_second(work: Callable[[], int]) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as visitors:
        done = sum(visitors.map(lambda _: work(), range(CLIENTS)))
    return done / (time.perf_counter() - begun)


def _say(name: str, peer: str, pairs: list[tuple[float, float]]) -> None:
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:<44} {ours:9.1f} /s  {peer:<38} {theirs:9.1f} /s  ratio {ratio:6.2f}")


class Form(HTMLParser):
    """The fields of a page's forms that are sent by POST: names, and values already there."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._is_sent = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._is_sent = (given.get("method") or "").lower() == "post"
        elif self._is_sent and name and tag in {"input", "textarea", "select"}:
            self.fields.setdefault(name, given.get("value") or "")


class Visitor:
    """A browser of a resident: one connection, its cookies, forms sent with their proof; at an
    address of its own, as the server in front would name it."""

    _addresses = count(1)

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: SimpleCookie = SimpleCookie()
        number = next(self._addresses)
        self._address = f"198.18.{number // 250}.{number % 250 + 1}"
        self.html = ""

    def get(self, path: str) -> str:
        return self._ask("GET", path)

    def post(self, path: str, given: dict[str, str]) -> str:
        """The address to which the answer leads."""
        return self._ask("POST", path, urlencode(given))

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        headers = {
            "Cookie": "; ".join(f"{k}={v.value}" for k, v in self._cookies.items()),
            "X-Forwarded-For": self._address,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self._cookies["csrftoken"].value
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        self.html = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self._cookies.load(value)
        if response.status not in {200, 302}:
            message = f"{path} answered {response.status}"
            raise RuntimeError(message)
        return response.getheader("Location") or path

    def close(self) -> None:
        self._connection.close()
