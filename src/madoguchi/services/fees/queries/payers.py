"""Who owes fees, for slips, for the desk and for the payer's own pages."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.rules.fee_kinds import Addressee
from madoguchi.services.fees.models import Assessment, Payer
from madoguchi.services.fees.rules import payer_number, payer_reference


@dataclass(frozen=True, slots=True)
class PayerPage:
    """A payer with what was decided and billed; ``owed`` is the sum of all open bills."""

    payer: Payer
    assessments: list[Assessment]
    lines: list[payments.BillLine]

    @property
    def owed(self) -> int:
        return sum(line.owed for line in self.lines)


def addressees(references: Collection[str]) -> dict[str, Addressee]:
    """Whom slips of these payer references go to, without those that were erased. One query."""
    numbers = [payer_number(reference) for reference in references]
    return {
        payer_reference(payer.number): Addressee(
            name=payer.name,
            postal_code=payer.postal_code,
            address=payer.address,
            number=payer.number,
        )
        for payer in Payer.objects.filter(number__in=numbers, erased_at=None)
    }


def find_reference(number: str) -> str | None:
    """The payer reference of a customer number as it was typed."""
    found = Payer.objects.filter(number=number, erased_at=None).exists()
    return payer_reference(number) if found else None


def instalment_label(fiscal_year: int, instalment: int) -> str:  # noqa: ARG001 # the signature of a fee kind
    return _("Instalment %(number)d") % {"number": instalment}


def find_payers(query: str, kinds: Collection[str] | None) -> QuerySet[Payer]:
    """Payers by number, name or address; unless ``kinds`` is None, only those who have a fee of
    these kinds, or none yet.
    """
    found = Payer.objects.filter(erased_at=None)
    if kinds is not None:
        mine = Q(assessments__kind__in=kinds) | Q(assessments=None)
        found = found.filter(mine).distinct()
    for word in query.split():
        found = found.filter(
            Q(number__startswith=word)
            | Q(name__icontains=word)
            | Q(name_kana__icontains=word)
            | Q(address__icontains=word)
        )
    return found.order_by("number")


def payer_page(payer: Payer, kinds: Collection[str] | None) -> PayerPage:
    """All of a payer, or what concerns some kinds (codes of this service)."""
    assessments = payer.assessments.order_by("-fiscal_year", "kind", "-revision")
    codes = None
    if kinds is not None:
        assessments = assessments.filter(kind__in=kinds)
        codes = [f"fees.{kind}" for kind in kinds]
    return PayerPage(
        payer=payer,
        assessments=list(assessments),
        lines=payments.bills_of(payer_reference(payer.number), fee_kinds=codes)[::-1],
    )
