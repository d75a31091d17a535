"""Contracts: who works under which, and what their work comes to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.services.onestop.models import (
    Contract,
    ContractMember,
    Visit,
    VisitStep,
    WorkError,
)
from madoguchi.services.onestop.rules import access, statistics
from madoguchi.services.onestop.rules.statistics import Month, Work


def contract_of(user: User, *, on: date) -> Contract | None:
    """The contract in force under which somebody works on a day. One query."""
    member = (
        ContractMember.objects.filter(
            user=user, from_on__lte=on, contract__starts_on__lte=on, contract__ends_on__gt=on
        )
        .filter(Q(until_on__isnull=True) | Q(until_on__gt=on))
        .select_related("contract")
        .first()
    )
    return member.contract if member else None


def own_contracts(user: User, *, on: date) -> frozenset[int]:
    """Primary keys of the contracts that somebody works under."""
    found = contract_of(user, on=on)
    return frozenset({found.pk} if found else set())


def contracts_for(actor: access.Actor, own: Collection[int]) -> list[Contract]:
    """Those that somebody may read. One query."""
    return [
        each
        for each in Contract.objects.all()
        if access.may_read_contract(actor, each.department_id, is_member=each.pk in own)
    ]


@dataclass(frozen=True, slots=True)
class ContractSheet:
    """A contract's months up to now, the latest last, and all of them together."""

    contract: Contract
    months: tuple[Month, ...]
    total: Month
    read_at: datetime

    @property
    def late_months(self) -> int:
        """Months in which nine visits of ten took longer than agreed."""
        return sum(
            month.ninetieth is not None and month.ninetieth > self.contract.agreed_minutes
            for month in self.months
        )


def contract_sheet(contract: Contract) -> ContractSheet:
    """What was done under a contract, month by month. Three queries."""
    works = works_of([contract.pk])
    until = min(clock.today(), contract.last_day)
    months = statistics.months_between(contract.starts_on, max(until, contract.starts_on))
    months = months or (contract.starts_on.replace(day=1),)
    if months[-1] < until.replace(day=1):
        months = (*months, until.replace(day=1))
    return ContractSheet(
        contract=contract,
        months=statistics.by_month(works, months),
        total=statistics.total(works, months[0]),
        read_at=clock.now(),
    )


def works_of(
    contracts: Iterable[int] | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
) -> list[Work]:
    """Visits taken in by operators, as plain values; of all contracts where None is given.
    Three queries."""
    visits = Visit.objects.filter(contract__isnull=False)
    if contracts is not None:
        visits = visits.filter(contract__in=list(contracts))
    if since is not None:
        visits = visits.filter(opened_at__gte=_midnight(since))
    if until is not None:
        visits = visits.filter(opened_at__lt=_midnight(until))
    ids = visits.values("pk")
    taken = _count(VisitStep.objects.filter(visit__in=ids, contract__isnull=False), "visit_id")
    wrong = _count(
        WorkError.objects.filter(step__visit__in=ids, withdrawn_at__isnull=True), "step__visit_id"
    )
    return [
        Work(
            on=opened_at.astimezone(clock.TOKYO).date(),
            minutes=None
            if closed_at is None
            else int((closed_at - opened_at).total_seconds() // 60),
            taken_in=taken.get(pk, 0),
            errors=wrong.get(pk, 0),
        )
        for pk, opened_at, closed_at in visits.order_by("opened_at").values_list(
            "pk", "opened_at", "closed_at"
        )
    ]


def _minutes(opened_at: datetime, closed_at: datetime | None) -> int | None:
    return None if closed_at is None else int((closed_at - opened_at).total_seconds() // 60)


def _count(rows: object, key: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(key).annotate(n=Count("pk")))  # type: ignore[attr-defined] # query sets of two models


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.TOKYO)


@dataclass(frozen=True, slots=True)
class MemberRow:
    member: ContractMember
    name: str
    visits: int

    @property
    def last_day(self) -> date | None:
        until = self.member.until_on
        return until - timedelta(days=1) if until else None


def members_of(contract: Contract) -> list[MemberRow]:
    """Who works and worked under it, with the visits each took in. Two queries."""
    visits = _count(Visit.objects.filter(contract=contract), "opened_by_id")
    return [
        MemberRow(each, each.user.get_full_name(), visits.get(each.user_id, 0))
        for each in contract.members.select_related("user")
    ]


def errors_of(contract: Contract) -> list[WorkError]:
    """Errors that stand, the latest first. One query."""
    return list(
        contract.errors.filter(withdrawn_at__isnull=True).select_related(
            "step__visit", "recorded_by"
        )
    )


def operators_for(contract: Contract) -> list[User]:
    """Who could be registered: operators of the department who work under no contract. Four
    queries at most."""
    busy = set(
        ContractMember.objects.filter(until_on__isnull=True).values_list("user_id", flat=True)
    )
    return [
        person
        for person in identity.people_in_role(access.OPERATOR)
        if person.pk not in busy
        and contract.department_id in identity.acting_as(person).departments_as(access.OPERATOR)
    ]
