"""Messages of a provider: once, again, in any order, of strangers, about what is not ours."""

from itertools import permutations

import pytest

from madoguchi.blocks.cardsandbox import queries as sandbox
from madoguchi.blocks.cardsandbox.service import SandboxProvider
from madoguchi.blocks.payments.models import CardPayment, Payment, ProviderEvent, Refund, WorkItem
from madoguchi.blocks.payments.operations import cards
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.card_events import take_message
from madoguchi.blocks.payments.operations.card_refunds import refund_card_payment
from madoguchi.blocks.payments.operations.refunds import decide_refund
from madoguchi.blocks.payments.operations.work import resolve_work_item
from madoguchi.blocks.payments.queries import work_words
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.cards import (
    DisputeState,
    Forged,
    ProviderMessage,
    ProviderUnavailable,
    RefundState,
    card_providers,
)
from tests.blocks.payments.cards import choose, confirm, message, pay, signed, start
from tests.blocks.payments.factories import bill_fact, make_bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


def take(body, headers):
    return take_message(provider=card_providers["sandbox"], body=body, headers=headers)


def told(attempt):
    """What the sandbox says of an attempt now."""
    return sandbox.message_of(attempt.reference)


def status(attempt):
    attempt.refresh_from_db()
    return attempt.status


def test_a_success_is_booked_by_its_message_alone():
    bill = make_bill()
    attempt = start(bill)
    choose(attempt)
    assert take(*message(attempt.reference)) == "booked"
    assert (status(attempt), balances([bill.pk])[bill.pk].owed) == ("succeeded", 0)
    event = ProviderEvent.objects.get()
    assert (event.kind, event.reference, event.outcome) == (
        "payment",
        attempt.reference,
        "booked",
    )


def test_a_message_counts_once_however_often_it_comes():
    attempt = start(make_bill())
    choose(attempt)
    body, headers = message(attempt.reference)
    assert [take(body, headers) for _ in range(3)] == ["booked", "known", "known"]
    assert (ProviderEvent.objects.count(), Payment.objects.count()) == (1, 1)


def test_a_success_that_was_looked_up_before_is_only_noted():
    attempt = pay(make_bill())
    assert take(*message(attempt.reference)) == "noted"
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_messages_in_any_order_come_to_the_same(order):
    bill = make_bill()
    attempt = start(bill)
    said = [told(attempt)]
    choose(attempt, "asks")
    said.append(told(attempt))
    confirm(attempt)
    said.append(told(attempt))
    outcomes = sorted(take(*signed(said[place])) for place in order)
    assert outcomes == ["booked", "noted", "noted"]
    assert (status(attempt), balances([bill.pk])[bill.pk].owed) == ("succeeded", 0)


def test_a_message_that_comes_before_the_answer_to_our_call_finds_the_attempt(bad_line):
    bad_line("start", lost=True)
    with pytest.raises(ProviderUnavailable):
        start(make_bill())
    attempt = CardPayment.objects.get()
    reference = sandbox.SandboxIntent.objects.get().reference
    assert attempt.reference == ""
    attempt.reference = reference
    choose(attempt)
    assert take(*message(reference)) == "booked"
    assert (status(attempt), attempt.reference) == ("succeeded", reference)


def test_the_amount_that_was_taken_is_booked_whatever_was_asked_for():
    bill = make_bill(1000)
    attempt = start(bill)
    choose(attempt)
    said = told(attempt)
    said["intent"]["amount"] = 900
    take(*signed(said))
    assert Payment.objects.get().amount == 900
    assert balances([bill.pk])[bill.pk].owed == 100


def test_what_is_not_ours_is_noted_and_not_booked():
    attempt = start(make_bill())
    choose(attempt)
    said = told(attempt)
    said["intent"] |= {"key": "of-a-shop", "reference": "pi_of_a_shop"}
    assert take(*signed(said)) == "not_ours"
    assert (ProviderEvent.objects.get().outcome, Payment.objects.count()) == ("not_ours", 0)


def test_a_card_that_was_saved_is_noted():
    started = cards.start_saving_card(payer="test:1", return_url="/pay/card/")
    assert take(*message(started.reference)) == "noted"


@pytest.mark.parametrize("header", ["", "t=1,v1=00", "nonsense"])
def test_of_a_forged_message_nothing_is_kept(header):
    attempt = start(make_bill())
    choose(attempt)
    body, headers = message(attempt.reference)
    with pytest.raises(Forged):
        take(body, dict.fromkeys(headers, header))
    with pytest.raises(Forged):
        take(body.replace(b"1000", b"9000"), headers)
    assert (ProviderEvent.objects.count(), Payment.objects.count()) == (0, 0)
    assert status(attempt) == "started"


