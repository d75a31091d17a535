"""The sandbox in the place of a card provider."""

import json
from datetime import date, datetime

import pytest

from madoguchi.blocks.cardsandbox import operations, queries, rules
from madoguchi.blocks.cardsandbox.apps import no_money_is_expected
from madoguchi.blocks.cardsandbox.models import SandboxIntent, SandboxRefund
from madoguchi.blocks.cardsandbox.service import SandboxProvider
from madoguchi.blocks.payments.rules.cards import (
    CardOrder,
    Declined,
    Forged,
    ProviderRecord,
    ProviderUnavailable,
    RefundState,
    SavedMethod,
    card_providers,
)
from madoguchi.kernel import clock

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=clock.TOKYO)
BACK = "http://testserver/back/"


@pytest.fixture(autouse=True)
def _morning():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def provider():
    return SandboxProvider()


def order(public_id="a1", amount=6250, **more):
    fields = {"description": "水道料金", "payer_key": "p1", "return_url": BACK}
    return CardOrder(public_id=public_id, amount=amount, **{**fields, **more})


def choose(reference, card):
    return operations.choose_card(reference=reference, card=card)


def saved(card):
    found = rules.CARDS[card]
    return SavedMethod("cus_1", found.code, found.brand, found.last4, found.expires)


def told(provider, reference):
    body = json.dumps(queries.message_of(reference)).encode()
    header = rules.signature(body, at=int(clock.now().timestamp()), secret=queries.message_secret())
    return provider.read_message(body, {"card-sandbox-signature": header})


class TestPaying:
    def test_begun_once_however_often_it_is_asked_for(self, provider):
        first = provider.start(order())
        assert provider.start(order()) == first
        assert first.redirect_url == f"/card-sandbox/{first.reference}/"
        assert provider.look_up(first.reference).status == "open"
        assert SandboxIntent.objects.count() == 1

    def test_paid(self, provider):
        reference = provider.start(order()).reference
        choose(reference, "pays")
        state = provider.look_up(reference)
        assert (state.status, state.amount, state.succeeded_at, state.card) == (
            "succeeded",
            6250,
            NOW,
            None,
        )
        assert (state.public_id, state.payer_key) == ("a1", "p1")

    def test_confirmed_and_not_confirmed(self, provider):
        for key, is_confirmed, wanted in (("a1", True, "succeeded"), ("a2", False, "declined")):
            reference = provider.start(order(key)).reference
            assert choose(reference, "asks").status == "challenge"
            operations.answer_challenge(reference=reference, is_confirmed=is_confirmed)
            assert provider.look_up(reference).status == wanted
        assert provider.look_up(reference).decline_code == "authentication_failed"

    def test_stumbles_once(self, provider):
        codes = [
            choose(provider.start(order(key)).reference, "stumbles").decline_code
            for key in ("a1", "a2", "a3")
        ]
        assert codes == ["processing_error", "", "processing_error"]

    def test_what_has_ended_stays_as_it_is(self, provider):
        reference = provider.start(order()).reference
        choose(reference, "funds")
        choose(reference, "pays")
        operations.answer_challenge(reference=reference, is_confirmed=True)
        assert provider.abandon(reference).status == "declined"

    def test_given_up(self, provider):
        reference = provider.start(order()).reference
        assert provider.abandon(reference).status == "abandoned"
        assert choose(reference, "pays").status == "abandoned"

    def test_unknown(self, provider):
        for ask in (provider.look_up, provider.abandon):
            with pytest.raises(ProviderUnavailable) as refused:
                ask("pi_none")
            assert refused.value.may_retry is False


