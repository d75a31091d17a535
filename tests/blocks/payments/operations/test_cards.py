"""A payer at the card provider: paying, being declined, coming back late, saving a card."""

from datetime import date

import pytest

from madoguchi.blocks.cardsandbox.models import SandboxIntent
from madoguchi.blocks.payments.models import CardPayment, Payment, SavedCard, WorkItem
from madoguchi.blocks.payments.operations import cards
from madoguchi.blocks.payments.operations.bills import NewBill, issue_bills
from madoguchi.blocks.payments.operations.booking import book, take_at_counter
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.cards import bill_words, current_card
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable, card_providers
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.cards import (
    back,
    choose,
    confirm,
    intents,
    pay,
    save_card,
    start,
)
from tests.blocks.payments.factories import ONE, bill_fact, make_bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


def owed(bill):
    return balances([bill.pk])[bill.pk].owed


def booked(bill):
    return [(p.key, p.amount, p.state) for p in Payment.objects.filter(bill=bill)]


class TestPaying:
    def test_a_bill_is_paid_once(self):
        bill = make_bill(12_300)
        attempt = pay(bill)
        assert (attempt.status, attempt.amount, attempt.decline_code) == ("succeeded", 12_300, "")
        assert attempt.ended_at is not None
        assert booked(bill) == [(f"card:sandbox:{attempt.reference}", 12_300, "settled")]
        assert owed(bill) == 0
        again = cards.refresh_card_payment(public_id=attempt.public_id)
        assert again.status == "succeeded"
        assert len(booked(bill)) == 1

    def test_the_provider_reads_what_is_paid_and_not_by_whom(self):
        bill = make_bill(payer="test:zzz")
        start(bill)
        intent = SandboxIntent.objects.get()
        assert intent.metadata["description"] == "試験料 第1期"
        assert "zzz" not in intent.metadata["payer"]

    def test_a_challenge_is_kept_until_the_holder_has_answered(self):
        bill = make_bill()
        attempt = start(bill)
        choose(attempt, "asks")
        waiting = cards.refresh_card_payment(public_id=attempt.public_id)
        assert (waiting.status, owed(bill)) == ("challenge", 1000)
        confirm(attempt)
        assert cards.refresh_card_payment(public_id=attempt.public_id).status == "succeeded"
        assert owed(bill) == 0

    def test_who_was_declined_may_try_again_at_once(self):
        bill = make_bill()
        first = pay(bill, "funds")
        assert (first.status, first.decline_code) == ("declined", "insufficient_funds")
        second = pay(bill)
        assert (second.status, second.pk != first.pk, owed(bill)) == ("succeeded", True, 0)

    def test_an_open_attempt_is_gone_on_with(self):
        bill = make_bill()
        first, begun = cards.start_card_payment(
            bill_id=bill.pk, saves_card=False, return_url_of=back
        )
        second, again = cards.start_card_payment(
            bill_id=bill.pk, saves_card=False, return_url_of=back
        )
        assert (second.pk, again, intents()) == (first.pk, begun, 1)

    def test_another_wish_ends_the_open_attempt(self):
        bill = make_bill()
        first = start(bill)
        second = start(bill, saves_card=True)
        first.refresh_from_db()
        assert (first.status, second.status) == ("abandoned", "started")
        assert SandboxIntent.objects.get(reference=first.reference).status == "abandoned"

    def test_an_attempt_over_more_than_is_owed_now_is_ended(self):
        bill = make_bill(1000)
        first = start(bill)
        take_at_counter(bill_id=bill.pk, amount=400, by=None)
        second = start(bill)
        first.refresh_from_db()
        assert (first.status, second.amount) == ("abandoned", 600)

    def test_what_was_paid_in_another_window_is_found_before_a_new_attempt(self):
        bill = make_bill()
        first = start(bill)
        choose(first)
        with pytest.raises(cards.NothingOwed):
            start(bill, saves_card=True)
        first.refresh_from_db()
        assert (first.status, len(booked(bill)), intents()) == ("succeeded", 1, 1)

    def test_a_declined_attempt_cannot_be_paid_beside_the_next(self):
        bill = make_bill()
        first = pay(bill, "funds")
        start(bill)
        choose(first)
        assert SandboxIntent.objects.get(reference=first.reference).status == "declined"


