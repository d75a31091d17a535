"""Contracts with operators, who works under them, and errors of their intake."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.db.models import F

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import Department, User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.services.onestop.models import Contract, ContractMember, VisitStep, WorkError
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.rules import access


class Terms(TypedDict):
    """What is agreed. ``ends_on`` is exclusive."""

    title: str
    operator: str
    starts_on: date
    ends_on: date
    agreed_volume: int
    agreed_minutes: int
    agreed_errors: int


def add_contract(
    *, code: str, department: Department, by: User, **terms: Unpack[Terms]
) -> Contract:
    """Make a contract of a department. Raises CodeTaken, NotYours."""
    _may_make(department.pk, by)
    try:
        with transaction.atomic():
            contract = Contract.objects.create(code=code, department=department, **terms)
            _record(contract, "onestop.contract_added", by, {"volume": terms["agreed_volume"]})
    except IntegrityError:
        raise errors.CodeTaken(code=code) from None
    return contract


@transaction.atomic
def change_contract(*, contract: Contract, by: User, **terms: Unpack[Terms]) -> Contract:
    """Change what is agreed; the audit log keeps which fields. Raises NotYours."""
    locked = Contract.objects.select_for_update().get(pk=contract.pk)
    _may_make(locked.department_id, by)
    changed = [name for name, value in terms.items() if getattr(locked, name) != value]
    if changed:
        for name in changed:
            setattr(locked, name, terms[name])  # type: ignore[literal-required] # from terms itself
        locked.save(update_fields=changed)
        _record(locked, "onestop.contract_changed", by, {"fields": sorted(changed)})
    return locked


@transaction.atomic
def add_member(*, contract: Contract, user: User, from_on: date, by: User) -> ContractMember:
    """Register an operator under a contract from a day on.

    Raises NotAnOperator, MemberElsewhere, NotYours.
    """
    _may_make(contract.department_id, by)
    actor = identity.acting_as(user)
    if contract.department_id not in actor.departments_as(access.OPERATOR):
        raise errors.NotAnOperator
    try:
        with transaction.atomic():
            member = ContractMember.objects.create(contract=contract, user=user, from_on=from_on)
            _require_ended(member)
    except IntegrityError:
        raise errors.MemberElsewhere from None
    _record(contract, "onestop.member_added", by, {"user": user.pk, "from": from_on})
    return member


def _require_ended(member: ContractMember) -> None:
    """Raises MemberElsewhere where an earlier contract ends only after the new one begins. Looked
    up behind the insert, which waits for whoever is ending it."""
    earlier = ContractMember.objects.filter(
        user=member.user_id, until_on__gt=member.from_on, from_on__lt=F("until_on")
    )
    if earlier.exists():
        raise errors.MemberElsewhere


@transaction.atomic
def end_member(*, member: ContractMember, until_on: date, by: User) -> ContractMember:
    """Nobody works under the contract from that day on. Raises LeavesTooEarly, NotYours."""
    locked = (
        ContractMember.objects.select_for_update(of=("self",))
        .select_related("contract")
        .get(pk=member.pk)
    )
    _may_make(locked.contract.department_id, by)
    if locked.until_on is not None:
        return locked
    if until_on < locked.from_on:
        raise errors.LeavesTooEarly
    locked.until_on = until_on
    locked.save(update_fields=["until_on"])
    detail = {"user": locked.user_id, "until": until_on}
    _record(locked.contract, "onestop.member_ended", by, detail)
    return locked


@transaction.atomic
def record_error(*, step: VisitStep, kind: str, by: User) -> WorkError:
    """What an operator took in came back.

    Raises NotTakenInUnderContract, ErrorRecorded, NotYours.
    """
    if step.contract_id is None:
        raise errors.NotTakenInUnderContract
    if not access.may_record_errors(identity.acting_as(by), step.department_id):
        _may_make_or_read(step, by)
    try:
        with transaction.atomic():
            error = WorkError.objects.create(
                step=step,
                contract_id=step.contract_id,
                kind=kind,
                recorded_at=clock.now(),
                recorded_by=by,
            )
    except IntegrityError:
        raise errors.ErrorRecorded from None
    detail = {"kind": kind, "procedure": step.procedure, "visit": step.visit.public_id}
    _record(error.contract, "onestop.error_recorded", by, detail)
    return error


@transaction.atomic
def withdraw_error(*, error: WorkError, by: User) -> WorkError:
    """It was no error of the operator's. Withdrawn twice, it is withdrawn once. Raises NotYours."""
    locked = (
        WorkError.objects.select_for_update(of=("self",))
        .select_related("contract", "step__visit")
        .get(pk=error.pk)
    )
    _may_make(locked.contract.department_id, by)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = clock.now(), by
        locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
        detail = {"kind": locked.kind, "procedure": locked.step.procedure}
        _record(locked.contract, "onestop.error_withdrawn", by, detail)
    return locked


def _may_make(department: int, by: User) -> None:
    if not access.may_make_contracts(identity.acting_as(by), department):
        raise errors.NotYours


def _may_make_or_read(step: VisitStep, by: User) -> None:
    """The clerks of the contract's own department may record what comes back to the window."""
    assert step.contract is not None  # noqa: S101 # asked before
    if not access.may_record_errors(identity.acting_as(by), step.contract.department_id):
        raise errors.NotYours


def _record(contract: Contract, action: str, by: User, detail: Mapping[str, object]) -> None:
    audit.record(by=by, action=action, subject=f"onestop.contract:{contract.code}", detail=detail)
