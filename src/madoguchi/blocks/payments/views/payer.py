"""A payer's own pages: bills, one bill, receipts."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from madoguchi.blocks.documents.service import SigningNotConfigured
from madoguchi.blocks.payments.models import Payment, Receipt
from madoguchi.blocks.payments.operations.payer import NoReceipt, ReceiptErased, issue_receipt
from madoguchi.blocks.payments.queries.cards import provider
from madoguchi.blocks.payments.queries.payer import customer_number
from madoguchi.blocks.payments.queries.payer_bills import BillPage, bill_page, overview
from madoguchi.blocks.payments.views.payer_access import for_payer
from madoguchi.kernel import clock

logger = logging.getLogger(__name__)


@require_safe
@for_payer
def bills(request: HttpRequest, payer: str) -> HttpResponse:
    """What is owed now, what comes, and everything before."""
    context = {
        "page": overview(payer, today=clock.today()),
        "customer_number": customer_number(payer),
        "has_provider": provider() is not None,
    }
    return render(request, "payments/payer/bills.html", context)


@require_safe
@for_payer
def bill(request: HttpRequest, payer: str, number: str) -> HttpResponse:
    """One bill: what it asks for, how it stands, how to pay it."""
    return render(request, "payments/payer/bill.html", {"page": bill_or_404(payer, number)})


@require_POST
@for_payer
def receipt(request: HttpRequest, payer: str, number: str, payment_id: int) -> HttpResponse:
    """The signed receipt of a payment, to be saved; made when it is asked for first."""
    page = bill_or_404(payer, number)
    payment = Payment.objects.filter(pk=payment_id, bill=page.line.bill).first()
    if payment is None:
        raise Http404
    try:
        issued = issue_receipt(payment_id=payment.pk, by=None)
        content = _content(issued)
    except NoReceipt:
        raise Http404 from None
    except (ReceiptErased, SigningNotConfigured):
        context = {"page": page, "has_no_receipt": True}
        return render(request, "payments/payer/bill.html", context, status=503)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{issued.code}.pdf"'
    return answer


def _content(issued: Receipt) -> bytes:
    """The file of a receipt. One that a backup did not bring back is as good as erased."""
    try:
        with issued.file.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        logger.error("the file of receipt %s is missing", issued.code)  # no traceback is needed
        raise ReceiptErased from None


def bill_or_404(payer: str, number: str) -> BillPage:
    """A bill of this payer; somebody else's is not to be found."""
    page = bill_page(payer, number, today=clock.today())
    if page is None:
        raise Http404
    return page
