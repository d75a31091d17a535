"""Contracts: by their number, by what is searched for, and as payments knows them."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from madoguchi.blocks.payments.service import Addressee
from madoguchi.kernel.text import fold
from madoguchi.services.water.models import Contract
from madoguchi.services.water.rules import periods

FEE_KIND = "water"
KINDS = (FEE_KIND,)


def payer_of(number: str) -> str:
    """How payments knows the contract."""
    return f"{FEE_KIND}:{number}"


def number_of(payer: str) -> str:
    return payer.removeprefix(f"{FEE_KIND}:")


def addressees(payers: Collection[str]) -> Mapping[str, Addressee]:
    """Whom slips of these payer references are sent to; those that are erased are left out."""
    numbers = [number_of(payer) for payer in payers]
    return {
        payer_of(contract.number): Addressee(
            name=contract.name,
            postal_code=contract.postal_code,
            address=contract.address,
            number=contract.number,
        )
        for contract in Contract.objects.filter(number__in=numbers, erased_at=None)
    }


def find_payer(number: str) -> str | None:
    """The payer reference of a typed customer number, for the payers' own pages."""
    found = Contract.objects.filter(number=number, erased_at=None).first()
    return payer_of(found.number) if found else None


def instalment_label(fiscal_year: int, instalment: int) -> str:  # noqa: ARG001 # as payments asks
    """``10・11月分``; of a final bill ``12月までの精算分``."""
    called = periods.called(instalment)
    if called.is_final:
        return _("up to the end of use in month %(month)d") % {"month": called.last_month}
    return _("months %(first)d and %(last)d") % {
        "first": called.first_month,
        "last": called.last_month,
    }


def search_contracts(words: str) -> QuerySet[Contract]:
    """Contracts in which every word is found; all of them where there is none."""
    found = Contract.objects.filter(erased_at=None)
    for word in words.split():
        if key := fold(word):
            found = found.filter(search_text__contains=key)
    return found.order_by("number")
