"""The pages of the daily close: what is due, a day drawn up, a day as it was closed."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import DailyClose, LedgerEntry, Payment
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.closing import close_day
from madoguchi.blocks.payments.queries.close_words import close_page
from madoguchi.blocks.payments.rules.closing import Close
from madoguchi.kernel import clock
from madoguchi.kernel.clock import TOKYO
from tests.blocks.payments.factories import (
    ONE,
    PROVISIONAL,
    TWO,
    bill_fact,
    make_bill,
    make_bills,
    make_slip,
    store_fact,
)
from tests.factories import make_department, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]

LIST = "/staff/payments/close/"
MONDAY = date(2026, 6, 1)
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
UNKNOWN = "9192902312345" + "9" * 16 + "0260630" + "0" * 8


def on(day):
    return clock.frozen(datetime.combine(day, time(10), tzinfo=TOKYO))


@pytest.fixture(autouse=True)
def _friday():
    with on(FRIDAY):
        yield


def as_role(role):
    department = make_department("財務部") if role == "payments_collector" else None
    return sign_in(Client(), make_user(role, role, department=department))


@pytest.fixture
def clerk():
    return as_role("payments_treasury")


@pytest.fixture
def _two_days():
    """Monday brings provisional money, Tuesday settles a part and something nobody knows."""
    with on(MONDAY):
        bills = [*make_bills(1000, 2500), make_bill(300, kind=TWO)]
        slips = [make_slip(bill) for bill in bills]
        book([store_fact(slip, PROVISIONAL) for slip in slips[:2]], by=None)
    with on(TUESDAY):
        facts = [store_fact(slips[0]), bill_fact(bills[2]), store_fact(UNKNOWN, amount=777)]
        book(facts, by=None)


def text(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.usefixtures("two_kinds", "_two_days")
def test_a_clerk_closes_day_after_day(clerk):
    page = text(clerk.get(LIST))
    assert "2026年6月1日（月）を締める" in page
    assert "2026年6月2日（火）" in page
    address = f"{LIST}2026-06-01/draw-up/"
    assert "この日は差し引きゼロになります" in text(clerk.get(address))
    answer = clerk.post(address, follow=True)
    assert answer.redirect_chain == [(f"{LIST}2026-06-01/", 302)]
    assert "この日を締めました" in text(answer)
    clerk.post(f"{LIST}2026-06-02/draw-up/")
    assert list(DailyClose.objects.values_list("day", "is_balanced")) == [
        (TUESDAY, True),
        (MONDAY, True),
    ]
    assert "終わった日はすべて締めてあります" in text(clerk.get(LIST))
    page = text(clerk.get(f"{LIST}2026-06-02/"))
    assert "特定できない" in page
    assert "777円" in page
    assert "試験料" in page
    assert DailyClose.objects.first().digest in page


@pytest.mark.usefixtures("two_kinds", "_two_days")
def test_a_later_day_waits_for_the_first(clerk):
    address = f"{LIST}2026-06-02/draw-up/"
    assert "先に2026年6月1日（月）を締めます" in text(clerk.get(address))
    answer = clerk.post(address)
    assert answer.status_code == 422
    assert DailyClose.objects.count() == 0


def test_a_day_that_does_not_fit_is_closed_with_its_list(clerk):
    with on(MONDAY):
        bill = make_bill(1000)
        book([bill_fact(bill)], by=None)
        payment = Payment.objects.get()
        LedgerEntry.objects.create(
            key="wrong:1",
            event="settled",
            debit="settled",
            credit="receivable",
            amount=70,
            bill=bill,
            payment=payment,
            channel="card",
            fee_kind=ONE,
            booked_on=MONDAY,
            booked_at=clock.now(),
        )
    address = f"{LIST}2026-06-01/draw-up/"
    page = text(clerk.get(address))
    assert "この日は差し引きゼロになりません" in page
    assert "card:test:1" in page
    answer = clerk.post(address, follow=True)
    assert "差異を残したまま締めました" in text(answer)
    assert f"/staff/payments/bills/{bill.number}/" in text(answer)
    assert "食い違い3件" in text(clerk.get(LIST))


def test_of_very_many_misfits_the_rest_is_a_number():
    found = close_page(Close(MONDAY, (), (), ({"of": "more", "count": 7},)))
    assert [each.what for each in found.misfits] == ["ほか7件の納付"]


@pytest.mark.usefixtures("two_kinds", "_two_days")
def test_a_closed_day_is_not_drawn_up_again(clerk):
    close_day(day=MONDAY, by=None)
    answer = clerk.get(f"{LIST}2026-06-01/draw-up/")
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}2026-06-01/")


@pytest.mark.usefixtures("two_kinds", "_two_days")
@pytest.mark.parametrize(
    "day", ["2026-06-05", "2026-06-03", "2026-02-30", "yesterday", "20260601x"]
)
def test_a_day_that_has_no_close_is_not_there(clerk, day):
    assert clerk.get(f"{LIST}{day}/").status_code == 404
    assert clerk.get(f"{LIST}{day}/draw-up/").status_code == 404


@pytest.mark.usefixtures("two_kinds", "_two_days")
def test_an_auditor_reads_and_does_not_close():
    auditor = as_role("auditor")
    address = f"{LIST}2026-06-01/draw-up/"
    page = text(auditor.get(address))
    assert "差し引きゼロになります" in page
    assert "この日を締める" not in page
    assert auditor.post(address).status_code == 403
    assert DailyClose.objects.count() == 0
    assert auditor.get(LIST).status_code == 200


@pytest.mark.usefixtures("two_kinds", "_two_days")
def test_collecting_staff_do_not_see_it():
    collector = as_role("payments_collector")
    assert collector.get(LIST).status_code == 403
    assert collector.get(f"{LIST}2026-06-01/draw-up/").status_code == 403


def test_as_many_queries_for_three_days_as_for_one(clerk):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert clerk.get(LIST).status_code == 200
        return len(captured)

    days = [MONDAY - timedelta(days=n) for n in (3, 2, 1)]
    for day in days:
        with on(day):
            book([bill_fact(make_bill(1000), name=day.isoformat())], by=None)
    close_day(day=days[0], by=None)
    queries()
    with_one = queries()
    for day in days[1:]:
        close_day(day=day, by=None)
    assert queries() == with_one


def test_the_page_of_a_day_asks_as_much_for_three_fees_as_for_one(clerk):
    def queries(day):
        with CaptureQueriesContext(connection) as captured:
            assert clerk.get(f"{LIST}{day.isoformat()}/").status_code == 200
        return len(captured)

    with on(MONDAY):
        book([bill_fact(make_bill(1000))], by=None)
    with on(TUESDAY):
        book([bill_fact(make_bill(1000), name="2"), store_fact(UNKNOWN, amount=5)], by=None)
        book([store_fact(make_slip(make_bill(900, kind=TWO)), PROVISIONAL)], by=None)
    for day in (MONDAY, TUESDAY):
        close_day(day=day, by=None)
    queries(MONDAY)
    assert queries(MONDAY) == queries(TUESDAY)
