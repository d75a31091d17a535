"""Making payment slips: the first of a bill, and those that replace it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, BillingRun, ElqrProfile, Slip, StoreProfile
from madoguchi.blocks.payments.operations.bills import BillCancelled, BillPaid
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.profiles import elqr_profile, store_profile
from madoguchi.blocks.payments.queries.slips import NoAddressee, slips_data
from madoguchi.blocks.payments.rules import slips as rules
from madoguchi.blocks.payments.slips import barcode, elqr
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused

TEMPLATE = "payments/pdf/slip.typ"


class NothingDue(BillPaid):
    message = _("Nothing is due for bill %(number)s any more.")


class TooManyReissues(Refused):
    message = _("Bill %(number)s was reissued nine times; a tenth does not fit the barcode.")


class PayByPast(Refused):
    message = _("The new day to pay by is over already.")


class SlipNotPrintable(Refused):
    message = _(
        "The slip of bill %(bill)s cannot be printed: the font has no “%(character)s” "
        "(%(codepoint)s)."
    )


class AddresseeUnknown(Refused):
    message = _("Nobody is known to send the slip of bill %(bill)s to.")


@transaction.atomic
def make_slips(
    bills: Sequence[Bill],
    *,
    run: BillingRun | None = None,
    first_position: int = 0,
    pay_by: date | None = None,
    by: User | None,
) -> list[Slip]:
    """A slip over what is due of each bill, in the order of ``bills``.

    A bill that has slips gets the next issue. Without ``pay_by`` a slip is to be paid by the
    bill's due date. Raises NothingDue, BillCancelled, TooManyReissues.
    """
    made = write_slips(
        lock_bills(bills), run=run, first_position=first_position, pay_by=pay_by, skip=False
    )
    if made:
        audit.record(
            by=by,
            action="payments.slips_made",
            subject=f"payments.bill:{made[0].bill.number}",
            detail={"slips": len(made), "amount": sum(slip.amount for slip in made)},
        )
    return made


@transaction.atomic
def reissue_slip(*, bill_id: int, pay_by: date, by: User | None) -> Slip:
    """A new slip over what is still due, with the reissue digit raised and a new last day.

    The slips before it stay known: what is paid with them still finds its bill. Raises
    NothingDue (a BillPaid), BillCancelled, TooManyReissues, PayByPast.
    """
    if pay_by < clock.today():
        raise PayByPast
    (bill,) = lock_bills([Bill(pk=bill_id)])
    (slip,) = write_slips([bill], pay_by=pay_by, skip=False)
    audit.record(
        by=by,
        action="payments.slip_reissued",
        subject=f"payments.bill:{bill.number}",
        detail={"issue": slip.issue, "amount": slip.amount, "pay_by": pay_by},
    )
    return slip


def slip_pdf(slips: Sequence[Slip], *, title: str, made_at: datetime | None = None) -> bytes:
    """The slips as an A4 page each. The same slips and ``made_at`` give the same bytes.

    ``made_at`` is also the day of issue on the paper. Raises SlipNotPrintable, AddresseeUnknown.
    """
    return slip_renderer(slips, title=title, made_at=made_at or clock.now())()


def slip_renderer(slips: Sequence[Slip], *, title: str, made_at: datetime) -> Callable[[], bytes]:
    """What ``slip_pdf`` does in two steps: all reading now, the typesetting when called.

    The second step needs no database and may run in another thread. Raises AddresseeUnknown now,
    SlipNotPrintable when called.
    """
    try:
        data = slips_data(slips, on=made_at.astimezone(clock.TOKYO).date())
    except NoAddressee as unknown:
        raise AddresseeUnknown(bill=unknown.number) from unknown

    def render() -> bytes:
        try:
            return documents.render_pdf(TEMPLATE, data, title=title, made_at=made_at)
        except documents.MissingGlyph as missing:
            raise SlipNotPrintable(
                bill=_bill_at(missing.place, slips),
                character=missing.character,
                codepoint=missing.codepoint,
            ) from missing

    return render


def _bill_at(place: documents.Place, slips: Sequence[Slip]) -> str:
    """The number of the bill whose text stands at a place of the data; "–" for the city's own."""
    match place:
        case ("slips", int(index), *_rest):
            return slips[index].bill.number
        case _:
            return "–"


