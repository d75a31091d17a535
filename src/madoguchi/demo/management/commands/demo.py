"""``madoguchi demo``: the sample city on this machine, with one command."""

import signal
import unicodedata
from argparse import ArgumentParser
from collections.abc import Iterator
from threading import Event
from types import FrameType
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from madoguchi.demo import content
from madoguchi.demo.management import server
from madoguchi.demo.operations import (
    RESIDENT,
    OtherCityHere,
    case_to_try,
    load_sample,
    payer_to_try,
    sign_in_file,
    sign_in_password,
    staff,
)
from madoguchi.kernel import clock
from madoguchi.kernel.registries import roles
from madoguchi.plan.operations.reminders import remind

LINE = "\n"


def both(words: Promise, between: str = " / ", **values: object) -> str:
    """The words in Japanese and English, for a terminal that does not know its reader."""
    said = []
    for language in ("ja", "en"):
        with override(language):
            said.append(str(words) % values if values else str(words))
    return between.join(said)


class Command(BaseCommand):
    help = "Load the sample city and serve it: web server and worker, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the web server")
        parser.add_argument("--host", default="127.0.0.1", help="address it listens on")
        parser.add_argument(
            "--no-serve", action="store_true", help="load the sample city and stop there"
        )

    def handle(self, *, host: str, port: int, no_serve: bool, **options: Any) -> None:  # noqa: ARG002 # Django's signature
        self._stopping = Event()
        if not no_serve:
            self._check_port(host, port)
        self._step(2, _("Database"))
        call_command("migrate", verbosity=0, interactive=False)
        self._step(3, _("Sample city"))
        password = self._load()
        if no_serve:
            self._print_sign_ins(password)
            return
        self._step(4, _("Server and worker"))
        self._serve(host, port, password)

    def _step(self, number: int, words: Promise) -> None:
        self.stdout.write(f"[{number}/4] {both(words)}")
        self.stdout.flush()

    def _check_port(self, host: str, port: int) -> None:
        try:
            server.check_port(host, port)
        except server.PortTaken:
            told = _("Port %(port)d is used by another program. Choose another one:")
            raise CommandError(
                f"{both(told, LINE, port=port)}\n\n  make demo PORT={port + 1}\n"
            ) from None
        except server.PortRefused as refused:
            told = _("Port %(port)d of %(host)s cannot be used: %(why)s")
            raise CommandError(both(told, LINE, port=port, host=host, why=refused)) from None

    def _load(self) -> str:
        password = sign_in_password()
        try:
            load_sample(on=clock.today(), password=password, tick=self._tick)
        except OtherCityHere:
            told = _(
                "This database holds a city's own data. The sample city was not added to it. "
                "Name another folder:"
            )
            raise CommandError(
                f"{both(told, LINE)}\n\n  MADOGUCHI_DATA_DIR=/path/to/folder make demo\n"
            ) from None
        return password

    def _tick(self, what: str, done: int, total: int) -> None:
        is_last = done == total
        if self.stdout.isatty():
            self.stdout.write(f"\r      {what} {done}/{total}  ", ending="\n" if is_last else "")
            self.stdout.flush()
        elif is_last:
            self.stdout.write(f"      {what} {done}/{total}")
            self.stdout.flush()

    def _serve(self, host: str, port: int, password: str) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        logs = settings.DATA_DIR / "logs"
        extra = {"MADOGUCHI_DEMO": "1", "MADOGUCHI_BASE_URL": f"http://localhost:{port}"}
        if host not in ("127.0.0.1", "localhost", "::1"):
            extra["ALLOWED_HOSTS"] = "*"  # whoever names another address means to be reached there
        environment = server.environment(**extra)
        web, worker = server.web_server(host, port, logs), server.worker(logs)
        try:
            web.start(environment)
            worker.start(environment)
            server.wait_until_answering(web, host, port, self._stopping)
            if not self._stopping.is_set():
                self._print_addresses(environment["MADOGUCHI_BASE_URL"])
                self._print_sign_ins(password)
                self.stdout.write("\n" + both(_("Logs")) + f": {logs}")
                self.stdout.write(both(_("Stop with Ctrl-C.")))
                self.stdout.flush()
            self._watch(web, worker)
        except server.NotAnswering as failed:
            told = _("The web server did not start. The end of its log:")
            raise CommandError(f"{both(told, LINE)}\n{failed}\n({web.log})") from None
        finally:
            web.stop()
            worker.stop()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 # the signature of a signal handler
        self._stopping.set()

    def _watch(self, *programs: server.Program) -> None:
        """Until somebody stops it, or one of the programs ended; reminders go out once a day."""
        reminded_on = None
        while not self._stopping.wait(0.5):
            for program in programs:
                if program.has_ended:
                    told = _("The %(name)s program ended. The end of its log:")
                    raise CommandError(
                        f"{both(told, LINE, name=program.name)}\n"
                        f"{program.last_lines()}\n({program.log})"
                    )
            if reminded_on != clock.today():
                reminded_on = clock.today()
                remind(today=reminded_on)
        self.stdout.write(both(_("Stopped. The data stays: the next start goes on with it.")))

    def _print_addresses(self, base: str) -> None:
        finished, running = content.finished_plan(), content.running_plan()
        rows = [
            (both(_("Home")), "/"),
            (both(_("Running plan")), reverse("plan:overview", args=[running.slug])),
            (both(_("Finished plan")), reverse("plan:overview", args=[finished.slug])),
            (both(_("A sheet")), reverse("plan:sheet", args=[finished.slug, 1, 11])),
            (both(_("Search")), f"{reverse('site:search')}?{urlencode({'q': '窓口'})}"),
            *self._money_addresses(),
            *self._counter_addresses(),
            ("API", "/api/"),
            (both(_("Staff")), "/staff/"),
        ]
        self.stdout.write("")
        for line in _columns((label, base.rstrip("/") + path) for label, path in rows):
            self.stdout.write(f"  {line}")

    def _money_addresses(self) -> list[tuple[str, str]]:
        if payer_to_try() is None:
            return []
        return [
            (both(_("Water charges")), "/water/"),
            (both(_("Pay and look up bills")), "/pay/"),
            (both(_("Check a document")), "/verify/"),
        ]

    def _counter_addresses(self) -> list[tuple[str, str]]:
        if case_to_try() is None:
            return []
        return [
            (both(_("Which procedures do I need?")), reverse("procedures:index")),
            (both(_("The one-stop window")), reverse("onestop:index")),
        ]

    def _print_sign_ins(self, password: str) -> None:
        self.stdout.write("\n  " + both(_("Sign-in as")) + ":")
        rows = (
            (member.username, both(_label(member.role)), "".join(member.department), member.name)
            for member in staff()
        )
        for line in _columns(rows):
            self.stdout.write(f"    {line}")
        self.stdout.write("  " + both(_("Password of all of them")) + f": {password}")
        self.stdout.write(f"  ({sign_in_file()})")
        payer = payer_to_try()
        if payer is not None:
            told = _("A payer with a water bill, at /pay/: customer number and access code")
            self.stdout.write(f"\n  {both(told)}:\n    {payer[0]}  {payer[1]}")
        case = case_to_try()
        if case is not None:
            self._print_residents(*case)

    def _print_residents(self, number: str, code: str) -> None:
        track, sign_in = reverse("procedures:track"), reverse("residents:sign_in")
        told = _("A family's applications, at %(address)s: reception number and tracking code")
        self.stdout.write(f"\n  {both(told, address=track)}:\n    {number}  {code}")
        told = _("A resident with an account, at %(address)s (the code sent by mail is in web.log)")
        self.stdout.write(f"\n  {both(told, address=sign_in)}:\n    {RESIDENT}")


def _label(role: str) -> Promise:
    label = roles[role].label
    if isinstance(label, str):
        message = f"the role {role} has a label that cannot be translated"
        raise TypeError(message)
    return label


def _columns(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """The rows as aligned columns; a Japanese character is two columns wide."""
    table = list(rows)
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = [
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)
