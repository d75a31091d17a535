"""The provider's list of a day beside ours."""

from datetime import date, datetime, timedelta

import pytest

from madoguchi.blocks.cardsandbox.models import SandboxIntent, SandboxRefund
from madoguchi.blocks.payments.models import CardPayment, CardReconciliation, Payment, SavedCard
from madoguchi.blocks.payments.operations import card_reconciliation as reconciliation
from madoguchi.blocks.payments.operations import cards
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.card_charges import charge_saved_cards
from madoguchi.blocks.payments.operations.card_refunds import refund_card_payment
from madoguchi.blocks.payments.operations.refunds import decide_refund
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable
from madoguchi.blocks.payments.rules.channels import Channel, Fact, FactKind
from madoguchi.kernel import clock
from tests.blocks.payments.cards import choose, pay, save_card, start
from tests.blocks.payments.factories import ONE, bill_fact, make_bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]

DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen(NOON):
        yield


def reconcile(day=DAY):
    with clock.frozen(NOON + timedelta(days=1)):
        return reconciliation.reconcile_cards(day=day, by=None)


def kinds(made):
    return [(each["kind"], each["there"], each["here"]) for each in made.differences]


def owed(bill):
    return balances([bill.pk])[bill.pk].owed


def test_a_day_in_which_all_is_well():
    pay(make_bill(1000))
    pay(make_bill(2500))
    pay(make_bill(), "funds")
    made = reconcile()
    assert (made.day, made.provider, made.differences) == (DAY, "sandbox", [])
    assert (made.provider_count, made.provider_amount) == (2, 3500)
    assert (made.booked_count, made.booked_amount) == (2, 3500)
    assert reconciliation.is_settled(made)


def test_what_is_missing_here_is_booked_from_the_providers_word():
    bill = make_bill(1000)
    attempt = start(bill, saves_card=True)
    choose(attempt)
    made = reconcile()
    assert made.differences == [
        {
            "kind": "booked",
            "reference": attempt.reference,
            "bill": bill.number,
            "there": 1000,
            "here": 1000,
        }
    ]
    assert (made.booked_count, made.booked_amount, owed(bill)) == (1, 1000, 0)
    assert SavedCard.objects.get().last4 == "1101"
    assert reconciliation.is_settled(made)
    assert reconcile().differences == []
    assert CardReconciliation.objects.count() == 2


def test_a_charge_of_which_no_answer_came_is_booked(bad_line):
    bill = make_bill(due_on=date(2026, 12, 1))
    save_card(bill.payer)
    line = bad_line("charge_saved", lost=True)
    charge_saved_cards(fee_kinds=[ONE], on=date(2026, 12, 1), by=None)
    line.failing.clear()
    assert kinds(reconcile()) == [("booked", 1000, 1000)]
    assert (owed(bill), CardPayment.objects.get().status) == (0, "succeeded")


def test_a_charge_that_never_arrived_is_given_up(bad_line):
    bill = make_bill(due_on=date(2026, 12, 1))
    save_card(bill.payer)
    line = bad_line("charge_saved")
    charge_saved_cards(fee_kinds=[ONE], on=date(2026, 12, 1), by=None)
    line.failing.clear()
    assert reconcile().differences == []
    assert (owed(bill), CardPayment.objects.get().status) == (1000, "abandoned")


def test_what_nobody_here_knows_is_named_and_not_booked():
    attempt = start(make_bill(1000))
    choose(attempt)
    SandboxIntent.objects.update(reference="pi_x", idempotency_key="shop")
    made = reconcile()
    assert kinds(made) == [("unknown", 1000, 0)]
    assert not reconciliation.is_settled(made)
    assert Payment.objects.count() == 0


def fact(bill, reference, *, at=NOON, amount=1000):
    return Fact(
        kind=FactKind.SETTLEMENT,
        channel=Channel.CARD,
        payment_key=f"card:sandbox:{reference}",
        amount=amount,
        paid_at=at,
        bill_number=bill.number,
        reference=reference,
    )


def test_what_the_provider_does_not_confirm_is_named():
    bill = make_bill(1000)
    attempt = start(bill)
    book([fact(bill, attempt.reference)], by=None)
    assert kinds(reconcile()) == [("missing_there", 0, 1000)]


