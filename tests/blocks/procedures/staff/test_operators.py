"""What contracted operators may not see, sought by every address and in every file."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Application, Attachment, Case
from madoguchi.blocks.procedures.operations.attachments import attach
from madoguchi.blocks.procedures.operations.cases import save_values
from madoguchi.blocks.procedures.operations.replacing import replace_letter
from madoguchi.blocks.procedures.rules.access import CLERK, DECIDER, OPERATOR
from madoguchi.blocks.procedures.rules.definition import DocumentUse
from tests.blocks.procedures.factories import (
    ANSWERS,
    BENEFIT,
    NOTICE,
    TODAY,
    benefit_definition,
    make_application,
    make_draft,
    make_procedure,
    notice_definition,
    picture,
    step,
)
from tests.factories import make_department, make_user, sign_in

pytestmark = pytest.mark.django_db

INSURANCE, INCOME = f"{BENEFIT}.insurance", f"{BENEFIT}.income"

SECRETS = ("窓口銀行", "1234567")
"""What the procedure guards: bank and account."""
NOTE = "所得の額によるものです。"
DECISION = ("不承認", NOTE, "決裁 長")
"""What a refusal says of itself."""


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def children(db):  # noqa: ARG001 # departments are rows
    department = make_department("福祉部", "こども課")
    documents = (
        DocumentUse("insurance", "健康保険証の写し", is_required=False),
        DocumentUse("income", "所得の証明", is_required=False, is_guarded=True),
    )
    make_procedure(BENEFIT, benefit_definition(documents=documents), department=department)
    return department


@pytest.fixture
def operator(client, children):
    user = make_user("operator", OPERATOR, department=children, name="委託 はるか")
    sign_in(client, user)
    return user


@pytest.fixture
def refused(children):
    """An application that was refused with a note."""
    clerk = make_user("clerk", CLERK, department=children, name="窓口 係")
    decider = make_user("decider", DECIDER, department=children, name="決裁 長")
    application = make_application(BENEFIT)
    step(application, "examine", clerk)
    step(application, "refuse", decider, note=NOTE)
    application.refresh_from_db()
    return application


def url(name, *args):
    return reverse(f"procedures_staff:{name}", args=args)


def of(name, application, *args):
    return url(name, application.case.number, application.procedure, *args)


def found_in(answer):
    """The words of an answer, whatever it is: a page, a file, a refusal."""
    content = b"".join(answer) if answer.streaming else answer.content
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return content.decode(errors="replace")


def addresses(application):
    """Everything that can be asked for about an application."""
    steps = (
        "examine",
        "grant",
        "refuse",
        "return_submitted",
        "return_examined",
        "withdraw_examined",
    )
    return [
        url("desk"),
        *(url("desk") + query for query in ("?show=all", "?show=ended", "?q=佐藤&show=all")),
        *(url("desk") + f"?show=all&only={only}" for only in ("decide", "late", "mine")),
        url("find") + f"?number={application.case.number}",
        url("case", application.case.number),
        *(of(name, application) for name in ("application", "form_pdf", "values", "withdraw")),
        of("letter", application),
        *(of("step", application, each) for each in steps),
        url("window_fill", application.case.number),
        url("window_check", application.case.number),
        url("window_done", application.case.number),
        url("window_pdf", application.case.number),
        "/staff/",
    ]


@pytest.mark.usefixtures("operator")
def test_no_address_shows_a_decision_or_what_is_guarded(client, refused):
    told = []
    for address in addresses(refused):
        for method in (client.get, client.post):
            words = found_in(method(address, {"edit": refused.edit, "note": "x"}))
            told += [
                (method.__name__, address, secret)
                for secret in (*SECRETS, *DECISION)
                if secret in words
            ]
    assert told == []
    again = Application.objects.get()
    assert (again.state, again.edit, again.values) == (refused.state, refused.edit, refused.values)


@pytest.mark.usefixtures("operator")
def test_that_it_was_decided_is_all_that_is_said(client, refused):
    page = found_in(client.get(of("application", refused)))
    assert "決定済み" in page
    assert "委託事業者には見せません" in page
    assert "佐藤 花子" in page
    granted = make_application(BENEFIT)
    step(granted, "examine", refused.prepared_by)
    other = make_user("other", DECIDER, department=refused.department)
    step(granted, "grant", other)
    one, two = (
        found_in(client.get(of("application", each))).replace(each.case.number, "")
        for each in (refused, granted)
    )
    assert ("承認" in one, "承認" in two) == (False, False)


@pytest.mark.usefixtures("operator")
def test_no_list_tells_granted_from_refused(client, refused):
    page = found_in(client.get(url("desk") + "?show=ended"))
    assert of("application", refused) in page
    assert "決定済み" in page
    assert "m-status--error" not in page


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_letter_of_a_decision(client, refused, method):
    answer = getattr(client, method)(of("letter", refused))
    assert answer.status_code in {403, 405}


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("code", ["grant", "refuse"])
def test_no_decision_by_an_operator(client, children, code):
    application = make_application(BENEFIT)
    step(application, "examine", make_user("clerk2", CLERK, department=children))
    application.refresh_from_db()
    page = found_in(client.get(of("application", application)))
    assert of("step", application, code) not in page
    assert "決裁を待っています" not in page  # it may still be returned
    sent = {"edit": str(application.edit), "note": "x"}
    assert client.get(of("step", application, code)).status_code == 403
    assert client.post(of("step", application, code), sent).status_code == 403
    application.refresh_from_db()
    assert application.state == "examined"


@pytest.mark.usefixtures("operator")
def test_no_preview_of_a_letter_by_its_step(client, children):
    application = make_application(BENEFIT)
    step(application, "examine", make_user("clerk2", CLERK, department=children))
    sent = {"edit": "2", "note": "x", "preview": "1"}
    assert "通知書" not in found_in(client.post(of("step", application, "grant"), sent))


@pytest.mark.usefixtures("operator")
def test_guarded_files_are_not_there(client):
    application = make_application(BENEFIT)
    open_file, guarded = (
        attach(application=application, document=code, name=name, content=picture(colour), by=None)
        for code, name, colour in (
            ("insurance", "保険証.png", "white"),
            ("income", "所得証明書.png", "black"),
        )
    )
    page = found_in(client.get(of("application", application)))
    assert "保険証.png" in page
    assert "所得証明書.png" not in page
    answer = client.get(of("file", application, open_file.public_id))
    b"".join(answer)
    assert answer.status_code == 200
    assert client.get(of("file", application, guarded.public_id)).status_code == 404


@pytest.mark.usefixtures("operator")
def test_the_printed_form_leaves_guarded_items_blank(client):
    application = make_application(BENEFIT)
    words = found_in(client.get(of("form_pdf", application)))
    assert "佐藤" in words
    assert not [secret for secret in SECRETS if secret in words]


@pytest.mark.usefixtures("operator")
def test_a_guarded_item_cannot_be_named_for_correction(client):
    application = make_application(BENEFIT)
    page = found_in(client.get(of("step", application, "return_submitted")))
    assert "口座番号" not in page
    sent = {"edit": str(application.edit), "note": "x", "to_mend": ["bank.account_number"]}
    assert client.post(of("step", application, "return_submitted"), sent).status_code == 422


@pytest.mark.usefixtures("operator")
def test_an_operator_takes_in_and_prepares(client):
    application = make_application(BENEFIT)
    answer = client.post(of("step", application, "examine"), {"edit": str(application.edit)})
    assert answer.status_code == 302
    application.refresh_from_db()
    assert application.state == "examined"
    event = application.events.order_by("-number").first()
    assert event.role == "operator"


@pytest.mark.usefixtures("operator")
def test_an_operator_corrects_and_withdraws_nothing_that_was_sent(client):
    application = make_application(BENEFIT)
    for name in ("values", "withdraw"):
        for method in (client.get, client.post):
            answer = method(of(name, application), {"edit": str(application.edit)})
            assert answer.status_code == 403, name


@pytest.mark.usefixtures("operator")
def test_another_departments_cases_are_closed(client):
    elsewhere = make_department("総務部", "税務課")
    make_procedure("tax", department=elsewhere)
    application = make_application("tax", values={**ANSWERS, "tax.own.reason": "就職"})
    for address in addresses(application)[7:-1]:
        assert client.get(address).status_code in {302, 403, 404, 405}, address


@pytest.mark.usefixtures("operator")
def test_a_procedure_of_another_department_is_not_begun(client):
    elsewhere = make_department("総務部", "税務課")
    make_procedure("tax", department=elsewhere)
    page = found_in(client.get(url("window")))
    assert 'value="tax"' not in page
    sent = {"checked_by": "licence", "form": ["tax"]}
    assert client.post(url("window"), sent).status_code == 422
    assert not Case.objects.exists()


@pytest.mark.usefixtures("operator")
def test_at_the_window_guarded_items_are_neither_shown_nor_taken(client):
    draft = make_draft(BENEFIT).case
    page = found_in(client.get(url("window_fill", draft.number)))
    assert "applicant__name" in page
    assert "bank__account_number" not in page
    client.post(
        url("window_fill", draft.number),
        {"edit": str(draft.edit), "applicant__name": "佐藤 花", "bank__account_number": "9999999"},
    )
    draft.refresh_from_db()
    assert draft.values["applicant.name"] == "佐藤 花"
    assert draft.values["bank.account_number"] == "1234567"
    for name in ("window_check", "window_pdf"):
        words = found_in(client.get(url(name, draft.number)))
        assert not [secret for secret in SECRETS if secret in words], name


@pytest.mark.usefixtures("operator")
def test_what_lacks_a_guarded_item_waits_for_a_clerk(client):
    draft = make_draft(BENEFIT).case
    values = {"bank.account_number": ""}
    draft = save_values(case=draft, values=values, edit=draft.edit)
    page = found_in(client.get(url("window_check", draft.number)))
    assert "職員の入力が必要です" in page
    sent = {"edit": str(draft.edit), "is_signed": "on", "checked_by": "licence"}
    assert client.post(url("window_check", draft.number), sent).status_code == 422
    draft.refresh_from_db()
    assert draft.stage == Case.Stage.DRAFT


def test_an_operator_is_given_no_code_that_opens_decisions(client, operator):
    sent = {"checked_by": "licence", "form": [BENEFIT]}
    client.post(url("window"), sent)
    case = Case.objects.get()
    assert case.begun_by == operator
    kept = str(dict(client.session))
    assert "procedures_window_codes" not in kept
    assert "procedures_cases" not in kept
    answer = client.get(reverse("procedures:case", args=[case.number]))
    assert answer.status_code == 302  # to where a code is asked for


def test_a_clerk_elsewhere_who_is_operator_here_sees_as_an_operator(client, children, refused):
    both = make_user("both", OPERATOR, department=children)
    make_clerk = make_user("clerk9", CLERK, department=make_department("総務部"))
    assignment = make_clerk.role_assignments.get()
    assignment.user = both
    assignment.save()
    sign_in(client, both)
    words = found_in(client.get(of("application", refused)))
    assert not [secret for secret in (*SECRETS, *DECISION) if secret in words]
    assert client.post(of("letter", refused)).status_code == 403


def scan():
    return SimpleUploadedFile("写し.png", picture())


def test_at_the_window_they_attach_what_is_not_guarded(client, operator):
    case = make_draft(BENEFIT).case
    address = url("window_documents", case.number)
    page = client.get(address).content.decode()
    assert "健康保険証の写し" in page
    assert "所得の証明" not in page
    assert client.post(address, {"document": INCOME, "file": scan()}).status_code == 404
    assert client.post(address, {"document": INSURANCE, "file": scan()}).status_code == 302
    assert Attachment.objects.get().added_by == operator


def test_they_see_and_take_back_no_guarded_file(client, operator):  # noqa: ARG001 # signed in
    case = make_draft(BENEFIT).case
    file = attach(
        application=case.applications.get(), document="income", name="所得.png", content=picture()
    )
    for page in ("window_documents", "window_check"):
        assert "所得.png" not in client.get(url(page, case.number)).content.decode()
    assert client.post(url("window_take_back", case.number, file.public_id)).status_code == 404


def test_they_attach_nothing_for_departments_beyond_their_contract(client, operator):  # noqa: ARG001 # signed in
    documents = (DocumentUse("lease", "賃貸借契約書の写し", is_required=False),)
    make_procedure(NOTICE, notice_definition(documents=documents))
    case = make_draft(BENEFIT, NOTICE).case
    address = url("window_documents", case.number)
    assert "賃貸借契約書の写し" not in client.get(address).content.decode()
    given = {"document": f"{NOTICE}.lease", "file": scan()}
    assert client.post(address, given).status_code == 404


def test_at_the_desk_they_attach_what_is_not_guarded(client, operator):
    application = make_application(BENEFIT)
    address = of("attach", application)
    assert "所得の証明" not in client.get(address).content.decode()
    assert client.post(address, {"document": "income", "file": scan()}).status_code == 422
    answer = client.post(address, {"document": "insurance", "file": scan()})
    assert answer.url == of("application", application)
    event = application.events.latest("number")
    assert (event.action, event.role, event.by) == ("document_added", "operator", operator)


def test_of_a_replaced_letter_they_see_a_decision_and_no_more(client, refused, operator):  # noqa: ARG001 # signed in
    decider = User.objects.get(username="decider")
    replace_letter(
        application=refused,
        addressee="佐藤 花子",
        body=NOTE,
        reason="宛名の誤り",
        edit=refused.edit,
        by=decider,
        today=TODAY,
    )
    page = client.get(of("application", refused)).content.decode()
    for secret in (*DECISION, "差替え", "宛名の誤り"):
        assert secret not in page
    assert client.get(of("letter_replace", refused)).status_code == 403
