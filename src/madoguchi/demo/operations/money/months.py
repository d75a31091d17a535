"""A month of the city's money, in the order of its days.

Each half of a month is played in one transaction and marked in the audit log, so that a load that
was cut off goes on with the first that is missing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, DebitItem, DebitRun, Demand, Slip
from madoguchi.blocks.payments.operations import closing, dunning, slips
from madoguchi.blocks.payments.operations.debit import read_debit_result
from madoguchi.blocks.payments.queries.closing import days_due
from madoguchi.blocks.payments.queries.lookup import OpenBill, open_bills
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.demo.content.money import Habit, Household, SampleMoney
from madoguchi.demo.operations.money import paying
from madoguchi.demo.operations.years import at
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.audit.queries import entries
from madoguchi.kernel.calendar import add_business_days
from madoguchi.services.fees.models import Payer
from madoguchi.services.fees.operations.assessments import Decision, assess, bill_assessments
from madoguchi.services.fees.rules import fee_kind_code, payer_reference
from madoguchi.services.water.operations import billing, readings
from madoguchi.services.water.rules.periods import is_read_in, shifted

PLAYED = "demo.month_played"
BILLED = 10
"""The day of the month on which water is billed."""
KINDS = ("water", "fees.care", "fees.nursery", "fees.rent")
SLIP_HABITS = frozenset({Habit.STORE, Habit.COUNTER, Habit.LATE, Habit.NEVER, Habit.CARD})
SEASONS = (0.92, 0.9, 0.94, 1.0, 1.08, 1.16, 1.18, 1.1, 1.0, 0.95, 0.96, 1.02)
"""How water use moves from January to December."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month on its way; nothing that lies on ``until`` or later happens."""

    first: date
    until: date
    sample: SampleMoney
    treasury: User
    desk: User

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def next_first(self) -> date:
        return shifted(self.first, 1)

    def on(self, number: int) -> date:
        """That day of the month, or the next one that is open, within the month."""
        day = add_business_days(self.first.replace(day=number), 0)
        return day if day < self.next_first else add_business_days(self.next_first, -1)


type Happening = tuple[date, Callable[[Month], None]]


def play_month(month: Month) -> None:
    """Everything that happens in it before ``until``, each thing at its day.

    Card payments talk to a provider and so stand in no transaction of ours; they are looked at
    before they are made.
    """
    _play_part(month, "begin", _beginning(month))
    day = month.on(18)
    if day < month.until and not _is_played(month, "end"):
        with clock.frozen(at(day, 0)):
            _pay_by_card(month)
    _play_part(month, "end", _end(month))


@transaction.atomic
def _play_part(month: Month, part: str, happenings: Iterable[Happening]) -> None:
    if _is_played(month, part):
        return
    for index, (day, happen) in enumerate(happenings):
        if day < month.until:
            with clock.frozen(at(day, index)):
                happen(month)
    audit.record(by=None, action=PLAYED, subject=_subject(month, part))


def _is_played(month: Month, part: str) -> bool:
    return bool(entries(action=PLAYED, subject=_subject(month, part), limit=1))


def _subject(month: Month, part: str) -> str:
    return f"demo.month:{month.name}:{part}"


def _beginning(month: Month) -> Iterable[Happening]:
    yield month.on(1), _bill_fees
    yield month.on(4), _read_bank
    yield month.on(6), _settle_before
    yield month.on(BILLED), _bill_water
    yield month.on(12), _ask_bank
    yield month.on(14), _pay_late
    yield month.on(16), _pay_first_half


def _end(month: Month) -> Iterable[Happening]:
    yield month.on(20), _pay_at_counter
    yield month.on(21), _settle_first_half
    yield month.on(24), _pay_second_half
    yield month.on(26), _demand
    yield month.on(27), _close_days


def _bill_fees(month: Month) -> None:
    """Nursery and rent are decided in April for the year, premiums in June."""
    for kind in {4: ("nursery", "rent"), 6: ("care",)}.get(month.first.month, ()):
        year = fiscal.fiscal_year_of(month.first)
        payers = {payer.number: payer for payer in Payer.objects.all()}
        assess(
            kind=kind,
            fiscal_year=year,
            decisions=[
                Decision(payers[each.number], each.owes) for each in month.sample.fees[kind]
            ],
            by=month.desk,
        )
        bill_assessments(kind=kind, fiscal_year=year, by=month.desk)
        _print(month, fee_kind_code(kind))


def _bill_water(month: Month) -> None:
    """Read the meters whose turn it is, and bill what was used."""
    turn = [
        each
        for each in month.sample.water
        if is_read_in(month.first, reads_in_even_months=each.in_even_months)
    ]
    readings.record_readings(
        entries=[
            readings.Entry(
                number=each.number,
                read_on=clock.today(),
                index_m3=_meter(each, month),
                confirmed=True,
            )
            for each in turn
        ],
        by=month.desk,
    )
    billing.make_bills(period=month.first, by=month.desk)
    if replace(month, first=month.next_first).on(BILLED) < month.until:
        _print(month, "water")  # the newest wait for their run


def _meter(household: Household, month: Month) -> int:
    """What the meter shows: two months' use for each reading since the sample begins."""
    begun = month.sample.begins_on
    months = (month.first.year - begun.year) * 12 + month.first.month - begun.month
    turns = months // 2 + 1
    return sum(
        round(household.uses * SEASONS[(month.first.month - 1 - 2 * turn) % 12])
        for turn in range(turns)
    )


def _print(month: Month, kind: str) -> None:
    """First slips for those who do not pay by debit."""
    wanted = {payer for payer, habit in habits(month.sample).items() if habit in SLIP_HABITS}
    bills = Bill.objects.filter(fee_kind=kind, slips=None, cancelled_at=None, payer__in=wanted)
    slips.make_slips(list(bills.order_by("payer", "instalment")), by=month.treasury)


