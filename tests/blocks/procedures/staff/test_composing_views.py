"""The pages of composing: works, bad input, not allowed, missing."""

import re

import pytest
from django.urls import reverse

from madoguchi.blocks.procedures.models import Procedure
from madoguchi.blocks.procedures.operations import composing
from madoguchi.blocks.procedures.rules.access import CLERK, COMPOSER, OPERATOR
from madoguchi.blocks.procedures.rules.definition import Definition, ItemUse, read
from madoguchi.blocks.procedures.rules.flows import with_flow
from tests.blocks.procedures.factories import (
    BENEFIT,
    NOTICE,
    benefit_definition,
    make_application,
    make_procedure,
)
from tests.factories import make_department, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def composer(client):
    user = make_user("composer", COMPOSER, name="組立 つくる")
    sign_in(client, user)
    return user


@pytest.fixture
def draft(composer):
    return composing.add_procedure(
        code=BENEFIT,
        department=make_department("福祉部", "こども課"),
        definition=benefit_definition(),
        by=composer,
    )


def url(name, *args):
    return reverse(f"procedures_staff:{name}", args=args)


def now(code=BENEFIT):
    return read(Procedure.objects.get(code=code).versions.order_by("-number").first().definition)


def fields(page):
    """What a browser would send back of the page's form, unchanged."""
    text = page.content.decode()
    form = text[text.index('<form class="m-form c-form"') :]
    found = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if name and name[1] != "csrfmiddlewaretoken" and 'type="checkbox"' not in tag:
            value = re.search(r'value="([^"]*)"', tag)
            found[name[1]] = value[1] if value else ""
    chosen = r'<select name="([^"]+)".*?value="([^"]*)" selected'
    written = r'<textarea name="([^"]+)"[^>]*>\s?(.*?)</textarea>'
    found |= dict(re.findall(chosen, form, re.DOTALL) + re.findall(written, form, re.DOTALL))
    for tag in re.findall(r"<input[^>]*checked[^>]*>", form):
        found[re.search(r'name="([^"]+)"', tag)[1]] = "on"
    return found


def test_the_list_says_what_is_in_force_and_what_is_written(client, composer):
    make_procedure(NOTICE)
    procedure = make_procedure(BENEFIT, is_open=False)
    make_application(NOTICE)
    composing.start_draft(procedure_id=procedure.pk, by=composer)
    page = client.get(url("compose")).content.decode()
    assert "転入届" in page
    assert "受付停止" in page
    assert "作成中" in page


def test_the_list_asks_as_often_for_three_as_for_one(
    client, composer, django_assert_max_num_queries
):
    make_procedure(NOTICE)
    client.get(url("compose"))
    with django_assert_max_num_queries(40) as one:
        client.get(url("compose"))
    for code in ("a", "b"):
        made = make_procedure(code, benefit_definition())
        composing.start_draft(procedure_id=made.pk, by=composer)
    with django_assert_max_num_queries(40) as three:
        client.get(url("compose"))
    assert len(three.captured_queries) == len(one.captured_queries)


@pytest.mark.usefixtures("composer")
def test_an_empty_list_says_how_to_begin(client):
    assert "新しい手続き" in client.get(url("compose")).content.decode()


@pytest.mark.usefixtures("composer")
def test_a_procedure_is_begun_from_a_flow(client):
    department = make_department("市民生活部", "環境課")
    answer = client.post(
        url("compose_add"),
        {"title": "犬の登録", "department": department.public_id, "basis": "notification"},
    )
    assert answer.url == url("compose_section", "procedure-1", "facts")
    assert now("procedure-1").states[0].code == "submitted"


@pytest.mark.usefixtures("composer")
def test_a_procedure_is_begun_from_a_copy(client):
    make_procedure(BENEFIT)
    client.post(
        url("compose_add"),
        {
            "title": "写しの手当",
            "department": make_department("福祉部").public_id,
            "basis": "copy",
            "copy_of": BENEFIT,
            "code": "copied",
        },
    )
    assert (now("copied").title, now("copied").items) == ("写しの手当", now(BENEFIT).items)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "字" * 101},
        {"code": "Ｄｏｇ"},
        {"code": "add"},
        {"code": BENEFIT},
        {"department": "nowhere"},
        {"basis": "other"},
        {"basis": "copy"},
        {"basis": "copy", "copy_of": "unknown"},
    ],
)
@pytest.mark.usefixtures("draft")
def test_what_cannot_be_begun_is_said(client, wrong):
    sent = {
        "title": "犬の登録",
        "department": make_department("福祉部").public_id,
        "basis": "notification",
    }
    answer = client.post(url("compose_add"), sent | wrong)
    assert answer.status_code == 422
    assert Procedure.objects.count() == 1