class TestSavedCards:
    def test_saved_without_paying(self, provider):
        started = provider.start_saving(order(amount=0))
        choose(started.reference, "funds")
        card = provider.look_up(started.reference).card
        customer = SandboxIntent.objects.get().customer
        assert card == SavedMethod(customer, "funds", "Sakura", "3303", "2029-08")

    def test_saved_while_paying(self, provider):
        reference = provider.start(order(saves_card=True, customer_reference="cus_9")).reference
        choose(reference, "pays")
        assert provider.look_up(reference).card == SavedMethod(
            "cus_9", "pays", "Sakura", "1101", "2030-12"
        )

    def test_no_card_is_kept_where_it_was_declined(self, provider):
        reference = provider.start(order(saves_card=True)).reference
        choose(reference, "funds")
        assert provider.look_up(reference).card is None

    @pytest.mark.parametrize(
        ("card", "status", "code"),
        [
            ("pays", "succeeded", ""),
            ("away", "declined", "authentication_required"),
            ("funds", "declined", "insufficient_funds"),
        ],
    )
    def test_charged_while_the_holder_is_away_once(self, provider, card, status, code):
        state = provider.charge_saved(order(), saved(card))
        again = provider.charge_saved(order(), saved("pays"))
        assert (state.status, state.decline_code) == (status, code)
        assert again == state

    def test_the_holder_is_there_and_confirms(self, provider):
        started = provider.start(order(method=saved("away")))
        assert provider.look_up(started.reference).status == "challenge"

    def test_the_holder_is_there_and_it_is_declined(self, provider):
        with pytest.raises(Declined) as declined:
            provider.start(order(method=saved("funds")))
        assert declined.value.code == "insufficient_funds"
        assert provider.look_up(declined.value.reference).status == "declined"

    def test_a_card_that_nobody_knows(self, provider):
        with pytest.raises(Declined) as declined:
            provider.charge_saved(order(), SavedMethod("cus_1", "gone"))
        assert declined.value.code == "payment_method_gone"

    def test_forgetting_is_harmless(self, provider):
        assert provider.forget(saved("pays")) is None


class TestMoneyBack:
    @pytest.fixture
    def paid(self, provider):
        reference = provider.start(order()).reference
        choose(reference, "pays")
        return reference

    def test_once_for_a_key(self, provider, paid):
        first = provider.refund(paid, 250, "r1")
        assert first == RefundState(first.reference, "paid", 250, paid, "r1")
        assert provider.refund(paid, 250, "r1") == first
        assert SandboxRefund.objects.count() == 1

    def test_no_more_than_is_left(self, provider, paid):
        provider.refund(paid, 6000, "r1")
        for amount in (251, 0, -1):
            with pytest.raises(ProviderUnavailable) as refused:
                provider.refund(paid, amount, "r2")
            assert refused.value.may_retry is False
        assert provider.refund(paid, 250, "r3").amount == 250

    def test_nothing_of_what_was_not_paid(self, provider):
        reference = provider.start(order()).reference
        with pytest.raises(ProviderUnavailable):
            provider.refund(reference, 1, "r1")

    def test_the_list_of_a_day(self, provider, paid):
        provider.refund(paid, 250, "r1")
        provider.start(order("open"))
        with clock.frozen(NOW.replace(day=25, hour=0, minute=0)):
            choose(provider.start(order("next")).reference, "pays")
        assert provider.list_day(date(2026, 11, 24)) == [ProviderRecord(paid, 6250, 250, NOW, "a1")]
        assert [each.public_id for each in provider.list_day(date(2026, 11, 25))] == ["next"]
        assert provider.list_day(date(2026, 11, 23)) == []


class TestMessages:
    def test_a_payment(self, provider):
        reference = provider.start(order(saves_card=True)).reference
        choose(reference, "pays")
        message = told(provider, reference)
        assert message.event_id == f"evt_{reference}_succeeded"
        assert (message.kind, message.reference) == ("payment", reference)
        assert message.state == provider.look_up(reference)

    def test_the_saving_of_a_card(self, provider):
        reference = provider.start_saving(order(amount=0)).reference
        choose(reference, "pays")
        message = told(provider, reference)
        assert (message.kind, message.state) == ("setup", provider.look_up(reference))

    def test_a_refund(self, provider):
        reference = provider.start(order()).reference
        choose(reference, "pays")
        refund = provider.refund(reference, 250, "r1")
        message = told(provider, refund.reference)
        assert (message.kind, message.refund) == ("refund", refund)

    def test_forged(self, provider):
        reference = provider.start(order()).reference
        body = json.dumps(queries.message_of(reference)).encode()
        for headers in ({}, {rules.SIGNATURE_HEADER: "t=1,v1=2"}):
            with pytest.raises(Forged):
                provider.read_message(body, headers)


class TestWhereItMayRun:
    def test_it_is_registered(self):
        provider = card_providers["sandbox"]
        assert (provider.code, provider.is_sandbox) == ("sandbox", True)

    def test_a_city_that_may_be_real_is_warned(self, settings):
        settings.DEBUG = settings.MADOGUCHI_DEMO = False
        assert [each.id for each in no_money_is_expected(None)] == ["cardsandbox.W001"]

    @pytest.mark.parametrize("name", ["DEBUG", "MADOGUCHI_DEMO"])
    def test_the_sample_city_is_not(self, settings, name):
        setattr(settings, name, True)
        assert no_money_is_expected(None) == []
