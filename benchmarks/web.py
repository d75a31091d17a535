"""Pages per second over real connections, in turns with a bare view of the same server."""

import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

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
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"{name:<44} {ours:9.0f} /s  {'a bare Django view, same server':<38}"
        f" {bare:9.0f} /s  ratio {ratio:6.2f}"
    )
