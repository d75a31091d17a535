"""Erasing: drafts at any time, sent cases after their years, residents' own data."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from madoguchi.blocks.procedures.models import Application, Attachment, Case, Letter, Message
from madoguchi.blocks.procedures.operations.applications import withdraw
from madoguchi.blocks.procedures.operations.attachments import attach
from madoguchi.blocks.procedures.operations.erasure import (
    discard_old,
    erase_by_number,
    erase_cases_of,
)
from madoguchi.blocks.procedures.queries.own_data import export, kept
from madoguchi.blocks.procedures.rules import keeping
from madoguchi.kernel import clock
from tests.blocks.procedures.factories import (
    ANSWERS,
    BENEFIT,
    NOTICE,
    make_application,
    make_case,
    make_draft,
    make_procedures,
    make_staff,
    picture,
    step,
)
from tests.factories import make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def procedures(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_procedures()


def personal():
    """Everything that could tell who somebody is."""
    return [
        *Case.objects.values_list("values", "answers", "mail_to"),
        *Application.objects.values_list("values", flat=True),
        *Message.objects.values_list("text", "note", "mail_to"),
        *Attachment.objects.values_list("name", "file"),
        *Letter.objects.values_list("addressee", "body", "file"),
    ]


def test_a_draft_goes_by_its_number_and_only_once():
    draft = make_draft(BENEFIT)
    attach(
        application=draft.case.applications.get(),
        document="insurance",
        name="a.png",
        content=picture(),
    )
    assert erase_by_number(draft.case.number.lower()) == 3
    assert erase_by_number(draft.case.number) == 0
    assert erase_by_number("unknown") == 0
    assert "佐藤" not in str(personal())
    assert Attachment.objects.get().file.name == ""


def test_of_what_is_in_work_only_the_address_goes():
    case = make_case(NOTICE, mail_to="hanako@example.org")
    assert erase_by_number(case.number) == 2
    assert "hanako" not in str(personal())
    case.refresh_from_db()
    assert case.values == case.applications.get().values


def test_what_has_been_kept_for_its_years_goes(procedures):
    clerk, decider = make_staff(procedures[1].department)
    application = make_application(BENEFIT, mail_to="hanako@example.org")
    step(application, "examine", clerk)
    step(application, "refuse", decider, note="佐藤さんの所得が多すぎます。")
    until = keeping.kept_until(clock.today())
    before = clock.now().replace(year=until.year, month=3, day=31)
    with clock.frozen(before):
        assert discard_old(today=before.date()) == (0, 0)
    with clock.frozen(before + timedelta(days=1)):
        assert discard_old(today=until) == (0, 1)
    assert "佐藤" not in str(personal())
    assert [event.action for event in application.events.all()] == ["sent", "examine", "refuse"]


def test_old_drafts_are_discarded_by_the_command(capsys):
    make_draft()
    with clock.frozen(clock.now() + timedelta(days=29)):
        call_command("discard_applications")
    with clock.frozen(clock.now() + timedelta(days=31)):
        call_command("discard_applications")
    assert capsys.readouterr().out.splitlines() == [
        "未送信0件、保存年限を過ぎた0件を消去しました。",
        "未送信1件、保存年限を過ぎた0件を消去しました。",
    ]


def test_an_account_gets_all_of_its_own_and_nothing_else():
    resident = make_resident(name="佐藤 花子")
    mine = make_case(NOTICE, resident=resident)
    make_draft(BENEFIT, resident=resident)
    make_case(NOTICE, values={**ANSWERS, "applicant.name": "鈴木 次郎"})
    found = str(export(resident))
    assert mine.number[:4] in found
    assert "転入届" in found
    assert "児童手当認定請求" in found
    assert "鈴木" not in found
    assert export(make_resident()) == {}


def test_an_account_that_goes_is_told_what_stays():
    resident = make_resident(name="佐藤 花子")
    draft = make_draft(NOTICE, resident=resident).case
    sent = make_case(NOTICE, resident=resident, mail_to="hanako@example.org")
    gone = make_case(BENEFIT, resident=resident)
    withdraw(application=gone.applications.get(), edit=1)
    [words] = kept(resident)
    assert f"{sent.number[:4]}-" in words
    assert f"{gone.number[:4]}-" in words
    assert f"{draft.number[:4]}-" not in words
    assert erase_cases_of(resident) > 0
    assert not Case.objects.filter(resident=resident).exists()
    draft.refresh_from_db()
    assert draft.stage == Case.Stage.ERASED
    assert kept(resident) == ()
