"""What a payer's page writes: receipts."""

from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import Bill, Payment, Receipt
from madoguchi.blocks.payments.queries.payer_bills import may_have_receipt
from madoguchi.blocks.payments.queries.receipts import TEMPLATE, receipt_data
from madoguchi.kernel import clock
from madoguchi.kernel.audit.operations import record
from madoguchi.kernel.refused import Refused

RECEIPT_KIND = "payments.receipt"


class NoReceipt(Refused):
    message = _("There is no receipt for this payment here.")


class ReceiptErased(Refused):
    message = _("This receipt is no longer kept.")


@transaction.atomic
def issue_receipt(*, payment_id: int, by: User | None) -> Receipt:
    """The receipt of a payment, signed when it is first asked for and the same ever after.

    Raises NoReceipt (not settled, or handed out on paper), ReceiptErased, and what the issuing of
    documents raises: SigningNotConfigured.
    """
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    kept = Receipt.objects.filter(payment=payment).first()
    if kept is not None:
        if not kept.file:
            raise ReceiptErased
        return kept
    bill = payment.bill
    if bill is None or not may_have_receipt(payment):
        raise NoReceipt
    with translation.override("ja"):  # as an official paper is, whoever asks for it
        issued = documents.issue(RECEIPT_KIND, partial(_make, payment, bill), by=by)
    receipt = Receipt(payment=payment, code=issued.code, issued_at=clock.now())
    receipt.file.save(f"{issued.code}.pdf", ContentFile(issued.pdf))
    record(
        by=by,
        action="payments.receipt_issued",
        subject=f"payments.receipt:{issued.code}",
        detail={"payment": payment.key},
    )
    return receipt


def _make(payment: Payment, bill: Bill, code: str, address: str) -> bytes:
    return documents.render_pdf(
        TEMPLATE, receipt_data(payment, bill, code, address), title=gettext("Receipt")
    )


@transaction.atomic
def erase_receipts(*, payer: str) -> int:
    """The files of a payer's receipts go, since they name the payer; how many went.

    Their codes stay: a receipt on paper can still be verified.
    """
    found = Receipt.objects.select_for_update().filter(payment__bill__payer=payer)
    receipts = list(found.exclude(file=""))
    for receipt in receipts:
        storage, name = receipt.file.storage, str(receipt.file.name)
        receipt.file = ""
        receipt.save(update_fields=["file"])
        transaction.on_commit(partial(storage.delete, name))
        record(
            by=None,
            action="payments.receipt_erased",
            subject=f"payments.receipt:{receipt.code}",
        )
    return len(receipts)