def test_a_draft_is_shown_whole_with_what_is_missing(client, composer):
    composing.add_procedure(
        code="dog",
        department=make_department("環境課"),
        definition=with_flow(Definition(title="犬の登録"), "application"),
        by=composer,
    )
    page = client.get(url("compose_procedure", "dog")).content.decode()
    assert url("compose_section", "dog", "items") in page
    assert "たずねる項目がありません" in page
    assert url("compose_publish", "dog") not in page


def test_every_section_sends_back_what_it_shows(client, draft):
    before = now()
    for section in ("facts", "items", "own_items", "documents", "states", "steps", "letters"):
        page = client.get(url("compose_section", BENEFIT, section))
        answer = client.post(url("compose_section", BENEFIT, section), fields(page) | {"stay": "1"})
        assert (section, answer.status_code) == (section, 302)
        assert answer.url == url("compose_section", BENEFIT, section)
    assert now() == before
    draft.refresh_from_db()
    assert draft.edit == 0


@pytest.mark.usefixtures("draft")
def test_the_buttons_lead_on_stay_give_rows_or_end(client):
    section = url("compose_section", BENEFIT, "documents")
    sent = fields(client.get(section))
    for button, leads in (
        ("next", url("compose_section", BENEFIT, "states")),
        ("stay", section),
        ("more", f"{section}?more=1#rows"),
        ("done", url("compose_procedure", BENEFIT)),
    ):
        assert client.post(section, sent | {button: "1"}).url == leads
    assert client.get(f"{section}?more=1").content.decode().count("c-row__fields") == 4


@pytest.mark.usefixtures("draft")
def test_facts_are_stored(client):
    page = url("compose_section", BENEFIT, "facts")
    sent = fields(client.get(page)) | {"fee": "300", "notes": "一つ目\n\n二つ目 "}
    client.post(page, sent)
    assert (now().fee, now().notes) == (300, ("一つ目", "二つ目"))


@pytest.mark.usefixtures("draft")
def test_shared_items_are_ticked(client):
    page = url("compose_section", BENEFIT, "items")
    sent = fields(client.get(page))
    del sent["ask:bank.name"]
    sent |= {"ask:applicant.phone": "on", "guard:applicant.name": "on"}
    del sent["must:applicant.phone"]
    del sent["guard:bank.account_number"]
    client.post(page, sent)
    assert now().items == (
        ItemUse("applicant.name", is_guarded=True),
        ItemUse("applicant.birth_date"),
        ItemUse("applicant.phone", is_required=False),
        ItemUse("bank.account_number", is_guarded=False),
    )


@pytest.mark.usefixtures("draft")
def test_an_own_item_is_added_and_taken_away(client):
    page = url("compose_section", BENEFIT, "own_items")
    sent = fields(client.get(page)) | {
        "rows-0-label": "希望する日",
        "rows-0-kind": "choice",
        "rows-0-choices": "平日\n土曜日",
    }
    client.post(page, sent)
    [item] = now().own_items
    assert (item.code, item.label, item.choices) == ("item1", "希望する日", ("平日", "土曜日"))
    assert now().items[-1] == ItemUse("own.item1")
    client.post(page, fields(client.get(page)) | {"rows-0-DELETE": "on"})
    assert (now().own_items, now().items[-1].ref) == ((), "bank.account_number")


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows-0-label": ""},
        {"rows-0-choices": "一つだけ"},
        {"rows-0-choices": "同じ\n同じ"},
        {"rows-0-choices": "字" * 101 + "\n次"},
        {"rows-0-kind": "secret"},
        {"rows-0-label": "字" * 101},
    ],
)
@pytest.mark.usefixtures("draft")
def test_an_own_item_that_is_none_is_marked(client, wrong):
    page = url("compose_section", BENEFIT, "own_items")
    sent = fields(client.get(page)) | {
        "rows-0-label": "希望",
        "rows-0-kind": "choice",
        "rows-0-choices": "一\n二",
    }
    answer = client.post(page, sent | wrong)
    assert answer.status_code == 422
    assert "m-field__error" in answer.content.decode()
    assert now().own_items == ()


