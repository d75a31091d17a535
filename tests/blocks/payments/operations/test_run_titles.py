"""A run's title stands in every file that it makes, and is never changed."""

import pytest

from madoguchi.blocks.payments.models import BillingRun
from madoguchi.blocks.payments.operations.runs import TitleNotPrintable, start_run
from tests.blocks.payments.factories import ONE, make_bills


@pytest.mark.django_db
@pytest.mark.usefixtures("two_kinds")
def test_a_run_whose_title_cannot_be_printed_does_not_begin():
    make_bills(100)
    with pytest.raises(TitleNotPrintable) as refused:
        start_run(fee_kind=ONE, title="6月分🏒", fiscal_year=2026, by=None)
    assert "「🏒」" in str(refused.value)
    assert BillingRun.objects.count() == 0
