"""Who may do what with applications.

A clerk takes in, checks and prepares for the own department; who decides, decides for it. An
operator is not of the city: contracted staff who take in and prepare, see neither decisions nor
what a procedure guards, and decide nothing. Who composes lays down the guide and the procedures.
"""

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
    """Role codes, and the departments held with everything below them."""

    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def departments(self) -> frozenset[int]: ...


def may_compose(actor: Actor) -> bool:
    return COMPOSER in actor.roles


def is_operator_only(actor: Actor) -> bool:
    """Contracted staff: no role of the city's own opens more to them."""
    return OPERATOR in actor.roles and not actor.roles & READERS


def may_read(actor: Actor, department: int | None) -> bool:
    """An application of that department; operators see it with what is guarded left out."""
    if AUDITOR in actor.roles:
        return True
    return bool(actor.roles & WORKERS) and department in actor.departments


def may_take(actor: Actor, right: Right, department: int | None) -> bool:
    """Take a step that asks for ``right`` on an application of that department."""
    return bool(actor.roles & HOLDERS[right]) and department in actor.departments
