"""Reads for bank debit: mandates, what can be debited, runs and their answers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import batched

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models import Bill, DebitItem, DebitRun, Mandate, Slip
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.rules import debit as rules
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds

AT_ONCE = 2_000
"""Keys in one query: databases limit them."""


@dataclass(frozen=True, slots=True)
class ResultWords:
    """A result code of the bank in words, and what follows from it."""

    code: str
    label: str | Promise
    follows: str | Promise


RESULTS: Mapping[str, ResultWords] = {
    each.code: each
    for each in (
        ResultWords("0", _("Debited"), ""),
        ResultWords(
            "1", _("Not enough money in the account"), _("Ask once more with a retry run.")
        ),
        ResultWords(
            "2",
            _("No such account"),
            _("The mandate has ended. The bill is paid with a slip."),
        ),
        ResultWords(
            "3",
            _("Stopped by the account holder"),
            _("The mandate has ended. The bill is paid with a slip."),
        ),
        ResultWords(
            "4",
            _("The bank has no mandate"),
            _("The mandate has ended. The bill is paid with a slip."),
        ),
        ResultWords("8", _("Stopped at our request"), _("The bill is paid with a slip.")),
        ResultWords("9", _("Another reason"), _("Ask once more with a retry run.")),
    )
}


def kinds_of_payer(payer: str) -> list[str]:
    """The fee kinds of which a payer (``water:0001234``) was sent bills; of a payer without any,
    all those of the service."""
    service = payer.partition(":")[0]
    of_service = [kind.code for kind in fee_kinds if kind.code.partition(".")[0] == service]
    billed = set(Bill.objects.filter(payer=payer).values_list("fee_kind", flat=True))
    return [kind for kind in of_service if kind in billed] or of_service


def in_force(on: date) -> Q:
    """Mandates that allow a debit on a day."""
    return Q(from_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gt=on))


def mandates_in_force(payers: Collection[str], *, on: date) -> dict[str, Mandate]:
    """The mandate of each payer that has one on a day."""
    return {
        mandate.payer: mandate
        for some in batched(sorted(set(payers)), AT_ONCE)
        for mandate in Mandate.objects.filter(in_force(on), payer__in=some)
    }


def bills_with_bank(bill_ids: Collection[int]) -> set[int]:
    """Those of the bills that the bank was asked for and has not answered."""
    return {
        bill
        for some in batched(bill_ids, AT_ONCE)
        for bill in DebitItem.objects.filter(bill__in=some, result="").values_list(
            "bill", flat=True
        )
    }


@dataclass(frozen=True, slots=True)
class Debitable:
    """A bill that can be debited, with what is owed of it."""

    bill: Bill
    mandate: Mandate
    amount: int


def due_bills(fee_kind: str, *, on: date) -> QuerySet[Bill]:
    """Bills of a fee kind that are due by a day and whose payer has a mandate then."""
    payers = Mandate.objects.filter(in_force(on)).values("payer")
    return Bill.objects.filter(
        fee_kind=fee_kind, cancelled_at=None, due_on__lte=on, payer__in=payers
    ).order_by("pk")


def retried_bills(run: DebitRun, *, on: date) -> QuerySet[Bill]:
    """Bills of an answered run that a retry asks for again."""
    again = run.items.filter(result__in=rules.RETRIED).values("bill")
    payers = Mandate.objects.filter(in_force(on)).values("payer")
    return Bill.objects.filter(pk__in=again, cancelled_at=None, payer__in=payers).order_by("pk")


def debitable(bills: Iterable[Bill], *, on: date, is_retry: bool = False) -> list[Debitable]:
    """Those of the bills that are to be asked for: owed, payable by debit, not with the bank.

    A bill that the bank has answered under the same mandate is left to a retry run, or to a slip.
    """
    wanted = [bill for bill in bills if Channel.DEBIT in bill.channels]
    owed = balances([bill.pk for bill in wanted])
    mandates = mandates_in_force([bill.payer for bill in wanted], on=on)
    with_bank, answered = _asked_before([bill.pk for bill in wanted])
    found = []
    for bill in wanted:
        mandate, amount = mandates.get(bill.payer), owed[bill.pk].owed
        if mandate is None or amount <= 0 or bill.pk in with_bank:
            continue
        if is_retry or (bill.pk, mandate.pk) not in answered:
            found.append(Debitable(bill, mandate, amount))
    return found


def _asked_before(bills: list[int]) -> tuple[set[int], set[tuple[int, int]]]:
    """Bills that are with the bank, and those it has answered with the mandate of each."""
    with_bank, answered = set(), set()
    for some in batched(bills, AT_ONCE):
        for bill, mandate, result in DebitItem.objects.filter(bill__in=some).values_list(
            "bill", "mandate", "result"
        ):
            if result:
                answered.add((bill, mandate))
            else:
                with_bank.add(bill)
    return with_bank, answered


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run would ask for: shown before it is made."""

    count: int
    amount: int
    first_time: int
    """Debits under mandates that the bank sees for the first time."""


