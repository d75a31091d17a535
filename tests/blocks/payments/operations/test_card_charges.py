"""Saved cards charged for recurring bills while nobody is there."""

from datetime import date, datetime, timedelta

import pytest

from madoguchi.blocks.cardsandbox.service import SandboxProvider
from madoguchi.blocks.payments.models import Bill, CardPayment, Mandate, SavedCard
from madoguchi.blocks.payments.operations.bills import NewBill, issue_bills
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.card_charges import Charged, charge_saved_cards
from madoguchi.blocks.payments.operations.cards import NoCardProvider, NothingOwed
from madoguchi.blocks.payments.operations.debit import make_debit_run, read_debit_result
from madoguchi.blocks.payments.operations.mandates import end_mandate
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.cards import card_providers
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from tests.blocks.payments.cards import intents, pay, save_card, start
from tests.blocks.payments.debits import answer_to, make_contract, make_mandate
from tests.blocks.payments.factories import DUE, ONE, TWO, bill_fact, make_bill, make_bills

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _due_day():
    with clock.frozen(NOON):
        yield


def charge(on=DUE, kinds=(ONE,)):
    return charge_saved_cards(fee_kinds=kinds, on=on, by=None)


def last(bill):
    found = CardPayment.objects.filter(bill=bill).first()
    return found and (found.status, found.decline_code)


def test_what_is_due_is_charged_once():
    bills = make_bills(1000, 2000)
    save_card(bills[0].payer)
    assert charge(DUE - timedelta(days=1)) == Charged()
    assert charge() == Charged(paid=2, amount=3000)
    assert [balances([bill.pk])[bill.pk].owed for bill in bills] == [0, 0]
    assert charge() == Charged()


def test_what_is_left_of_a_bill_is_charged():
    bill = make_bill(1000)
    save_card(bill.payer)
    book([bill_fact(bill, amount=400, channel=Channel.STORE)], by=None)
    assert charge() == Charged(paid=1, amount=600)


def test_only_bills_of_the_kinds_payable_by_card_of_payers_with_a_card():
    without = make_bill()
    other_kind = make_bill(kind=TWO)
    save_card(other_kind.payer)
    new = NewBill(ONE, "test:store-only", 2026, 1, date(2026, 6, 1), 500, (Channel.STORE,))
    issue_bills([new], by=None)
    save_card("test:store-only")
    assert charge() == Charged()
    assert last(without) is None
    assert charge(kinds=(ONE, TWO)) == Charged(paid=1, amount=1000)


def test_what_was_due_before_the_card_was_saved_is_not_charged():
    old, new = make_bills(1000, 2000)
    Bill.objects.filter(pk=old.pk).update(due_on=DUE - timedelta(days=1))
    save_card(old.payer)
    assert charge() == Charged(paid=1, amount=2000)
    assert (last(old), last(new)) == (None, ("succeeded", ""))


def test_what_the_bank_debits_is_left_to_it():
    bill = make_bill()
    save_card(bill.payer)
    Mandate.objects.create(
        payer=bill.payer,
        bank_code="0001",
        branch_code="001",
        account_kind="1",
        account_number="1234567",
        holder_kana="ﾉｳﾆﾕｳ",
        from_on=date(2026, 4, 1),
    )
    assert charge() == Charged()


def test_a_mandate_that_ends_later_counts_until_then():
    bill = make_bill()
    save_card(bill.payer)
    mandate = make_mandate(bill.payer)
    end_mandate(mandate_id=mandate.pk, on=DUE + timedelta(days=1), by=None)
    assert charge() == Charged()
    assert charge(DUE + timedelta(days=1)) == Charged(paid=1, amount=1000)


def test_a_bill_for_which_the_bank_was_asked_is_not_charged_beside():
    """The payer went over from the bank to a card while the request was at the bank."""
    bill = make_bill()
    make_contract()
    with clock.frozen(NOON - timedelta(days=10)):
        mandate = make_mandate(bill.payer)
        run = make_debit_run(fee_kind=ONE, debit_on=DUE, by=None)
        end_mandate(mandate_id=mandate.pk, on=clock.today(), by=None)
        save_card(bill.payer)
    assert charge() == Charged()
    read_debit_result(answer_to(run, "1"), by=None)
    assert charge() == Charged(paid=1, amount=1000)


