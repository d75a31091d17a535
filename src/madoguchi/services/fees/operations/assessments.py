"""What a payer owes of a kind in a year: decided, decided anew, and made into bills."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments import service as payments
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.services.fees import rules
from madoguchi.services.fees.models import Assessment, KindRule, Payer
from madoguchi.services.fees.queries.kinds import rule_of
from madoguchi.services.fees.rules import fee_kind_code, payer_reference

CHUNK = 1_000


class NoRule(Refused):
    message = _("No instalment rule is in force for this fee in the fiscal year.")


class RuleTaken(Refused):
    message = _("There is a rule from that fiscal year already.")


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one payer, in plain values."""

    payer: Payer
    amount: int
    first_month: int = 4
    last_month: int = 3


@dataclass(frozen=True, slots=True)
class Billed:
    """What billing did; ``excess`` lists customer numbers with what they paid too much, and
    ``shortfall`` those with what could no longer be billed."""

    bills: int = 0
    amount: int = 0
    cancelled: int = 0
    excess: tuple[tuple[str, int], ...] = ()
    shortfall: tuple[tuple[str, int], ...] = ()


@transaction.atomic
def assess(
    *, kind: str, fiscal_year: int, decisions: Sequence[Decision], by: User | None
) -> list[Assessment]:
    """Keep decisions; one for a payer who has one already is a new revision of it.

    Raises NoRule, and rules.NoSuchSpan for months in the wrong order. Two clerks who decide for
    the same payer at once: the second waits, and is the later revision.
    """
    if rule_of(kind, fiscal_year) is None:
        raise NoRule
    for each in decisions:
        rules.months_between(each.first_month, each.last_month)
    payers = [each.payer.pk for each in decisions]
    list(Payer.objects.select_for_update().filter(pk__in=payers).order_by("pk"))
    latest: dict[int, int] = {}
    for payer, revision in Assessment.objects.filter(
        kind=kind, fiscal_year=fiscal_year, payer__in=payers
    ).values_list("payer", "revision"):
        latest[payer] = max(revision, latest.get(payer, 0))
    today = clock.today()
    made = Assessment.objects.bulk_create(
        Assessment(
            payer=each.payer,
            kind=kind,
            fiscal_year=fiscal_year,
            revision=latest.get(each.payer.pk, -1) + 1,
            amount=each.amount,
            first_month=each.first_month,
            last_month=each.last_month,
            decided_on=today,
            decided_by=by,
        )
        for each in decisions
    )
    audit.record(
        by=by,
        action="fees.assessed",
        subject=f"fees.kind:{kind}",
        detail={"fiscal_year": fiscal_year, "count": len(made)},
    )
    return made


def bill_assessments(*, kind: str, fiscal_year: int, by: User | None) -> Billed:
    """Make the bills of all decisions of a year that were not billed yet. Raises NoRule.

    A thousand payers at a time, each part whole or not at all: when it is broken off, the next
    call goes on. A later revision takes back open bills and spreads the difference over them.
    """
    rule = rule_of(kind, fiscal_year)
    if rule is None:
        raise NoRule
    total = Billed()
    while True:
        part = _bill_part(kind, fiscal_year, rule, by)
        if part is None:
            return total
        total = _sum(total, part)


@transaction.atomic
def _bill_part(kind: str, fiscal_year: int, rule: rules.Rule, by: User | None) -> Billed | None:
    waiting = list(
        Assessment.objects.select_for_update()
        .filter(kind=kind, fiscal_year=fiscal_year, billed_at=None)
        .order_by("pk")[:CHUNK]
    )
    if not waiting:
        return None
    latest = {each.payer_id: each for each in sorted(waiting, key=lambda each: each.revision)}
    numbers = dict(Payer.objects.filter(pk__in=latest).values_list("pk", "number"))
    owners = {payer_reference(number): pk for pk, number in numbers.items()}
    standing = payments.bills_of(*owners, fee_kinds=[fee_kind_code(kind)], fiscal_year=fiscal_year)
    by_payer: dict[int, list[payments.BillLine]] = defaultdict(list)
    for line in standing:
        by_payer[owners[line.bill.payer]].append(line)
    done = _Part(kind, fiscal_year, rule, by)
    for pk, assessment in latest.items():
        done.settle(numbers[pk], assessment, by_payer[pk])
    Assessment.objects.filter(pk__in=[each.pk for each in waiting]).update(billed_at=clock.now())
    return done.finish()


