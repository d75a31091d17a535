"""How paying goes: years, charts, what a move of payers would cost."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import translation

from madoguchi.blocks.payments.queries import statistics
from madoguchi.blocks.payments.service import Channel
from madoguchi.kernel import clock
from tests.services.water.paying import NOW, at, make_two_years

pytestmark = pytest.mark.django_db
KINDS = ("water",)
D = Decimal


@pytest.fixture(autouse=True)
def _at():
    cache.clear()
    with clock.frozen(NOW):
        yield
    cache.clear()


def test_without_bills_there_is_nothing():
    found = statistics.figures_now(KINDS)
    assert (found.years, found.read_at, statistics.figure_charts(found.years)) == ((), NOW, [])
    assert statistics.year_to_reckon_with(found.years) is None


class TestYears:
    @pytest.fixture(autouse=True)
    def _paid(self):
        make_two_years()

    def test_rate_parts_shares_and_costs(self):
        before, now = statistics.figures_now(KINDS).years
        assert (before.fiscal_year, before.is_over, before.rate) == (2025, True, D("75.0"))
        assert before.parts == {
            Channel.STORE: D("50.0"),
            Channel.CARD: D("0.0"),
            Channel.DEBIT: D("0.0"),
            Channel.COUNTER: D("25.0"),
        }
        assert (now.is_over, now.rate, now.count) == (False, D("100.0"), 4)
        assert [now.share(channel) for channel in Channel] == [
            D("25.0"),
            D("50.0"),
            D("25.0"),
            D("0.0"),
        ]
        # 3,718 × 0.99 % is 36.8 yen
        assert [now.each(channel) for channel in Channel] == [
            D("62.0"),
            D("37.0"),
            D("11.0"),
            None,
        ]
        assert now.cost == 62 + 74 + 11

    def test_kept_for_five_minutes(self):
        first = statistics.kept_figures(KINDS)
        with clock.frozen(at(2026, 12, 21)):
            assert statistics.kept_figures(KINDS) == first
        cache.clear()
        with clock.frozen(at(2026, 12, 21)):
            assert statistics.kept_figures(KINDS).read_at == at(2026, 12, 21)

    def test_charts_say_what_to_see(self):
        with translation.override("ja"):
            charts = [
                chart
                for _template, chart in statistics.figure_charts(
                    statistics.figures_now(KINDS).years
                )
            ]
        rate, parts, shares, costs = charts
        assert rate.sentence == (
            "令和8年度は、納期限を過ぎた料金の100.0%が納められています。"
            "前の年度より25.0ポイント上がりました。"
        )
        assert rate.rows[1][:3] == ["令和8年度（途中）", "100.0%", "+25.0ポイント"]
        assert rate.rows[0][:3] == ["令和7年度", "75.0%", "–"]
        assert parts.rows[0] == ["令和7年度", "50.0%", "0.0%", "0.0%", "25.0%", "75.0%"]
        assert "0.0%から" in shares.sentence
        assert shares.rows[1][2] == "50.0% (2)"
        assert "62.0円" in costs.sentence
        assert costs.rows[1] == ["令和8年度（途中）", "62.0円", "37.0円", "11.0円", "–", "147"]

    def test_english_readers_read_english(self):
        with translation.override("en"):
            chart = statistics.rate_chart(statistics.figures_now(KINDS).years)
        assert chart.rows[0][0] == "FY2025"
        assert chart.drawing.bars[1].label == "FY2026 so far"

    @pytest.mark.parametrize(
        ("rates", "words"),
        [
            ((None,), "まだ納期限が来ていません"),
            ((D("75.0"),), "75.0%が納められています。"),
            ((D("75.0"), D("75.0")), "前の年度と同じ"),
            ((D("75.0"), D("74.5")), "0.5ポイント低く"),
        ],
    )
    def test_the_sentence_on_the_rate(self, rates, words):
        def year(rate):
            found = statistics.year_figures(KINDS, 2025)
            assessed, collected = (1000, int(rate * 10)) if rate else (0, 0)
            counts = {"bills": 1, "bills_paid": 0, "assessed": assessed, "collected": collected}
            changed = {name: getattr(found, name) for name in found.__dataclass_fields__}
            return statistics.Year(**{**changed, "collected": type(found.collected)(**counts)})

        with translation.override("ja"):
            assert words in statistics.rate_chart([year(rate) for rate in rates]).sentence

    def test_a_single_year_of_cards(self):
        last = statistics.figures_now(KINDS).years[-1:]
        with translation.override("ja"):
            assert statistics.shares_chart(last).sentence == (
                "令和8年度は、納付の50.0%がクレジットカードでした。"
            )

    def test_what_if(self):
        before, now = statistics.figures_now(KINDS).years
        assert statistics.year_to_reckon_with([before, now]) is before
        assert statistics.year_to_reckon_with([now]) is now
        found = statistics.what_if(
            now, fee_kind="water", old=Channel.CARD, new=Channel.STORE, share=D(50), on=NOW.date()
        )
        assert (found.count, found.before, found.after, found.change) == (1, 37, 62, 25)
        free = statistics.what_if(
            now,
            fee_kind="water",
            old=Channel.STORE,
            new=Channel.COUNTER,
            share=D(100),
            on=NOW.date(),
        )
        assert (free.count, free.before, free.after) == (1, 62, 0)


def test_bills_without_payments():
    make_two_years()
    with clock.frozen(at(2025, 5, 1)), translation.override("ja"):
        year = statistics.year_figures(KINDS, 2027)
        assert (year.rate, year.count, year.cost) == (None, 0, 0)
        charts = dict(enumerate(chart for _, chart in statistics.figure_charts([year])))
    assert charts[0].sentence == "令和9年度の請求は、まだ納期限が来ていません。"
    assert charts[2].sentence == "まだ納付はありません。"
    assert charts[3].sentence == "納付1件について市が払う手数料の平均です。"


def test_at_most_eight_years(monkeypatch):
    make_two_years()
    monkeypatch.setattr(statistics, "MOST_YEARS", 1)
    assert statistics.billed_years(KINDS) == (2026,)
