"""The figures of sheet 1-7, reckoned by hand from a few payments."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from madoguchi.blocks.payments.models import ChannelCost
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.clock import TOKYO
from madoguchi.kernel.evidence import indicators, measure, measuring_together
from tests.blocks.payments.factories import bill_fact, make_bills
from tests.services.fees.factories import make_rules

pytestmark = pytest.mark.django_db
D = Decimal
CODES = [
    "fees.card_payments",
    "fees.card_share",
    "fees.collection_rate",
    "fees.cost_card",
    "fees.cost_counter",
    "fees.cost_debit",
    "fees.cost_store",
    "fees.counter_payments",
    "fees.counter_share",
    "fees.debit_payments",
    "fees.debit_share",
    "fees.kinds_at_stores",
    "fees.store_payments",
    "fees.store_share",
]


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(datetime(2026, 11, 24, 9, tzinfo=TOKYO)), translation.override("ja"):
        yield


@pytest.fixture
def paid():
    """Of six bills that were due, three are paid at stores and one by card; one of water too."""
    make_rules(year=2025)
    for channel, yen, per_cent in ((Channel.STORE, "62", "0"), (Channel.CARD, "10", "1.5")):
        ChannelCost.objects.create(
            channel=channel, from_on=date(2025, 4, 1), yen_each=D(yen), per_cent=D(per_cent)
        )
    due_on = date(2026, 10, 31)
    care = make_bills(1000, 2000, 3000, kind="fees.care", due_on=due_on)
    rent = make_bills(4000, 5000, 6000, kind="fees.rent", due_on=due_on)
    [water] = make_bills(9000, kind="water", due_on=due_on)
    at = datetime(2026, 10, 1, 12, tzinfo=TOKYO)
    for bill in (*care, water):
        book([bill_fact(bill, name=bill.number, at=at, channel=Channel.STORE)], by=None)
    book([bill_fact(rent[0], name="card", at=at, channel=Channel.CARD)], by=None)


def test_all_are_registered():
    assert [each.code for each in indicators if each.code.startswith("fees.")] == CODES


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_zero_without_records(code):
    found = measure(code, 2026)
    page = "/fees/" if code == "fees.kinds_at_stores" else "/fees/figures/"
    assert (found.value, found.rows, found.source_url) == (0, (), page)


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("fees.kinds_at_stores", 2),
        ("fees.store_payments", 3),
        ("fees.card_payments", 1),
        ("fees.debit_payments", 0),
        ("fees.store_share", D("75.0")),
        ("fees.card_share", D("25.0")),
        ("fees.counter_share", D("0.0")),
        ("fees.collection_rate", D("47.6")),  # 10,000 of 21,000 yen
        ("fees.cost_store", D("62.0")),
        ("fees.cost_card", D("70.0")),  # 10 yen and 1.5 per cent of 4,000
        ("fees.cost_debit", D("0.0")),
    ],
)
def test_values(code, value):
    assert measure(code, 2026).value == value


@pytest.mark.usefixtures("paid")
def test_figures_that_are_shown_together_share_their_queries():
    with CaptureQueriesContext(connection) as queries, measuring_together({}):
        for code in CODES:
            measure(code, 2026)
    assert len(queries) == 5  # rules, days, collection rate, prices, costs
