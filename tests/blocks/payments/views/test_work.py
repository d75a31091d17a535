"""The work list: what waits, oldest first; each matter with its steps; nothing is lost."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import FeeKindOffice, Refund, WorkItem
from madoguchi.blocks.payments.operations.bills import cancel_bill
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.write_offs import write_off
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.clock import TOKYO
from tests.blocks.payments.factories import (
    NOON,
    ONE,
    PROVISIONAL,
    REVERSAL,
    TWO,
    bill_fact,
    make_bill,
    make_slip,
    store_fact,
)
from tests.factories import make_department, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]
LIST = "/staff/payments/worklist/"
TODAY = datetime(2026, 6, 12, 9, 0, tzinfo=TOKYO)
UNKNOWN = "9192902312345" + "9" * 16 + "0" + "260630" + "0" + "001000" + "0"


@pytest.fixture(autouse=True)
def _today():
    with clock.frozen(TODAY):
        yield


@pytest.fixture
def office():
    """The department responsible for ``test.one``."""
    department = make_department("上下水道部")
    FeeKindOffice.objects.create(fee_kind=ONE, from_on="2020-04-01", department=department)
    return department


def as_role(role, department=None):
    return sign_in(Client(), make_user(role, role, department=department))


@pytest.fixture
def clerk():
    return as_role("payments_treasury")


def text(answer):
    return answer.content.decode()


def address(item):
    return f"{LIST}{item.pk}/"


def unknown(amount=1_000, at=NOON):
    book([store_fact(UNKNOWN, amount=amount, at=at)], by=None)
    return WorkItem.objects.get(payment__paid_at=at, kind="unknown_barcode")


def paid_twice(amount=1_000, kind=ONE):
    """A bill paid by slip, and once more by card."""
    bill = make_bill(amount, kind=kind)
    book([store_fact(make_slip(bill))], by=None)
    later = NOON + timedelta(hours=1)
    book([bill_fact(bill, at=later, name=bill.number)], by=None)
    return WorkItem.objects.get(kind="paid_twice", bill=bill)


def written_off():
    bill = make_bill(1_000)
    slip = make_slip(bill)
    write_off(bill_id=bill.pk, reason="時効", by=None)
    book([store_fact(slip)], by=None)
    return WorkItem.objects.get(kind="after_write_off")


def reversed_settlement():
    slip = make_slip(make_bill(1_000))
    book([store_fact(slip), store_fact(slip, REVERSAL)], by=None)
    return WorkItem.objects.get(kind="reversed_settled")


def replaced():
    bill = make_bill(1_000)
    old = make_slip(bill, made_at=NOON - timedelta(days=9))
    make_slip(bill, issue=1, made_at=NOON - timedelta(days=2))
    book([store_fact(old)], by=None)
    return WorkItem.objects.get(kind="after_reissue")


def balance(bill):
    return balances([bill.pk])[bill.pk]


def refreshed(item):
    return WorkItem.objects.get(pk=item.pk)


# the list


def test_an_empty_list_says_what_comes_here(clerk):
    page = text(clerk.get(LIST))
    assert "処理を待っている件はありません" in page
    assert "処理を待っている納付 0件" in page


def test_the_oldest_comes_first_with_its_usual_step(clerk):
    first = unknown()
    with clock.frozen(TODAY + timedelta(days=3)):
        second = paid_twice()
        answer = clerk.get(LIST)
    assert [row.item for row in answer.context["rows"]] == [first, second]
    assert [row.days for row in answer.context["rows"]] == [3, 0]
    page = text(answer)
    assert "同じバーコードの納付書がありません" in page
    assert f"請求番号 {second.bill.number}" in page
    assert f'accesskey="n" href="{address(first)}"' in page


def test_filters_live_in_the_address(clerk):
    lost, twice = unknown(), paid_twice(kind=TWO)
    for query, expected in (
        ("kind=paid_twice", [twice]),
        ("step=assign", [lost]),
        (f"fee_kind={TWO}", [twice]),
        (f"number={twice.bill.number}", [twice]),
        (f"number={UNKNOWN}", [lost]),
        ("kind=nonsense&state=nonsense", [lost, twice]),
        ("state=done", []),
        (f"kind=paid_twice&fee_kind={ONE}", []),
    ):
        answer = clerk.get(f"{LIST}?{query}")
        assert answer.status_code == 200
        assert [row.item for row in answer.context["rows"]] == expected, query
    assert f"{address(twice)}?kind=paid_twice" in text(clerk.get(f"{LIST}?kind=paid_twice"))
    assert "条件に合う件はありません。未処理は全部で2件です。" in text(
        clerk.get(f"{LIST}?kind=paid_twice&fee_kind={ONE}")
    )


def test_the_list_asks_the_database_the_same_of_one_matter_and_of_three(clerk):
    def queries(path=LIST):
        with CaptureQueriesContext(connection) as asked:
            assert clerk.get(path).status_code == 200
        return len(asked)

    paid_twice()
    one = queries()
    paid_twice(kind=TWO)
    paid_twice(2_000)
    unknown()
    assert queries() == one


# steps


def test_money_of_an_unknown_barcode_is_assigned(clerk):
    item, bill = unknown(), make_bill(1_000)
    page = text(clerk.get(address(item)))
    assert "請求を探す" in page
    page = text(clerk.get(f"{address(item)}?bill={bill.number}"))
    assert "納付額は未納額と一致します" in page
    answer = clerk.post(address(item), {"step": "assign", "bill": bill.number})
    assert answer["Location"] == LIST
    assert (balance(bill).settled, balance(bill).owed) == (1_000, 0)
    done = refreshed(item)
    assert (done.resolution, str(done.resolved_by)) == ("done", "payments_treasury")
    listed = clerk.get(f"{LIST}?state=done")
    assert [row.item for row in listed.context["rows"]] == [item]


@pytest.mark.parametrize(
    ("owed", "words"), [(3_000, "1,000円を充てます"), (400, "還付のために、あらためて")]
)
def test_another_amount_than_is_owed_is_shown_before_it_is_assigned(clerk, owed, words):
    item, bill = unknown(), make_bill(owed)
    values = {"step": "assign", "bill": bill.number}
    asked = clerk.post(address(item), values)
    assert asked.status_code == 200
    assert words in text(asked)
    assert balance(bill).settled == 0
    clerk.post(address(item), {**values, "confirmed": "on"})
    assert balance(bill).settled == 1_000
    assert WorkItem.objects.filter(kind="paid_twice").count() == (1 if owed == 400 else 0)


def test_a_bill_that_is_not_there_and_one_that_was_cancelled(clerk):
    item, bill = unknown(), make_bill(1_000)
    looked_up = clerk.get(f"{address(item)}?bill=123")
    assert (looked_up.context["is_not_found"], looked_up.context["page"].candidate) == (True, None)
    assert "請求番号は16桁、バーコードは44桁" in text(looked_up)
    assert clerk.post(address(item), {"step": "assign", "bill": "123"}).status_code == 422
    assert clerk.post(address(item), {"step": "assign"}).status_code == 422
    cancel_bill(bill.pk, by=None, reason="誤り")
    answer = clerk.post(address(item), {"step": "assign", "bill": bill.number, "confirmed": "on"})
    assert answer.status_code == 409
    assert refreshed(item).resolved_at is None


def test_a_refund_is_decided_after_a_second_look(clerk):
    item = paid_twice()
    values = {"step": "refund", "amount": "1000", "channel": "counter", "reason": "二重納付"}
    asked = clerk.post(address(item), values)
    assert "1,000円を還付します" in text(asked)
    assert Refund.objects.count() == 0
    clerk.post(address(item), {**values, "confirmed": "on"})
    refund = Refund.objects.get()
    assert (refund.amount, refund.bill, refund.payment) == (1_000, item.bill, item.payment)
    assert (refund.channel, refund.reason) == ("counter", "二重納付")
    assert refreshed(item).resolution == "done"


def test_more_than_was_overpaid_is_not_refunded(clerk):
    item = paid_twice()
    values = {"step": "refund", "channel": "counter", "reason": "二重納付", "confirmed": "on"}
    for amount, status in (("1001", 409), ("0", 422), ("", 422), ("-5", 422)):
        answer = clerk.post(address(item), {**values, "amount": amount})
        assert answer.status_code == status
    assert Refund.objects.count() == 0


def test_money_that_is_only_announced_is_not_offered_for_refund(clerk):
    bill = make_bill(1_000)
    book([store_fact(make_slip(bill), PROVISIONAL)], by=None)
    book([store_fact(make_slip(bill, issue=1), PROVISIONAL)], by=None)
    item = WorkItem.objects.get(kind="paid_twice")
    answer = clerk.get(address(item))
    assert "refund" not in [step["code"] for step in answer.context["steps"]]
    assert "まだ還付できません" in text(answer)


def test_a_write_off_is_reversed_after_a_second_look(clerk):
    item = written_off()
    values = {"step": "reverse_write_off", "reason": "納付があったため"}
    asked = clerk.post(address(item), values)
    assert "不納欠損にした1,000円を、未納に戻します" in text(asked)
    clerk.post(address(item), {**values, "confirmed": "on"})
    assert (balance(item.bill).written_off, balance(item.bill).owed) == (0, 0)
    assert refreshed(item).resolution == "done"


def test_a_matter_with_nothing_to_move_is_closed_in_one_step(clerk):
    item = replaced()
    assert clerk.get(address(item)).context["steps"][0]["code"] == "acknowledge"
    clerk.post(address(item), {"step": "acknowledge", "note": ""})
    assert refreshed(item).resolution == "done"


def test_money_that_stays_where_it_is_needs_a_reason(clerk):
    item = unknown()
    assert clerk.post(address(item), {"step": "acknowledge", "note": " "}).status_code == 422
    clerk.post(address(item), {"step": "acknowledge", "note": "他市の納付書。代行会社へ返金済み"})
    assert (refreshed(item).resolution, refreshed(item).note) == (
        "noted",
        "他市の納付書。代行会社へ返金済み",
    )


def test_a_matter_about_which_the_collector_was_asked_stays_open(clerk):
    item = reversed_settlement()
    assert clerk.get(address(item)).context["steps"][0]["code"] == "ask_collector"
    assert clerk.post(address(item), {"step": "ask_collector", "note": ""}).status_code == 422
    clerk.post(address(item), {"step": "ask_collector", "note": "代行会社に電話。回答待ち"})
    assert (refreshed(item).resolved_at, refreshed(item).asked_at) == (None, TODAY)
    assert AuditEntry.objects.filter(action="payments.work_item_asked").count() == 1
    assert "照会中" in text(clerk.get(LIST))
    answer = clerk.get(address(item))
    assert "代行会社に電話。回答待ち" in text(answer)
    assert answer.context["steps"][0]["code"] == "acknowledge"
    clerk.post(address(item), {"step": "acknowledge", "note": "確報のとおり"})
    assert refreshed(item).resolution == "done"


# going on


def test_after_a_step_comes_the_next_matter_of_the_same_filters(clerk):
    items = [unknown(at=NOON + timedelta(minutes=minute)) for minute in range(3)]
    other = replaced()
    values = {"step": "acknowledge", "note": "確認済み"}
    query = "?kind=unknown_barcode"
    for number, following in ((1, items[2]), (2, items[0])):
        answer = clerk.post(address(items[number]) + query, values)
        assert answer["Location"] == address(following) + query
    assert clerk.post(address(items[0]) + query, values)["Location"] == LIST + query
    assert refreshed(other).resolved_at is None
    page = text(clerk.get(f"{LIST}?state=done"))
    assert "処理済み 3件" in page


def test_a_matter_that_was_dealt_with_is_shown_and_not_done_twice(clerk):
    item = replaced()
    clerk.post(address(item), {"step": "acknowledge", "note": "一度だけ"})
    answer = clerk.get(address(item))
    assert "一度だけ" in text(answer)
    assert answer.context["steps"] == []
    again = clerk.post(address(item), {"step": "acknowledge", "note": "二度目"}, follow=True)
    assert "ほかの職員がすでに処理しました" in text(again)
    assert refreshed(item).note == "一度だけ"


@pytest.mark.parametrize("make", [unknown, paid_twice, written_off, reversed_settlement, replaced])
def test_each_kind_of_matter_has_a_page(clerk, make):
    item = make()
    answer = clerk.get(address(item))
    assert answer.status_code == 200
    assert item.get_kind_display() in text(answer)
    assert [row.fact.pk for row in answer.context["page"].statements] == [
        fact.pk for fact in item.payment.facts.order_by("pk")
    ]


def test_an_old_slip_that_was_paid_too(clerk):
    bill = make_bill(1_000)
    old = make_slip(bill, made_at=NOON - timedelta(days=9))
    new = make_slip(bill, issue=1, made_at=NOON - timedelta(days=2))
    book([store_fact(new, at=NOON - timedelta(hours=1)), store_fact(old)], by=None)
    item = WorkItem.objects.get(kind="after_reissue")
    answer = clerk.get(address(item))
    assert "再発行前の古い納付書で1,000円が納付されました。これで、請求額を1,000円上回りました" in (
        text(answer)
    )
    assert answer.context["steps"][0]["code"] == "refund"


def test_money_without_any_bill_and_a_dispute(clerk):
    book([bill_fact("9" * 16, amount=700)], by=None)
    item = WorkItem.objects.get()
    assert "どの請求のものか分かりません" in text(clerk.get(address(item)))
    dispute = WorkItem.objects.create(
        key="dispute:test:1",
        kind="dispute",
        payment=item.payment,
        amount=700,
        step="ask_collector",
        note="fraudulent",
        opened_at=clock.now(),
    )
    page = text(clerk.get(address(dispute)))
    assert "異議を申し立てています" in page
    assert "fraudulent" in page


def test_a_refund_that_the_card_provider_did_not_take_is_decided_all_the_same(clerk):
    """The payment's provider is none that this city has."""
    item = paid_twice()
    values = {"step": "refund", "amount": "1000", "channel": "card", "reason": "二重納付"}
    answer = clerk.post(address(item), {**values, "confirmed": "on"}, follow=True)
    assert "決済事業者に送れませんでした" in text(answer)
    assert Refund.objects.get().channel == "card"
    assert refreshed(item).resolution == "done"


