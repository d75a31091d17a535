"""Who may do what with the plan.

The office does everything; a reporter drafts and submits for the departments held (and those
below them); a council member reads reports and scores; an auditor reads everything.
"""

from collections.abc import Collection
from typing import Protocol

OFFICE = "plan_office"
REPORTER = "department_reporter"
COUNCIL = "council_member"
AUDITOR = "auditor"

ALL_ROLES = frozenset({OFFICE, REPORTER, COUNCIL, AUDITOR})
READS_EVERYTHING = frozenset({OFFICE, COUNCIL, AUDITOR})


class Actor(Protocol):
    """Role codes, and the departments held with everything below them."""

    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def departments(self) -> frozenset[int]: ...


def may_enter(actor: Actor) -> bool:
    """The staff side of the plan at all."""
    return bool(actor.roles & ALL_ROLES)


def reads_everything(actor: Actor) -> bool:
    return bool(actor.roles & READS_EVERYTHING)


def may_manage(actor: Actor) -> bool:
    """Open, close, publish, return, accept, correct, and edit sheets."""
    return OFFICE in actor.roles


def may_read_reports(actor: Actor, in_charge: Collection[int]) -> bool:
    """Reports of a sheet whose departments in charge are given."""
    return reads_everything(actor) or _is_own(actor, in_charge)


def may_report(actor: Actor, in_charge: Collection[int]) -> bool:
    """Draft, submit, attach files and record milestones for such a sheet."""
    return may_manage(actor) or _is_own(actor, in_charge)


def may_score(actor: Actor) -> bool:
    return COUNCIL in actor.roles


def _is_own(actor: Actor, in_charge: Collection[int]) -> bool:
    return REPORTER in actor.roles and not actor.departments.isdisjoint(in_charge)
