"""How a procedure of the checklist goes on at the one-stop window."""

from enum import StrEnum
from typing import Final


class Way(StrEnum):
    """How a department serves a life event at a window."""

    WINDOW = "window"
    """The window's own staff finish it there."""
    CALL = "call"
    """Its staff come to the window (出張)."""
    HAND_OVER = "hand_over"
    """The window takes it in and hands it over to the back office."""
    GO = "go"
    """The resident must still go there."""


class StepState(StrEnum):
    TODO = "todo"
    CALLED = "called"
    AT_WINDOW = "at_window"
    """Its department has come."""
    DONE = "done"
    HANDED_OVER = "handed_over"
    GOES = "goes"
    """The resident goes to its counter."""
    NOT_NEEDED = "not_needed"
    LEFT = "left"
    """The visit ended before it was settled: the resident has to come again."""


class Reason(StrEnum):
    """Why a step is not needed, was opened again, or came back. Codes, since what happened is kept
    forever and free words might name somebody."""

    ALREADY = "already"
    DOES_NOT_APPLY = "does_not_apply"
    NOT_WISHED = "not_wished"
    OTHERWISE = "otherwise"
    """By mail or online."""
    BY_MISTAKE = "by_mistake"
    PAPER_MISSING = "paper_missing"
    ENTRY_WRONG = "entry_wrong"
    NOT_OURS = "not_ours"
    """Another department's matter."""
    ASK_AGAIN = "ask_again"
    """Only the resident knows."""


class NotThatWay(ValueError):
    """No step leads from the one state to the other."""

    def __init__(self, source: StepState, target: StepState) -> None:
        super().__init__(source, target)
        self.source, self.target = source, target


OPEN: Final = frozenset({StepState.TODO, StepState.CALLED, StepState.AT_WINDOW})
"""Something is still to be done at the window."""
SETTLED: Final = frozenset(
    {StepState.DONE, StepState.HANDED_OVER, StepState.GOES, StepState.NOT_NEEDED}
)
WHY_NOT_NEEDED: Final = (
    Reason.ALREADY,
    Reason.DOES_NOT_APPLY,
    Reason.NOT_WISHED,
    Reason.OTHERWISE,
)
WHY_SENT_BACK: Final = (
    Reason.PAPER_MISSING,
    Reason.ENTRY_WRONG,
    Reason.NOT_OURS,
    Reason.ASK_AGAIN,
)
"""Why the back office does not do what was handed over to it."""
_CALLS: Final = {
    StepState.TODO: frozenset({StepState.CALLED}),
    StepState.CALLED: frozenset({StepState.AT_WINDOW, StepState.TODO}),
    StepState.AT_WINDOW: frozenset({StepState.TODO}),
}


def check_move(source: StepState, target: StepState) -> None:
    """Raises NotThatWay. What is open or left may be settled, what is settled may be opened again;
    what was handed over is left where it comes back after the end of the visit."""
    if source in OPEN:
        is_fine = target in SETTLED or target is StepState.LEFT or target in _CALLS[source]
    elif source is StepState.LEFT:
        is_fine = target in SETTLED
    else:
        came_back = source is StepState.HANDED_OVER and target is StepState.LEFT
        is_fine = target is StepState.TODO or came_back
    if not is_fine:
        raise NotThatWay(source, target)


def is_sent_back(state: StepState, reason: str) -> bool:
    """The back office sent it back, and the window has not settled it yet."""
    return state in {StepState.TODO, StepState.LEFT} and reason in WHY_SENT_BACK


def usual_end(way: Way) -> StepState:
    """How a step mostly ends: what the big button does."""
    return {
        Way.WINDOW: StepState.DONE,
        Way.CALL: StepState.DONE,
        Way.HAND_OVER: StepState.HANDED_OVER,
        Way.GO: StepState.GOES,
    }[way]
