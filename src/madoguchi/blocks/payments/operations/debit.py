"""Bank debit: the request to the bank, and what comes back."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import batched

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments import zengin
from madoguchi.blocks.payments.models import DebitItem, DebitProfile, DebitRun, Mandate
from madoguchi.blocks.payments.operations import slips
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.mandates import end_refused_mandates
from madoguchi.blocks.payments.queries.debit import (
    Debitable,
    bills_for_slips,
    debitable,
    due_bills,
    items_of,
    retried_bills,
)
from madoguchi.blocks.payments.queries.profiles import debit_profile
from madoguchi.blocks.payments.rules import debit as rules
from madoguchi.blocks.payments.rules.channels import Channel, Fact, FactKind
from madoguchi.kernel import calendar, clock
from madoguchi.kernel.audit.operations import record
from madoguchi.kernel.refused import Refused

AT_ONCE = 2_000
MOST_SLIPS = 500


class NotAWorkingDay(Refused):
    message = _("Banks debit on working days only. The next one is %(next)s.")


class DayOver(Refused):
    message = _("The bank needs the file before the day of the debit. Choose a later day.")


class NoContract(Refused):
    message = _("No contract for bank debit is in force for this fee on that day.")


class NothingToDebit(Refused):
    message = _("There is no bill to be debited on that day.")


class NotAnswered(Refused):
    message = _("The bank has not answered this run yet.")


class RetriedAlready(Refused):
    message = _("This run has its retry run already.")


class NoSlipNeeded(Refused):
    message = _("No bill of this run waits for a slip any more.")


class FileGone(Refused):
    message = _("The file cannot be made again: account data in it have been erased.")


class ResultOfNoRun(Refused):
    message = _("This answers none of our requests: no run names customer number %(number)s.")


class ResultOfAnotherRun(Refused):
    message = _("Record 1: client code or debit day are not those of our request.")


class DiffersFromRequest(Refused):
    message = _("Record %(record)d does not stand like this in our request %(run)s.")


class RecordMissing(Refused):
    message = _("The answer lacks customer number %(number)s of our request %(run)s.")


class AnsweredOtherwise(Refused):
    message = _("Record %(record)d: the bank has answered run %(run)s before, and otherwise.")


@transaction.atomic
def make_debit_run(
    *, fee_kind: str, debit_on: date, by: User | None, retry_of: DebitRun | None = None
) -> DebitRun:
    """Ask the bank for every bill that is due and not yet with it: one `DebitItem` each.

    With ``retry_of``, a run of the same fee kind, for what that run did not get for want of money
    or without a reason. Bills
    are locked, so that of two runs made at once the second finds them with the bank. Raises
    NotAWorkingDay, DayOver, NoContract, NothingToDebit, NotAnswered, RetriedAlready.
    """
    profile = check_debit(fee_kind=fee_kind, debit_on=debit_on, retry_of=retry_of)
    bills = retried_bills(retry_of, on=debit_on) if retry_of else due_bills(fee_kind, on=debit_on)
    locked = list(bills.select_for_update())
    found = debitable(locked, on=debit_on, is_retry=retry_of is not None)
    if not found:
        raise NothingToDebit
    try:
        with transaction.atomic():
            run = DebitRun.objects.create(
                public_id=secrets.token_hex(6),
                fee_kind=fee_kind,
                debit_on=debit_on,
                profile=profile,
                retry_of=retry_of,
                status=DebitRun.Status.MADE,
                made_at=clock.now(),
                made_by=by,
            )
    except IntegrityError:
        raise RetriedAlready from None
    _add_items(run, found)
    run.digest = hashlib.sha256(_bytes_of(run)).hexdigest()
    run.save(update_fields=["digest"])
    record(
        by=by,
        action="payments.debit_run_made",
        subject=f"payments.debit_run:{run.public_id}",
        detail={
            "fee_kind": fee_kind,
            "debit_on": debit_on,
            "count": len(found),
            "amount": sum(each.amount for each in found),
            "retry_of": retry_of.public_id if retry_of else "",
        },
    )
    return run


def check_debit(*, fee_kind: str, debit_on: date, retry_of: DebitRun | None) -> DebitProfile:
    """The contract under which a run of that day is asked for, or why there can be none.

    Raises DayOver, NotAWorkingDay, NotAnswered, NoContract.
    """
    if debit_on <= clock.today():
        raise DayOver
    if not calendar.is_business_day(debit_on):
        raise NotAWorkingDay(next=calendar.next_business_day(debit_on).isoformat())
    if retry_of is not None and retry_of.status != DebitRun.Status.ANSWERED:
        raise NotAnswered
    profile = debit_profile(fee_kind, debit_on)
    if profile is None:
        raise NoContract
    return profile


def _add_items(run: DebitRun, found: Sequence[Debitable]) -> None:
    new = sorted({each.bill.payer for each in found if each.mandate.is_new})
    changed = {
        payer
        for some in batched(new, AT_ONCE)
        for payer in Mandate.objects.filter(payer__in=some, items__isnull=False).values_list(
            "payer", flat=True
        )
    }
    DebitItem.objects.bulk_create(
        (
            DebitItem(
                run=run,
                sequence=sequence,
                bill=each.bill,
                mandate=each.mandate,
                amount=each.amount,
                new_code=rules.new_code(
                    is_new=each.mandate.is_new, had_another=each.bill.payer in changed
                ),
                customer_number=rules.customer_number(each.bill.number),
            )
            for sequence, each in enumerate(found, 1)
        ),
        batch_size=AT_ONCE,
    )
    Mandate.objects.filter(is_new=True, items__run=run).update(is_new=False)


def debit_file(run: DebitRun) -> bytes:
    """The request of a run: the same bytes whenever it is asked for. Raises FileGone."""
    content = _bytes_of(run)
    if hashlib.sha256(content).hexdigest() != run.digest:
        raise FileGone
    return content


@transaction.atomic
def take_debit_file(*, run: DebitRun, by: User | None) -> bytes:
    """The request, for somebody who carries it to the bank: that is on record. Raises FileGone."""
    content = debit_file(run)
    record(
        by=by,
        action="payments.debit_file_taken",
        subject=f"payments.debit_run:{run.public_id}",
    )
    return content


@transaction.atomic
def slips_for_failed(*, run: DebitRun, pay_by: date, by: User | None) -> bytes:
    """Slips, as one PDF, for bills that the bank will not be asked for again: at most MOST_SLIPS.

    Those that got one are not waiting any more: call again for more. Raises NoSlipNeeded,
    TooManyReissues, SlipNotPrintable, AddresseeUnknown.
    """
    bills = bills_for_slips(run)[:MOST_SLIPS]
    if not bills:
        raise NoSlipNeeded
    made = slips.make_slips(bills, pay_by=pay_by, by=by)
    return slips.slip_pdf(made, title=run.public_id)


def _bytes_of(run: DebitRun) -> bytes:
    file = request_of(run)
    return zengin.write(file, crlf=run.profile.has_line_ends)


def request_of(run: DebitRun) -> zengin.DebitFile:
    """The request as plain values."""
    profile = run.profile
    header = zengin.Header(
        client_code=profile.client_code,
        client_name=profile.client_name_kana,
        debit_on=zengin.mmdd(run.debit_on),
        bank_code=profile.bank_code,
        branch_code=profile.branch_code,
        account_kind=profile.account_kind,
        account_number=profile.account_number,
    )
    return zengin.DebitFile(header, tuple(map(_debit, items_of(run))))


def answer_of(run: DebitRun, results: Mapping[int, str]) -> bytes:
    """What a bank would send back: result codes by sequence, 0 where none is given.

    For demonstrations; a bank writes its own.
    """
    request = request_of(run)
    debits = tuple(
        replace(debit, result=results.get(sequence, rules.DONE))
        for sequence, debit in enumerate(request.debits, 1)
    )
    return zengin.write(zengin.DebitFile(request.header, debits), answered=True)


def _debit(item: DebitItem) -> zengin.Debit:
    return zengin.Debit(
        bank_code=item.mandate.bank_code,
        branch_code=item.mandate.branch_code,
        account_kind=item.mandate.account_kind,
        account_number=item.mandate.account_number,
        holder=item.mandate.holder_kana,
        amount=item.amount,
        customer_number=item.customer_number,
        new_code=item.new_code,
    )


@dataclass(frozen=True, slots=True)
class DebitResult:
    """What an answer changed. ``is_known``: it had been read before, and nothing changed."""

    run: DebitRun
    is_known: bool
    done: int
    failed: int
    amount: int
    """Yen that were debited."""
    mandates_ended: int


@transaction.atomic
def read_debit_result(content: bytes, *, by: User | None) -> DebitResult:
    """Read a bank's answer as a whole and book what was debited; or refuse it as a whole.

    The same answer again changes nothing. Raises zengin.BadDebitFile with the faults, and
    ResultOfNoRun, ResultOfAnotherRun, DiffersFromRequest, RecordMissing, AnsweredOtherwise.
    """
    answer = zengin.read(content, answered=True)
    run = DebitRun.objects.select_for_update().get(pk=_run_of(answer).pk)
    items = _matched(run, answer)
    results = {item.pk: debit.result for item, debit in items}
    if run.status == DebitRun.Status.ANSWERED:
        _check_same(run, items)
        return _told(run, items, is_known=True, mandates_ended=0)
    for item, debit in items:
        item.result = debit.result
    DebitItem.objects.bulk_update([item for item, _debit in items], ["result"], batch_size=500)
    run.status = DebitRun.Status.ANSWERED
    run.answered_at = clock.now()
    run.answer_digest = hashlib.sha256(content).hexdigest()
    run.save(update_fields=["status", "answered_at", "answer_digest"])
    book([_fact(run, item) for item, _debit in items if item.result == rules.DONE], by=by)
    ended = end_refused_mandates(
        results={
            item.mandate_id: results[item.pk]
            for item, _debit in items
            if results[item.pk] in rules.ENDS_MANDATE
        },
        on=clock.today(),
        by=by,
    )
    told = _told(run, items, is_known=False, mandates_ended=ended)
    record(
        by=by,
        action="payments.debit_result_read",
        subject=f"payments.debit_run:{run.public_id}",
        detail={"done": told.done, "failed": told.failed, "amount": told.amount},
    )
    return told


type Matched = list[tuple[DebitItem, zengin.Debit]]


def _run_of(answer: zengin.DebitFile) -> DebitRun:
    """The run that an answer belongs to: by its first customer number, then by its header."""
    number = answer.debits[0].customer_number if answer.debits else "–"
    runs = DebitRun.objects.filter(items__customer_number=number).select_related("profile")
    found = [run for run in runs.order_by("-pk") if _is_header_of(run, answer.header)]
    if found:
        return found[0]
    raise ResultOfAnotherRun if runs else ResultOfNoRun(number=number)


def _is_header_of(run: DebitRun, header: zengin.Header) -> bool:
    return (
        header.client_code == run.profile.client_code
        and header.debit_on == zengin.mmdd(run.debit_on)
        and (header.bank_code, header.branch_code)
        == (run.profile.bank_code, run.profile.branch_code)
        and header.account_number == run.profile.account_number
    )


def _matched(run: DebitRun, answer: zengin.DebitFile) -> Matched:
    """Each record with its item: the answer has every one of the request once, and no other."""
    items = {item.customer_number: item for item in items_of(run)}
    matched = []
    for number, debit in enumerate(answer.debits, 2):
        item = items.pop(debit.customer_number, None)
        if item is None or _identity(_debit(item)) != _identity(debit):
            raise DiffersFromRequest(record=number, run=run.public_id)
        matched.append((item, debit))
    if items:
        raise RecordMissing(number=next(iter(items)), run=run.public_id)
    return matched


def _identity(debit: zengin.Debit) -> tuple[object, ...]:
    """What a bank hands back unchanged; names it may write otherwise."""
    return (
        debit.customer_number,
        debit.amount,
        debit.bank_code,
        debit.branch_code,
        debit.account_kind,
        debit.account_number,
    )


def _check_same(run: DebitRun, items: Matched) -> None:
    for number, (item, debit) in enumerate(items, 2):
        if item.result != debit.result:
            raise AnsweredOtherwise(record=number, run=run.public_id)


def _fact(run: DebitRun, item: DebitItem) -> Fact:
    return Fact(
        kind=FactKind.SETTLEMENT,
        channel=Channel.DEBIT,
        payment_key=f"debit:{run.public_id}:{item.sequence}",
        amount=item.amount,
        paid_at=datetime.combine(run.debit_on, time(), clock.TOKYO),
        bill_number=item.bill.number,
        transfer_on=run.debit_on,
        reference=item.customer_number,
        source=f"debit:{run.public_id}:{item.sequence}",
    )


def _told(run: DebitRun, items: Matched, *, is_known: bool, mandates_ended: int) -> DebitResult:
    done = [item for item, debit in items if debit.result == rules.DONE]
    return DebitResult(
        run=run,
        is_known=is_known,
        done=len(done),
        failed=len(items) - len(done),
        amount=sum(item.amount for item in done),
        mandates_ended=mandates_ended,
    )
