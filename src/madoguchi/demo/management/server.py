"""The web server and the worker of the sample city, as two programs beside this one."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import BinaryIO

LAST_PORT = 65535
START_SECONDS = 180
STOP_SECONDS = 10


class PortTaken(Exception):  # errors are named for what could not be done
    """Another program listens on the port."""


class PortRefused(Exception):  # errors are named for what could not be done
    """This address or port cannot be used; the text says why."""


class NotAnswering(Exception):  # errors are named for what could not be done
    """The server ended, or did not answer in time; the text is the end of its log."""


def check_port(host: str, port: int) -> None:
    """Raises PortTaken or PortRefused."""
    if not 1 <= port <= LAST_PORT:
        raise PortRefused(f"1–{LAST_PORT}")
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with closing(socket.socket(family, kind, protocol)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno in _TAKEN:
            raise PortTaken from error
        raise PortRefused(error.strerror or str(error)) from error


_TAKEN = frozenset({98, 48, 10048})
"""EADDRINUSE on Linux, macOS and Windows."""


@dataclass(slots=True)
class Program:
    """A program that runs beside this one and writes into a log file of its own."""

    name: str
    arguments: list[str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    _kept_open: list[BinaryIO] = field(default_factory=list)

    def start(self, environment: Mapping[str, str]) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        output = self.log.open("ab")
        self._kept_open.append(output)
        self.process = subprocess.Popen(  # noqa: S603 # our own programs, no shell
            [sys.executable, "-m", *self.arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            process_group=0,  # Ctrl-C reaches this program alone, which then stops the others once
        )

    @property
    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to end; end it after STOP_SECONDS."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for output in self._kept_open:
            output.close()

    def last_lines(self, count: int = 15) -> str:
        with self.log.open(encoding="utf-8", errors="replace") as lines:
            return "".join(deque(lines, maxlen=count))


def web_server(host: str, port: int, logs: Path) -> Program:
    return Program(
        name="web",
        arguments=[
            *("granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
            *("--workers", "2", "--blocking-threads", "4"),
            *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
            "madoguchi.config.wsgi:application",
        ],
        log=logs / "web.log",
    )


def worker(logs: Path) -> Program:
    return Program(
        name="worker", arguments=["madoguchi.config", "db_worker"], log=logs / "worker.log"
    )


def environment(**extra: str) -> dict[str, str]:
    """This program's environment with more; what was set before stays."""
    return {**extra, **os.environ, "PYTHONUNBUFFERED": "1"}


def wait_until_answering(program: Program, host: str, port: int, stopping: Event) -> None:
    """Until the home page is there, or somebody stops it. Raises NotAnswering."""
    ends_at = time.monotonic() + START_SECONDS
    while time.monotonic() < ends_at and not program.has_ended:
        if _answers(host, port) or stopping.wait(0.2):
            return
    raise NotAnswering(program.last_lines())


def _answers(host: str, port: int) -> bool:
    own = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 # asked, not bound
    connection = http.client.HTTPConnection(own.get(host, host), port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
