"""Applying as a resident does: begin, fill in, attach, check, send, follow, mend, withdraw."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from madoguchi.blocks.procedures.models import Application, Attachment, Case
from madoguchi.blocks.procedures.operations.cases import save_values
from madoguchi.blocks.procedures.rules import codes
from tests.blocks.procedures.factories import (
    ANSWERS,
    BENEFIT,
    NOTICE,
    make_draft,
    make_procedures,
    make_staff,
    picture,
    step,
)
from tests.factories import make_resident, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def procedures():
    return make_procedures()


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def begin(client, *forms, **more):
    answer = client.post(reverse("procedures:begin"), {"form": forms or (NOTICE,), **more})
    assert answer.status_code == 302
    return Case.objects.latest("pk")


def at(name, case, *args):
    return reverse(f"procedures:{name}", args=[case.number, *args])


def day(name, text):
    """A day as its four fields send it."""
    year, month, date = text.split("-")
    return {f"{name}_0": "", f"{name}_1": year, f"{name}_2": month, f"{name}_3": date}


PAGES = {
    "applicant": {
        "applicant__name": "佐藤 花子",
        "applicant__kana": "さとう はなこ",
        "applicant__phone": "０９０－１２３４－５６７８",
        "applicant__birth_date_0": "S",
        "applicant__birth_date_1": "33",
        "applicant__birth_date_2": "4",
        "applicant__birth_date_3": "5",
    },
    "member1": {},
    "move": {**day("move__date", "2026-11-20"), "move__new_address": "窓口市本町1-2"},
    "about-moving-in-notice": {"moving-in-notice__own__reason": "就職"},
}


def fill(client, case, pages=PAGES):
    answer = None
    for section, data in pages.items():
        case.refresh_from_db()
        answer = client.post(at("fill", case, section), {"edit": case.edit, **data})
        assert answer.status_code == 302, answer.content.decode()
    return answer


@pytest.mark.usefixtures("procedures")
def test_from_the_first_page_to_the_last(client):
    case = begin(client)
    page = client.get(at("case", case)).content.decode()
    assert "転入届" in page
    assert codes.shown(case.number) in page
    last = fill(client, case)
    assert last["Location"] == at("check", case)
    page = client.get(at("check", case)).content.decode()
    assert "1958年4月5日" in page
    case.refresh_from_db()
    sent = client.post(at("check", case), {"edit": case.edit, "mail_to": "hanako@example.org"})
    assert sent["Location"] == at("sent", case)
    page = client.get(at("sent", case)).content.decode()
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", page)[0]
    case.refresh_from_db()
    assert (case.stage, case.mail_to, case.typed) == ("sent", "hanako@example.org", 7)
    assert case.applications.get().values["applicant.phone"] == "090-1234-5678"
    client.cookies.clear()
    assert client.get(at("case", case)).status_code == 302
    opened = client.post(reverse("procedures:track"), {"code": code.lower(), "number": ""})
    assert opened["Location"] == at("case", case)
    assert "受付" in client.get(at("case", case)).content.decode()


@pytest.mark.usefixtures("procedures")
def test_each_shared_item_is_asked_once(client):
    case = begin(client, NOTICE, BENEFIT)
    asked = [
        name
        for section in ("applicant", "member1", "move", "bank", "about-moving-in-notice")
        for name in re.findall(
            r'<(?:input|select|textarea)[^>]*name="([a-z0-9_-]+)"',
            client.get(at("fill", case, section)).content.decode(),
        )
        if name.split("__")[0] not in {"edit", "csrfmiddlewaretoken", "language", "next", "q"}
        and "__" in name
        and not name.endswith(("_1", "_2", "_3"))
    ]
    plain = [name.removesuffix("_0") for name in asked]
    assert len(set(plain)) == len(set(ANSWERS) | {"member1.name", "member1.birth_date"})


@pytest.mark.usefixtures("procedures")
def test_a_page_names_the_procedures_that_take_it(client):
    case = begin(client, NOTICE, BENEFIT)
    page = client.get(at("fill", case, "applicant")).content.decode()
    assert "転入届" in page
    assert "児童手当認定請求" in page
    assert 'autocomplete="name"' in page
    assert 'autocomplete="bday-year"' in page
    assert 'inputmode="numeric"' in page


@pytest.mark.usefixtures("procedures")
def test_bad_answers_come_back_with_their_reasons(client):
    case = begin(client)
    data = {**PAGES["applicant"], "applicant__name": "あ" * 10_000, "applicant__birth_date_2": "13"}
    answer = client.post(at("fill", case, "applicant"), {"edit": 0, **data})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "m-error-summary" in page
    assert 'href="#id_applicant__name"' in page
    assert 'href="#id_applicant__birth_date_0"' in page
    case.refresh_from_db()
    assert case.values == {}


@pytest.mark.usefixtures("procedures")
def test_a_year_of_two_digits_needs_its_era(client):
    case = begin(client)
    data = {**PAGES["applicant"], "applicant__birth_date_0": ""}
    answer = client.post(at("fill", case, "applicant"), {"edit": 0, **data})
    assert answer.status_code == 422


@pytest.mark.usefixtures("procedures")
def test_two_windows_show_both_texts(client):
    case = begin(client)
    save_values(case=case, values={"applicant.name": "佐藤 花"}, edit=0)
    answer = client.post(at("fill", case, "applicant"), {"edit": 0, **PAGES["applicant"]})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "佐藤 花<" in page
    assert "佐藤 花子" in page
    assert 'name="edit" value="1"' in page


@pytest.mark.usefixtures("procedures")
def test_sending_with_something_missing_names_it(client):
    case = begin(client)
    answer = client.post(at("check", case), {"edit": 0, "mail_to": ""})
    assert answer.status_code == 422
    assert f"{at('fill', case, 'applicant')}?check=1" in answer.content.decode()
    assert Application.objects.get().state == ""


@pytest.mark.usefixtures("procedures")
def test_a_form_posted_twice_sends_once(client):
    case = begin(client)
    fill(client, case)
    case.refresh_from_db()
    for _ in range(2):
        answer = client.post(at("check", case), {"edit": case.edit, "mail_to": ""})
        assert answer.status_code == 302
    assert Application.objects.get().events.count() == 1


@pytest.mark.usefixtures("procedures")
def test_the_button_pressed_twice_begins_one_set(client):
    assert begin(client, NOTICE, BENEFIT) == begin(client, NOTICE, BENEFIT)
    assert begin(client, NOTICE).pk != begin(client, BENEFIT).pk


@pytest.mark.usefixtures("procedures")
@pytest.mark.parametrize("forms", [(), ("unknown",)])
def test_what_cannot_be_begun_is_said(client, forms):
    answer = client.post(reverse("procedures:begin"), {"form": forms})
    assert answer.status_code == 422
    assert Case.objects.count() == 0


@pytest.mark.usefixtures("procedures")
def test_what_the_account_knows_is_filled_in_and_marked(client):
    resident = make_resident(name="佐藤 花子", email="hanako@example.org")
    sign_in(client, resident)
    case = begin(client)
    page = client.get(at("fill", case, "applicant")).content.decode()
    assert 'value="佐藤 花子"' in page
    assert page.count("p-known") == 1


@pytest.mark.usefixtures("procedures")
def test_an_account_opens_its_cases_and_no_others(client):
    resident = make_resident()
    sign_in(client, resident)
    case = begin(client)
    client.session.flush()
    sign_in(client, resident)
    assert client.get(at("case", case)).status_code == 200
    sign_in(client, make_resident())
    assert client.get(at("case", case))["Location"].startswith(reverse("procedures:track"))


@pytest.mark.usefixtures("procedures")
@pytest.mark.parametrize("name", ["case", "check", "documents", "sent", "pdf"])
def test_a_number_alone_opens_nothing(client, name):
    draft = make_draft()
    answer = client.get(at(name, draft.case))
    unknown = client.get(reverse(f"procedures:{name}", args=["00000000"]))
    assert [answer.status_code, unknown.status_code] == [302, 302]
    assert answer["Location"].replace(draft.case.number, "00000000") == unknown["Location"]


@pytest.mark.usefixtures("procedures")
def test_anothers_code_says_not_what_is_wrong(client):
    one, other = make_draft(), make_draft(BENEFIT)
    pages = []
    for data in (
        {"code": "AAAA-AAAA-AAAA-AAAA", "number": one.case.number},
        {"code": one.code, "number": other.case.number},
        {"code": one.code, "number": "ZZZZ-ZZZZ"},
    ):
        answer = client.post(reverse("procedures:track"), data)
        assert answer.status_code == 422
        pages.append(re.findall(r'm-field__error".*?</div></div>', answer.content.decode()))
    assert pages[0] == pages[1] == pages[2]
    assert client.get(at("case", one.case)).status_code == 302


@pytest.mark.usefixtures("procedures")
def test_wrong_tries_are_limited(client):
    draft = make_draft()
    data = {"code": "AAAA-AAAA-AAAA-AAAA", "number": draft.case.number}
    address = {"REMOTE_ADDR": "203.0.113.7"}
    tries = [
        client.post(reverse("procedures:track"), data, **address).status_code for _ in range(11)
    ]
    assert tries == [422] * 10 + [429]
    right = {"code": draft.code, "number": draft.case.number}
    assert client.post(reverse("procedures:track"), right, **address).status_code == 429


@pytest.mark.usefixtures("procedures")
def test_a_document_is_attached_shown_and_taken_back(client):
    case = begin(client, BENEFIT)
    file = SimpleUploadedFile("../../保険証.png", picture(), "text/html")
    answer = client.post(at("documents", case), {"document": f"{BENEFIT}.insurance", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    kept = Attachment.objects.get()
    assert (kept.name, kept.media_type) == ("保険証.png", "image/png")
    shown = client.get(at("file", case, kept.public_id))
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"].startswith("attachment")
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert b"".join(shown)[:4] == b"\x89PNG"
    client.post(at("remove_document", case, kept.public_id))
    assert client.get(at("file", case, kept.public_id)).status_code == 404


@pytest.mark.usefixtures("procedures")
def test_a_program_named_pdf_is_refused_with_the_reason(client):
    case = begin(client, BENEFIT)
    file = SimpleUploadedFile("申請.pdf", b"MZ\x90\0" + b"\0" * 500, "application/pdf")
    answer = client.post(at("documents", case), {"document": f"{BENEFIT}.insurance", "file": file})
    assert answer.status_code == 422
    assert "申請.pdf" in answer.content.decode()
    assert Attachment.objects.count() == 0


@pytest.mark.usefixtures("procedures")
def test_another_persons_file_is_not_to_be_had(client):
    case = begin(client, BENEFIT)
    client.post(
        at("documents", case),
        {"document": f"{BENEFIT}.insurance", "file": SimpleUploadedFile("a.png", picture())},
    )
    kept = Attachment.objects.get()
    client.cookies.clear()
    assert client.get(at("file", case, kept.public_id)).status_code == 302
    other = begin(client, NOTICE)
    assert client.get(at("file", other, kept.public_id)).status_code == 404


@pytest.fixture
def sent(client, procedures):
    """A sent benefit in this browser, with the clerk and the decider of こども課."""
    case = begin(client, BENEFIT)
    case = save_values(case=case, values=ANSWERS, edit=0)
    client.post(at("check", case), {"edit": case.edit, "mail_to": ""})
    clerk, decider = make_staff(procedures[1].department)
    return case, case.applications.get(), clerk, decider


def test_what_was_returned_is_mended(client, sent):
    case, application, clerk, _decider = sent
    step(application, "return_submitted", clerk, note="口座番号をご確認ください。")
    page = client.get(at("case", case)).content.decode()
    assert "口座番号をご確認ください。" in page
    assert at("mend", case, BENEFIT) in page
    page = client.get(at("mend", case, BENEFIT)).content.decode()
    assert 'value="1234567"' in page
    application.refresh_from_db()
    data = {
        "edit": application.edit,
        "applicant__name": "佐藤 花子",
        **day("applicant__birth_date", "1990-05-03"),
        "bank__name": "窓口銀行",
        "bank__account_number": "",
    }
    answer = client.post(at("mend", case, BENEFIT), data)
    assert answer.status_code == 422
    answer = client.post(at("mend", case, BENEFIT), {**data, "bank__account_number": "7654321"})
    assert answer["Location"] == at("case", case)
    application.refresh_from_db()
    assert (application.state, application.values["bank.account_number"]) == (
        "submitted",
        "7654321",
    )


def test_withdrawing_asks_once_more(client, sent):
    case, application, _clerk, _decider = sent
    page = client.get(at("withdraw", case, BENEFIT)).content.decode()
    assert 'name="edit" value="1"' in page
    answer = client.post(at("withdraw", case, BENEFIT), {"edit": 1})
    assert answer["Location"] == at("case", case)
    application.refresh_from_db()
    assert application.state_kind == "withdrawn"
    assert client.get(at("withdraw", case, BENEFIT)).status_code == 302


def test_withdrawing_what_changed_meanwhile_is_refused_in_words(client, sent):
    case, application, clerk, _decider = sent
    step(application, "examine", clerk)
    answer = client.post(at("withdraw", case, BENEFIT), {"edit": 1}, follow=True)
    assert "m-notice--error" in answer.content.decode()
    application.refresh_from_db()
    assert application.state == "examined"


@pytest.mark.usefixtures("signing_key")
def test_a_decision_letter_is_saved_and_verifies(client, sent):
    case, application, clerk, decider = sent
    step(application, "examine", clerk)
    step(application, "grant", decider)
    answer = client.post(at("letter", case, BENEFIT))
    assert answer["Content-Type"] == "application/pdf"
    again = client.post(at("letter", case, BENEFIT))
    assert again.content == answer.content
    document = application.letters.get().document
    verdict = client.get(reverse("documents:document", args=[document])).content.decode()
    assert "通知書" in verdict


def test_a_letter_that_is_not_there_is_not_found(client, sent):
    case, _application, _clerk, _decider = sent
    answer = client.post(at("letter", case, BENEFIT), follow=True)
    assert "m-notice--error" in answer.content.decode()
    assert client.post(at("letter", case, NOTICE)).status_code == 404


def test_a_document_is_added_to_what_was_sent(client, sent):
    case, application, _clerk, _decider = sent
    assert client.get(at("add_document", case, BENEFIT)).status_code == 200
    data = {"document": "insurance", "file": SimpleUploadedFile("a.png", picture())}
    answer = client.post(at("add_document", case, BENEFIT), data)
    assert answer["Location"] == at("case", case)
    assert [each.action for each in application.events.all()] == ["sent", "document_added"]


def test_closing_forgets_everything(client, sent):
    case = sent[0]
    answer = client.post(reverse("procedures:leave"))
    assert answer["Location"] == reverse("procedures:track")
    assert client.get(at("case", case)).status_code == 302


@pytest.mark.usefixtures("procedures")
def test_a_procedure_is_taken_off(client):
    case = begin(client, NOTICE, BENEFIT)
    client.post(at("take_off", case, NOTICE), {"edit": 0})
    assert [each.procedure for each in case.applications.all()] == [BENEFIT]
    case.refresh_from_db()
    answer = client.post(at("take_off", case, BENEFIT), {"edit": case.edit}, follow=True)
    assert "m-notice--error" in answer.content.decode()


@pytest.mark.usefixtures("procedures")
def test_the_list_and_a_procedure_say_what_they_are(client):
    page = client.get(reverse("procedures:procedures")).content.decode()
    assert reverse("procedures:procedure", args=[NOTICE]) in page
    page = client.get(reverse("procedures:procedure", args=[NOTICE])).content.decode()
    assert "住民基本台帳法第22条" in page
    assert client.get(reverse("procedures:procedure", args=["unknown"])).status_code == 404


def test_an_empty_list_says_where_else_to_go(client):
    assert "m-empty" in client.get(reverse("procedures:procedures")).content.decode()