class TestMoneyIsNeverLost:
    def test_a_late_success_of_an_attempt_given_up_is_booked(self):
        bill = make_bill()
        attempt = start(bill)
        CardPayment.objects.update(status="abandoned")
        choose(attempt)
        assert cards.refresh_card_payment(public_id=attempt.public_id).status == "succeeded"
        assert owed(bill) == 0

    def test_a_late_success_for_a_bill_paid_elsewhere_becomes_work(self):
        bill = make_bill()
        attempt = start(bill)
        book([bill_fact(bill, channel=Channel.STORE)], by=None)
        choose(attempt)
        cards.refresh_card_payment(public_id=attempt.public_id)
        assert owed(bill) == -1000
        item = WorkItem.objects.get()
        assert (item.kind, item.amount, item.bill) == ("paid_twice", 1000, bill)

    def test_an_answer_that_is_lost_starts_no_second_payment(self, bad_line):
        bill = make_bill()
        line = bad_line("start", lost=True)
        with pytest.raises(ProviderUnavailable):
            start(bill)
        line.failing.clear()
        attempt = start(bill)
        assert (attempt.status, intents(), CardPayment.objects.count()) == ("started", 1, 1)
        assert attempt.reference == SandboxIntent.objects.get().reference

    def test_an_unanswered_attempt_over_another_amount_is_ended_first(self, bad_line):
        bill = make_bill(1000)
        line = bad_line("start", lost=True)
        with pytest.raises(ProviderUnavailable):
            start(bill)
        line.failing.clear()
        take_at_counter(bill_id=bill.pk, amount=1, by=None)
        attempt = start(bill)
        assert (attempt.amount, intents()) == (999, 2)
        assert sorted(CardPayment.objects.values_list("status", flat=True)) == [
            "abandoned",
            "started",
        ]

    def test_what_the_provider_will_never_do_ends_the_attempt(self, bad_line):
        bill = make_bill()
        line = bad_line("start", may_retry=False)
        with pytest.raises(ProviderUnavailable):
            start(bill)
        assert CardPayment.objects.get().status == "abandoned"
        line.failing.clear()
        assert start(bill).status == "started"

    def test_an_answer_is_kept_where_another_came_first(self):
        bill = make_bill()
        attempt = start(bill)
        same = cards._note_start(attempt, cards.Started("pi_other", "/elsewhere/"))
        assert (same.reference, same.redirect_url) == (attempt.reference, attempt.redirect_url)

    def test_an_attempt_without_an_answer_is_not_looked_up(self, bad_line):
        bad_line("start")
        with pytest.raises(ProviderUnavailable):
            start(make_bill())
        attempt = CardPayment.objects.get()
        assert cards.refresh_card_payment(public_id=attempt.public_id) == attempt


class TestRefusals:
    def test_no_provider(self, settings):
        settings.MADOGUCHI_CARD_PROVIDER = ""
        with pytest.raises(cards.NoCardProvider):
            start(make_bill())

    def test_a_provider_that_is_gone(self):
        bill = make_bill()
        attempt = start(bill)
        gone = card_providers["sandbox"]
        card_providers.unregister("sandbox")
        try:
            with pytest.raises(cards.NoCardProvider):
                cards.refresh_card_payment(public_id=attempt.public_id)
        finally:
            card_providers.register(gone)

    def test_a_bill_that_is_paid(self):
        bill = make_bill()
        pay(bill)
        with pytest.raises(cards.NothingOwed):
            start(bill)

    def test_a_bill_not_payable_by_card(self):
        [bill] = issue_bills(
            [NewBill(ONE, "test:9", 2026, 1, date(2026, 6, 30), 500, (Channel.STORE,))], by=None
        )
        with pytest.raises(cards.NotByCard):
            start(bill)