class _Part:
    """One part of billing on its way: what it has found to issue, and what it took back."""

    def __init__(self, kind: str, fiscal_year: int, rule: rules.Rule, by: User | None) -> None:
        self.kind, self.fiscal_year, self.rule, self.by = kind, fiscal_year, rule, by
        self.today = clock.today()
        self.new: list[payments.NewBill] = []
        self.cancelled = 0
        self.excess: list[tuple[str, int]] = []
        self.shortfall: list[tuple[str, int]] = []

    def settle(
        self, number: str, assessment: Assessment, standing: Iterable[payments.BillLine]
    ) -> None:
        lines = {line.bill.instalment: line for line in standing}
        with_bank = payments.bills_with_bank([line.bill.pk for line in lines.values()])
        kept = {
            instalment
            for instalment, line in lines.items()
            if line.owed != line.bill.amount
            or line.bill.due_on <= self.today
            or line.bill.pk in with_bank
        }
        owed = rules.Owed(
            assessment.amount,
            self.kind in rules.BY_YEAR,
            assessment.first_month,
            assessment.last_month,
        )
        planned = rules.instalments(self.fiscal_year, self.rule, owed)
        change = rules.revise(
            planned,
            {instalment: line.bill.amount for instalment, line in lines.items()},
            kept,
            unplanned=owed.amount if owed.by_year and not planned else 0,
        )
        for instalment in change.cancel:
            payments.cancel_bill(
                bill_id=lines[instalment].bill.pk, by=self.by, reason="fees.revised"
            )
        self.cancelled += len(change.cancel)
        self.new += [self._bill(number, each) for each in change.issue]
        if change.excess:
            self.excess.append((number, change.excess))
        if change.shortfall:
            self.shortfall.append((number, change.shortfall))

    def _bill(self, number: str, each: rules.Instalment) -> payments.NewBill:
        channels = (Channel.STORE,) if self.rule.at_stores else ()
        return payments.NewBill(
            fee_kind=fee_kind_code(self.kind),
            payer=payer_reference(number),
            fiscal_year=self.fiscal_year,
            instalment=each.number,
            due_on=rules.due_on_if_made(each.due_on, self.today),
            amount=each.amount,
            channels=(*channels, Channel.CARD, Channel.DEBIT, Channel.COUNTER),
        )

    def finish(self) -> Billed:
        payments.issue_bills(self.new, by=self.by)
        done = Billed(
            bills=len(self.new),
            amount=sum(each.amount for each in self.new),
            cancelled=self.cancelled,
            excess=tuple(self.excess),
            shortfall=tuple(self.shortfall),
        )
        audit.record(
            by=self.by,
            action="fees.billed",
            subject=f"fees.kind:{self.kind}",
            detail={
                "fiscal_year": self.fiscal_year,
                "bills": done.bills,
                "amount": done.amount,
                "cancelled": done.cancelled,
            },
        )
        return done


def _sum(one: Billed, other: Billed) -> Billed:
    return Billed(
        bills=one.bills + other.bills,
        amount=one.amount + other.amount,
        cancelled=one.cancelled + other.cancelled,
        excess=one.excess + other.excess,
        shortfall=one.shortfall + other.shortfall,
    )


@transaction.atomic
def add_rule(
    *,
    kind: str,
    from_fiscal_year: int,
    due_months: Sequence[int],
    at_stores: bool,
    source: str,
    by: User | None,
) -> KindRule:
    """A kind's rule from a fiscal year on. Raises RuleTaken."""
    rule, is_new = KindRule.objects.get_or_create(
        kind=kind,
        from_fiscal_year=from_fiscal_year,
        defaults={"due_months": list(due_months), "at_stores": at_stores, "source": source},
    )
    if not is_new:
        raise RuleTaken
    audit.record(
        by=by,
        action="fees.rule_added",
        subject=f"fees.kind:{kind}",
        detail={"from": from_fiscal_year, "due_months": list(due_months), "at_stores": at_stores},
    )
    return rule
