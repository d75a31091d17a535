"""Who owes a fee: added, changed, erased."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments import service as payments
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.services.fees.models import Payer
from madoguchi.services.fees.rules import payer_number, payer_reference


class NumberTaken(Refused):
    message = _("The customer number %(number)s is taken.")


class StillOwes(Refused):
    message = _("This payer still owes money, so the address is needed.")


@transaction.atomic
def add_payer(
    *, number: str, name: str, name_kana: str, postal_code: str, address: str, by: User | None
) -> Payer:
    """A payer under a number of the city's own. Raises NumberTaken."""
    try:
        with transaction.atomic():
            payer = Payer.objects.create(
                number=number,
                name=name,
                name_kana=name_kana,
                postal_code=postal_code,
                address=address,
            )
    except IntegrityError:
        raise NumberTaken(number=number) from None
    audit.record(by=by, action="fees.payer_added", subject=f"fees.payer:{number}")
    return payer


@transaction.atomic
def change_payer(
    *, payer: Payer, name: str, name_kana: str, postal_code: str, address: str, by: User | None
) -> None:
    """A new name or address, from now on: slips that were sent keep what was printed on them."""
    payer.name, payer.name_kana = name, name_kana
    payer.postal_code, payer.address = postal_code, address
    payer.save(update_fields=["name", "name_kana", "postal_code", "address"])
    audit.record(by=by, action="fees.payer_changed", subject=f"fees.payer:{payer.number}")


@transaction.atomic
def erase_payer(reference: str) -> int:
    """Erasure hook: name and address of a payer reference go; says how many rows that were.

    The number, the assessments and the bills stay: they are the city's accounts. Raises
    StillOwes, also for what was decided and is not billed yet.
    """
    number = payer_number(reference)
    payer = Payer.objects.select_for_update().filter(number=number, erased_at=None).first()
    if payer is None:
        return 0
    is_to_be_billed = payer.assessments.filter(billed_at=None, amount__gt=0).exists()
    if is_to_be_billed or any(each.owed for each in payments.bills_of(payer_reference(number))):
        raise StillOwes
    payer.name = payer.name_kana = payer.postal_code = payer.address = ""
    payer.erased_at = clock.now()
    payer.save()
    audit.record(by=None, action="fees.payer_erased", subject=f"fees.payer:{number}")
    return 1