class TestSavedCards:
    def test_saved_with_a_payment(self):
        bill = make_bill()
        pay(bill, saves_card=True)
        card = current_card(bill.payer)
        assert (card.brand, card.last4, card.expires) == ("Sakura", "1101", "2030-12")

    def test_not_saved_where_that_was_not_asked_for(self):
        bill = make_bill()
        pay(bill)
        assert current_card(bill.payer) is None

    def test_a_new_card_takes_the_place_of_the_old_one(self):
        first = save_card("test:1")
        second = save_card("test:1", "funds")
        first.refresh_from_db()
        assert (first.removed_at is None, first.forgotten_at is None) == (False, False)
        assert current_card("test:1") == second

    def test_the_same_card_again_stays(self):
        first = save_card("test:1")
        assert save_card("test:1") == first
        assert SavedCard.objects.count() == 1

    def test_what_was_declined_is_not_saved(self):
        with pytest.raises(cards.CardNotSaved) as refused:
            save_card("test:1", "expired")
        assert refused.value.values == {"code": "expired_card"}
        assert SavedCard.objects.count() == 0

    def test_nobody_saves_the_card_of_another(self):
        started = cards.start_saving_card(payer="test:1", return_url="/pay/card/")
        SandboxIntent.objects.update(status="succeeded", method="pays")
        with pytest.raises(cards.CardNotSaved):
            cards.finish_saving_card(payer="test:2", reference=started.reference)
        assert cards.finish_saving_card(payer="test:1", reference=started.reference).last4 == "1101"

    def test_the_provider_knows_the_payer_again(self):
        first = save_card("test:1")
        second = save_card("test:1", "funds")
        assert second.customer_reference == first.customer_reference

    def test_paid_with_by_a_payer_who_is_there(self):
        bill = make_bill()
        card = save_card(bill.payer, "away")
        attempt = start(bill, with_saved_card=True)
        assert (attempt.saved_card, attempt.saves_card) == (card, False)
        confirm(attempt)
        assert cards.refresh_card_payment(public_id=attempt.public_id).status == "succeeded"

    def test_declined_at_once(self):
        bill = make_bill()
        save_card(bill.payer, "funds")
        attempt, started = cards.start_card_payment(
            bill_id=bill.pk, saves_card=False, return_url_of=back, with_saved_card=True
        )
        assert (attempt.status, attempt.decline_code) == ("declined", "insufficient_funds")
        assert started.redirect_url == back(attempt.public_id)

    def test_removed(self):
        card = save_card("test:1")
        cards.remove_saved_card(payer="test:1", by=None)
        card.refresh_from_db()
        assert card.forgotten_at is not None
        assert current_card("test:1") is None
        cards.remove_saved_card(payer="test:1", by=None)
        assert AuditEntry.objects.filter(action="payments.card_removed").count() == 1

    def test_removed_while_the_provider_does_not_answer(self, bad_line):
        card = save_card("test:1")
        line = bad_line("forget")
        cards.remove_saved_card(payer="test:1", by=None)
        card.refresh_from_db()
        assert (card.removed_at is None, card.forgotten_at) == (False, None)
        line.failing.clear()
        assert cards.forget_removed_cards() == 1
        assert cards.forget_removed_cards() == 0

    def test_a_card_of_a_provider_that_is_gone_is_forgotten(self):
        card = save_card("test:1")
        SavedCard.objects.update(provider="gone")
        cards.remove_saved_card(payer="test:1", by=None)
        card.refresh_from_db()
        assert card.forgotten_at is not None

    def test_a_card_of_another_provider_is_not_charged_here(self):
        bill = make_bill()
        save_card(bill.payer)
        SavedCard.objects.update(provider="stripe")
        assert start(bill, with_saved_card=True).saved_card is None


def test_each_step_stands_in_the_audit_log_without_the_payer():
    bill = make_bill(payer="test:zzz")
    pay(bill, "funds")
    pay(bill)
    entries = AuditEntry.objects.filter(action__startswith="payments.card_")
    assert [entry.action for entry in entries.order_by("sequence")] == [
        "payments.card_started",
        "payments.card_declined",
        "payments.card_started",
        "payments.card_succeeded",
    ]
    assert "zzz" not in "".join(str(entry.detail) for entry in entries)


def test_what_a_payer_calls_a_bill():
    bill = make_bill()
    assert bill_words(bill) == "試験料 第1期"
    bill.fee_kind = "gone"
    assert bill_words(bill) == bill.number
