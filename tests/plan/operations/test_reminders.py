"""Reminder mail, delivered to a real SMTP server."""

import socket
from datetime import date, datetime
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command

from madoguchi.kernel import clock
from madoguchi.plan import tasks
from madoguchi.plan.models import PlanYear, Reminder, Report
from madoguchi.plan.operations import cycle
from madoguchi.plan.operations.reminders import remind
from tests.factories import make_department, make_user
from tests.plan.factories import (
    DUE_ON,
    THIS_YEAR,
    make_initiative,
    make_plan,
    make_report,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db


class Sink:
    """An SMTP server that keeps what it is given."""

    def __init__(self):
        self.mails = []
        self.refuses = False

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 # aiosmtpd's name
        if self.refuses:
            return "451 try again later"
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.rcpt_tos, parsed["Subject"], parsed.get_content()))
        return "250 OK"


@pytest.fixture
def sink(settings):
    handler = Sink()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port},
        }
    }
    settings.BASE_URL = "https://plan.example.org/"
    yield handler
    server.stop()


@pytest.fixture
def section():
    return make_department("総務部", "情報推進課")


@pytest.fixture
def plan(section):
    plan = make_plan()
    make_initiative(plan, 1, name="公衆無線LANの導入", departments=[section])
    make_initiative(plan, 2, name="別の課の取組", departments=[make_department("環境衛生部")])
    make_user("reporter", "department_reporter", department=section, name="情報 花子")
    make_user("chief", "department_reporter", department=section.parent)
    make_user("unaddressed", "department_reporter", department=section, email="")
    make_user("office", "plan_office")
    return plan


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """Run something as of a day, with what it starts on commit."""

    def at(day, action):
        with (
            clock.frozen(datetime(day.year, day.month, day.day, 6, tzinfo=clock.TOKYO)),
            django_capture_on_commit_callbacks(execute=True),
        ):
            return action()

    return at


def recipients(sink):
    return sorted(to for to, _subject, _text in sink.mails)


def test_opening_a_year_tells_its_reporters(plan, sink, run):
    run(
        date(2026, 4, 1),
        lambda: cycle.open_year(plan=plan, fiscal_year=THIS_YEAR, due_on=DUE_ON, by=None),
    )
    assert recipients(sink) == [["chief@example.org"], ["reporter@example.org"]]
    text = next(text for to, _, text in sink.mails if to == ["reporter@example.org"])
    assert "情報 花子 様" in text
    assert "No.1-1 公衆無線LANの導入" in text
    assert "別の課の取組" not in text
    assert "https://plan.example.org/staff/plan/" in text
    assert {subject for _, subject, _ in sink.mails} == {
        "【令和7年度】2026年4月30日までに報告をお願いします"
    }


def test_reminders_come_once_an_occasion(plan, sink, run):
    make_year(plan)
    for day, sent in [
        (date(2026, 4, 21), 0),
        (date(2026, 4, 22), 2),  # five working days before
        (date(2026, 4, 22), 2),
        (date(2026, 4, 24), 2),
        (date(2026, 4, 30), 2),
        (date(2026, 5, 1), 4),  # overdue
        (date(2026, 5, 7), 4),
        (date(2026, 5, 8), 6),  # a week later
    ]:
        run(day, lambda day=day: remind(today=day))
        assert len(sink.mails) == sent, day


def test_a_day_without_a_run_is_caught_up(plan, sink, run):
    make_year(plan)
    run(date(2026, 4, 27), lambda: remind(today=date(2026, 4, 27)))
    assert [reminder.on for reminder in Reminder.objects.all()] == [date(2026, 4, 22)] * 2
    assert len(sink.mails) == 2


def test_who_has_handed_in_is_left_alone(plan, sink, run):
    make_year(plan)
    make_report(
        row_of(plan.themes.get().initiatives.get(number=1)), "結果", status=Report.Status.SUBMITTED
    )
    run(date(2026, 5, 1), lambda: remind(today=date(2026, 5, 1)))
    assert sink.mails == []


def test_a_year_without_a_due_date_reminds_nobody(plan, sink, run):
    make_year(plan, due_on=None)
    assert run(date(2026, 5, 1), lambda: remind(today=date(2026, 5, 1))) == 0
    assert sink.mails == []


def test_a_failed_mail_is_sent_on_the_next_run(plan, sink, run):
    make_year(plan)
    sink.refuses = True
    run(DUE_ON, lambda: remind(today=DUE_ON))
    assert sink.mails == []
    assert list(Reminder.objects.values_list("sent_at", flat=True)) == [None, None]
    sink.refuses = False
    run(DUE_ON, lambda: remind(today=DUE_ON))
    assert len(sink.mails) == 2


def test_a_mail_that_became_pointless_is_dropped(plan, sink):
    year = make_year(plan)
    person = make_user("late", "department_reporter", department=make_department("環境衛生部"))
    waiting = Reminder.objects.create(year=year, user=person, occasion="overdue", on=DUE_ON)
    PlanYear.objects.update(status=PlanYear.Status.CLOSED)
    tasks.send_reminder.call(waiting.pk)
    assert not Reminder.objects.exists()
    assert sink.mails == []


def test_sending_twice_sends_once(plan, sink):
    year = make_year(plan)
    person = make_user("late", "department_reporter", department=make_department("環境衛生部"))
    waiting = Reminder.objects.create(year=year, user=person, occasion="due_soon", on=DUE_ON)
    tasks.send_reminder.call(waiting.pk)
    tasks.send_reminder.call(waiting.pk)
    assert recipients(sink) == [["late@example.org"]]


def test_the_command_says_how_many(plan, sink, run, capsys):
    make_year(plan)
    run(date(2026, 5, 1), lambda: call_command("send_reminders"))
    assert capsys.readouterr().out == "2通の通知を送信待ちにしました。\n"
    assert len(sink.mails) == 2