class Told(SandboxProvider):
    """The sandbox knows no disputes and ends refunds at once: this one says what it is given."""

    def __init__(self, told):
        self.told = told

    def read_message(self, body, headers):  # noqa: ARG002 # the protocol's signature
        return self.told


def tell(kind, event="evt_1", **what):
    return take_message(
        provider=Told(ProviderMessage(event, kind, "ref", **what)), body=b"", headers={}
    )


class TestRefunds:
    @pytest.fixture
    def refund(self, bad_line):
        bill = make_bill()
        first = start(bill)
        CardPayment.objects.update(status="abandoned")
        pay(bill)
        choose(first)
        cards.refresh_card_payment(public_id=first.public_id)
        payment = Payment.objects.get(reference=first.reference)
        made = decide_refund(
            bill_id=bill.pk,
            payment_id=payment.pk,
            amount=1000,
            channel="card",
            reason="二重払い",
            by=None,
        )
        line = bad_line("refund", lost=True)
        with pytest.raises(ProviderUnavailable):
            refund_card_payment(refund_id=made.pk, by=None)
        line.failing.clear()
        made.refresh_from_db()
        assert made.status == "sent"
        return made

    def test_a_refund_ends_with_its_message(self, refund):
        reference = sandbox.SandboxRefund.objects.get().reference
        assert take(*message(reference)) == "booked"
        refund.refresh_from_db()
        assert (refund.status, refund.provider_reference) == ("paid", reference)
        assert balances([refund.bill_id])[refund.bill_id].owed == 0

    def test_a_refund_that_is_pending_ends_by_its_reference_later(self, refund):
        waiting = RefundState("re_1", "pending", 1000, "pi", refund.public_id)
        assert tell("refund", "evt_1", refund=waiting) == "noted"
        assert tell("refund", "evt_2", refund=waiting) == "noted"
        assert tell("refund", "evt_3", refund=RefundState("re_1", "failed", 1000)) == "booked"
        assert tell("refund", "evt_4", refund=RefundState("re_1", "paid", 1000)) == "noted"
        refund.refresh_from_db()
        assert refund.status == "failed"

    def test_a_refund_that_was_paid_and_came_back_is_work(self, refund):
        take(*message(sandbox.SandboxRefund.objects.get().reference))
        for number in range(2):
            failed = RefundState("re_1", "failed", 1000, "pi", refund.public_id)
            assert tell("refund", f"evt_{number}", refund=failed) == "noted"
        refund.refresh_from_db()
        item = WorkItem.objects.get(resolved_at=None)
        assert (refund.status, item.kind, item.step) == ("paid", "refund_returned", "acknowledge")
        assert (item.amount, item.bill, item.payment) == (1000, refund.bill, refund.payment)
        book([bill_fact(refund.bill, amount=1, name="later")], by=None)
        item.refresh_from_db()
        assert item.resolved_at is None
        assert "別の方法で" in work_words.happened(item)
        resolve_work_item(item_id=item.pk, resolution="done", note="", by=None)

    def test_a_refund_of_another_shop(self):
        assert tell("refund", refund=RefundState("re_2", "paid", 10, "pi", "other")) == "not_ours"
        assert tell("refund", refund=RefundState("", "paid", 10), event="evt_2") == "not_ours"
        assert Refund.objects.count() == 0


class TestDisputes:
    def dispute(self, attempt, status="open", event="evt_1"):
        state = DisputeState("dp_1", status, 1000, attempt.reference)
        return tell("dispute", event, dispute=state)

    def test_a_dispute_is_work(self):
        bill = make_bill()
        attempt = pay(bill)
        assert self.dispute(attempt) == "noted"
        item = WorkItem.objects.get()
        assert (item.kind, item.step, item.amount, item.bill) == (
            "dispute",
            "acknowledge",
            1000,
            bill,
        )
        assert item.payment.reference == attempt.reference
        assert item.resolved_at is None

    @pytest.mark.parametrize("order", [("open", "won"), ("won", "open")])
    def test_a_dispute_that_was_won_is_over_in_whatever_order_that_is_told(self, order):
        attempt = pay(make_bill())
        for number, status in enumerate(order):
            self.dispute(attempt, status, f"evt_{number}")
        item = WorkItem.objects.get()
        assert (item.resolution, item.is_standing) == ("gone", False)

    def test_a_dispute_that_was_lost_stays_work(self):
        attempt = pay(make_bill())
        self.dispute(attempt)
        self.dispute(attempt, "lost", "evt_2")
        assert WorkItem.objects.get().resolved_at is None

    def test_a_dispute_of_another_shop(self):
        state = DisputeState("dp_1", "open", 1000, "pi_other")
        assert tell("dispute", dispute=state) == "not_ours"
        assert WorkItem.objects.count() == 0


def test_other_messages_are_noted():
    assert tell("other") == "noted"
