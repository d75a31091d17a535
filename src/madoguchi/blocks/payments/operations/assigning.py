"""Saying which bill a payment is for, where the payment itself does not tell."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, Payment
from madoguchi.blocks.payments.operations.bills import BillCancelled
from madoguchi.blocks.payments.operations.portions import Tally, rebook
from madoguchi.blocks.payments.operations.work import GOES_BACK, WITH_MONEY, reconcile_bills
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused


class PaymentIdentified(Refused):
    message = _("What this payment is for is known from the payment itself.")


class NoMoney(Refused):
    message = _("This payment was reversed: there is no money to assign.")


class PaidBack(Refused):
    message = _("Money of this payment goes back or went back: it stays with its bill.")


@transaction.atomic
def assign_payment(*, payment_id: int, bill_id: int, by: User | None) -> None:
    """Book unidentified money on a bill; or on another one, where a person assigned it wrongly.

    What is said of the payment later follows it there. Raises PaymentIdentified, NoMoney,
    PaidBack, BillCancelled.
    """
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    if payment.bill_id is not None and not payment.is_assigned:
        raise PaymentIdentified
    if payment.state not in WITH_MONEY:
        raise NoMoney
    if payment.refunds.filter(status__in=GOES_BACK).exists():
        raise PaidBack
    bill = Bill.objects.get(pk=bill_id)
    if bill.cancelled_at is not None:
        raise BillCancelled
    before = payment.bill_id
    payment.bill, payment.is_assigned = bill, True
    payment.save(update_fields=["bill", "is_assigned"])
    tally = Tally(by, clock.now(), closer=by)
    rebook(payment, bill_before=before, tally=tally)
    reconcile_bills(tally.each_bill_once(), by=by)
    audit.record(
        by=by,
        action="payments.payment_assigned",
        subject=f"payments.payment:{payment.pk}",
        detail={"bill": bill.number, "amount": payment.amount},
    )
