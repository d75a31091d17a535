"""How far an initiative has come: one state for each fiscal year, one for the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from madoguchi.plan.document.model import Outcome


class YearProgress(StrEnum):
    """What a year of a sheet says."""

    NOTHING = "nothing"
    PLANNED = "planned"
    DONE = "done"
    UNREPORTED = "unreported"
    FINISHED = "finished"
    CARRIED_OVER = "carried_over"


class Standing(StrEnum):
    """Where an initiative stands as a whole."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    CARRIED_OVER = "carried_over"


@dataclass(frozen=True, slots=True)
class YearFacts:
    """What is known of a year; result and outcome only where they are public."""

    is_planned: bool = False
    is_public: bool = False
    has_result: bool = False
    outcome: Outcome | None = None

    @property
    def is_done(self) -> bool:
        return self.is_public and (self.has_result or self.outcome is not None)


def progress_of_year(facts: YearFacts) -> YearProgress:
    """The state of one year. A plan whose year is public without a result is unreported."""
    if facts.is_public and facts.outcome is not None:
        return YearProgress(facts.outcome.value)
    if facts.is_public and facts.has_result:
        return YearProgress.DONE
    if not facts.is_planned:
        return YearProgress.NOTHING
    return YearProgress.UNREPORTED if facts.is_public else YearProgress.PLANNED


def progress(years: Iterable[YearFacts]) -> tuple[YearProgress, ...]:
    """The states of consecutive years: once an initiative ended, a bare plan is no gap."""
    states: list[YearProgress] = []
    has_ended = False
    for facts in years:
        state = progress_of_year(facts)
        if has_ended and state in (YearProgress.UNREPORTED, YearProgress.PLANNED):
            state = YearProgress.NOTHING
        has_ended = has_ended or state in (YearProgress.FINISHED, YearProgress.CARRIED_OVER)
        states.append(state)
    return tuple(states)


def standing(states: Iterable[YearProgress]) -> Standing:
    """The whole from its years: the last end that was reported counts."""
    seen = list(states)
    for state in reversed(seen):
        if state is YearProgress.FINISHED:
            return Standing.FINISHED
        if state is YearProgress.CARRIED_OVER:
            return Standing.CARRIED_OVER
    is_begun = any(state in (YearProgress.DONE, YearProgress.UNREPORTED) for state in seen)
    return Standing.UNDER_WAY if is_begun else Standing.NOT_STARTED
