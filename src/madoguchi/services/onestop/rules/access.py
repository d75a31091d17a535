"""Who may do what at the one-stop window.

The roles are those of procedures. Clerks and those who decide serve the windows of their
departments and answer their calls. An operator is contracted: takes in and hands over at the
windows of the contract, sees only what was taken in under it, finishes and judges nothing. Who
composes procedures lays down the windows too; who decides for a department makes its contracts.
"""

from typing import Final, Protocol

from madoguchi.services.onestop.rules.states import StepState

CLERK: Final = "procedures_clerk"
DECIDER: Final = "procedures_decider"
OPERATOR: Final = "procedures_operator"
COMPOSER: Final = "procedures_composer"
AUDITOR: Final = "auditor"

CITY: Final = (CLERK, DECIDER)
WORKERS: Final = (CLERK, DECIDER, OPERATOR)
READERS: Final = (CLERK, DECIDER, AUDITOR)
DESK_ROLES: Final = frozenset({*WORKERS, AUDITOR})
WINDOW_READERS: Final = frozenset({CLERK, DECIDER, COMPOSER, AUDITOR})

FOR_OPERATORS: Final = frozenset(
    {StepState.CALLED, StepState.HANDED_OVER, StepState.GOES, StepState.TODO}
)
"""What an operator may make of a step: take in, call, hand over, show the way."""


class Actor(Protocol):
    @property
    def roles(self) -> frozenset[str]: ...

    def departments_as(self, *role_codes: str) -> frozenset[int]:
        """Departments, with all below them, that are held in one of these roles."""
        ...


def is_city(actor: Actor) -> bool:
    """A member of the city's own staff who works on procedures."""
    return bool(actor.roles.intersection(CITY))


def is_operator_only(actor: Actor) -> bool:
    return OPERATOR in actor.roles and not actor.roles.intersection(READERS)


def may_serve(actor: Actor, department: int) -> bool:
    """Take in at a window of that department."""
    return department in actor.departments_as(*WORKERS)


def may_answer(actor: Actor, department: int | None) -> bool:
    """Go where that department is called, and take over what is handed to it."""
    return department in actor.departments_as(*CITY)


def may_read_visit(
    actor: Actor, *, window: int, steps: frozenset[int], contract: int | None, own: frozenset[int]
) -> bool:
    """The visit of a window (its department) with steps of these departments; ``own`` are the
    contracts that the actor works under."""
    if AUDITOR in actor.roles:
        return True
    if actor.departments_as(*CITY) & (steps | {window}):
        return True
    return contract in own and window in actor.departments_as(OPERATOR)


def may_move(actor: Actor, target: StepState, *, window: int, department: int | None) -> bool:
    """Bring a step of that department into that state at a window."""
    city = actor.departments_as(*CITY)
    if window in city or department in city:
        return True
    return target in FOR_OPERATORS and window in actor.departments_as(OPERATOR)


def may_lay_down(actor: Actor) -> bool:
    """Windows, and how departments serve at them."""
    return COMPOSER in actor.roles


def may_read_contract(actor: Actor, department: int, *, is_member: bool) -> bool:
    if AUDITOR in actor.roles or department in actor.departments_as(*CITY):
        return True
    return is_member and OPERATOR in actor.roles


def may_make_contracts(actor: Actor, department: int) -> bool:
    return department in actor.departments_as(DECIDER)


def may_record_errors(actor: Actor, department: int | None) -> bool:
    """The clerk at whose department the application came back."""
    return department in actor.departments_as(*CITY)