def test_money_without_a_bill_is_compared_too():
    attempt = start(make_bill())
    book([fact(make_bill(), attempt.reference)], by=None)
    Payment.objects.update(bill=None)
    assert [each["bill"] for each in reconcile().differences] == [""]


def test_a_payment_of_another_day_there_is_no_loss():
    bill = make_bill(1000)
    attempt = start(bill)
    choose(attempt)
    book([fact(bill, attempt.reference, at=NOON - timedelta(days=1))], by=None)
    made = reconcile(DAY - timedelta(days=1))
    assert kinds(made) == [("other_day", 1000, 1000)]
    assert reconciliation.is_settled(made)


def test_another_amount_is_named():
    bill = make_bill(1000)
    attempt = start(bill)
    choose(attempt)
    book([fact(bill, attempt.reference, amount=900)], by=None)
    assert kinds(reconcile()) == [("amount", 1000, 900)]


def test_a_refund_made_at_the_provider_alone_is_named():
    attempt = pay(make_bill(1000))
    intent = SandboxIntent.objects.get(reference=attempt.reference)
    SandboxRefund.objects.create(
        reference="re_1", idempotency_key="by-hand", intent=intent, amount=300, created_at=NOON
    )
    assert kinds(reconcile()) == [("refunded", 300, 0)]


@pytest.mark.parametrize("lost", [False, True])
def test_a_refund_without_an_answer_is_asked_after(bad_line, lost):
    bill = make_bill(1000)
    pay(bill)
    book([bill_fact(bill, channel=Channel.STORE)], by=None)
    refund = decide_refund(
        bill_id=bill.pk,
        payment_id=Payment.objects.get(channel="card").pk,
        amount=1000,
        channel="card",
        reason="二重払い",
        by=None,
    )
    line = bad_line("refund", lost=lost)
    with pytest.raises(ProviderUnavailable):
        refund_card_payment(refund_id=refund.pk, by=None)
    assert kinds(reconcile()) == ([("refunded", 1000, 0)] if lost else [])
    line.failing.clear()
    assert reconcile().differences == []
    refund.refresh_from_db()
    assert (refund.status, owed(bill)) == ("paid", 0)


def test_attempts_that_nobody_finished_are_ended():
    open_one, late_one = start(make_bill()), start(make_bill())
    declined = start(make_bill())
    choose(declined, "funds")
    CardPayment.objects.filter(pk=late_one.pk).update(started_at=NOON.replace(hour=23, minute=30))
    reconcile()
    states = {each.pk: each.status for each in CardPayment.objects.all()}
    assert states == {open_one.pk: "abandoned", late_one.pk: "started", declined.pk: "declined"}
    assert SandboxIntent.objects.get(reference=open_one.reference).status == "abandoned"


def test_a_payer_who_is_just_paying_is_not_cut_off_by_a_look_at_today():
    old = start(make_bill())
    with clock.frozen(NOON + timedelta(hours=1)):
        present = start(make_bill())
    with clock.frozen(NOON + timedelta(hours=1, minutes=5)):
        reconciliation.reconcile_cards(day=DAY, by=None)
    for attempt in (old, present):
        attempt.refresh_from_db()
    assert (old.status, present.status) == ("abandoned", "started")


def test_an_attempt_whose_provider_does_not_answer_stays_open(bad_line):
    attempt = start(make_bill())
    bad_line("abandon")
    reconcile()
    attempt.refresh_from_db()
    assert attempt.status == "started"


def test_removed_cards_are_forgotten(bad_line):
    save_card("test:1")
    line = bad_line("forget")
    cards.remove_saved_card(payer="test:1", by=None)
    line.failing.clear()
    reconcile()
    assert SavedCard.objects.get().forgotten_at is not None


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (DAY + timedelta(days=1), reconciliation.DayNotThere),
        (date.min, reconciliation.DayTooEarly),
    ],
)
def test_a_day_on_which_nothing_was(day, refusal):
    with pytest.raises(refusal):
        reconciliation.reconcile_cards(day=day, by=None)
    assert CardReconciliation.objects.count() == 0


def test_no_provider(settings):
    settings.MADOGUCHI_CARD_PROVIDER = ""
    with pytest.raises(cards.NoCardProvider):
        reconcile()
