"""A mail server for tests: it keeps what it took, and can be told to fail."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Sink:
    """``mails`` are those that were taken. ``before`` is called with the number of the mail that
    is about to be; where it gives a text, that is the answer and the mail is not taken."""

    def __init__(self) -> None:
        self.mails = []
        self.seen = 0
        self.port = 0
        self.before: Callable[[int], str | None] = lambda _number: None

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 # aiosmtpd's name
        self.seen += 1
        if answer := self.before(self.seen):
            return answer
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.rcpt_tos[0], parsed))
        return "250 OK"


@contextmanager
def running() -> Iterator[Sink]:
    sink = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        sink.port = free.getsockname()[1]
    server = Controller(sink, hostname="127.0.0.1", port=sink.port)
    server.start()
    try:
        yield sink
    finally:
        server.stop()


def mailers(sink: Sink) -> dict:
    """Settings that mail to it."""
    return {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": sink.port},
        }
    }
