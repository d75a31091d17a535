"""How many cards were registered, day by day."""

from datetime import datetime, timedelta

import pytest

from madoguchi.blocks.payments.models import SavedCard
from madoguchi.blocks.payments.queries.cards import CardDay, card_registrations
from madoguchi.kernel.clock import TOKYO

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=TOKYO)
DAY = timedelta(days=1)


def card(payer, saved_at, removed_at=None):
    SavedCard.objects.create(
        payer=payer,
        provider="sandbox",
        customer_reference="c",
        method_reference="m",
        brand="visa",
        last4="4242",
        expires="2029-04",
        saved_at=saved_at,
        removed_at=removed_at,
    )


def test_by_the_days_of_tokyo_up_to_a_moment(django_assert_num_queries):
    card("water:1", NOON)
    card("water:2", NOON, NOON + DAY)
    card("water:3", NOON + DAY)
    card("water:4", NOON + 3 * DAY)
    card("fees:1", NOON)
    with django_assert_num_queries(1):
        found = card_registrations(payer_prefix="water:", until=NOON + 2 * DAY)
    assert found == [
        CardDay(NOON.date(), 2, 0),
        CardDay(NOON.date() + DAY, 1, 1),
    ]
    assert card_registrations(payer_prefix="water:", until=NOON) == []
    earlier = card_registrations(payer_prefix="water:", until=NOON + DAY)
    assert earlier == [CardDay(NOON.date(), 2, 0)]
