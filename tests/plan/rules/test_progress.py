import pytest

from madoguchi.plan.document.model import Outcome
from madoguchi.plan.rules.progress import (
    Standing,
    YearFacts,
    YearProgress,
    progress,
    progress_of_year,
    standing,
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (YearFacts(), YearProgress.NOTHING),
        (YearFacts(is_public=True), YearProgress.NOTHING),
        (YearFacts(is_planned=True), YearProgress.PLANNED),
        (YearFacts(is_planned=True, is_public=True), YearProgress.UNREPORTED),
        (YearFacts(is_planned=True, is_public=True, has_result=True), YearProgress.DONE),
        (YearFacts(is_public=True, has_result=True), YearProgress.DONE),
        (YearFacts(is_public=True, outcome=Outcome.FINISHED), YearProgress.FINISHED),
        (YearFacts(is_public=True, outcome=Outcome.CARRIED_OVER), YearProgress.CARRIED_OVER),
        (
            YearFacts(is_planned=True, has_result=True, outcome=Outcome.FINISHED),
            YearProgress.PLANNED,
        ),
    ],
)
def test_what_a_year_says(facts: YearFacts, expected: YearProgress) -> None:
    assert progress_of_year(facts) is expected


def test_a_plan_after_the_end_is_no_gap() -> None:
    years = [
        YearFacts(is_planned=True, is_public=True, has_result=True),
        YearFacts(is_planned=True, is_public=True, outcome=Outcome.FINISHED),
        YearFacts(is_planned=True, is_public=True),
        YearFacts(is_planned=True),
        YearFacts(is_public=True, has_result=True),
    ]
    assert progress(years) == (
        YearProgress.DONE,
        YearProgress.FINISHED,
        YearProgress.NOTHING,
        YearProgress.NOTHING,
        YearProgress.DONE,
    )


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], Standing.NOT_STARTED),
        ([YearProgress.PLANNED, YearProgress.NOTHING], Standing.NOT_STARTED),
        ([YearProgress.DONE, YearProgress.PLANNED], Standing.UNDER_WAY),
        ([YearProgress.UNREPORTED], Standing.UNDER_WAY),
        ([YearProgress.DONE, YearProgress.FINISHED, YearProgress.NOTHING], Standing.FINISHED),
        ([YearProgress.FINISHED, YearProgress.CARRIED_OVER], Standing.CARRIED_OVER),
    ],
)
def test_where_the_whole_stands(states: list[YearProgress], expected: Standing) -> None:
    assert standing(states) is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (YearFacts(has_result=True), False),
        (YearFacts(is_public=True), False),
        (YearFacts(is_public=True, has_result=True), True),
        (YearFacts(is_public=True, outcome=Outcome.FINISHED), True),
    ],
)
def test_done_is_what_the_public_can_read(facts: YearFacts, expected: bool) -> None:
    assert facts.is_done is expected
