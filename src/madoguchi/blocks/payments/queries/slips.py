"""What is printed on slips, as plain data for the template."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.payments.models import Slip
from madoguchi.blocks.payments.queries.payer import access_code
from madoguchi.blocks.payments.queries.profiles import responsible_department
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, fee_kinds
from madoguchi.blocks.payments.slips import barcode, elqr
from madoguchi.kernel import fiscal
from madoguchi.kernel.city.queries import current_city
from madoguchi.kernel.money import thousands

PRINTED_IN = "ja"
"""Slips are official papers: Japanese, whoever prints them."""


class NoAddressee(LookupError):
    """The service knows nobody under a bill's payer reference; ``number`` is the bill's."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(number)


def addressees(slips: Iterable[Slip]) -> dict[tuple[str, str], Addressee]:
    """The addressee of each (fee kind, payer reference) of slips, where the service knows it."""
    wanted: dict[str, set[str]] = {}
    for slip in slips:
        wanted.setdefault(slip.bill.fee_kind, set()).add(slip.bill.payer)
    return {
        (kind, payer): addressee
        for kind, payers in wanted.items()
        for payer, addressee in fee_kinds[kind].addressees(payers).items()
    }


def slips_data(slips: Sequence[Slip], *, on: date) -> dict[str, Any]:
    """The data of ``payments/pdf/slip.typ`` for slips with their bills, issued on a day.

    Raises NoAddressee.
    """
    known = addressees(slips)
    city = current_city()
    address = settings.BASE_URL.rstrip("/") + reverse("payments:entry")
    with translation.override(PRINTED_IN):
        offices = _offices({slip.bill.fee_kind for slip in slips}, on)
        return {
            "city": city.name,
            "contact": city.contact,
            "issued": fiscal.era_date(on),
            "url": address,
            "shown_url": address,
            "slips": [
                _slip_data(
                    slip,
                    _addressee_of(slip, known),
                    offices[slip.bill.fee_kind],
                )
                for slip in slips
            ],
        }


def unprintable(slips: Sequence[Slip]) -> Iterator[dict[str, str]]:
    """What keeps slips from being printed: ``bill`` with the ``characters`` that the font lacks,
    or without them where nobody is known to send the slip to.
    """
    known = addressees(slips)
    for slip in slips:
        addressee = known.get((slip.bill.fee_kind, slip.bill.payer))
        if addressee is None:
            yield {"bill": slip.bill.number, "characters": ""}
        elif missing := documents.missing_glyphs(_own_texts(slip, addressee)):
            yield {"bill": slip.bill.number, "characters": missing}


def _own_texts(slip: Slip, addressee: Addressee) -> str:
    details = (word for line in slip.bill.details for word in line)
    return "".join(
        (
            addressee.name,
            addressee.postal_code,
            addressee.address,
            addressee.number,
            *details,
        )
    )


def _addressee_of(slip: Slip, known: Mapping[tuple[str, str], Addressee]) -> Addressee:
    try:
        return known[slip.bill.fee_kind, slip.bill.payer]
    except KeyError:
        raise NoAddressee(slip.bill.number) from None


def _offices(kinds: Iterable[str], on: date) -> dict[str, str]:
    """The name of the department responsible for each fee kind, empty where there is none."""
    responsible = {kind: responsible_department(kind, on) for kind in kinds}
    ids = {pk for pk in responsible.values() if pk is not None}
    names = identity.department_names(ids, on=on) if ids else {}
    return {kind: "" if pk is None else names[pk] for kind, pk in responsible.items()}


def _slip_data(slip: Slip, addressee: Addressee, office: str) -> dict[str, Any]:
    bill = slip.bill
    kind = fee_kinds[bill.fee_kind]
    return {
        "postal": f"〒{addressee.postal_code}" if addressee.postal_code else "",
        "address": addressee.address,
        "name": addressee.name,
        "number": addressee.number,
        "code": access_code(bill.payer),
        "office": office,
        "kind": str(kind.label),
        "year": fiscal.label(bill.fiscal_year),
        "instalment": kind.instalment_label(bill.fiscal_year, bill.instalment),
        "bill": bill.number,
        "due": fiscal.era_date(bill.due_on),
        "pay_by": "" if slip.pay_by == bill.due_on else fiscal.era_date(slip.pay_by),
        "issue": f"再発行 {slip.issue}回目" if slip.issue else "",
        "amount": thousands(slip.amount),
        "details": bill.details,
        "ways": _ways(slip),
        "reason": slip.without_barcode,
        **_barcode_data(slip),
        **_elqr_data(slip),
    }


def _ways(slip: Slip) -> list[str]:
    """The channels in the order of the slip; stores only where the slip has a barcode."""
    taken = {*slip.bill.channels} - ({"store"} if slip.without_barcode else set())
    return [way for way in ("store", "counter", "card", "debit") if way in taken]


def _barcode_data(slip: Slip) -> dict[str, Any]:
    if slip.barcode is None:
        return {"digits": "", "bars": "", "lines": ["", ""]}
    return {
        "digits": slip.barcode,
        "bars": documents.bars_path(documents.gs1_128_modules(slip.barcode)),
        "lines": list(barcode.human_readable(slip.barcode)),
    }


def _elqr_data(slip: Slip) -> dict[str, Any]:
    """The code, and the four parts of the eL番号 that can be typed instead."""
    if not slip.elqr:
        return {"squares": "", "el": []}
    item = elqr.parse(slip.elqr).item_number
    return {
        "squares": documents.squares_path(documents.qr_modules(slip.elqr)),
        "el": [elqr.AGENCY, slip.case_key, slip.confirmation, item],
    }
