"""Who may do what with applications.

A clerk takes in, checks and prepares for the own department; who decides, decides for it. An
operator is not of the city: contracted staff who take in and prepare, see neither decisions nor
what a procedure guards, and decide nothing. Who composes lays down the guide and the procedures.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

CLERK = "procedures_clerk"
DECIDER = "procedures_decider"
OPERATOR = "procedures_operator"
COMPOSER = "procedures_composer"
AUDITOR = "auditor"

WORKERS = frozenset({CLERK, DECIDER, OPERATOR})
READERS = frozenset({CLERK, DECIDER, AUDITOR})
"""Those who may see all of an application that is their department's."""
ALL_ROLES = WORKERS | {AUDITOR}
RULE_READERS = frozenset({COMPOSER, CLERK, DECIDER, AUDITOR})


class Right(StrEnum):
    """What a step of a procedure asks of whoever takes it."""

    APPLICANT = "applicant"
    PREPARE = "prepare"
    DECIDE = "decide"


HOLDERS = {
    Right.APPLICANT: frozenset[str](),
    Right.PREPARE: WORKERS,
    Right.DECIDE: frozenset({DECIDER}),
}


class Actor(Protocol):
    """What somebody may act as: role codes, and the departments in which each of them holds."""

    @property
    def roles(self) -> frozenset[str]: ...

    def departments_as(self, *roles: str) -> frozenset[int]:
        """Departments, with everything below them, that are held in one of these roles."""


def may_compose(actor: Actor) -> bool:
    return COMPOSER in actor.roles


def is_operator_only(actor: Actor) -> bool:
    """Contracted staff: no role of the city's own opens more to them anywhere."""
    return OPERATOR in actor.roles and not actor.roles & READERS


def may_read(actor: Actor, department: int | None) -> bool:
    """An application of that department; operators see it with what is guarded left out."""
    return AUDITOR in actor.roles or department in actor.departments_as(*WORKERS)


def reads_all(actor: Actor, department: int | None) -> bool:
    """Guarded items and decisions too. A clerk elsewhere who is operator here does not."""
    return AUDITOR in actor.roles or department in actor.departments_as(CLERK, DECIDER)


def may_take(actor: Actor, right: Right, department: int | None) -> bool:
    """Take a step that asks for ``right`` on an application of that department."""
    holders = HOLDERS[right]
    return bool(holders) and department in actor.departments_as(*holders)


def may_take_in(actor: Actor, department: int | None) -> bool:
    """Enter an application for a resident at the window, or what was attached to it."""
    return department in actor.departments_as(*WORKERS)


def may_begin(actor: Actor, department: int | None) -> bool:
    """Begin an application of that department at the window. The city's own staff may for every
    department: one window takes in for all. Operators only what their contract covers."""
    return bool(actor.roles & {CLERK, DECIDER}) or may_take_in(actor, department)


def may_enter(actor: Actor, departments: Collection[int], *, began: bool) -> bool:
    """Fill in, print and send at the window what is not sent yet: whoever ``began`` it, and those
    who take in for one of its departments."""
    if not actor.roles & WORKERS:
        return False
    return began or any(may_take_in(actor, department) for department in departments)


def fills_all(actor: Actor, departments: Collection[int], *, began: bool) -> bool:
    """Sees guarded items while filling in at the window: the city's own staff of one of the
    departments, or whoever of the city's own began it."""
    own = actor.departments_as(CLERK, DECIDER)
    return bool(own.intersection(departments)) or (began and bool(actor.roles & {CLERK, DECIDER}))


def may_attach(
    actor: Actor, departments: Collection[int], *, sees_all: bool, is_guarded: bool
) -> bool:
    """Attach at the window what was scanned or photographed there, for applications of these
    departments: operators what their contract covers, and nothing that is guarded."""
    covers = all(may_begin(actor, department) for department in departments)
    return covers and (sees_all or not is_guarded)


def may_correct(actor: Actor, department: int | None) -> bool:
    """Put right what was sent, or withdraw it for its applicant: the city's own staff."""
    return department in actor.departments_as(CLERK, DECIDER)


def may_issue_code(actor: Actor, departments: Collection[int]) -> bool:
    """Give the applicant a new tracking code: the city's own staff of one of the departments of
    the case. It opens decisions, so operators may not."""
    return bool(actor.departments_as(CLERK, DECIDER).intersection(departments))


def acts_as(actor: Actor, right: Right, department: int | None) -> str:
    """As what a step is taken, for the history: ``decider``, ``clerk`` or ``operator``."""
    if right is Right.DECIDE:
        return "decider"
    if department in actor.departments_as(CLERK):
        return "clerk"
    return "decider" if department in actor.departments_as(DECIDER) else "operator"
