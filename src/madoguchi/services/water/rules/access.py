"""Who may do what with water contracts: the water desk works, treasury and auditors read."""

from typing import Protocol

CLERK = "water_clerk"
TREASURY = "payments_treasury"
AUDITOR = "auditor"

ALL_ROLES = frozenset({CLERK, TREASURY, AUDITOR})


class Actor(Protocol):
    @property
    def roles(self) -> frozenset[str]: ...


def may_read(actor: Actor) -> bool:
    """Contracts with names and addresses, readings, figures."""
    return bool(actor.roles & ALL_ROLES)


def may_manage(actor: Actor) -> bool:
    """Change contracts, record readings, make bills, lay down tariffs."""
    return CLERK in actor.roles
