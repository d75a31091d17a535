"""A payer who is in, and a bank that was asked for the money."""

from datetime import timedelta

from madoguchi.blocks.payments.operations.debit import make_debit_run
from madoguchi.blocks.payments.views.payer_access import PAYER
from madoguchi.kernel import clock
from tests.blocks.payments.debits import make_contract


def let_in(client, payer):
    """The same client, as if number and code had been typed."""
    session = client.session
    session[PAYER] = [payer, int((clock.now() + timedelta(minutes=30)).timestamp())]
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def ask_bank(bill):
    """The bank is asked for the bill, and has not answered yet."""
    make_contract(bill.fee_kind)
    make_debit_run(fee_kind=bill.fee_kind, debit_on=bill.due_on, by=None)
    assert bill.debit_items.filter(result="").count() == 1
