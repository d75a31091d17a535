"""Bank debit: requests, answers, retries."""

from datetime import date, datetime

import pytest

from madoguchi.blocks.payments import zengin
from madoguchi.blocks.payments.models import (
    DebitItem,
    DebitRun,
    FactRecord,
    LedgerEntry,
    Mandate,
    Payment,
)
from madoguchi.blocks.payments.operations import debit
from madoguchi.blocks.payments.operations.bills import NewBill, cancel_bill, issue_bills
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.mandates import (
    WithTheBank,
    end_mandate,
    erase_mandates,
)
from madoguchi.blocks.payments.queries import debit as queries
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from tests.blocks.payments.debits import answer_to, make_contract, make_mandate
from tests.blocks.payments.factories import ONE, TWO, bill_fact, make_bill, make_bills

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "today")]

DUE = date(2026, 6, 30)
AFTER = date(2026, 7, 15)
TODAY = datetime(2026, 6, 10, 9, 0, tzinfo=clock.TOKYO)
LATER = datetime(2026, 7, 2, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture
def today():
    with clock.frozen(TODAY):
        yield


@pytest.fixture
def contract():
    return make_contract()


def make_run(fee_kind=ONE, debit_on=DUE, **given):
    return debit.make_debit_run(fee_kind=fee_kind, debit_on=debit_on, by=None, **given)


def make_payers(*amounts, kind=ONE):
    """A bill of each amount, each of its own payer with a mandate."""
    bills = [make_bill(amount, kind=kind) for amount in amounts]
    for bill in bills:
        make_mandate(bill.payer)
    return bills


def read(content):
    with clock.frozen(LATER):
        return debit.read_debit_result(content, by=None)


def owed(*bills):
    of = balances([bill.pk for bill in bills])
    return [of[bill.pk].owed for bill in bills]


def results(run):
    return list(run.items.order_by("sequence").values_list("result", flat=True))


# the request


@pytest.mark.usefixtures("contract")
def test_a_run_asks_for_every_bill_that_is_due_and_payable_by_debit():
    wanted, settled, partly = make_payers(1000, 2000, 3000)
    without_mandate = make_bill(4000)
    (other_kind,) = make_payers(5000, kind=TWO)
    later = make_bill(6000, due_on=date(2026, 7, 31))
    make_mandate(later.payer)
    (cancelled,) = make_payers(7000)
    cancel_bill(cancelled.pk, by=None, reason="")
    book([bill_fact(settled, name="1"), bill_fact(partly, amount=500, name="2")], by=None)
    (by_slip,) = issue_bills(
        [NewBill(ONE, "test:slip", 2026, 1, DUE, 8000, (Channel.STORE, Channel.COUNTER))], by=None
    )
    make_mandate(by_slip.payer)
    run = make_run()
    items = run.items.order_by("sequence").values_list("sequence", "bill", "amount", "result")
    assert list(items) == [(1, wanted.pk, 1000, ""), (2, partly.pk, 2500, "")]
    assert without_mandate.debit_items.count() + other_kind.debit_items.count() == 0
    assert (run.fee_kind, run.status, run.retry_of) == (ONE, "made", None)


@pytest.mark.usefixtures("contract")
def test_mandates_are_those_of_the_day_of_the_debit():
    begun, ended = make_bill(1000), make_bill(2000)
    make_mandate(begun.payer, from_on=DUE)
    end_mandate(mandate_id=make_mandate(ended.payer).pk, on=DUE, by=None)
    late = make_bill(3000)
    make_mandate(late.payer, from_on=date(2026, 7, 1))
    assert list(make_run().items.values_list("bill", flat=True)) == [begun.pk]


def test_the_file_bears_the_contract_and_each_debit():
    contract = make_contract(ONE)
    make_contract(from_on=date(2026, 1, 1), client_code="9999999999")
    first, second = make_payers(1000, 2000)
    run = make_run()
    file = zengin.read(debit.debit_file(run), answered=False)
    assert run.profile == contract
    assert file.header == zengin.Header(
        client_code="0000012345",
        client_name="ｶｸｳｼ ｶｲｹｲｶ",
        debit_on="0630",
        bank_code="0009",
        branch_code="001",
        account_kind="1",
        account_number="7000001",
    )
    assert [(each.customer_number, each.amount, each.holder) for each in file.debits] == [
        (f"0000{first.number}", 1000, "ﾉｳﾆﾕｳ ﾊﾅｺ"),
        (f"0000{second.number}", 2000, "ﾉｳﾆﾕｳ ﾊﾅｺ"),
    ]


def test_records_end_as_the_bank_wants_them():
    make_contract(has_line_ends=False)
    make_payers(1000)
    content = debit.debit_file(make_run())
    assert len(content) == 4 * 120
    assert b"\r" not in content


def test_the_file_stays_the_same_bytes():
    make_contract()
    (bill,) = make_payers(1000)
    run = make_run()
    content = debit.debit_file(run)
    make_contract(from_on=date(2026, 6, 20), client_code="8888888888")
    mandate = Mandate.objects.get()
    end_mandate(mandate_id=mandate.pk, on=date(2026, 6, 11), by=None)
    make_mandate(bill.payer, from_on=date(2026, 6, 11))
    assert debit.take_debit_file(run=DebitRun.objects.get(), by=None) == content


@pytest.mark.usefixtures("contract")
def test_a_file_whose_accounts_were_erased_is_gone():
    (bill,) = make_payers(1000)
    run = make_run()
    with pytest.raises(WithTheBank):
        erase_mandates(payer=bill.payer, on=DUE)
    read(answer_to(run, "0"))
    erase_mandates(payer=bill.payer, on=DUE)
    with pytest.raises(debit.FileGone):
        debit.debit_file(run)


@pytest.mark.usefixtures("contract")
def test_the_bank_is_told_which_mandates_are_new():
    bill, other = make_payers(1000, 2000)
    assert list(make_run().items.values_list("new_code", flat=True)) == ["1", "1"]
    assert not Mandate.objects.filter(is_new=True).exists()
    DebitItem.objects.update(result="1")
    make_bills(10, payer=bill.payer, year=2027)
    moved = Mandate.objects.get(payer=other.payer)
    end_mandate(mandate_id=moved.pk, on=DUE, by=None)
    make_mandate(other.payer, from_on=DUE)
    make_bills(20, payer=other.payer, year=2027)
    run = make_run()
    codes = run.items.order_by("sequence").values_list("amount", "new_code")
    # the old bill of the payer with another account is asked for again under it
    assert list(codes) == [(2000, "2"), (10, "0"), (20, "2")]


@pytest.mark.usefixtures("contract")
def test_a_bill_is_with_the_bank_once_at_a_time():
    (first,) = make_payers(1000)
    make_run()
    with pytest.raises(debit.NothingToDebit):
        make_run(debit_on=AFTER)
    (second,) = make_payers(2000)
    assert list(make_run(debit_on=AFTER).items.values_list("bill", flat=True)) == [second.pk]
    assert first.debit_items.count() == 1


def test_days_and_contracts_are_checked():
    make_payers(1000)
    with pytest.raises(debit.NoContract):
        make_run()
    make_contract()
    with pytest.raises(debit.DayOver):
        make_run(debit_on=date(2026, 6, 10))
    with pytest.raises(debit.NotAWorkingDay) as refused:
        make_run(debit_on=date(2026, 7, 4))
    assert refused.value.values == {"next": "2026-07-06"}


# the answer


@pytest.mark.usefixtures("contract")
def test_what_was_debited_is_booked_and_the_rest_says_why():
    bills = make_payers(1000, 2000, 3000, 4000, 5000, 6000, 7000)
    run = make_run()
    told = read(answer_to(run, "0", "1", "2", "3", "4", "8", "9"))
    assert (told.is_known, told.done, told.failed, told.amount, told.mandates_ended) == (
        False,
        1,
        6,
        1000,
        3,
    )
    run.refresh_from_db()
    assert (run.status, run.answered_at) == ("answered", LATER)
    assert owed(*bills) == [0, 2000, 3000, 4000, 5000, 6000, 7000]
    payment = Payment.objects.get()
    assert (payment.key, payment.channel, payment.amount, payment.state, payment.transfer_on) == (
        f"debit:{run.public_id}:1",
        "debit",
        1000,
        "settled",
        DUE,
    )
    assert payment.paid_at == datetime(2026, 6, 30, tzinfo=clock.TOKYO)
    ended = Mandate.objects.exclude(until_on=None).order_by("pk")
    assert list(ended.values_list("payer", "until_on", "ended_by_result")) == [
        (bills[2].payer, date(2026, 7, 2), "2"),
        (bills[3].payer, date(2026, 7, 2), "3"),
        (bills[4].payer, date(2026, 7, 2), "4"),
    ]
    by_result = [(each.code, each.count, each.amount) for each in queries.by_result(run)]
    assert by_result == [(code, 1, 1000 * (place + 1)) for place, code in enumerate("0123489")]
    assert {each.words for each in queries.by_result(run)} == set(queries.RESULTS.values())


@pytest.mark.usefixtures("contract")
def test_the_same_answer_again_changes_nothing():
    make_payers(1000, 2000)
    run = make_run()
    read(answer_to(run, "0", "1"))
    before = (FactRecord.objects.count(), LedgerEntry.objects.count(), results(run))
    for crlf in (True, False):
        told = read(answer_to(run, "0", "1", crlf=crlf))
        assert (told.is_known, told.done, told.failed, told.amount) == (True, 1, 1, 1000)
    assert (FactRecord.objects.count(), LedgerEntry.objects.count(), results(run)) == before


@pytest.mark.usefixtures("contract")
def test_another_answer_to_an_answered_run_is_refused():
    make_payers(1000, 2000)
    run = make_run()
    read(answer_to(run, "0", "1"))
    with pytest.raises(debit.AnsweredOtherwise) as refused:
        read(answer_to(run, "0", "0"))
    assert refused.value.values == {"record": 3, "run": run.public_id}
    assert results(run) == ["0", "1"]
    assert Payment.objects.count() == 1


def changed(run, **given):
    """An answer in which the first record says something else."""
    file = zengin.read(answer_to(run, "0", "0"), answered=True)
    first = type(file.debits[0])(
        **{name: getattr(file.debits[0], name) for name in file.debits[0].__dataclass_fields__}
        | given
    )
    return zengin.DebitFile(file.header, (first, *file.debits[1:]))


@pytest.mark.usefixtures("contract")
def test_an_answer_that_is_not_to_our_request_books_nothing():
    first, _second = make_payers(1000, 2000)
    run = make_run()
    with pytest.raises(debit.ResultOfAnotherRun):
        read(answer_to(run, "0", "0", debit_on="0701"))
    with pytest.raises(debit.ResultOfAnotherRun):
        read(answer_to(run, "0", "0", client_code="0000099999"))
    with pytest.raises(debit.ResultOfNoRun):
        read(zengin.write(changed(run, customer_number="1" * 20), answered=True))
    for given in ({"amount": 1001}, {"account_number": "9999999"}, {"bank_code": "9999"}):
        with pytest.raises(debit.DiffersFromRequest) as differs:
            read(zengin.write(changed(run, **given), answered=True))
        assert differs.value.values == {"record": 2, "run": run.public_id}
    file = changed(run)
    with pytest.raises(debit.RecordMissing):
        read(zengin.write(zengin.DebitFile(file.header, file.debits[:1]), answered=True))
    twice = zengin.DebitFile(file.header, (*file.debits, file.debits[0]))
    with pytest.raises(debit.DiffersFromRequest):
        read(zengin.write(twice, answered=True))
    with pytest.raises(debit.ResultOfNoRun):
        read(zengin.write(zengin.DebitFile(file.header, ()), answered=True))
    assert (Payment.objects.count(), results(run)) == (0, ["", ""])
    assert owed(first) == [1000]


@pytest.mark.usefixtures("contract")
def test_an_answer_in_another_order_with_other_names_is_read():
    make_payers(1000, 2000)
    run = make_run()
    file = changed(run, result="1", holder="ﾉｳﾆﾕｳ ﾊﾅ", bank_name="ﾐﾅﾄ")
    backwards = zengin.DebitFile(file.header, file.debits[::-1])
    assert read(zengin.write(backwards, answered=True)).amount == 2000
    assert results(run) == ["1", "0"]


@pytest.mark.usefixtures("contract")
def test_an_answer_with_faults_books_nothing():
    make_payers(1000, 2000)
    run = make_run()
    content = bytearray(answer_to(run, "0", "1", crlf=False))
    for place, sign in ((120 + 111, b"7"), (3 * 120 + 30, b"9")):
        broken = bytearray(content)
        broken[place : place + 1] = sign
        with pytest.raises(zengin.BadDebitFile):
            read(bytes(broken))
    with pytest.raises(zengin.BadDebitFile):
        read(debit.debit_file(run))
    assert (Payment.objects.count(), results(run)) == (0, ["", ""])


@pytest.mark.usefixtures("contract")
def test_what_was_paid_meanwhile_waits_for_somebody():
    (bill,) = make_payers(1000)
    run = make_run()
    book([bill_fact(bill)], by=None)
    read(answer_to(run, "0"))
    assert owed(bill) == [-1000]
    assert bill.work_items.get().kind == "paid_twice"


# the retry


@pytest.mark.usefixtures("contract")
def test_a_retry_asks_again_for_what_may_succeed():
    bills = make_payers(1000, 2000, 3000, 4000, 5000)
    run = make_run()
    read(answer_to(run, "1", "9", "8", "2", "0"))
    run.refresh_from_db()
    with pytest.raises(debit.NothingToDebit):
        make_run(debit_on=AFTER)  # answered bills are left to the retry
    assert queries.selection(ONE, AFTER, run) == queries.Selection(2, 3000, 0)
    assert queries.bills_for_slips(run) == [bills[2], bills[3]]
    retry = make_run(debit_on=AFTER, retry_of=run)
    assert list(retry.items.values_list("bill", "amount")) == [
        (bills[0].pk, 1000),
        (bills[1].pk, 2000),
    ]
    with pytest.raises(debit.NotAnswered):
        make_run(debit_on=AFTER, retry_of=retry)
    assert queries.bills_for_slips(run) == [bills[2], bills[3]]
    read(answer_to(retry, "0", "1"))
    assert owed(*bills) == [0, 2000, 3000, 4000, 0]
    assert queries.bills_for_slips(run) == bills[1:4]
    assert queries.bills_for_slips(retry) == [bills[1]]


@pytest.mark.usefixtures("contract")
def test_a_run_is_retried_once():
    make_payers(1000, 2000)
    run = make_run()
    read(answer_to(run, "1", "1"))
    run.refresh_from_db()
    retry = make_run(debit_on=AFTER, retry_of=run)
    DebitItem.objects.filter(run=retry, sequence=2).delete()
    with pytest.raises(debit.RetriedAlready):
        make_run(debit_on=AFTER, retry_of=run)
    assert DebitRun.objects.count() == 2


@pytest.mark.usefixtures("contract")
def test_what_would_be_asked_for_is_known_before():
    make_payers(1000, 2000)
    assert queries.selection(ONE, DUE) == queries.Selection(2, 3000, 2)
    run = make_run()
    assert queries.selection(ONE, DUE) == queries.Selection(0, 0, 0)
    (listed,) = queries.runs()
    assert (listed.pk, listed.count, listed.amount, listed.done) == (run.pk, 2, 3000, 0)
    assert [each.words for each in queries.by_result(run)] == [None]
    assert [item.amount for item in queries.items_of(run, result="")] == [1000, 2000]
    assert list(queries.items_of(run, result="1")) == []


@pytest.mark.usefixtures("contract")
def test_what_the_bank_will_not_get_is_asked_for_with_a_slip_once():
    bills = make_payers(1000, 2000, 3000)
    run = make_run()
    read(answer_to(run, "2", "0", "1"))
    run.refresh_from_db()
    with clock.frozen(LATER):
        pdf = debit.slips_for_failed(run=run, pay_by=date(2026, 7, 31), by=None)
        assert pdf.startswith(b"%PDF")
        (slip,) = bills[0].slips.all()
        assert (slip.amount, slip.pay_by) == (1000, date(2026, 7, 31))
        with pytest.raises(debit.NoSlipNeeded):
            debit.slips_for_failed(run=run, pay_by=date(2026, 7, 31), by=None)


@pytest.mark.usefixtures("contract")
def test_a_bank_can_be_stood_in_for():
    make_payers(1000, 2000)
    run = make_run()
    assert read(debit.answer_of(run, {2: "1"})).amount == 1000
    assert results(run) == ["0", "1"]
