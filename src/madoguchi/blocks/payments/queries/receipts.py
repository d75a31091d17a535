"""What a receipt says."""

from typing import Any, Final

from django.utils.formats import date_format
from django.utils.timezone import localtime

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.payments.models import Bill, Payment
from madoguchi.blocks.payments.queries.payer_bills import instalment_label, kind_label
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.city.queries import current_city
from madoguchi.kernel.money import Yen

TEMPLATE: Final = "payments/pdf/receipt.typ"


def receipt_data(payment: Payment, bill: Bill, code: str, address: str) -> dict[str, Any]:
    """What the template shows of a payment of a bill."""
    number, name = addressee_of(bill)
    city = current_city()
    return {
        "city": city.name,
        "contact": city.contact,
        "name": name,
        "amount": str(Yen(payment.amount)),
        "rows": [
            ["お客様番号", number],
            ["料金の種類", kind_label(bill.fee_kind)],
            [
                "年度・期別",
                " ".join(filter(None, [fiscal.label(bill.fiscal_year), instalment_label(bill)])),
            ],
            ["請求番号", bill.number],
            ["お支払い日", _day(localtime(payment.paid_at, clock.TOKYO))],
            ["お支払い方法", payment.get_channel_display()],
        ],
        "issued": _day(clock.today()),
        "verification": documents.verification_block(code, address),
    }


def addressee_of(bill: Bill) -> tuple[str, str]:
    """The customer number as the payer knows it, and the name; "" where the service knows none.

    A name with a sign that the font lacks is left out rather than printed with a gap.
    """
    kind = fee_kinds.get(bill.fee_kind)
    found = kind.addressees([bill.payer]).get(bill.payer) if kind else None
    if found is None:
        return bill.payer.partition(":")[2], ""
    return found.number, "" if documents.missing_glyphs(found.name) else found.name


def _day(day: Any) -> str:
    return date_format(day, "Y年n月j日")
