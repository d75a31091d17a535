"""Every address against a declared table of who may open it."""

from dataclasses import asdict
from datetime import date

import pytest
from django.http import HttpResponseForbidden
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from madoguchi.blocks.documents.models import IssuedDocument
from madoguchi.blocks.documents.rules import code_of
from madoguchi.config import urls
from madoguchi.kernel import clock
from madoguchi.kernel.registries import roles
from madoguchi.plan.document.model import PlanDocument, summarise
from madoguchi.plan.models import ImportRecord, PlanItem, PlanYear, Report
from madoguchi.plan.operations import attachments, comments, cycle, import_drafts
from madoguchi.plan.rules.access import COUNCIL, REPORTER
from tests.factories import make_department, make_user, sign_in
from tests.guards.access_table import (
    ACCESS,
    AREAS,
    CHANGES,
    LIBRARIES,
    OWN_DEPARTMENT,
    PUBLIC,
    SIGNED_IN,
)
from tests.guards.money_addresses import money_args
from tests.plan.factories import (
    make_initiative,
    make_milestone,
    make_plan,
    make_report,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db

REFUSED = {403, 405}
"""Told which role is needed, or that the address does not take this kind of request at all."""
ROLES = tuple(sorted(role.code for role in roles))


def _own(patterns, namespace=""):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            if not _is_of_library(getattr(entry.urlconf_name, "__name__", "")):
                inner = ":".join(filter(None, [namespace, entry.namespace]))
                yield from _own(entry.url_patterns, inner)
        elif isinstance(entry, URLPattern) and not _is_of_library(entry.callback.__module__):
            yield ":".join(filter(None, [namespace, entry.name or str(entry.pattern)]))


def _is_of_library(module):
    return f"{module}.".startswith(LIBRARIES)


def own_names():
    """Names of our own addresses, whatever library's view answers there."""
    return sorted(set(_own(get_resolver().url_patterns)))


@pytest.mark.parametrize("name", own_names())
def test_every_address_says_who_may_open_it(name):
    assert name in ACCESS


def test_the_table_names_no_address_that_is_gone():
    assert sorted(set(ACCESS) - set(own_names())) == []


STAFF = sorted(name for name, who in ACCESS.items() if who != PUBLIC)


@pytest.fixture(autouse=True)
def bare_refusals(monkeypatch):
    """Thousands of times the same page, on which other tests look: its status is enough here."""
    monkeypatch.setattr(urls, "handler403", lambda *_, **__: HttpResponseForbidden("refused"))


@pytest.fixture
def water():
    return make_department("上下水道部", "営業課")


@pytest.fixture
def addresses(water, settings, tmp_path):
    """Every address that is not public, leading to something that is there."""
    settings.MEDIA_ROOT = tmp_path
    plan = make_plan()
    initiative = make_initiative(plan, departments=[water])
    figure = _frozen_figure(plan, initiative)
    year = make_year(plan, 2026)
    row = row_of(initiative, 2026)
    milestone = make_milestone(initiative, on=date(2026, 10, 1))
    draft = make_report(row, "窓口を1か所にまとめた", status=Report.Status.DRAFT)
    file = attachments.add_attachment(
        report=draft, name="a.csv", content=b"a,b\n1,2\n", is_public=False, by=None
    )
    comment = comments.send_comment(plan=plan, initiative=None, name="", text="質問です", by=None)
    person = make_user("somebody", COUNCIL)
    of_row = dict.fromkeys(
        (
            "report",
            "report_edit",
            "report_preview",
            "report_check",
            "report_accept",
            "report_return",
            "report_score",
            "attach",
            "milestone_add",
        ),
        (row.pk,),
    )
    args = {
        **of_row,
        **dict.fromkeys(("effects_of", "matches_in", "plan", "theme_add"), (plan.slug,)),
        **dict.fromkeys(("theme", "sheet_add"), (initiative.theme_id,)),
        **dict.fromkeys(("year", "year_due", "year_close"), (year.pk,)),
        **dict.fromkeys(("milestone", "milestone_withdraw"), (row.pk, milestone.pk)),
        **dict.fromkeys(("attachment", "attachment_withdraw"), (file.pk,)),
        "year_open": [plan.slug, 2028],
        "year_publish": [make_year(plan, 2027, status=PlanYear.Status.CLOSED).pk],
        "figure_correct": [figure.public_id],
        "comment": [comment.public_id],
        **dict.fromkeys(("matches_of", "sheet"), (initiative.pk,)),
        "match": [PlanItem.objects.filter(row=row).first().pk],
        **_of_identity(person, water),
        **_of_imports(plan),
    }
    args |= money_args(water)
    for area in AREAS:
        args |= area.args(water)
    args["documents_staff:document"] = [_receipt().code]
    return {name: reverse(name, args=_args_of(name, args)) for name in STAFF}


def _receipt():
    return IssuedDocument.objects.create(
        code=code_of(1), kind="payments.receipt", digest="0" * 64, issued_at=clock.now()
    )


def _args_of(name, args):
    """Arguments by the whole name of an address, or by the part behind its namespace."""
    return args.get(name, args.get(name.split(":")[-1], []))


def _of_imports(plan):
    """A list whose columns are asked about, waiting; and an import that is over."""
    rows = "No.,取組名称,年度,計画\n1-9,図書館,2026年度,調査\n".encode()
    draft = import_drafts.keep_draft(
        filename="list.csv", content=rows, plan=plan, title="", by=None
    )
    record = ImportRecord.objects.create(
        plan=plan,
        filename="plan.md",
        sha256="",
        summary=asdict(summarise(PlanDocument(()))),
        at=clock.now(),
    )
    of_draft = ("import_preview", "import_columns", "import_discard")
    return {
        **dict.fromkeys(of_draft, (draft.public_id,)),
        "import_record": [record.pk],
        "import_done": [plan.slug],
    }


def _frozen_figure(plan, initiative):
    year = make_year(plan)
    make_report(row_of(initiative), "完了した取組は{plan.initiatives_finished}")
    cycle.close_year(year=year, by=None)
    return Report.objects.get(row=row_of(initiative)).figures.get()


def _of_identity(person, department):
    of_person = (
        "person",
        "change_person",
        "assign_role",
        "deactivate_person",
        "reactivate_person",
        "reset_second_factor",
        "issue_link",
        "issued_link",
        "erase_person",
    )
    of_department = (
        "department",
        "rename_department",
        "move_department",
        "close_department",
        "reopen_department",
    )
    return {
        **dict.fromkeys(of_person, (person.pk,)),
        **dict.fromkeys(of_department, (department.public_id,)),
        "withdraw_role": [person.pk, person.role_assignments.get().pk],
        "remove_name": [department.public_id, department.names.get().pk],
        "shift_department": [department.public_id, "up"],
    }


def _opened(answer):
    """Whether somebody got in: neither refused nor sent to the sign-in page."""
    if answer.status_code == 302:
        return not answer["Location"].startswith("/accounts/login/")
    return answer.status_code not in REFUSED


def _wrong(client, addresses, role, *, is_own=True):
    """Addresses that answer a person in a role other than the table says."""
    for name, address in addresses.items():
        who = ACCESS[name]
        may_look = who == SIGNED_IN or role in who
        if role == REPORTER and name in OWN_DEPARTMENT and not is_own:
            may_look = False
        looked = client.get(address)
        if looked.streaming:
            b"".join(looked)  # a file is closed once it was read
        if may_look and looked.status_code in {403, 404}:
            yield f"{role} may not open {name}: {looked.status_code}"
        if not may_look and _opened(looked):
            yield f"{role} opens {name}: {looked.status_code}"
        may_send = may_look and role in CHANGES.get(name, who)
        if not may_send:
            sent = client.post(address)
            if _opened(sent):
                yield f"{role} sends to {name}: {sent.status_code}"


def test_strangers_are_sent_to_the_sign_in_page(client, addresses):
    wrong = [
        (name, method, answer.status_code)
        for name, address in addresses.items()
        for method, answer in (("GET", client.get(address)), ("POST", client.post(address)))
        if answer.status_code != 302 or not answer["Location"].startswith("/accounts/login/")
    ]
    assert wrong == []


def test_an_account_without_a_role_opens_nothing(client, addresses):
    sign_in(client, make_user("nobody"))
    wrong = [
        (name, method, answer.status_code)
        for name, address in addresses.items()
        for method, answer in (("GET", client.get(address)), ("POST", client.post(address)))
        if answer.status_code != 403
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_table_says(client, addresses, water, role):
    sign_in(client, make_user("member", role, department=water))
    assert list(_wrong(client, addresses, role)) == []


def test_a_reporter_opens_nothing_of_other_departments(client, addresses):
    elsewhere = make_department("総合政策部")
    sign_in(client, make_user("member", REPORTER, department=elsewhere))
    assert list(_wrong(client, addresses, REPORTER, is_own=False)) == []
