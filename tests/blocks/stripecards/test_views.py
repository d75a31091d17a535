"""Our pages with Stripe's field."""

import pytest
from django.core.checks import run_checks

from madoguchi.blocks.payments.models import CardPayment
from madoguchi.blocks.payments.operations import cards
from madoguchi.blocks.payments.rules.cards import CardOrder, card_providers
from madoguchi.blocks.stripecards.apps import keys_are_there
from madoguchi.blocks.stripecards.service import StripeProvider
from tests.blocks.payments.conftest import two_kinds  # noqa: F401 # a fixture
from tests.blocks.payments.factories import make_bill
from tests.blocks.stripecards import payers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


def start(bill, **given):
    attempt, begun = cards.start_card_payment(
        bill_id=bill.pk,
        saves_card=given.pop("saves_card", False),
        return_url_of=lambda public_id: f"/pay/card/{public_id}/",
        **given,
    )
    return attempt, begun


def save(stripe, return_url="/pay/saved-card/registered/"):
    order = CardOrder("save-page", 0, "", "k1", return_url, saves_card=True)
    return stripe.start_saving(order)


@pytest.fixture
def cut(stripe):
    """Puts an adapter that reaches nobody in the place of the one at localstripe."""
    nobody = StripeProvider(
        secret_key="sk_test_1",
        publishable_key="",
        webhook_secret="",
        api_base="http://127.0.0.1:9",
        js_url="http://127.0.0.1:9/",
    )

    def replace():
        card_providers.unregister("stripe")
        card_providers.register(nobody)

    yield replace
    nobody.close()
    card_providers.unregister("stripe")
    card_providers.register(stripe)


@pytest.mark.usefixtures("stripe")
class TestPaying:
    def test_the_page_has_stripes_field_and_what_is_paid(self, client, stripe, stripe_base):
        attempt, begun = start(make_bill(12_300))
        assert begun.redirect_url == f"/card/{attempt.public_id}/"
        page = client.get(begun.redirect_url)
        text = page.content.decode()
        assert page.status_code == 200
        assert "12,300円" in text
        assert "試験料 第1期" in text
        assert f'data-return="/pay/card/{attempt.public_id}/"' in text
        assert f'data-key="{stripe.publishable_key}"' in text
        assert f'data-secret="{attempt.reference}_secret_' in text
        assert f'<script src="{stripe_base}/js.stripe.com/v3/">' in text
        assert 'id="card-field"' in text
        assert "no-store" in page["Cache-Control"]

    def test_only_this_page_lets_stripes_script_in(self, client, stripe_base):
        _attempt, begun = start(make_bill())
        policy = client.get(begun.redirect_url)["Content-Security-Policy"].split("; ")
        assert f"script-src 'self' {stripe_base}" in policy
        assert f"frame-src {stripe_base}" in policy
        assert f"connect-src 'self' {stripe_base}" in policy
        assert "default-src 'self'" in policy
        assert stripe_base not in client.get("/")["Content-Security-Policy"]

    def test_challenges_of_the_real_stripe_may_be_shown(self, client, stripe):
        _attempt, begun = start(make_bill())
        stripe.js_url = "https://js.stripe.com/v3/"
        policy = client.get(begun.redirect_url)["Content-Security-Policy"].split("; ")
        assert "frame-src https://js.stripe.com https://hooks.stripe.com" in policy

    def test_who_only_has_to_confirm_types_no_card(self, client, stripe_api):
        attempt, begun = start(make_bill())
        payers.type_card(stripe_api, attempt.reference, payers.ASKS)
        assert 'id="card-field"' not in client.get(begun.redirect_url).content.decode()

    def test_an_attempt_that_has_ended_leads_back(self, client, stripe_api):
        attempt, begun = start(make_bill())
        payers.type_card(stripe_api, attempt.reference, payers.VISA)
        assert client.get(begun.redirect_url)["Location"] == attempt.return_url

    def test_stripe_does_not_answer(self, client, cut):
        _attempt, begun = start(make_bill())
        cut()
        page = client.get(begun.redirect_url)
        assert page.status_code == 503
        assert "カード会社につながりません" in page.content.decode()

    def test_what_is_not_there(self, client):
        assert client.get("/card/unknown/").status_code == 404

    def test_a_charge_without_the_payer_has_no_page(self, client, stripe_api):
        attempt, begun = start(make_bill())
        payers.type_card(stripe_api, attempt.reference, payers.VISA)
        CardPayment.objects.update(return_url="")
        assert client.get(begun.redirect_url).status_code == 404

    def test_nothing_is_sent_here(self, client):
        _attempt, begun = start(make_bill())
        assert client.post(begun.redirect_url).status_code == 405


@pytest.mark.usefixtures("stripe")
class TestSaving:
    def test_the_page_says_when_the_card_is_charged(self, client, stripe):
        begun = save(stripe)
        page = client.get(begun.redirect_url)
        text = page.content.decode()
        assert page.status_code == 200
        assert 'data-kind="setup"' in text
        assert 'data-return="/pay/saved-card/registered/"' in text

    def test_a_card_that_was_saved_leads_back(self, client, stripe, stripe_base, stripe_api):
        begun = save(stripe)
        payers.type_card_to_save(stripe_base, stripe_api, begun.reference, payers.VISA)
        assert client.get(begun.redirect_url)["Location"] == "/pay/saved-card/registered/"

    def test_nobody_is_led_elsewhere(self, client, stripe):
        begun = save(stripe, "https://elsewhere.example/")
        assert client.get(begun.redirect_url).status_code == 404

    def test_what_is_not_there(self, client):
        assert client.get("/card/save/seti_unknown/").status_code == 404

    def test_stripe_does_not_answer(self, client, stripe, cut):
        begun = save(stripe)
        cut()
        assert client.get(begun.redirect_url).status_code == 503


def test_a_city_without_stripe_has_no_such_page(client):
    usual = card_providers["stripe"]
    card_providers.unregister("stripe")
    try:
        assert client.get("/card/save/seti_1/").status_code == 404
    finally:
        card_providers.register(usual)


def test_missing_keys_are_named(settings):
    settings.MADOGUCHI_CARD_PROVIDER = "stripe"
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    named = [problem.msg for problem in run_checks() if problem.id == "stripecards.E001"]
    assert named == [
        "Stripe takes the card payments, but STRIPE_PUBLISHABLE_KEY is not set.",
        "Stripe takes the card payments, but STRIPE_WEBHOOK_SECRET is not set.",
    ]


def test_keys_are_not_missed_where_another_takes_the_payments():
    assert keys_are_there(None) == []
