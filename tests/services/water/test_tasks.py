"""Bills that the worker makes."""

from datetime import datetime

import pytest

from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.services.water.models import Reading
from madoguchi.services.water.tasks import make_other_bills
from tests.factories import make_user
from tests.services.water.factories import make_contract, make_prices, make_reading

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=clock.TOKYO)


def test_the_worker_makes_the_others_in_the_clerks_name():
    clerk = make_user("clerk", "water_clerk")
    with clock.frozen(NOW):
        make_prices()
        for number in ("1", "2"):
            make_contract(number)
            make_reading(number)
        for _again in range(2):
            result = make_other_bills.enqueue(period="2026-12", clerk_id=clerk.pk)
            assert result.errors == []
    assert not Reading.objects.filter(bill_number="").exists()
    made = AuditEntry.objects.filter(action="water.bills_made")
    assert [(entry.actor, entry.detail["bills"]) for entry in made] == [(str(clerk.pk), 2)]