@pytest.mark.usefixtures("draft")
def test_rows_go_where_their_place_says(client):
    page = url("compose_section", BENEFIT, "states")
    sent = fields(client.get(page))
    sent["rows-0-ORDER"], sent["rows-1-ORDER"] = "2", "1"
    client.post(page, sent)
    assert [state.code for state in now().states][:2] == ["examined", "submitted"]


@pytest.mark.usefixtures("draft")
def test_a_state_a_step_and_a_letter_are_made_of_each_other(client):
    states = url("compose_section", BENEFIT, "states")
    sent = fields(client.get(f"{states}?more=1"))
    sent |= {"rows-6-title": "部長決裁", "rows-6-kind": "open", "rows-6-days": "3"}
    client.post(states, sent)
    assert now().states[-1].code == "state1"
    steps = url("compose_section", BENEFIT, "steps")
    sent = fields(client.get(f"{steps}?more=1"))
    at = len(now().steps)
    sent |= {
        f"rows-{at}-source": "examined",
        f"rows-{at}-title": "部長に回す",
        f"rows-{at}-target": "state1",
        f"rows-{at}-right": "prepare",
    }
    client.post(steps, sent)
    assert (now().steps[-1].code, now().steps[-1].target) == ("step1", "state1")


@pytest.mark.usefixtures("draft")
def test_rows_with_one_code_are_refused(client):
    page = url("compose_section", BENEFIT, "states")
    sent = fields(client.get(page)) | {"rows-0-code": "examined"}
    assert client.post(page, sent).status_code == 422