def test_what_is_paid_while_other_cards_are_charged_is_not_charged():
    first, second = make_bill(), make_bill(2000)
    for bill in (first, second):
        save_card(bill.payer)
    usual = card_providers["sandbox"]

    class Slow(SandboxProvider):
        def charge_saved(self, order, method):
            book([bill_fact(second, channel=Channel.STORE)], by=None)
            return super().charge_saved(order, method)

    card_providers.unregister("sandbox")
    card_providers.register(Slow())
    try:
        assert charge() == Charged(paid=1, amount=1000)
    finally:
        card_providers.unregister("sandbox")
        card_providers.register(usual)
    assert (last(second), balances([second.pk])[second.pk].owed) == (None, 0)


def test_a_holder_who_must_confirm_is_told_and_pays_online():
    bill = make_bill()
    save_card(bill.payer, "away")
    assert charge() == Charged(must_confirm=1)
    assert last(bill) == ("declined", "authentication_required")
    assert balances([bill.pk])[bill.pk].owed == 1000
    assert charge() == Charged()
    assert pay(bill).status == "succeeded"


def test_a_refused_card_leaves_the_bill_open_and_is_not_tried_again():
    bill = make_bill()
    save_card(bill.payer, "funds")
    assert charge() == Charged(declined=1)
    assert charge() == Charged()
    save_card(bill.payer, "pays")
    assert charge() == Charged(paid=1, amount=1000)


def test_an_expired_card_is_told_without_asking_the_provider():
    bill = make_bill()
    save_card(bill.payer)
    SavedCard.objects.update(expires="2026-05")
    before = intents()
    assert charge() == Charged(expired=1)
    assert (last(bill), intents()) == (("declined", "expired_card"), before)


def test_a_bill_that_somebody_is_just_paying_is_left_alone():
    bill = make_bill()
    save_card(bill.payer)
    start(bill)
    assert charge() == Charged()


@pytest.mark.parametrize("lost", [False, True])
def test_a_charge_without_an_answer_is_asked_after_and_made_once(bad_line, lost):
    bill = make_bill()
    save_card(bill.payer)
    line = bad_line("charge_saved", lost=lost)
    before = intents()
    assert charge() == Charged(unclear=1)
    assert charge() == Charged(unclear=1)
    line.failing.clear()
    assert charge() == Charged(paid=1, amount=1000)
    assert intents() == before + 1
    assert CardPayment.objects.count() == 1


def test_a_charge_that_the_provider_may_have_forgotten_is_left_to_its_list(bad_line):
    bill = make_bill()
    save_card(bill.payer)
    line = bad_line("charge_saved")
    charge()
    line.failing.clear()
    with clock.frozen(NOON + timedelta(hours=23)):
        assert charge() == Charged()
    assert last(bill) == ("started", "")


def test_a_payer_does_not_pay_beside_a_charge_without_an_answer(bad_line):
    bill = make_bill()
    save_card(bill.payer)
    line = bad_line("charge_saved", lost=True)
    charge()
    line.failing.clear()
    with pytest.raises(NothingOwed):
        start(bill)
    assert last(bill) == ("succeeded", "")
    assert balances([bill.pk])[bill.pk].owed == 0


def test_a_payer_pays_where_a_charge_never_arrived_long_ago(bad_line):
    bill = make_bill()
    save_card(bill.payer)
    line = bad_line("charge_saved")
    charge()
    line.failing.clear()
    with clock.frozen(NOON + timedelta(hours=23)):
        assert pay(bill).status == "succeeded"
    assert CardPayment.objects.filter(status="abandoned").count() == 1


def test_no_provider(settings):
    settings.MADOGUCHI_CARD_PROVIDER = ""
    with pytest.raises(NoCardProvider):
        charge()
