"""Who may do what with money.

The treasury does everything; collecting staff see and reissue the bills of fee kinds that one of
their departments is responsible for; an auditor reads everything.
"""

from typing import Protocol

TREASURY = "payments_treasury"
COLLECTOR = "payments_collector"
AUDITOR = "auditor"

ALL_ROLES = frozenset({TREASURY, COLLECTOR, AUDITOR})
READS_EVERYTHING = frozenset({TREASURY, AUDITOR})


class Actor(Protocol):
    """Role codes, and the departments held with everything below them."""

    @property
    def roles(self) -> frozenset[str]: ...

    @property
    def departments(self) -> frozenset[int]: ...


def may_enter(actor: Actor) -> bool:
    return bool(actor.roles & ALL_ROLES)


def reads_everything(actor: Actor) -> bool:
    return bool(actor.roles & READS_EVERYTHING)


def may_manage(actor: Actor) -> bool:
    """Runs, files, closes, refunds, write-offs."""
    return TREASURY in actor.roles


def may_read_kind(actor: Actor, responsible: int | None) -> bool:
    """Bills of a fee kind whose responsible department is given."""
    return reads_everything(actor) or _is_own(actor, responsible)


def may_serve_kind(actor: Actor, responsible: int | None) -> bool:
    """Reissue, take money at the counter, register a debit mandate."""
    return may_manage(actor) or _is_own(actor, responsible)


def _is_own(actor: Actor, responsible: int | None) -> bool:
    return COLLECTOR in actor.roles and responsible in actor.departments