def habits(sample: SampleMoney) -> dict[str, Habit]:
    """How each payer pays, by reference."""
    fees = {
        payer_reference(each.number): each.habit for kind in sample.fees.values() for each in kind
    }
    return fees | {f"water:{each.number}": each.habit for each in sample.water}


def _due(month: Month, *wanted: Habit) -> list[OpenBill]:
    """What falls due this month (or on the first days of the next) for payers of these habits."""
    of = habits(month.sample)
    by_card = clock.today() >= month.sample.card_from
    before = month.next_first + timedelta(days=5)
    after = month.first + timedelta(days=5)
    found = open_bills(fee_kinds=KINDS, due_before=before)
    return [
        each for each in found if each.bill.due_on >= after and _acts(of, each, by_card, wanted)
    ]


def _acts(of: dict[str, Habit], each: OpenBill, by_card: bool, wanted: tuple[Habit, ...]) -> bool:
    habit = of.get(each.bill.payer, Habit.COUNTER)
    takes_card = by_card and each.bill.payer.startswith("water:")
    if habit == Habit.CARD and not takes_card:
        habit = Habit.STORE  # until cards are taken
    return habit in wanted


def _slips_of(found: Iterable[OpenBill]) -> list[Slip]:
    """The newest slip of each bill, where a store takes it."""
    bills = [each.bill.pk for each in found]
    newest: dict[int, Slip] = {}
    for slip in Slip.objects.filter(bill__in=bills).order_by("issue"):
        newest[slip.bill_id] = slip
    return [slip for slip in newest.values() if slip.barcode and slip.pay_by >= clock.today()]


def _pay_first_half(month: Month) -> None:
    half = [slip for slip in _slips_of(_due(month, Habit.STORE)) if slip.bill_id % 2]
    _visit_stores(month, half, from_day=2)


def _pay_second_half(month: Month) -> None:
    _visit_stores(month, _slips_of(_due(month, Habit.STORE)), from_day=16)


def _visit_stores(month: Month, found: list[Slip], *, from_day: int) -> None:
    last = (clock.today() - timedelta(days=1)).day
    visits = [
        paying.visit(slip, month.first.replace(day=from_day + slip.bill_id % (last - from_day)))
        for slip in found
    ]
    day = f"{clock.today():%Y%m%d}"
    paying.pay_at_stores(visits, name=f"sokuho-{day}.txt", by=month.treasury)


def _settle_first_half(month: Month) -> None:
    paying.settle_stores(
        before=month.first.replace(day=16),
        name=f"kakuho-{clock.today():%Y%m%d}.txt",
        by=month.treasury,
    )


def _settle_before(month: Month) -> None:
    paying.settle_stores(
        before=month.first, name=f"kakuho-{clock.today():%Y%m%d}.txt", by=month.treasury
    )


def _ask_bank(month: Month) -> None:
    """One request a fee, for the day on which the month's instalment is due."""
    last = add_business_days(month.next_first - timedelta(days=1), 0)
    for kind in KINDS:
        paying.ask_bank(kind, debit_on=last, by=month.treasury)


def _read_bank(month: Month) -> None:
    answered = DebitRun.objects.filter(status=DebitRun.Status.MADE, debit_on__lt=clock.today())
    for run in answered:
        read_debit_result(paying.bank_answer(run), by=month.treasury)


def _pay_by_card(month: Month) -> None:
    """Those who have a card saved are charged; the others save one with their first payment."""
    found = _due(month, Habit.CARD)
    for each in found:
        if not each.bill.card_payments.exists() and Channel.CARD in each.bill.channels:
            paying.pay_by_card(each.bill)


def _pay_at_counter(month: Month) -> None:
    """At the counter, and by those whose account had too little money."""
    of = habits(month.sample)
    overdue = open_bills(fee_kinds=KINDS, due_before=month.first)
    bills = [each.bill.pk for each in overdue]
    asked = DebitItem.objects.filter(bill__in=bills, result="").values_list("bill", flat=True)
    with_bank = set(asked)
    found = [
        each
        for each in overdue
        if of.get(each.bill.payer) == Habit.DEBIT and each.bill.pk not in with_bank
    ]
    paying.pay_at_counter([*_due(month, Habit.COUNTER), *found], by=month.treasury)


def _pay_late(month: Month) -> None:
    """Those who need a demand pay at a store with the slip that came with it."""
    of = habits(month.sample)
    demanded = Demand.objects.filter(status=Demand.Status.SENT).values_list("bill", flat=True)
    late = [
        each
        for each in open_bills(fee_kinds=KINDS, due_before=month.first)
        if of.get(each.bill.payer) == Habit.LATE and each.bill.pk in set(demanded)
    ]
    without = {each.bill.pk for each in late} - {slip.bill_id for slip in _slips_of(late)}
    _visit_stores(month, _slips_of(late), from_day=2)
    rest = [each for each in late if each.bill.pk in without]
    paying.pay_at_counter(rest, by=month.treasury)


def _demand(month: Month) -> None:
    """Draw up what is due and send it, fee by fee."""
    if month.next_first > month.until:
        return  # those of the month that is running wait at the desk
    dunning.draw_up_demands(on=clock.today(), by=month.treasury)
    waiting = Demand.objects.filter(status=Demand.Status.DRAWN_UP)
    for kind, stage in sorted(set(waiting.values_list("bill__fee_kind", "stage"))):
        dunning.send_demands(fee_kind=kind, stage=stage, by=month.treasury)


def _close_days(month: Month) -> None:
    """Every day that is over; those of the last days wait at the desk."""
    for day in days_due():
        closing.close_day(day=day, by=month.treasury)
