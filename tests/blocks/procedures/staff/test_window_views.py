"""The window: identity, entering with the residents' form, print, signature, send."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from madoguchi.blocks.procedures.models import Application, Attachment, Case
from madoguchi.blocks.procedures.operations.cases import save_values, send_case
from madoguchi.blocks.procedures.rules.access import CLERK
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.procedures.factories import (
    ANSWERS,
    BENEFIT,
    NOTICE,
    make_draft,
    make_procedures,
    picture,
)
from tests.factories import make_department, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def clerk(client):
    """Of こども課; one window takes in for every department."""
    _notice, benefit = make_procedures()
    user = make_user("clerk", CLERK, department=benefit.department, name="窓口 係")
    sign_in(client, user)
    return user


def url(name, *args):
    return reverse(f"procedures_staff:{name}", args=args)


def text(answer):
    return answer.content.decode()


def begin(client, *forms, **more):
    sent = {"checked_by": "number_card", "form": forms or (BENEFIT,), **more}
    answer = client.post(url("window"), sent)
    assert answer.status_code == 302, text(answer)
    return Case.objects.latest("pk")


def date_parts(name, value):
    parts = ["", *value.split("-")]
    return {f"{name}_{place}": part for place, part in enumerate(parts)}


def entered(case, **changed):
    return {
        "edit": str(case.edit),
        "applicant__name": ANSWERS["applicant.name"],
        "applicant__kana": ANSWERS["applicant.kana"],
        **date_parts("applicant__birth_date", ANSWERS["applicant.birth_date"]),
        **date_parts("move__date", ANSWERS["move.date"]),
        "move__new_address": ANSWERS["move.new_address"],
        "bank__name": ANSWERS["bank.name"],
        "bank__account_number": ANSWERS["bank.account_number"],
        "moving-in-notice__own__reason": "就職",
        **changed,
    }


def test_a_clerk_enters_for_a_resident_from_begin_to_sent(client, clerk):
    case = begin(client, BENEFIT, NOTICE)
    assert (case.channel, case.begun_by) == (Case.Channel.WINDOW, clerk)
    page = text(client.get(url("window_fill", case.number)))
    assert page.count('name="applicant__name"') == 1  # asked once for both
    answer = client.post(url("window_fill", case.number), entered(case))
    assert answer.url == url("window_check", case.number)
    assert "健康保険証の写し" in text(client.get(answer.url))
    printed = client.get(url("window_pdf", case.number))
    assert printed.content.startswith(b"%PDF")
    case.refresh_from_db()
    sent = {"edit": str(case.edit), "is_signed": "on", "mail_to": "hanako@example.org"}
    answer = client.post(url("window_check", case.number), sent)
    assert answer.url == url("window_done", case.number)
    page = text(client.get(answer.url))
    assert "照会コード" in page
    case.refresh_from_db()
    assert (case.stage, case.mail_to) == (Case.Stage.SENT, "hanako@example.org")
    assert {each.events.get().role for each in case.applications.all()} == {"clerk"}


def upload(client, case, document=f"{BENEFIT}.insurance", content=None, name="保険証.jpg"):
    file = SimpleUploadedFile(name, content or picture(form="JPEG"))
    return client.post(url("window_documents", case.number), {"document": document, "file": file})


def test_a_photograph_is_attached_at_the_window_by_staff(client, clerk):
    case = begin(client, BENEFIT, NOTICE)
    check = text(client.get(url("window_check", case.number)))
    assert url("window_documents", case.number) in check
    assert "健康保険証の写し" in text(client.get(url("window_documents", case.number)))
    assert upload(client, case).url == url("window_documents", case.number)
    file = Attachment.objects.get()
    assert (file.application.procedure, file.document, file.added_by) == (
        BENEFIT,
        "insurance",
        clerk,
    )
    entry = AuditEntry.objects.get(action="procedures.document_added")
    assert (entry.actor, entry.subject) == (
        str(clerk.pk),
        f"procedures.attachment:{file.public_id}",
    )
    for page in ("window_documents", "window_check"):
        shown = text(client.get(url(page, case.number)))
        assert "保険証.jpg" in shown
        assert "職員が添付（窓口 係）" in shown


@pytest.mark.usefixtures("clerk")
def test_the_wrong_scan_is_taken_back_before_it_is_sent(client):
    case = begin(client)
    upload(client, case)
    file = Attachment.objects.get()
    take_back = url("window_take_back", case.number, file.public_id)
    assert client.post(take_back).url == url("window_documents", case.number)
    file.refresh_from_db()
    assert file.removed_at is not None
    assert client.post(take_back).status_code == 404


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(
    ("name", "words"),
    [("IMG_0001.heic", "JPEGで保存"), ("a.exe", "PDF"), ("a.png", "名前")],
)
def test_what_is_no_document_is_said_beside_its_field(client, name, words):
    case = begin(client)
    answer = upload(client, case, name=name)
    assert answer.status_code == 422
    assert words in text(answer)
    assert (
        client.post(
            url("window_documents", case.number), {"document": f"{BENEFIT}.insurance"}
        ).status_code
        == 422
    )
    assert upload(client, case, document=f"{BENEFIT}.unknown").status_code == 404
    assert not Attachment.objects.exists()


@pytest.mark.usefixtures("clerk")
def test_nothing_is_attached_at_the_window_to_what_was_sent(client):
    draft = make_draft(BENEFIT).case
    send_case(case=draft, edit=draft.edit)
    assert upload(client, draft).url == url("window_done", draft.number)
    assert not Attachment.objects.exists()


def test_a_file_taken_back_while_it_was_sent_is_told(client, clerk):
    case = begin(client)
    upload(client, case)
    file = Attachment.objects.get()
    save_values(case=case, values={k: v for k, v in ANSWERS.items() if k[:4] != "movi"}, edit=0)
    case.refresh_from_db()
    send_case(case=case, edit=case.edit, by=clerk)
    client.post(url("window_take_back", case.number, file.public_id))
    file.refresh_from_db()
    assert file.removed_at is None


@pytest.mark.usefixtures("clerk")
def test_who_it_is_must_be_known_first(client):
    answer = client.post(url("window"), {"form": [BENEFIT]})
    assert answer.status_code == 422
    assert client.post(url("window"), {"checked_by": "licence"}).status_code == 422
    unknown = {"checked_by": "licence", "form": ["none"]}
    assert client.post(url("window"), unknown).status_code == 422
    assert not Case.objects.exists()
    case = begin(client)
    entry = AuditEntry.objects.get(action="procedures.identity_checked")
    assert (entry.subject, entry.detail) == (
        f"procedures.case:{case.number}",
        {"checked_by": "number_card"},
    )


@pytest.mark.usefixtures("clerk")
def test_what_is_wrong_is_marked_and_nothing_stored(client):
    case = begin(client, NOTICE)
    answer = client.post(url("window_fill", case.number), entered(case, applicant__kana="漢字"))
    assert answer.status_code == 422
    case.refresh_from_db()
    assert case.values == {}


@pytest.mark.usefixtures("clerk")
def test_it_can_be_stored_half_done(client):
    case = begin(client)
    sent = {"edit": str(case.edit), "applicant__name": "佐藤 花子", "stay": "1"}
    assert client.post(url("window_fill", case.number), sent).url == url("window_fill", case.number)
    page = text(client.get(url("window_check", case.number)))
    assert "まだ足りないものがあります" in page
    case.refresh_from_db()
    sent = {"edit": str(case.edit), "is_signed": "on"}
    assert client.post(url("window_check", case.number), sent).status_code == 422


@pytest.mark.usefixtures("clerk")
def test_a_name_keeps_its_variation_selector(client):
    case = begin(client)
    name = "渡辺\U000e0101 葛\U000e0100"
    client.post(url("window_fill", case.number), {"edit": str(case.edit), "applicant__name": name})
    case.refresh_from_db()
    assert case.values["applicant.name"] == name


@pytest.mark.usefixtures("clerk")
def test_what_the_resident_changed_meanwhile_is_shown_beside(client):
    draft = make_draft(BENEFIT).case
    seen = entered(draft, applicant__name="佐藤 ハナコ")
    save_values(case=draft, values={"applicant.name": "佐藤 花"}, edit=draft.edit)
    answer = client.post(url("window_fill", draft.number), seen)
    assert answer.status_code == 409
    assert "佐藤 花" in text(answer)
    draft.refresh_from_db()
    assert draft.values["applicant.name"] == "佐藤 花"
    again = client.post(url("window_fill", draft.number), seen | {"edit": str(draft.edit)})
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.values["applicant.name"] == "佐藤 ハナコ"


@pytest.mark.usefixtures("clerk")
def test_what_was_begun_at_home_is_signed_and_sent_at_the_window(client):
    draft = make_draft(BENEFIT).case
    sent = {"edit": str(draft.edit), "is_signed": "on"}
    assert client.post(url("window_check", draft.number), sent).status_code == 422
    client.post(url("window_check", draft.number), sent | {"checked_by": "passport"})
    draft.refresh_from_db()
    assert draft.stage == Case.Stage.SENT
    entry = AuditEntry.objects.get(action="procedures.identity_checked")
    assert entry.detail == {"checked_by": "passport"}
    page = text(client.get(url("window_done", draft.number)))
    assert "照会コード" not in page  # the applicant has it


@pytest.mark.usefixtures("clerk")
def test_sending_needs_the_signature_and_a_mail_address_that_is_one(client):
    draft = make_draft(BENEFIT).case
    sent = {"edit": str(draft.edit), "is_signed": "on", "checked_by": "licence"}
    for wrong in ({"is_signed": ""}, {"mail_to": "nobody"}, {"checked_by": "x"}):
        assert client.post(url("window_check", draft.number), sent | wrong).status_code == 422
    stale = client.post(url("window_check", draft.number), sent | {"edit": "0"})
    assert stale.status_code == 409
    draft.refresh_from_db()
    assert draft.stage == Case.Stage.DRAFT


@pytest.mark.usefixtures("clerk")
def test_sent_twice_is_sent_once(client):
    draft = make_draft(BENEFIT).case
    sent = {"edit": str(draft.edit), "is_signed": "on", "checked_by": "licence"}
    for _again in range(2):
        answer = client.post(url("window_check", draft.number), sent)
        assert answer.url == url("window_done", draft.number)
    assert Application.objects.get().events.count() == 1
    assert AuditEntry.objects.filter(action="procedures.identity_checked").count() == 1


@pytest.mark.usefixtures("clerk")
def test_pages_of_what_was_sent_lead_on(client):
    draft = make_draft(BENEFIT).case
    assert client.get(url("window_done", draft.number)).url == url("window_fill", draft.number)
    send_case(case=draft, edit=draft.edit)
    assert client.get(url("window_fill", draft.number)).url == url("case", draft.number)
    assert client.get(url("window_check", draft.number)).url == url("window_done", draft.number)


@pytest.mark.usefixtures("clerk")
def test_a_procedure_is_taken_off_but_not_the_last(client):
    case = begin(client, BENEFIT, NOTICE)
    client.post(url("window_leave", case.number, NOTICE), {"edit": str(case.edit)})
    assert [each.procedure for each in case.applications.all()] == [BENEFIT]
    case.refresh_from_db()
    client.post(url("window_leave", case.number, BENEFIT), {"edit": str(case.edit)})
    client.post(url("window_leave", case.number, BENEFIT), {"edit": "x"})
    assert case.applications.count() == 1


@pytest.mark.usefixtures("clerk")
def test_a_procedure_that_closed_is_not_begun(client):
    case = begin(client)
    case.applications.get().version.procedure.__class__.objects.update(is_open=False)
    assert (
        client.post(url("window"), {"checked_by": "licence", "form": [BENEFIT]}).status_code == 422
    )
    assert "受け付けている手続きがありません" in text(client.get(url("window")))


@pytest.mark.usefixtures("clerk")
def test_other_departments_drafts_stay_closed_unless_begun_here(client):
    own = begin(client, NOTICE)
    assert client.get(url("window_fill", own.number)).status_code == 200
    other = make_draft(NOTICE).case
    for name in ("window_fill", "window_check", "window_pdf", "window_done"):
        assert client.get(url(name, other.number)).status_code == 403, name
    assert client.get(url("window_fill", "AAAAAAAA")).status_code == 404


def test_after_it_is_sent_only_ones_own_forms_are_printed(client, clerk):
    elsewhere = make_user("elsewhere", CLERK, department=make_department("市民生活部", "住民課"))
    draft = make_draft(BENEFIT, NOTICE).case
    send_case(case=draft, edit=draft.edit, by=elsewhere)
    assert client.get(url("window_pdf", draft.number)).status_code == 200
    assert clerk.pk != elsewhere.pk


@pytest.mark.usefixtures("clerk")
def test_the_next_person_begins_afresh(client):
    answer = client.post(url("window_afresh"))
    assert answer.url == url("window")
