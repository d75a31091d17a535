"""Messages by mail: once each, whoever tries; a failure is tried again and shown."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from madoguchi.blocks.procedures.models import Message
from madoguchi.blocks.procedures.operations import messages
from madoguchi.blocks.procedures.tasks import mail_message, mail_messages
from madoguchi.kernel import clock
from tests.blocks.procedures import sink as sinks
from tests.blocks.procedures.factories import (
    BENEFIT,
    NOTICE,
    make_application,
    make_case,
    make_procedures,
    make_staff,
    step,
)

pytestmark = pytest.mark.django_db
TO = "hanako@example.org"


@pytest.fixture
def sink(settings):
    with sinks.running() as sink:
        settings.MAILERS = sinks.mailers(sink)
        settings.BASE_URL = "https://city.example.org/"
        yield sink


@pytest.fixture
def procedures():
    return make_procedures()


def mailed(sink):
    return [(to, mail["Subject"]) for to, mail in sink.mails]


@pytest.mark.usefixtures("procedures")
def test_each_application_has_its_mail(sink):
    case = make_case(NOTICE, BENEFIT, mail_to=TO)
    assert mail_messages.call(case.pk) == 2
    assert mail_messages.call(case.pk) == 0
    number = f"{case.number[:4]}-{case.number[4:]}"
    assert mailed(sink) == [
        (TO, f"転入届（受付番号 {number}）"),
        (TO, f"児童手当認定請求（受付番号 {number}）"),
    ]
    body = sink.mails[0][1].get_content()
    assert "転入届を受け付けました。" in body
    assert "https://city.example.org/procedures/track/" in body
    assert "佐藤" not in body


@pytest.mark.usefixtures("procedures")
def test_who_gives_no_address_gets_no_mail(sink):
    case = make_case(NOTICE)
    assert mail_messages.call(case.pk) == 0
    assert Message.objects.count() == 1
    assert sink.mails == []


def test_what_the_clerk_wrote_stands_on_the_page_only(sink, procedures):
    clerk, _decider = make_staff(procedures[1].department)
    application = make_application(BENEFIT, mail_to=TO)
    step(application, "return_submitted", clerk, note="年収の記載が違います。")
    mail_messages.call(application.case_id)
    body = sink.mails[-1][1].get_content()
    assert "年収" not in body
    assert "担当からの連絡があります" in body


@pytest.mark.usefixtures("procedures")
def test_a_failed_mail_is_shown_and_tried_again_later(sink):
    sink.before = lambda number: "451 later" if number <= 2 else None
    case = make_case(NOTICE, mail_to=TO)
    now = clock.now()
    with clock.frozen(now):
        assert mail_messages.call(case.pk) == 0
        assert mail_messages.call(case.pk) == 0
    message = Message.objects.get()
    assert (message.tries, message.problem, message.mailed_at) == (1, "SMTPDataError", None)
    with clock.frozen(now + timedelta(minutes=2)):
        assert mail_messages.call(case.pk) == 0
    with clock.frozen(now + timedelta(minutes=20)):
        assert mail_messages.call(case.pk) == 1
    message.refresh_from_db()
    assert (message.tries, message.problem) == (3, "")
    assert len(sink.mails) == 1


@pytest.mark.usefixtures("procedures")
def test_a_mail_server_that_is_not_there_is_a_failure(settings):
    with sinks.running() as gone:
        settings.MAILERS = sinks.mailers(gone)
    case = make_case(NOTICE, mail_to=TO)
    assert mail_messages.call(case.pk) == 0
    assert Message.objects.get().problem == "ConnectionRefusedError"


@pytest.mark.usefixtures("procedures")
def test_what_a_dead_worker_held_is_picked_up_when_its_lease_is_over(sink, capsys):
    case = make_case(NOTICE, mail_to=TO)
    message = Message.objects.get()
    assert messages.claim(message.pk)
    assert not messages.claim(message.pk)
    assert not mail_message(message.pk)
    call_command("send_messages")
    assert sink.mails == []
    with clock.frozen(clock.now() + messages.LEASE):
        call_command("send_messages")
        call_command("send_messages")
    assert mailed(sink)[0][0] == TO
    assert len(sink.mails) == 1
    assert capsys.readouterr().out.splitlines() == [
        "0件を送信しました。残り1件は、あとで送ります。",
        "1件を送信しました。残り0件は、あとで送ります。",
        "0件を送信しました。残り0件は、あとで送ります。",
    ]
    assert case.pk


@pytest.mark.usefixtures("procedures", "sink")
def test_after_many_tries_it_is_left():
    make_case(NOTICE, mail_to=TO)
    Message.objects.update(tries=messages.MOST_TRIES)
    assert messages.waiting() == []
    assert messages.left() == 1
