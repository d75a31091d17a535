"""Contracts: made, changed, ended, erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments import service as payments
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.kernel.text import fold
from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.operations.readings import Entry, record_reading
from madoguchi.services.water.queries.contracts import payer_of
from madoguchi.services.water.rules.periods import period_of

NUMBER_DIGITS = 7
ONE_DAY = timedelta(days=1)


class NumberTaken(Refused):
    message = _("The customer number %(number)s is taken.")


class ContractEnded(Refused):
    message = _("This contract ended already.")


class EndsTooEarly(Refused):
    message = _("The meter was read on %(day)s: the contract cannot end before that.")


class ContractActive(Refused):
    message = _("Contract %(number)s is in force; what is needed for it cannot be erased.")


class StillOwed(Refused):
    message = _("%(amount)s yen are still owed under contract %(number)s.")


class ContractData(TypedDict, total=False):
    """What may be changed while a contract lasts."""

    name: str
    name_kana: str
    postal_code: str
    address: str
    pipe_mm: int
    has_sewer: bool
    reads_in_even_months: bool


@dataclass(frozen=True, kw_only=True)
class NewContract:
    """``number`` is empty where the next free one is to be taken."""

    number: str = ""
    name: str
    name_kana: str = ""
    postal_code: str
    address: str
    pipe_mm: int
    has_sewer: bool = True
    meter_number: str
    start_index_m3: int = 0
    reads_in_even_months: bool = True
    started_on: date


def add_contract(*, contract: NewContract, by: User | None) -> Contract:
    """Make a contract. Raises NumberTaken."""
    return add_contracts(contracts=[contract], by=by)[0]


def add_contracts(*, contracts: Sequence[NewContract], by: User | None) -> list[Contract]:
    """Make many at once, all or none. Raises NumberTaken, which names the first that is."""
    numbers = [each.number for each in contracts if each.number]
    try:
        return _add(contracts, by)
    except IntegrityError:
        taken = Contract.objects.filter(number__in=numbers).order_by("number").first()
        doubled = next((each for each in numbers if numbers.count(each) > 1), "")
        raise NumberTaken(number=taken.number if taken else doubled) from None


@transaction.atomic
def _add(contracts: Sequence[NewContract], by: User | None) -> list[Contract]:
    free = _first_free() if any(not each.number for each in contracts) else 0
    made = []
    for each in contracts:
        contract = Contract(**vars(each))
        if not contract.number:
            contract.number, free = f"{free:0{NUMBER_DIGITS}d}", free + 1
        contract.search_text = search_text(contract)
        made.append(contract)
    found = Contract.objects.bulk_create(made, batch_size=500)
    audit.record(
        by=by,
        action="water.contracts_added",
        subject=_subject(found[0].number) if len(found) == 1 else "water.contracts",
        detail={"contracts": len(found), "first": found[0].number, "last": found[-1].number},
    )
    return found


def _first_free() -> int:
    """One more than the highest number of the usual length."""
    usual = Contract.objects.filter(number__regex=rf"^[0-9]{{{NUMBER_DIGITS}}}$")
    highest = usual.order_by("-number").values_list("number", flat=True).first()
    return int(highest or 0) + 1


def search_text(contract: Contract) -> str:
    """The search keys of a contract, one a line."""
    parts = (
        contract.number,
        contract.name,
        contract.name_kana,
        contract.address,
        contract.meter_number,
    )
    return "\n".join(fold(part) for part in parts)


@transaction.atomic
def change_contract(
    *, contract_id: int, by: User | None, **changes: Unpack[ContractData]
) -> Contract:
    """Change what is given; the audit log keeps which fields, not what stood in them.

    Bills that are made later go by the pipe size and the sewer that stand then.
    """
    contract = Contract.objects.select_for_update().get(pk=contract_id)
    changed = [name for name, value in changes.items() if getattr(contract, name) != value]
    if not changed:
        return contract
    for name, value in changes.items():
        setattr(contract, name, value)
    contract.search_text = search_text(contract)
    contract.save(update_fields=[*changed, "search_text"])
    audit.record(
        by=by,
        action="water.contract_changed",
        subject=_subject(contract.number),
        detail={"fields": sorted(changed)},
    )
    return contract


@transaction.atomic
def end_contract(
    *,
    contract_id: int,
    last_day: date,
    index_m3: int | None,
    by: User | None,
    rolled_over: bool = False,
    confirmed: bool = False,
) -> Reading | None:
    """End a contract with its final reading, for which the last bill is made.

    ``index_m3`` None estimates it. Where the meter was read on the last day already, that
    reading is the last one and None is given. Raises ContractEnded, EndsTooEarly, and what
    ``record_reading`` raises.
    """
    contract = Contract.objects.select_for_update().get(pk=contract_id)
    if contract.ended_on is not None:
        raise ContractEnded
    last = contract.readings.order_by("-read_on").first()
    read_on = last.read_on if last else contract.started_on - ONE_DAY
    if last_day < max(read_on, contract.started_on):
        raise EndsTooEarly(day=max(read_on, contract.started_on).isoformat())
    final = None
    if read_on != last_day:
        final = record_reading(
            entry=Entry(
                number=contract.number,
                period=period_of(last_day),
                read_on=last_day,
                index_m3=index_m3,
                is_estimate=index_m3 is None,
                is_final=True,
                rolled_over=rolled_over,
                confirmed=confirmed,
            ),
            by=by,
        )
    contract.ended_on = last_day + ONE_DAY
    contract.save(update_fields=["ended_on"])
    audit.record(
        by=by,
        action="water.contract_ended",
        subject=_subject(contract.number),
        detail={"last_day": last_day},
    )
    return final


@transaction.atomic
def erase_contract(number: str) -> int:
    """Erasure hook: name, kana, address and meter of an ended contract; says how many rows.

    Raises ContractActive, and StillOwed while a bill is open: who owes it must be known.
    """
    contract = Contract.objects.select_for_update().filter(number=number, erased_at=None).first()
    if contract is None:
        return 0
    if contract.ended_on is None or contract.ended_on > clock.today():
        raise ContractActive(number=number)
    owed = sum(
        each.owed for each in payments.open_bills(fee_kinds=["water"], payer=payer_of(number))
    )
    if owed > 0:
        raise StillOwed(number=number, amount=f"{owed:,}")
    for field in ("name", "name_kana", "postal_code", "address", "meter_number", "search_text"):
        setattr(contract, field, "")
    contract.erased_at = clock.now()
    contract.save()
    Reading.objects.filter(contract=contract).update(note="")
    audit.record(by=None, action="water.contract_erased", subject=_subject(number))
    return 1


def _subject(number: str) -> str:
    return f"water.contract:{number}"