def test_a_second_refund_waits_for_the_first(clerk):
    item = paid_twice()
    book([bill_fact(item.bill, at=NOON + timedelta(hours=2), name="third")], by=None)
    values = {"step": "refund", "amount": "1000", "channel": "counter", "reason": "二重納付"}
    clerk.post(address(item), {**values, "confirmed": "on"})
    other = WorkItem.objects.get(kind="paid_twice", resolved_at=None)
    answer = clerk.get(address(other))
    assert "この請求の還付は手続き中です" in text(answer)
    assert "refund" not in [step["code"] for step in answer.context["steps"]]


def test_a_bill_paid_though_cancelled_and_statements_that_contradict_each_other(clerk):
    bill = make_bill(1_000)
    slip = make_slip(bill)
    cancel_bill(bill.pk, by=None, reason="誤り")
    book([store_fact(slip)], by=None)
    other = make_slip(make_bill(500))
    book([store_fact(other, PROVISIONAL, amount=400), store_fact(other)], by=None)
    kinds = {}
    for item in WorkItem.objects.all():
        kinds[item.kind] = clerk.get(address(item)).status_code
    assert kinds["paid_cancelled"] == 200
    assert kinds["conflict"] == 200


def test_unknown_steps_and_matters_are_not_found(clerk):
    item = unknown()
    assert clerk.post(address(item), {"step": "burn"}).status_code == 404
    assert clerk.get(f"{LIST}999999/").status_code == 404


# who


def test_auditors_read_and_do_nothing():
    item = unknown()
    auditor = as_role("auditor")
    answer = auditor.get(address(item))
    assert (answer.status_code, answer.context["steps"]) == (200, [])
    sent = auditor.post(address(item), {"step": "acknowledge", "note": "x"})
    assert sent.status_code == 403
    assert auditor.get(LIST).status_code == 200


def test_collecting_staff_see_the_matters_of_their_own_fees(office):
    own, other, nobodys = paid_twice(), paid_twice(kind=TWO), unknown()
    collector = as_role("payments_collector", office)
    answer = collector.get(LIST)
    assert [row.item for row in answer.context["rows"]] == [own]
    assert collector.get(address(own)).status_code == 200
    assert [collector.get(address(each)).status_code for each in (other, nobodys)] == [404, 404]
    sent = collector.post(address(own), {"step": "acknowledge", "note": "x"})
    assert sent.status_code == 403


def test_somebody_without_a_role_in_payments():
    assert as_role("plan_office").get(LIST).status_code == 403
