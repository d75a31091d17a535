"""Two clerks at the desk, each in a browser of their own, on two real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from madoguchi.blocks.procedures.models import Application, ApplicationEvent, Attachment
from madoguchi.blocks.procedures.queries.codes import mark_of
from madoguchi.blocks.procedures.rules.access import CLERK
from tests.blocks.procedures.factories import (
    BENEFIT,
    make_application,
    make_procedures,
    picture,
)
from tests.factories import make_user, sign_in

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="two connections need PostgreSQL: set DATABASE_URL"
    ),
]
ATTEMPTS = range(3)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def browsers():
    """Of two clerks of the department, signed in."""
    _notice, benefit = make_procedures()
    users = [make_user(f"clerk{n}", CLERK, department=benefit.department) for n in range(2)]
    return [sign_in(Client(), user) for user in users]


@pytest.fixture
def application(browsers):  # noqa: ARG001 # its procedure must be there
    return make_application(BENEFIT)


def of(name, application, *args):
    found = [application.case.number, application.procedure, *args]
    return reverse(f"procedures_staff:{name}", args=found)


def at_once(*sendings):
    """Send all together, each on its own connection; their statuses."""
    start = Barrier(len(sendings))

    def run(sending):
        browser, address, data = sending
        try:
            start.wait(timeout=10)
            return browser.post(address, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sendings)) as pool:
        return sorted(pool.map(run, sendings))


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_the_same_button_pressed_by_two_counts_once(browsers, application, _attempt):
    address, data = of("step", application, "examine"), {"edit": application.edit}
    assert at_once(*[(browser, address, data) for browser in browsers]) == [302, 409]
    assert ApplicationEvent.objects.filter(action="examine").count() == 1
    assert Application.objects.get().edit == application.edit + 1


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_one_goes_on_while_the_other_returns_it(browsers, application, _attempt):
    back = {"edit": application.edit, "note": "直してください", "to_mend": ["bank.account_number"]}
    statuses = at_once(
        (browsers[0], of("step", application, "examine"), {"edit": application.edit}),
        (browsers[1], of("step", application, "return_submitted"), back),
    )
    assert statuses == [302, 409]
    assert ApplicationEvent.objects.exclude(action="sent").count() == 1


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_one_withdraws_for_the_applicant_while_the_other_goes_on(browsers, application, _attempt):
    data = {"edit": application.edit}
    statuses = at_once(
        (browsers[0], of("withdraw", application), data),
        (browsers[1], of("step", application, "examine"), data),
    )
    assert statuses == [302, 409]
    assert Application.objects.get().state in {"withdrawn", "examined"}


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_the_same_paper_scanned_by_two_is_attached_once(browsers, application, _attempt):
    sendings = [
        (
            browser,
            of("attach", application),
            {"document": "insurance", "file": SimpleUploadedFile("a.png", picture())},
        )
        for browser in browsers
    ]
    assert at_once(*sendings) == [302, 302]
    assert Attachment.objects.count() == 1
    assert ApplicationEvent.objects.filter(action="document_added").count() == 1


@pytest.mark.parametrize("_attempt", ATTEMPTS)
def test_two_ask_for_a_new_code_and_one_is_made(browsers, application, _attempt):
    address = reverse("procedures_staff:new_code", args=[application.case.number])
    data = {"seen": mark_of(application.case), "is_checked": "on"}
    assert at_once(*[(browser, address, data) for browser in browsers]) == [200, 409]
    assert ApplicationEvent.objects.filter(action="code_issued").count() == 1
