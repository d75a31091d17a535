"""What residents open."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.service import Channel
from madoguchi.kernel import clock
from madoguchi.services.water.operations.tariffs import add_tax_rate, add_terms
from madoguchi.services.water.rules.periods import Terms
from madoguchi.services.water.rules.tariff import Rounding
from tests.services.water.factories import FIRST_DAY, make_prices, make_tariff
from tests.services.water.paying import NOW, make_two_years

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at():
    cache.clear()
    with clock.frozen(NOW):
        yield
    cache.clear()


def words(response):
    return response.content.decode()


class TestIndex:
    def test_leads_to_paying_and_to_every_page(self, client):
        page = words(client.get("/water/"))
        for address in ("/pay/", "/water/charges/", "/water/payment/", "/water/figures/"):
            assert f'href="{address}"' in page
        assert "料金を確かめて支払う" in page

    def test_without_cards_it_promises_none(self, client, settings):
        settings.MADOGUCHI_CARD_PROVIDER = ""
        page = words(client.get("/water/"))
        assert "料金を確かめる" in page
        assert "カードを登録" not in page

    def test_stands_on_the_home_page_and_in_search(self, client):
        assert 'href="/water/"' in words(client.get("/"))
        assert "/water/payment/" in words(client.get("/search/?q=口座振替"))


class TestCharges:
    ADDRESS = "/water/charges/?pipe=20&used=60&sewer=on"

    @pytest.fixture
    def prices(self):
        make_prices()

    @pytest.mark.usefixtures("prices")
    def test_the_address_holds_the_reckoning(self, client):
        page = words(client.get(self.ADDRESS))
        assert "16,390円" in page
        assert "うち消費税等 1,490円" in page
        for part in ("24 m³ × 130円", "3,120円", "20 m³ × 200円", "10,230円", "6,160円"):
            assert part in page
        assert 'value="60"' in page

    @pytest.mark.usefixtures("prices")
    def test_without_sewer(self, client):
        page = words(client.get("/water/charges/?pipe=13&used=0"))
        assert "1,694円" in page
        assert 'name="sewer" id="id_sewer" checked' not in page.replace('"  ', '" ')

    @pytest.mark.usefixtures("prices")
    def test_nothing_is_reckoned_before_anything_was_asked(self, client):
        page = words(client.get("/water/charges/"))
        assert "料金の内訳" not in page
        assert "口径20 mm" in page

    @pytest.mark.parametrize(
        "query", ["pipe=99&used=5", "pipe=20&used=-1", "pipe=20&used=x", "used=100000&pipe=20"]
    )
    @pytest.mark.usefixtures("prices")
    def test_bad_input_is_said(self, client, query):
        response = client.get(f"/water/charges/?{query}")
        assert response.status_code == 422
        assert "m-error-summary" in words(response)
        assert "料金の内訳" not in words(response)

    def test_without_a_tariff(self, client):
        response = client.get(self.ADDRESS)
        assert response.status_code == 200
        assert "料金表はまだ掲載されていません" in words(response)

    def test_without_a_tax_rate(self, client):
        make_tariff()
        assert "料金表はまだ掲載されていません" in words(client.get(self.ADDRESS))

    def test_other_rules_in_other_words(self, client):
        make_tariff(half_up_to_days=0, rounding=Rounding.TOTAL, base={13: "900"}, included_m3=0)
        add_tax_rate(from_on=FIRST_DAY, per_cent=8, by=None)
        page = words(client.get("/water/charges/?pipe=13&used=5&sewer=on"))
        assert "合計額の1円未満は切り捨てます" in page
        assert "1か月分とし" not in page
        assert "40 m³まで" in page
        assert ">0 m³を超え" not in page

    @pytest.mark.usefixtures("prices")
    def test_in_english(self, client):
        client.cookies["django_language"] = "en"
        page = words(client.get(self.ADDRESS))
        assert "16,390 yen" in page
        assert "24 m³ × 130 yen" in page


class TestPayment:
    def test_all_channels(self, client):
        page = words(client.get("/water/payment/"))
        assert page.count('class="w-way"') == 4
        assert "カードで支払う・登録する" in page

    def test_only_those_of_the_terms(self, client):
        add_terms(
            from_on=FIRST_DAY, terms=Terms(), channels=[Channel.STORE, Channel.COUNTER], by=None
        )
        page = words(client.get("/water/payment/"))
        assert page.count('class="w-way"') == 2
        assert "カードで支払う" not in page.split("納期限")[0]

    def test_no_card_without_a_provider(self, client, settings):
        settings.MADOGUCHI_CARD_PROVIDER = ""
        assert words(client.get("/water/payment/")).count('class="w-way"') == 3


class TestFigures:
    def test_empty(self, client):
        page = words(client.get("/water/figures/"))
        assert "まだ数字がありません" in page
        assert '<svg class="m-bars' not in page

    def test_charts_with_sentence_and_table(self, client):
        make_two_years()
        page = words(client.get("/water/figures/"))
        assert page.count('<figure class="m-chart">') == 4
        assert page.count("<polyline") >= 4
        assert "前の年度より25.0ポイント上がりました" in page
        assert "2026年12月20日（日） 9:00" in page

    def test_the_second_reader_asks_the_database_little(self, client):
        make_two_years()
        client.get("/water/figures/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/water/figures/")
        assert [q["sql"] for q in queries if "payments_" in q["sql"]] == []


@pytest.mark.parametrize("path", ["", "charges/", "payment/", "figures/"])
def test_only_looked_at(client, path):
    assert client.post(f"/water/{path}").status_code == 405
