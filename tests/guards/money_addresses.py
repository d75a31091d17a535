"""Something behind every staff address of payments, fees and water."""

from datetime import date, timedelta

from madoguchi.blocks.payments.models import (
    CardReconciliation,
    CollectionFile,
    DebitProfile,
    DunningRule,
    FeeKindOffice,
    Refund,
    StoreProfile,
    WorkItem,
)
from madoguchi.blocks.payments.operations import (
    booking,
    closing,
    debit,
    dunning,
    mandates,
    refunds,
    runs,
    slips,
)
from madoguchi.blocks.payments.operations.bills import NewBill, issue_bills
from madoguchi.blocks.payments.queries.closing import days_due
from madoguchi.blocks.payments.rules.channels import Channel, Fact, FactKind
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.calendar import add_business_days
from madoguchi.services.water.models import Reading
from madoguchi.services.water.operations import readings
from madoguchi.services.water.operations.contracts import NewContract, add_contract
from tests.services.fees.factories import decide, make_payer, make_rules

PAST = date(2000, 4, 1)
PAYER = "water:0000001"


def money_args(department):
    """Arguments of the addresses by name; ``department`` is responsible for every fee kind."""
    _profiles(department)
    return {
        **_of_water(),
        **_of_fees(),
        **_of_payments(),
    }


def _profiles(department):
    for kind in fee_kinds:
        FeeKindOffice.objects.create(fee_kind=kind.code, from_on=PAST, department=department)
    StoreProfile.objects.create(from_on=PAST, company_code="999999", client_code="00001")
    DunningRule.objects.create(from_on=PAST, stage=1, days_after_due=1, days_to_pay=10)
    DebitProfile.objects.create(
        from_on=PAST,
        client_code="0000099999",
        client_name_kana="ﾏﾄﾞｸﾞﾁｼ",
        bank_code="9999",
        branch_code="001",
        account_kind="1",
        account_number="0000001",
    )


def _of_water():
    contract = add_contract(
        contract=NewContract(
            number="0000001",
            name="見本 水子",
            postal_code="999-0001",
            address="窓口市1",
            pipe_mm=13,
            meter_number="M1",
            reads_in_even_months=clock.today().month % 2 == 0,
            started_on=date(2020, 4, 1),
        ),
        by=None,
    )
    readings.record_reading(
        entry=readings.Entry(
            number=contract.number, read_on=clock.today(), index_m3=20, confirmed=True
        ),
        by=None,
    )
    reading = Reading.objects.get()
    period = f"{clock.today():%Y-%m}"
    Reading.objects.filter(pk=reading.pk).update(bill_number="1")
    return {
        **{
            f"water_staff:{name}": [contract.number]
            for name in ("contract", "contract_change", "contract_end")
        },
        **{
            f"water_staff:{name}": [period]
            for name in ("readings", "meters_file", "readings_upload", "bills")
        },
        "water_staff:reading": [contract.number, period],
        "water_staff:bill_take_back": [reading.pk],
    }


def _of_fees():
    year = fiscal.fiscal_year_of(clock.today())
    make_rules(year=year)
    decide(make_payer("0000009"), year=year)
    return {
        **{f"fees_staff:{name}": ["0000009"] for name in ("payer", "payer_change", "assess")},
        "fees_staff:bill": ["care", year],
    }


def _of_payments():
    today = clock.today()
    open_, overpaid, demanded, printed = _bills(today)
    [slip] = slips.make_slips([open_], by=None)
    refund = _refund(overpaid)
    dunning.draw_up_demands(on=today, by=None)
    dunning.send_demands(fee_kind="fees.rent", stage=1, by=None)
    mandate = _mandate()
    run = debit.make_debit_run(fee_kind="water", debit_on=add_business_days(today, 3), by=None)
    closed, due = days_due()[:2]
    closing.close_day(day=closed, by=None)
    later = StoreProfile.objects.create(
        from_on=today + timedelta(days=30), company_code="999999", client_code="00002"
    )
    number = [open_.number]
    named = {
        **dict.fromkeys(("bill", "bill_take", "bill_reissue", "bill_cancel"), number),
        **dict.fromkeys(("bill_write_off", "bill_refund"), number),
        **{key: [run.public_id] for key in ("debit_run", "debit_file", "debit_slips")},
        **{key: [mandate.pk] for key in ("mandate", "mandate_end")},
        **{key: [refund.public_id] for key in ("refund_end", "card_refund_send")},
        **_of_run(printed),
        "bill_slip": [open_.number, slip.issue],
        "work_item": [WorkItem.objects.first().pk],
        "collection_file": [_file().pk],
        "close_show": [closed.isoformat()],
        "close_day": [due.isoformat()],
        "card_reconciliation": [_reconciliation(today).pk],
        "profile_add": ["store"],
        "profile_withdraw": ["store", later.pk],
        "demands_send": ["water", 1],
        "demand_letters": [today.isoformat(), "fees.rent", 1, 1],
    }
    assert demanded.demands.count() == 1
    return {f"payments_staff:{name}": args for name, args in named.items()}


def _bills(today):
    """Made some days ago, so that there are days to close and bills that are overdue."""
    made = []
    for days_ago in (9, 8):
        with clock.frozen(clock.now() - timedelta(days=days_ago)):
            made += issue_bills(
                [
                    NewBill(
                        kind,
                        payer,
                        2026,
                        days_ago,
                        today - timedelta(days=5),
                        1_000,
                        tuple(Channel),
                    )
                    for kind, payer in (("water", PAYER), ("fees.rent", "fees:0000009"))
                ],
                by=None,
            )
    open_, demanded, overpaid, _other = made
    [printed] = issue_bills(
        [
            NewBill(
                "fees.care",
                "fees:0000009",
                2026,
                1,
                today + timedelta(days=20),
                1_000,
                tuple(Channel),
            )
        ],
        by=None,
    )
    return open_, overpaid, demanded, printed


def _refund(bill):
    fact = Fact(
        kind=FactKind.SETTLEMENT,
        channel=Channel.CARD,
        payment_key="card:sandbox:pi_1",
        amount=1_500,
        paid_at=clock.now(),
        bill_number=bill.number,
        reference="pi_1",
    )
    booking.book([fact], by=None)
    refunds.decide_refund(
        bill_id=bill.pk,
        payment_id=bill.payments.get().pk,
        amount=500,
        channel=Channel.CARD,
        reason="過納",
        by=None,
    )
    return Refund.objects.get()


def _mandate():
    return mandates.register_mandate(
        mandates.NewMandate(
            payer=PAYER,
            bank_code="9999",
            branch_code="001",
            account_kind="1",
            account_number="0000001",
            holder="ミホン ミズコ",
            from_on=PAST,
        ),
        by=None,
    )


def _of_run(printed):
    run = runs.start_run(
        fee_kind=printed.fee_kind, title="試験", fiscal_year=printed.fiscal_year, by=None
    )
    runs.continue_run(run_id=run.pk)
    return {
        **{key: [run.public_id] for key in ("run", "run_continue")},
        "run_file": [run.public_id, run.batches.get().number],
    }


def _file():
    return CollectionFile.objects.create(
        name="a.txt",
        layout="a",
        digest="0" * 64,
        read_at=clock.now(),
        summary={"work_items": 0},
    )


def _reconciliation(day):
    return CardReconciliation.objects.create(
        provider="sandbox",
        day=day,
        made_at=clock.now(),
        provider_count=0,
        provider_amount=0,
        booked_count=0,
        booked_amount=0,
    )
