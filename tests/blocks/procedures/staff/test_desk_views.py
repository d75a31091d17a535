"""The desk: the list, an application, steps, corrections, two at once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from madoguchi.blocks.procedures.models import Application, Attachment, Letter, Message
from madoguchi.blocks.procedures.operations.applications import withdraw
from madoguchi.blocks.procedures.operations.attachments import attach
from madoguchi.blocks.procedures.rules import codes
from madoguchi.blocks.procedures.rules.access import AUDITOR, CLERK, DECIDER
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
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
from tests.factories import make_department, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def children(db):  # noqa: ARG001 # departments are rows
    """こども課, which receives the benefit."""
    _notice, benefit = make_procedures()
    return benefit.department


@pytest.fixture
def clerk(client, children):
    user = make_user("clerk", CLERK, department=children, name="窓口 係")
    sign_in(client, user)
    return user


@pytest.fixture
def decider(children):
    return make_user("decider", DECIDER, department=children, name="決裁 長")


def url(name, *args):
    return reverse(f"procedures_staff:{name}", args=args)


def of(name, application, *args):
    return url(name, application.case.number, application.procedure, *args)


def text(answer):
    return answer.content.decode()


def act(client, application, code, **more):
    application.refresh_from_db()
    sent = {"edit": str(application.edit), **more}
    return client.post(of("step", application, code), sent)


@pytest.mark.usefixtures("clerk")
def test_an_empty_desk_says_what_will_come(client):
    page = text(client.get(url("desk")))
    assert "処理する申請はありません" in page


@pytest.mark.usefixtures("clerk")
def test_the_most_urgent_stands_first_and_others_departments_nowhere(client):
    today = clock.today()
    make_application(NOTICE)  # 住民課's
    late, soon = (make_application(BENEFIT) for _ in range(2))
    Application.objects.filter(pk=soon.pk).update(due_on=today)
    Application.objects.filter(pk=late.pk).update(due_on=today.replace(year=today.year - 1))
    page = text(client.get(url("desk")))
    assert page.index(late.case.number) < page.index(soon.case.number)
    assert "処理する申請 2件" in page
    assert "超過" in page
    assert "転入届" not in page


@pytest.mark.usefixtures("clerk")
def test_the_list_asks_as_often_for_three_as_for_one(client, django_assert_max_num_queries):
    make_application(BENEFIT)
    client.get(url("desk"))
    with django_assert_max_num_queries(40) as one:
        client.get(url("desk"))
    for _ in range(2):
        make_application(BENEFIT)
    with django_assert_max_num_queries(40) as three:
        client.get(url("desk"))
    assert len(three.captured_queries) == len(one.captured_queries)


def test_filters_narrow_and_live_in_the_address(client, clerk, decider):
    plain, examined, returned, granted = (make_application(BENEFIT) for _ in range(4))
    step(examined, "examine", clerk)
    step(returned, "return_submitted", clerk, note="口座を確かめてください")
    step(granted, "examine", clerk)
    step(granted, "grant", decider)
    Application.objects.filter(pk=plain.pk).update(due_on=clock.today().replace(year=2020))

    def shown(**query):
        page = text(client.get(url("desk"), query))
        every = {"plain": plain, "examined": examined, "returned": returned, "granted": granted}
        return {name for name, each in every.items() if of("application", each) in page}

    assert shown() == {"plain", "examined"}
    assert shown(only="decide") == {"examined"}
    assert shown(only="prepare") == {"plain"}
    assert shown(only="late") == {"plain"}
    assert shown(only="mine") == {"examined"}
    assert shown(show="returned") == {"returned"}
    assert shown(show="ended") == {"granted"}
    assert shown(show="all") == {"plain", "examined", "returned", "granted"}
    assert shown(q=codes.shown(plain.case.number)) == {"plain"}
    assert shown(q="佐藤") == {"plain", "examined"}
    assert shown(q="鈴木") == set()
    assert shown(procedure=BENEFIT, only="decide") == {"examined"}
    assert shown(show="nonsense") == {"plain", "examined"}
    page = text(client.get(url("desk"), {"show": "ended"}))
    assert f"{of('application', granted)}?show=ended" in page


@pytest.mark.usefixtures("clerk")
def test_a_scanned_number_opens_the_application(client):
    application = make_application(BENEFIT)
    number = application.case.number
    for typed in (f"MADOGUCHI:{number}", codes.shown(number), f" {number.lower()} "):
        answer = client.get(url("find"), {"number": typed})
        assert answer.url == of("application", application), typed


@pytest.mark.usefixtures("clerk")
def test_enter_alone_opens_the_most_urgent(client):
    assert client.get(url("find")).url == url("desk")
    application = make_application(BENEFIT)
    assert client.get(url("find"), {"number": " "}).url == of("application", application)


@pytest.mark.usefixtures("clerk")
def test_a_number_that_nobody_has_is_said(client):
    answer = client.get(url("find"), {"number": "AAAA-AAAA"}, follow=True)
    assert "AAAA-AAAA" in text(answer)


@pytest.mark.usefixtures("clerk")
def test_a_scanned_draft_opens_at_the_window(client):
    draft = make_draft(BENEFIT)
    answer = client.get(url("find"), {"number": draft.case.number})
    assert answer.url == url("window_fill", draft.case.number)


@pytest.mark.usefixtures("clerk")
def test_a_case_shows_ones_own_and_counts_the_others(client):
    case = make_case(NOTICE, BENEFIT)
    page = text(client.get(url("case", case.number)))
    assert "児童手当認定請求" in page
    assert "転入届" not in page
    assert "ほかの部署が受け付ける申請があと1件" in page
    assert client.get(url("application", case.number, NOTICE)).status_code == 404
    other = make_application(NOTICE)
    assert client.get(url("case", other.case.number)).status_code == 403
    assert client.get(of("application", other)).status_code == 403
    assert client.get(url("case", "AAAAAAAA")).status_code == 404
    assert client.get(url("case", "x")).status_code == 404


def test_an_application_shows_who_what_and_what_happened(client, clerk):
    application = make_application(BENEFIT, mail_to="hanako@example.org")
    attach(
        application=application, document="insurance", name="保険証.png", content=picture(), by=None
    )
    page = text(client.get(of("application", application)))
    for words in ("佐藤 花子", "1234567", "保険証.png", "審査を終える", "送信"):
        assert words in page, words
    assert 'data-key="n"' in page
    assert "<title>児童手当認定請求" in page
    step(application, "examine", clerk)
    page = text(client.get(of("application", application)))
    assert "窓口 係" in page
    assert "決裁を待っています" not in page  # a clerk may still return it


@pytest.mark.usefixtures("clerk")
def test_a_draft_has_no_page_at_the_desk(client):
    draft = make_draft(BENEFIT)
    answer = client.get(url("application", draft.case.number, BENEFIT))
    assert answer.url == url("case", draft.case.number)
    assert "窓口で続ける" in text(client.get(answer.url))


@pytest.mark.usefixtures("clerk")
def test_an_attached_file_is_saved_and_never_shown_by_the_browser(client):
    application = make_application(BENEFIT)
    file = attach(
        application=application, document="insurance", name="a.png", content=picture(), by=None
    )
    answer = client.get(of("file", application, file.public_id))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    b"".join(answer)
    other = make_application(BENEFIT)
    assert client.get(of("file", other, file.public_id)).status_code == 404
    assert client.get(of("file", application, "none")).status_code == 404


def attach_at_desk(client, application, name="保険証.png", **changed):
    given = {"document": "insurance", "file": SimpleUploadedFile(name, picture()), **changed}
    return client.post(of("attach", application), given)


def test_a_scan_is_attached_at_the_desk_and_stands_in_the_history(client, clerk):
    application = make_application(BENEFIT)
    assert of("attach", application) in text(client.get(of("application", application)))
    assert "健康保険証の写し" in text(client.get(of("attach", application)))
    answer = attach_at_desk(client, application)
    assert answer.url == of("application", application)
    event = application.events.latest("number")
    assert (event.action, event.role, event.by, event.detail) == (
        "document_added",
        "clerk",
        clerk,
        {"document": "insurance"},
    )
    page = text(client.get(answer.url))
    assert "書類の追加: 健康保険証の写し" in page
    assert "職員が添付（窓口 係）" in page


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("changed", [{"document": "none"}, {"file": ""}, {"name": "a.heic"}])
def test_what_cannot_be_attached_is_said(client, changed):
    application = make_application(BENEFIT)
    assert attach_at_desk(client, application, **changed).status_code == 422
    assert not Attachment.objects.exists()


def test_who_acts_on_what_was_shown_before_a_document_came_is_told(client, clerk):
    application = make_application(BENEFIT)
    before = application.edit
    attach_at_desk(client, application)
    answer = client.post(of("step", application, "examine"), {"edit": before})
    assert answer.status_code == 409
    assert clerk.pk == application.events.latest("number").by_id


def test_nothing_is_attached_to_what_has_ended_nor_by_auditors(client, clerk):
    application = make_application(BENEFIT)
    withdraw(application=application, edit=application.edit, by=clerk)
    assert of("attach", application) not in text(client.get(of("application", application)))
    assert attach_at_desk(client, application).status_code == 409
    open_one = make_application(BENEFIT)
    sign_in(client, make_user("auditor", AUDITOR))
    assert of("attach", open_one) not in text(client.get(of("application", open_one)))
    assert attach_at_desk(client, open_one).status_code == 403
    assert not Attachment.objects.exists()


def test_a_procedure_without_documents_has_no_such_page(client, children):  # noqa: ARG001 # made
    notice = make_application(NOTICE)
    sign_in(client, make_user("resident_clerk", CLERK, department=notice.department))
    assert client.get(of("attach", notice)).status_code == 404


@pytest.mark.usefixtures("clerk")
def test_the_usual_step_is_one_press_and_leads_to_the_next(client):
    first, second = (make_application(BENEFIT) for _ in range(2))
    answer = act(client, first, "examine")
    assert answer.url == of("application", second)
    first.refresh_from_db()
    assert first.state == "examined"


@pytest.mark.usefixtures("clerk")
def test_after_the_last_the_list_comes(client):
    application = make_application(BENEFIT)
    sent = {"edit": str(application.edit)}
    answer = client.post(of("step", application, "examine") + "?only=prepare", sent)
    assert answer.url == f"{url('desk')}?only=prepare"


@pytest.mark.usefixtures("clerk")
def test_what_is_returned_says_which_items_and_why(client):
    application = make_application(BENEFIT)
    page = text(client.get(of("step", application, "return_submitted")))
    assert "直してもらう項目" in page
    missing = act(client, application, "return_submitted")
    assert missing.status_code == 422
    act(
        client,
        application,
        "return_submitted",
        note="通帳を見てもう一度書いてください。",
        to_mend=["bank.account_number"],
    )
    message = Message.objects.get(event__action="return_submitted")
    assert "口座番号" in message.note
    assert message.note.endswith("通帳を見てもう一度書いてください。")
    assert message.event.detail == {"items": ["bank.account_number"]}
    page = text(client.get(of("application", application)))
    assert "申請者が直して送り直すのを待っています" in page


@pytest.mark.usefixtures("clerk")
def test_an_item_that_is_not_asked_cannot_be_sent_back(client):
    application = make_application(BENEFIT)
    answer = act(client, application, "return_submitted", note="x", to_mend=["move.date"])
    assert answer.status_code == 422


def test_a_letter_is_read_before_it_is_decided(client, clerk, decider, signing_key):  # noqa: ARG001 # letters are signed
    application = make_application(BENEFIT)
    step(application, "examine", clerk)
    sign_in(client, decider)
    page = text(client.get(of("step", application, "grant")))
    assert "承認決定通知書" in page
    shown = act(client, application, "grant", note="第1子から支給します。", preview="1")
    assert shown.status_code == 200
    assert text(shown).count("第1子から支給します。") == 2
    assert not Letter.objects.exists()
    act(client, application, "grant", note="第1子から支給します。")
    assert Letter.objects.get().body.endswith("第1子から支給します。")
    page = text(client.get(of("application", application)))
    assert "承認決定通知書（PDF）" in page
    answer = client.post(of("letter", application))
    assert answer.content.startswith(b"%PDF")
    again = client.post(of("letter", application))
    assert again.content == answer.content


@pytest.fixture
def granted(clerk, decider):
    application = make_application(BENEFIT)
    step(application, "examine", clerk)
    return step(application, "grant", decider, note="第1子")


def put_right(client, application, **changed):
    application.refresh_from_db()
    given = {"edit": application.edit, "reason": "誤記のため", "addressee": "佐藤 花子"}
    return client.post(of("letter_replace", application), {**given, "body": "第2子", **changed})


def test_a_wrong_letter_is_replaced_by_whoever_decides(client, decider, granted):
    page = of("letter_replace", granted)
    assert page not in text(client.get(of("application", granted)))  # a clerk is signed in
    assert client.get(page).status_code == 403
    sign_in(client, decider)
    assert page in text(client.get(of("application", granted)))
    assert "第1子" in text(client.get(page))
    assert put_right(client, granted, reason="").status_code == 422
    assert put_right(client, granted, body=" ").status_code == 422
    assert put_right(client, granted).url == of("application", granted)
    made = Letter.objects.latest("pk")
    assert (made.body, made.reason) == ("第2子", "誤記のため")
    shown = text(client.get(of("application", granted)))
    assert "決定通知書の差替え" in shown
    assert "誤記のため" in shown


def test_a_letter_that_another_replaced_is_shown_and_what_was_written_kept(
    client, decider, granted
):
    sign_in(client, decider)
    before = granted.edit
    put_right(client, granted)
    answer = put_right(client, granted, edit=before, body="別の文面")
    assert answer.status_code == 409
    assert "別の文面" in text(answer)
    assert f'name="edit" value="{before + 1}"' in text(answer)
    assert Letter.objects.count() == 2


def test_without_a_letter_there_is_none_to_replace(client, decider):
    sign_in(client, decider)
    answer = client.get(of("letter_replace", make_application(BENEFIT)))
    assert answer.status_code == 409
    assert "この申請の通知書はありません" in text(answer)


def test_a_letter_that_cannot_be_signed_is_said(client, clerk, decider, settings):
    settings.MADOGUCHI_SIGNING_KEY = None
    application = make_application(BENEFIT)
    assert client.post(of("letter", application)).status_code == 409
    step(application, "examine", clerk)
    step(application, "grant", decider)
    answer = client.post(of("letter", application))
    assert answer.status_code == 409
    assert "署名の鍵" in text(answer)


@pytest.mark.usefixtures("clerk")
def test_a_clerk_does_not_decide(client, clerk):
    application = make_application(BENEFIT)
    step(application, "examine", clerk)
    assert client.get(of("step", application, "grant")).status_code == 403
    assert act(client, application, "grant").status_code == 403
    assert client.get(of("step", application, "nonsense")).status_code == 404
    application.refresh_from_db()
    assert application.state == "examined"


@pytest.mark.usefixtures("clerk")
def test_two_clerks_on_one_application(client, children):
    other = make_user("other", CLERK, department=children)
    application = make_application(BENEFIT)
    seen = {"edit": str(application.edit)}
    step(application, "examine", other)
    answer = client.post(of("step", application, "examine"), seen)
    assert answer.status_code == 409
    assert "すでに次へ進んでいます" in text(answer)
    stale = client.post(of("step", application, "return_submitted"), seen | {"note": "直して"})
    assert stale.status_code == 409
    application.refresh_from_db()
    assert application.state == "examined"


def test_what_one_wrote_is_kept_when_another_changed_it(client, clerk, children):
    other = make_user("other", CLERK, department=children)
    application = make_application(BENEFIT)
    seen = {"edit": str(application.edit), "note": "口座名義が違います。"}
    sign_in(client, other)
    corrected = answers(applicant__name="佐藤 花", edit=str(application.edit))
    client.post(of("values", application), corrected)
    sign_in(client, clerk)
    answer = client.post(of("step", application, "return_submitted"), seen)
    assert answer.status_code == 409
    assert "口座名義が違います。" in text(answer)
    application.refresh_from_db()
    assert f'value="{application.edit}"' in text(answer)
    assert application.state == "submitted"


def test_the_resident_withdraws_while_a_clerk_decides(client, clerk, decider):
    application = make_application(BENEFIT)
    step(application, "examine", clerk)
    sign_in(client, decider)
    application.refresh_from_db()
    seen = {"edit": str(application.edit), "note": "支給します。"}
    withdraw(application=application, edit=application.edit)
    answer = client.post(of("step", application, "grant"), seen)
    assert answer.status_code == 409
    assert "すでに次へ進んでいます" in text(answer)
    assert not Letter.objects.exists()
    application.refresh_from_db()
    assert application.state == "withdrawn"


def date_parts(name, value):
    year, month, day = value.split("-")
    return dict(zip([f"{name}_{place}" for place in range(4)], ["", year, month, day], strict=True))


def answers(**changed):
    kept = {
        "applicant__name": ANSWERS["applicant.name"],
        **date_parts("applicant__birth_date", ANSWERS["applicant.birth_date"]),
        "bank__name": ANSWERS["bank.name"],
        "bank__account_number": ANSWERS["bank.account_number"],
    }
    return kept | changed


@pytest.mark.usefixtures("clerk")
def test_answers_are_put_right_with_their_history(client):
    application = make_application(BENEFIT)
    sent = answers(bank__account_number="7654321", edit=str(application.edit))
    answer = client.post(of("values", application), sent)
    assert answer.url == of("application", application)
    application.refresh_from_db()
    assert application.values["bank.account_number"] == "7654321"
    event = application.events.order_by("-number").first()
    assert (event.action, event.detail) == ("values_changed", {"items": ["bank.account_number"]})
    entry = AuditEntry.objects.get(action="procedures.values_corrected")
    assert "7654321" not in str(entry.detail)
    assert "1234567" not in str(entry.detail)
    page = text(client.get(of("application", application)))
    assert "口座番号" in page


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(
    "wrong",
    [
        {"bank__account_number": "口座"},
        {"bank__account_number": ""},
        {"applicant__name": "名" * 10_000},
        {},
    ],
)
def test_what_is_no_correction_is_said(client, wrong):
    application = make_application(BENEFIT)
    sent = answers(edit=str(application.edit)) | wrong
    assert client.post(of("values", application), sent).status_code == 422
    application.refresh_from_db()
    assert application.edit == int(sent["edit"])


@pytest.mark.usefixtures("clerk")
def test_a_correction_of_what_another_changed_is_refused(client):
    application = make_application(BENEFIT)
    edit = str(application.edit)
    client.post(of("values", application), answers(bank__name="市民銀行", edit=edit))
    answer = client.post(of("values", application), answers(bank__name="港銀行", edit=edit))
    assert answer.status_code == 409
    application.refresh_from_db()
    assert application.values["bank.name"] == "市民銀行"


def test_what_was_returned_is_sent_again_for_the_applicant(client, clerk):
    application = make_application(BENEFIT)
    step(application, "return_submitted", clerk, note="口座")
    assert "送り直す" in text(client.get(of("values", application)))
    sent = answers(bank__account_number="7654321", edit=str(application.edit + 1))
    application.refresh_from_db()
    sent["edit"] = str(application.edit)
    client.post(of("values", application), sent)
    application.refresh_from_db()
    assert (application.state, application.values["bank.account_number"]) == (
        "submitted",
        "7654321",
    )


def test_what_has_ended_is_not_corrected(client, clerk, decider):
    application = make_application(BENEFIT)
    step(application, "examine", clerk)
    step(application, "grant", decider)
    assert client.get(of("values", application)).status_code == 409


@pytest.mark.usefixtures("clerk")
def test_an_application_is_withdrawn_for_its_applicant(client):
    application = make_application(BENEFIT)
    assert "申出があったとき" in text(client.get(of("withdraw", application)))
    assert client.post(of("withdraw", application), {"edit": "x"}).status_code == 422
    assert client.post(of("withdraw", application), {"edit": "99"}).status_code == 409
    client.post(of("withdraw", application), {"edit": str(application.edit)})
    application.refresh_from_db()
    assert application.state == "withdrawn"


@pytest.mark.usefixtures("clerk")
def test_the_form_is_printed_without_what_other_departments_receive(client):
    case = make_case(NOTICE, BENEFIT)
    answer = client.get(url("form_pdf", case.number, BENEFIT))
    assert answer.content.startswith(b"%PDF")


def test_an_auditor_reads_everything_and_does_nothing(client, children):
    _clerk, _decider = make_staff(children)
    application = make_application(BENEFIT)
    sign_in(client, make_user("auditor", AUDITOR))
    page = text(client.get(of("application", application)))
    assert "1234567" in page
    assert of("step", application, "examine") not in page
    for name in ("values", "withdraw"):
        assert client.get(of(name, application)).status_code == 403
    assert act(client, application, "examine").status_code == 403
    assert client.get(url("window")).status_code == 403


def test_a_mail_that_failed_is_pointed_out(client, clerk):
    application = make_application(BENEFIT, mail_to="hanako@example.org")
    Message.objects.update(mailed_at=None, tries=3, problem="SMTPException")
    assert "メールを送れませんでした（3回）" in text(client.get(of("application", application)))
    Message.objects.update(mail_to="", problem="")
    assert "メールアドレスがないため" in text(client.get(of("application", application)))
    assert clerk.is_active


@pytest.mark.usefixtures("clerk")
def test_the_home_page_counts_what_waits(client):
    assert "procedures-panel" not in text(client.get("/staff/"))
    application = make_application(BENEFIT)
    Application.objects.filter(pk=application.pk).update(due_on=clock.today().replace(year=2020))
    page = text(client.get("/staff/"))
    assert "処理する申請 1件" in page
    assert "期限切れ 1件" in page


def test_the_home_page_of_others_has_no_such_panel(client, children):
    make_application(BENEFIT)
    elsewhere = make_department("総務部", "文書課")
    sign_in(client, make_user("elsewhere", CLERK, department=elsewhere))
    assert "procedures-panel" not in text(client.get("/staff/"))
    assert children.pk != elsewhere.pk


@pytest.mark.usefixtures("clerk")
def test_a_group_in_which_nothing_is_written_takes_one_line(client):
    application = make_application(BENEFIT)
    page = text(client.get(of("application", application)))
    assert "記入なし" not in page
    kept = application.values.items()
    application.values = {key: value for key, value in kept if not key.startswith("bank.")}
    application.save()
    page = text(client.get(of("application", application)))
    assert page.count("記入なし") == 1
