"""A new tracking code at the desk: who may, that it is shown once, what the old one opens."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations.cases import save_values, send_case
from madoguchi.blocks.procedures.queries.codes import case_for_code
from madoguchi.blocks.procedures.rules.access import AUDITOR, CLERK, DECIDER, OPERATOR
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.procedures.factories import (
    ANSWERS,
    BENEFIT,
    NOTICE,
    make_case,
    make_draft,
    make_procedures,
)
from tests.factories import make_department, make_resident, make_user, sign_in

pytestmark = pytest.mark.django_db
CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


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
def sent(children):  # noqa: ARG001 # its procedure must be there
    """A sent case with its code in clear."""
    draft = make_draft(BENEFIT)
    send_case(case=draft.case, edit=draft.case.edit)
    return draft


def url(name, *args):
    return reverse(f"procedures_staff:{name}", args=args)


def text(answer):
    return answer.content.decode()


def seen_on(client, case):
    page = text(client.get(url("new_code", case.number)))
    return re.search(r'name="seen" value="([0-9a-f]+)"', page)[1]


def ask(client, case, **changed):
    data = {"seen": changed.pop("seen", None) or seen_on(client, case), "is_checked": "on"}
    return client.post(url("new_code", case.number), {**data, **changed})


def track(browser, code):
    return browser.post(reverse("procedures:track"), {"code": code, "number": ""})


@pytest.mark.parametrize("role", [CLERK, DECIDER])
def test_the_new_code_opens_the_case_and_the_old_one_is_refused(client, children, sent, role):
    sign_in(client, make_user("worker", role, department=children))
    number = sent.case.number
    link = url("new_code", number)
    assert link in text(client.get(url("case", number)))
    assert link in text(client.get(url("application", number, BENEFIT)))
    page = text(client.get(link))
    assert "これまでのコードはすぐに使えなくなり" in page
    answer = ask(client, sent.case)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    [code] = set(CODE.findall(text(answer)))
    assert f"http://testserver{reverse('procedures:track')}" in text(answer)
    assert f"{number[:4]}-{number[4:]}" in text(answer)
    assert "data-print" in text(answer)
    assert track(Client(), sent.code).status_code == 422
    opened = track(Client(), code)
    assert opened["Location"] == reverse("procedures:case", args=[number])


@pytest.mark.usefixtures("clerk")
def test_a_browser_that_the_old_code_opened_is_shut_out(client, sent):
    browser, case = Client(), reverse("procedures:case", args=[sent.case.number])
    track(browser, sent.code)
    assert browser.get(case).status_code == 200
    assert case in text(browser.get(reverse("procedures:track")))
    [code] = set(CODE.findall(text(ask(client, sent.case))))
    assert browser.get(case).status_code == 302
    assert case not in text(browser.get(reverse("procedures:track")))
    track(browser, code)
    assert code in text(browser.get(case))


@pytest.mark.usefixtures("clerk")
def test_it_is_shown_once_and_a_page_sent_again_makes_no_other(client, sent):
    seen = seen_on(client, sent.case)
    [code] = set(CODE.findall(text(ask(client, sent.case, seen=seen))))
    for answer in (
        ask(client, sent.case, seen=seen),  # reloaded, or sent by another clerk
        client.get(url("new_code", sent.case.number)),
        client.get(url("case", sent.case.number)),
        client.get(url("application", sent.case.number, BENEFIT)),
    ):
        assert CODE.findall(text(answer)) == []
    again = ask(client, sent.case, seen=seen)
    assert again.status_code == 409
    assert "新しい照会コードが発行されています" in text(again)
    assert case_for_code(code) == sent.case
    assert AuditEntry.objects.filter(action="procedures.code_issued").count() == 1
    fresh = re.search(r'name="seen" value="([0-9a-f]+)"', text(again))[1]
    assert ask(client, sent.case, seen=fresh).status_code == 200
    assert case_for_code(code) is None


@pytest.mark.usefixtures("clerk")
def test_who_asks_must_have_been_checked(client, sent):
    answer = ask(client, sent.case, is_checked="")
    assert answer.status_code == 422
    assert "先に本人確認をしてください" in text(answer)
    assert case_for_code(sent.code) == sent.case
    assert client.post(url("new_code", sent.case.number), {"is_checked": "on"}).status_code == 422
    assert client.get(url("new_code", "AAAAAAAA")).status_code == 404


def test_neither_operators_nor_auditors_nor_other_departments(client, children, sent):
    other = make_department("市民生活部", "税務課")
    address = url("new_code", sent.case.number)
    for role, department in (
        (OPERATOR, children),
        (AUDITOR, None),
        (CLERK, other),
        (DECIDER, other),
    ):
        sign_in(client, make_user(f"{role}-of-none", role, department=department))
        assert client.get(address).status_code == 403, role
        data = {"seen": "0" * 16, "is_checked": "on"}
        assert client.post(address, data).status_code == 403, role
        if department != other:
            assert address not in text(client.get(url("case", sent.case.number)))
    assert case_for_code(sent.code) == sent.case


def test_a_case_that_an_operator_took_in_gets_its_code_from_a_clerk(client, children):
    operator = make_user("operator", OPERATOR, department=children)
    case = make_case(BENEFIT, channel=Case.Channel.WINDOW, by=operator)
    sign_in(client, make_user("clerk", CLERK, department=children, name="窓口 係"))
    [code] = set(CODE.findall(text(ask(client, case))))
    assert case_for_code(code) == case
    shown = text(client.get(url("application", case.number, BENEFIT)))
    assert "照会コードの再発行" in shown
    assert code not in shown


@pytest.mark.usefixtures("clerk")
def test_a_draft_gets_one_too(client):
    draft = make_draft(NOTICE, BENEFIT)
    assert url("new_code", draft.case.number) in text(client.get(url("case", draft.case.number)))
    [code] = set(CODE.findall(text(ask(client, draft.case))))
    assert case_for_code(code) == draft.case


@pytest.mark.usefixtures("clerk")
def test_the_page_of_an_account_shows_its_cases(client):
    case = make_case(BENEFIT, resident=make_resident("hanako@example.org"))
    page = client.get(url("new_code", case.number))
    assert page.status_code == 200
    assert "マイページで見られる" in text(page)
    assert 'name="is_checked"' not in text(page)
    refused = client.post(url("new_code", case.number), {"seen": "0" * 16, "is_checked": "on"})
    assert refused.status_code == 409
    assert "マイページで見られる" in text(refused)


def test_the_window_no_longer_shows_a_code_that_was_replaced(client, clerk):
    client.post(url("window"), {"checked_by": "licence", "form": [BENEFIT]})
    case = save_values(case=Case.objects.get(), values=ANSWERS, edit=0, by=clerk)
    case = send_case(case=case, edit=case.edit, by=clerk)
    done = url("window_done", case.number)
    [first] = set(CODE.findall(text(client.get(done))))
    assert case_for_code(first) == case
    ask(client, case)
    assert CODE.findall(text(client.get(done))) == []