def selection(fee_kind: str, debit_on: date, retry_of: DebitRun | None = None) -> Selection:
    """What a run made now would ask for."""
    bills = retried_bills(retry_of, on=debit_on) if retry_of else due_bills(fee_kind, on=debit_on)
    found = debitable(bills, on=debit_on, is_retry=retry_of is not None)
    return Selection(
        count=len(found),
        amount=sum(each.amount for each in found),
        first_time=sum(each.mandate.is_new for each in found),
    )


def runs() -> QuerySet[DebitRun]:
    """Every run with its number of debits and their sum, the latest first."""
    return DebitRun.objects.annotate(
        count=Count("items"),
        amount=Sum("items__amount"),
        done=Count("items", filter=Q(items__result=rules.DONE)),
    ).order_by("-pk")


@dataclass(frozen=True, slots=True)
class ByResult:
    """The debits of a run with one answer; ``words`` is None while there is none."""

    code: str
    words: ResultWords | None
    count: int
    amount: int


def by_result(run: DebitRun) -> list[ByResult]:
    """The debits of a run by the bank's answer."""
    totals = run.items.order_by().values("result").annotate(count=Count("pk"), amount=Sum("amount"))
    return sorted(
        (
            ByResult(row["result"], RESULTS.get(row["result"]), row["count"], row["amount"])
            for row in totals
        ),
        key=lambda each: each.code,
    )


def items_of(run: DebitRun, *, result: str | None = None) -> QuerySet[DebitItem]:
    """The debits of a run in order, with bill and mandate; those with one answer only."""
    items = run.items.select_related("bill", "mandate").order_by("sequence")
    return items if result is None else items.filter(result=result)


def bills_for_slips(run: DebitRun) -> list[Bill]:
    """Bills of an answered run that the bank will not be asked for again and that are still owed.

    Those that had a slip made since are left out.
    """
    failed = run.items.exclude(result__in=["", rules.DONE])
    if not DebitRun.objects.filter(retry_of=run).exists() and run.retry_of_id is None:
        failed = failed.exclude(result__in=rules.RETRIED)
    since = Slip.objects.filter(made_at__gte=run.answered_at or run.made_at)
    bills = list(
        Bill.objects.filter(pk__in=failed.values("bill"), cancelled_at=None)
        .exclude(pk__in=since.values("bill"))
        .order_by("payer", "due_on", "pk")
    )
    owed = balances([bill.pk for bill in bills])
    with_bank, _answered = _asked_before([bill.pk for bill in bills])
    return [bill for bill in bills if owed[bill.pk].owed > 0 and bill.pk not in with_bank]


def mandates(*, payer: str = "", fee_kinds: Collection[str] | None = None) -> QuerySet[Mandate]:
    """Mandates, those in force first; with ``fee_kinds`` only of payers who were sent bills of
    these, or none at all by a service that has one of these."""
    found = Mandate.objects.exclude(payer="")
    if fee_kinds is not None:
        services = {kind.partition(".")[0] for kind in fee_kinds}
        of_services = Q(pk__in=[])
        for service in services:
            of_services |= Q(payer__startswith=f"{service}:")
        bills = Bill.objects.filter(payer=OuterRef("payer"))
        of_kinds = Exists(bills.filter(fee_kind__in=fee_kinds)) | ~Exists(bills)
        found = found.filter(of_services, of_kinds)
    if payer:
        found = found.filter(payer__contains=payer)
    return found.order_by(F("until_on").desc(nulls_first=True), "payer", "-pk")
