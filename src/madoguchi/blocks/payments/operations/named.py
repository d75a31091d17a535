"""What channels named as paid, looked up for many payments at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from madoguchi.blocks.payments.models import Bill, Payment, Slip
from madoguchi.blocks.payments.rules.channels import Fact, FactKind
from madoguchi.blocks.payments.rules.ledger import (
    SETTLED,
    KnownSlip,
    Named,
    Payee,
    number_in_barcode,
    payee,
    without_amount,
)


def merge(payment: Payment, facts: Iterable[Fact]) -> None:
    """Take over what facts name beside their amount, so that their order does not matter.

    Of two bills or barcodes the greater is kept and the contradiction noted; of times the
    earliest; the transfer date is that of a settlement where there is one, else the latest.
    """
    is_settled = payment.state == SETTLED
    for fact in facts:
        payment.is_contradicted |= _differ(payment.barcode, fact.barcode) or _differ(
            payment.bill_number, fact.bill_number
        )
        payment.barcode = max(payment.barcode, fact.barcode)
        payment.bill_number = max(payment.bill_number, fact.bill_number)
        payment.paid_at = min(payment.paid_at, fact.paid_at)
        payment.reference = max(payment.reference, fact.reference[:100])
        is_last_word = fact.kind is FactKind.SETTLEMENT
        if is_last_word and not is_settled:
            payment.transfer_on, is_settled = fact.transfer_on, True
        elif is_last_word == is_settled and fact.transfer_on is not None:
            payment.transfer_on = max(payment.transfer_on or fact.transfer_on, fact.transfer_on)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


@dataclass(slots=True)
class Known:
    """The slips and bills behind what payments name. ``fee_kinds`` is by bill."""

    slips: dict[str, KnownSlip] = field(default_factory=dict)
    bills: dict[str, int] = field(default_factory=dict)
    fee_kinds: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, payments: Collection[Payment]) -> "Known":
        """At most four queries, however many payments."""
        known = cls()
        known._find_slips({each.barcode for each in payments if each.barcode})
        numbers = {each.bill_number for each in payments if each.bill_number}
        for each in payments:
            if each.barcode and each.barcode not in known.slips:
                numbers.add(number_in_barcode(each.barcode))
        known._find_bills(numbers)
        known.find_kinds(each.bill_id for each in payments)
        return known

    def _find_slips(self, barcodes: Collection[str]) -> None:
        """By barcode; where no slip has it, the slip from which only the amount differs."""
        if not barcodes:
            return
        self._take_slips(
            Slip.objects.filter(barcode__in=barcodes), {each: [each] for each in barcodes}
        )
        near: dict[str, list[str]] = defaultdict(list)
        for each in barcodes:
            if each not in self.slips:
                near[without_amount(each)].append(each)
        if near:
            numbers = {number_in_barcode(each) for each in near}
            self._take_slips(Slip.objects.filter(bill__number__in=numbers), near)

    def _take_slips(self, slips: QuerySet[Slip], asked: Mapping[str, Sequence[str]]) -> None:
        """``asked``: barcodes that were paid, by what a slip's own must be or begin with."""
        for barcode, pk, bill, amount, kind in slips.order_by().values_list(
            "barcode", "pk", "bill_id", "amount", "bill__fee_kind"
        ):
            own = str(barcode)
            for each in asked.get(own) or asked.get(without_amount(own), ()):
                self.slips[each] = KnownSlip(pk, bill, amount)
                self.fee_kinds[bill] = kind

    def _find_bills(self, numbers: Collection[str]) -> None:
        if not numbers:
            return
        found = Bill.objects.filter(number__in=numbers).order_by()
        for number, pk, kind in found.values_list("number", "pk", "fee_kind"):
            self.bills[number] = pk
            self.fee_kinds[pk] = kind

    def find_kinds(self, bills: Iterable[int | None]) -> None:
        """Learn the fee kinds of bills that nothing named."""
        missing = {bill for bill in bills if bill is not None and bill not in self.fee_kinds}
        if missing:
            found = Bill.objects.filter(pk__in=missing).order_by()
            self.fee_kinds |= dict(found.values_list("pk", "fee_kind"))

    def payee(self, payment: Payment, amount: int) -> Payee:
        """What a payment of that amount is taken for; what a person assigned stays."""
        slip = self.slips.get(payment.barcode)
        if payment.is_assigned:
            return Payee(payment.bill_id, slip.id if slip else None, "", None)
        in_barcode = self.bills.get(number_in_barcode(payment.barcode)) if not slip else None
        named = Named(
            slip, self.bills.get(payment.bill_number), in_barcode, payment.is_contradicted
        )
        return payee(named, amount)

    def fee_kind(self, bill: int | None) -> str:
        return "" if bill is None else self.fee_kinds[bill]
