"""Replacing a decision letter: the new one says why, the earlier one verifies as revoked."""

import io

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.procedures.models import Letter, Message
from madoguchi.blocks.procedures.operations.erasure import erase_case
from madoguchi.blocks.procedures.operations.letters import (
    LetterErased,
    NoLetter,
    letter_pdf,
)
from madoguchi.blocks.procedures.operations.refusals import Stale, StepForbidden
from madoguchi.blocks.procedures.operations.replacing import ReplacingUnclear, replace_letter
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.procedures.factories import (
    BENEFIT,
    NOON,
    TODAY,
    make_application,
    make_procedures,
    make_staff,
    step,
)

pytestmark = pytest.mark.django_db
WHY = "金額の記載に誤りがありました。"


@pytest.fixture(autouse=True)
def _at(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(NOON):
        yield


@pytest.fixture
def staff():
    _notice, benefit = make_procedures()
    return make_staff(benefit.department)


@pytest.fixture
def granted(staff):
    clerk, decider = staff
    application = make_application(BENEFIT, mail_to="hanako@example.org")
    step(application, "examine", clerk)
    return step(application, "grant", decider, note="月額1,000円")


def replace(application, by, **changed):
    application.refresh_from_db()
    given = {
        "addressee": "佐藤 花子",
        "body": "月額10,000円",
        "reason": WHY,
        "edit": application.edit,
        "today": TODAY,
        **changed,
    }
    return replace_letter(application=application, by=by, **given)


def text_of(content):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_new_letter_stands_under_the_next_number_and_the_decision_stays(granted, staff):
    wrong = Letter.objects.get()
    made = replace(granted, staff[1])
    assert (made.replaces, made.sequence, made.reason) == (wrong, wrong.sequence + 1, WHY)
    assert (made.title, made.notice, made.body) == (wrong.title, wrong.notice, "月額10,000円")
    before = granted.state, granted.decided_at
    granted.refresh_from_db()
    assert (granted.state, granted.decided_at) == before
    event = granted.events.latest("number")
    assert (event.action, event.role, event.by, event.target) == (
        "letter_replaced",
        "decider",
        staff[1],
        "",
    )
    entry = AuditEntry.objects.get(action="procedures.letter_replaced")
    assert entry.detail["letter"] == "令和8年度 児童手当認定請求 第2号"
    assert WHY not in str(AuditEntry.objects.values_list("detail", flat=True))


@pytest.mark.usefixtures("signing_key")
def test_the_earlier_one_verifies_as_revoked_and_the_new_one_says_why(client, granted, staff):
    letter_pdf(granted)
    wrong = Letter.objects.get()
    replace(granted, staff[1])
    assert documents.check(wrong.document).status is documents.Status.REVOKED
    page = client.get(reverse("documents:document", args=[documents.written_code(wrong.document)]))
    assert "取り消された文書です" in page.content.decode()
    content = letter_pdf(granted)
    made = Letter.objects.latest("pk")
    assert documents.check(made.document).status is documents.Status.GENUINE
    shown = text_of(content).replace("\n", "")
    assert "令和8年11月30日付け令和8年度 児童手当認定請求 第1号の通知書に代わるものです" in shown
    assert WHY in shown
    assert "月額10,000円" in shown


def test_one_that_was_never_printed_is_replaced_without_a_register(granted, staff):
    replace(granted, staff[1])
    assert not AuditEntry.objects.filter(action="documents.revoked").exists()


@pytest.mark.usefixtures("signing_key")
def test_a_replacement_is_replaced_in_turn(granted, staff):
    letter_pdf(granted)
    replace(granted, staff[1])
    letter_pdf(granted)
    replace(granted, staff[1], body="月額15,000円")
    assert "第2号の通知書に代わる" in text_of(letter_pdf(granted)).replace("\n", "")
    stand = [documents.check(each.document).status for each in Letter.objects.order_by("pk")]
    assert stand == [
        documents.Status.REVOKED,
        documents.Status.REVOKED,
        documents.Status.GENUINE,
    ]


def test_the_applicant_is_told_on_the_page_and_by_mail(
    granted, staff, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        replace(granted, staff[1])
    told = Message.objects.latest("pk")
    assert told.text.startswith("決定の通知書を差し替えました。")
    assert told.note == WHY
    assert "差し替えました" in mail.outbox[-1].body
    assert WHY not in mail.outbox[-1].body


def test_only_whoever_decides_and_only_as_it_was_shown(granted, staff):
    clerk, decider = staff
    with pytest.raises(StepForbidden):
        replace(granted, clerk)
    with pytest.raises(Stale):
        replace(granted, decider, edit=granted.edit - 1)
    for blank in ({"reason": " "}, {"body": "\r\n"}):
        with pytest.raises(ReplacingUnclear):
            replace(granted, decider, **blank)
    assert Letter.objects.count() == 1


def test_without_a_letter_there_is_nothing_to_replace(staff):
    with pytest.raises(NoLetter):
        replace(make_application(BENEFIT), staff[1])


def test_what_is_erased_is_not_replaced_and_a_reason_is_erased(granted, staff):
    replace(granted, staff[1])
    with clock.frozen(NOON.replace(year=2040)):
        erase_case(case=granted.case, by=None)
    assert set(Letter.objects.values_list("reason", "body", "addressee")) == {("", "", "")}
    with pytest.raises(LetterErased):
        replace(granted, staff[1])


def test_the_database_keeps_one_replacement_a_letter(granted, staff):
    made = replace(granted, staff[1])
    event = granted.events.get(action="sent")
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(
            event=event,
            application=granted,
            procedure=BENEFIT,
            fiscal_year=2026,
            sequence=9,
            decided_on=TODAY,
            title="写し",
            body="写し",
            replaces=made.replaces,
        )
