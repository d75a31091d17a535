"""Mandates (口座振替の申込み): taken, ended, and forgotten when the law no longer needs them."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments import zengin
from madoguchi.blocks.payments.models import DebitItem, Mandate
from madoguchi.kernel.audit.operations import record
from madoguchi.kernel.refused import Refused

LONGEST_HOLDER = 30


class MandateInForce(Refused):
    message = _("This payer has a mandate in force. End it first.")


class MandateEnded(Refused):
    message = _("This mandate has ended already.")


class EndsTooEarly(Refused):
    message = _("A mandate cannot end before it begins.")


class NotForBanks(Refused):
    """A name that does not fit a debit file."""

    message = _("Banks do not take “%(character)s” in a name. Write it in katakana.")


class NameTooLong(Refused):
    message = _("The name has more than %(most)d characters in half-width kana.")


class WithTheBank(Refused):
    message = _("The bank has not yet answered a request that names this account.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMandate:
    """What the payer wrote on the form (口座振替依頼書). ``holder`` in any kana."""

    payer: str
    bank_code: str
    branch_code: str
    account_kind: str
    account_number: str
    holder: str
    from_on: date


def holder_kana(name: str) -> str:
    """A name as debit files bear it. Raises NotForBanks, NameTooLong."""
    kana = zengin.to_zengin_kana(name)
    strange = zengin.strange_character(kana)
    if strange is not None:
        raise NotForBanks(character=strange)
    if len(kana) > LONGEST_HOLDER:
        raise NameTooLong(most=LONGEST_HOLDER)
    return kana


@transaction.atomic
def register_mandate(mandate: NewMandate, *, by: User | None) -> Mandate:
    """Let the payer's bills be debited from ``from_on`` on.

    One mandate a payer is in force at a time: raises MandateInForce, NotForBanks, NameTooLong.
    """
    kana = holder_kana(mandate.holder)
    before = Mandate.objects.select_for_update().filter(payer=mandate.payer)
    if any(old.until_on is None or old.until_on > mandate.from_on for old in before):
        raise MandateInForce
    try:
        with transaction.atomic():
            made = Mandate.objects.create(
                payer=mandate.payer,
                bank_code=mandate.bank_code,
                branch_code=mandate.branch_code,
                account_kind=mandate.account_kind,
                account_number=mandate.account_number,
                holder_kana=kana,
                from_on=mandate.from_on,
            )
    except IntegrityError:
        raise MandateInForce from None
    record(
        by=by,
        action="payments.mandate_registered",
        subject=f"payments.mandate:{made.pk}",
        detail={"from_on": mandate.from_on},
    )
    return made


@transaction.atomic
def end_mandate(*, mandate_id: int, on: date, by: User | None) -> Mandate:
    """Debit nothing from ``on`` on. Raises MandateEnded, EndsTooEarly."""
    mandate = Mandate.objects.select_for_update().get(pk=mandate_id)
    if mandate.until_on is not None:
        raise MandateEnded
    if on < mandate.from_on:
        raise EndsTooEarly
    mandate.until_on = on
    mandate.save(update_fields=["until_on"])
    record(
        by=by,
        action="payments.mandate_ended",
        subject=f"payments.mandate:{mandate.pk}",
        detail={"until_on": on},
    )
    return mandate


@transaction.atomic
def end_refused_mandates(*, results: dict[int, str], on: date, by: User | None) -> int:
    """End the mandates (by primary key) under which the bank cannot debit any more.

    ``results`` has the bank's code of each. One that has ended meanwhile stays as it is.
    """
    ended = 0
    for mandate in (
        Mandate.objects.select_for_update()
        .filter(pk__in=results, until_on__isnull=True)
        .order_by("pk")
    ):
        mandate.until_on = max(on, mandate.from_on)
        mandate.ended_by_result = results[mandate.pk]
        mandate.save(update_fields=["until_on", "ended_by_result"])
        record(
            by=by,
            action="payments.mandate_ended",
            subject=f"payments.mandate:{mandate.pk}",
            detail={"until_on": mandate.until_on, "result": mandate.ended_by_result},
        )
        ended += 1
    return ended


@transaction.atomic
def erase_mandates(*, payer: str, on: date) -> int:
    """Remove accounts and names of a payer's mandates: how many. Ends what is in force.

    The rows stay, empty, since debits point at them. Raises WithTheBank while an answer is open.
    """
    mandates = list(Mandate.objects.select_for_update().filter(payer=payer).order_by("pk"))
    if DebitItem.objects.filter(mandate__in=mandates, result="").exists():
        raise WithTheBank
    for mandate in mandates:
        mandate.payer = ""
        mandate.until_on = mandate.until_on or max(on, mandate.from_on)
        mandate.account_number = ERASED_NUMBER
        mandate.holder_kana = ""
        mandate.save(update_fields=["payer", "until_on", "account_number", "holder_kana"])
        record(
            by=None,
            action="payments.mandate_erased",
            subject=f"payments.mandate:{mandate.pk}",
        )
    return len(mandates)


ERASED_NUMBER = "0000000"