def lock_bills(bills: Sequence[Bill]) -> list[Bill]:
    """The same bills, fresh and locked, in the order given."""
    wanted = [bill.pk for bill in bills]
    found = Bill.objects.select_for_update(no_key=True).order_by("pk").in_bulk(wanted)
    return [found[pk] for pk in wanted]


def write_slips(
    bills: Sequence[Bill],
    *,
    run: BillingRun | None = None,
    first_position: int = 0,
    pay_by: date | None = None,
    skip: bool,
) -> list[Slip]:
    """Slips of bills that are locked already. With ``skip`` bills of which nothing is due, and
    those that have a slip, are passed over; without it they are refused or reissued.
    """
    ids = [bill.pk for bill in bills]
    standing = balances(ids)
    last = dict(
        Slip.objects.filter(bill__in=ids).order_by().values_list("bill").annotate(Max("issue"))
    )
    maker = _Maker()
    made: list[Slip] = []
    for bill in bills:
        owed = standing[bill.pk].owed
        if skip and (owed <= 0 or bill.cancelled_at or bill.pk in last):
            continue
        issue = last.get(bill.pk, -1) + 1
        _refuse(bill, owed, issue)
        slip = maker.slip(bill, owed, issue, pay_by or bill.due_on)
        if run is not None:
            slip.run, slip.position = run, first_position + len(made)
        made.append(slip)
    return Slip.objects.bulk_create(made)


def _refuse(bill: Bill, owed: int, issue: int) -> None:
    if bill.cancelled_at is not None:
        raise BillCancelled
    if owed <= 0:
        raise NothingDue(number=bill.number)
    if issue > barcode.HIGHEST_ISSUE:
        raise TooManyReissues(number=bill.number)


@dataclass
class _Contracts:
    """What is in force for a fee kind today, read when first needed."""

    fee_kind: str
    today: date

    @cached_property
    def store(self) -> StoreProfile | None:
        return store_profile(self.fee_kind, self.today)

    @cached_property
    def elqr(self) -> ElqrProfile | None:
        return elqr_profile(self.fee_kind, self.today)


class _Maker:
    """Composes slips; knows the contracts of the fee kinds that it met."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.contracts: dict[str, _Contracts] = {}

    def slip(self, bill: Bill, amount: int, issue: int, pay_by: date) -> Slip:
        contracts = self.contracts.setdefault(
            bill.fee_kind, _Contracts(bill.fee_kind, self.now.date())
        )
        slip = Slip(
            bill=bill,
            issue=issue,
            amount=amount,
            pay_by=pay_by,
            case_key=rules.case_key(bill.number, issue),
            confirmation=f"{secrets.randbelow(10**6):06}",
            made_at=self.now,
            without_barcode=rules.without_barcode(
                amount=amount,
                pay_by=pay_by,
                channels=bill.channels,
                highest=contracts.store.highest_amount if contracts.store else None,
                today=self.now.date(),
            ),
        )
        if contracts.store and not slip.without_barcode:
            slip.barcode = _barcode(slip, contracts.store)
        if contracts.elqr:
            slip.elqr = _elqr(slip, contracts.elqr)
        return slip


def _barcode(slip: Slip, profile: StoreProfile) -> str:
    return barcode.compose(
        barcode.BarcodeParts(
            company_code=profile.company_code,
            free=rules.free_field(profile.client_code, slip.bill.number),
            issue=slip.issue,
            pay_by=slip.pay_by,
            amount=slip.amount,
        )
    )


def _elqr(slip: Slip, profile: ElqrProfile) -> str:
    return elqr.compose(
        elqr.ElqrParts(
            amount=slip.amount,
            item_number=profile.item_number,
            case_key=slip.case_key,
            confirmation=slip.confirmation,
            office_code=profile.office_code,
            tax_office_code=profile.tax_office_code,
            assessed_year=slip.bill.assessed_year,
            fiscal_year=slip.bill.fiscal_year,
            instalment=slip.bill.instalment,
            due_on=slip.bill.due_on,
            pay_by=slip.pay_by,
        )
    )