def test_who_saves_over_another_is_shown_both(client, draft):
    page = url("compose_section", BENEFIT, "facts")
    mine = fields(client.get(page)) | {"fee": "500"}
    other = make_user("other", COMPOSER, name="並木 ならぶ")
    composing.save_draft(
        procedure_id=draft.procedure_id, parts={"fee": 300, "summary": "別"}, edit=0, by=other
    )
    answer = client.post(page, mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "並木 ならぶ" in text
    assert "300" in text
    assert now().fee == 300
    again = client.post(page, fields(answer))
    assert again.status_code == 302
    assert (now().fee, now().summary) == (500, "")


@pytest.mark.usefixtures("draft")
def test_a_preview_shows_form_print_and_letter(client):
    page = client.get(url("compose_form", BENEFIT, 1)).content.decode()
    assert "児童手当認定請求" in page
    assert "bank__account_number" in page
    for name, args in (("compose_form_pdf", ()), ("compose_letter_pdf", ("granted",))):
        answer = client.get(url(name, BENEFIT, 1, *args))
        assert answer.content.startswith(b"%PDF"), name
    assert client.get(url("compose_letter_pdf", BENEFIT, 1, "none")).status_code == 404


def test_what_the_font_lacks_is_named_before_anybody_prints(client, draft):
    composing.save_draft(
        procedure_id=draft.procedure_id, parts={"title": "手当\U0001f600"}, edit=0, by=None
    )
    answer = client.get(url("compose_letter_pdf", BENEFIT, 1, "granted"))
    assert answer.status_code == 422
    assert "U+1F600" in answer.content.decode()


def test_publishing_is_asked_for_and_done(client, draft):
    page = client.get(url("compose_publish", BENEFIT)).content.decode()
    assert "第1版を公開する" in page
    answer = client.post(url("compose_publish", BENEFIT), {"edit": "0"})
    assert answer.url == url("compose_procedure", BENEFIT)
    draft.refresh_from_db()
    assert draft.published_at is not None
    assert client.post(url("compose_publish", BENEFIT), {"edit": "0"}).status_code == 302


def test_publishing_what_another_changed_shows_it_again(client, draft):
    composing.save_draft(procedure_id=draft.procedure_id, parts={"fee": 1}, edit=0, by=None)
    for edit in ("0", "", "x", "９"):
        assert client.post(url("compose_publish", BENEFIT), {"edit": edit}).status_code == 409
    assert client.post(url("compose_publish", BENEFIT), {"edit": "1"}).status_code == 302


def test_publishing_what_is_not_whole_says_what_is_missing(client, draft):
    composing.save_draft(procedure_id=draft.procedure_id, parts={"steps": ()}, edit=0, by=None)
    answer = client.post(url("compose_publish", BENEFIT), {"edit": "1"})
    assert answer.status_code == 409
    assert "受付" in answer.content.decode()


def test_a_change_is_shown_against_what_is_in_force(client, composer):
    procedure = make_procedure(BENEFIT)
    client.post(url("compose_start", BENEFIT))
    composing.save_draft(procedure_id=procedure.pk, parts={"fee": 300}, edit=0, by=composer)
    for page in (url("compose_procedure", BENEFIT), url("compose_publish", BENEFIT)):
        assert "300" in client.get(page).content.decode()
    old = client.get(url("compose_version", BENEFIT, 1)).content.decode()
    assert "無料" in old
    assert client.get(url("compose_version", BENEFIT, 9)).status_code == 404


@pytest.mark.usefixtures("draft")
def test_a_draft_is_thrown_away_after_a_question(client):
    assert "捨てる" in client.get(url("compose_discard", BENEFIT)).content.decode()
    assert client.post(url("compose_discard", BENEFIT), {"edit": "7"}).status_code == 409
    assert client.post(url("compose_discard", BENEFIT), {"edit": "0"}).url == url("compose")
    assert not Procedure.objects.exists()


@pytest.mark.usefixtures("composer")
def test_pages_of_a_draft_that_is_gone_lead_back(client):
    make_procedure(BENEFIT)
    for name, args in (
        ("compose_publish", ()),
        ("compose_discard", ()),
        ("compose_section", ("facts",)),
    ):
        answer = client.get(url(name, BENEFIT, *args))
        assert answer.url == url("compose_procedure", BENEFIT), name


@pytest.mark.usefixtures("composer")
def test_the_intake_is_changed(client):
    procedure = make_procedure(BENEFIT)
    page = url("compose_intake", BENEFIT)
    assert client.post(page, {"department": "nowhere"}).status_code == 422
    elsewhere = make_department("総務部")
    client.post(page, {"department": elsewhere.public_id})
    procedure.refresh_from_db()
    assert (procedure.department, procedure.is_open) == (elsewhere, False)


def test_nothing_is_opened_before_it_is_published(client, draft):
    procedure = draft.procedure
    procedure.is_open = False
    procedure.save()
    sent = {"department": procedure.department.public_id, "is_open": "on"}
    assert client.post(url("compose_intake", BENEFIT), sent).status_code == 422


@pytest.mark.usefixtures("draft")
def test_what_is_not_there_is_not_found(client):
    for name, args in (
        ("compose_procedure", ("none",)),
        ("compose_section", (BENEFIT, "secrets")),
        ("compose_form", (BENEFIT, 7)),
    ):
        assert client.get(url(name, *args)).status_code == 404


def test_a_clerk_reads_and_changes_nothing(client, draft):
    sign_in(client, make_user("clerk", CLERK, department=draft.procedure.department))
    page = client.get(url("compose_procedure", BENEFIT)).content.decode()
    assert url("compose_section", BENEFIT, "facts") not in page
    assert "組立" not in client.get(url("compose")).content.decode()
    assert client.get(url("compose_section", BENEFIT, "facts")).status_code == 403
    assert client.post(url("compose_publish", BENEFIT), {"edit": "0"}).status_code == 403


def test_an_operator_sees_nothing_of_composing(client, draft):
    sign_in(client, make_user("operator", OPERATOR, department=draft.procedure.department))
    for name, args in (
        ("compose", ()),
        ("compose_procedure", (BENEFIT,)),
        ("compose_version", (BENEFIT, 1)),
        ("compose_letter_pdf", (BENEFIT, 1, "granted")),
    ):
        assert client.get(url(name, *args)).status_code == 403, name
