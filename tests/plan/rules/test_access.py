"""Who may do what."""

import pytest

from madoguchi.blocks.identity.service import Acting
from madoguchi.plan.rules import access

OFFICE = Acting(frozenset({access.OFFICE}))
REPORTER = Acting(frozenset({access.REPORTER}), frozenset({1, 2}))
COUNCIL = Acting(frozenset({access.COUNCIL}))
AUDITOR = Acting(frozenset({access.AUDITOR}))
NOBODY = Acting(frozenset({"other"}), frozenset({1}))


def can(actor):
    """What an actor may do to a sheet of department 2."""
    return {
        name
        for name, may in {
            "enter": access.may_enter(actor),
            "read all": access.reads_everything(actor),
            "read": access.may_read_reports(actor, {2, 9}),
            "report": access.may_report(actor, {2, 9}),
            "manage": access.may_manage(actor),
            "score": access.may_score(actor),
        }.items()
        if may
    }


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (OFFICE, {"enter", "read all", "read", "report", "manage"}),
        (REPORTER, {"enter", "read", "report"}),
        (COUNCIL, {"enter", "read all", "read", "score"}),
        (AUDITOR, {"enter", "read all", "read"}),
        (NOBODY, set()),
    ],
)
def test_roles(actor, expected):
    assert can(actor) == expected


def test_a_reporter_does_not_read_the_reports_of_others():
    assert not access.may_read_reports(REPORTER, {9})
    assert not access.may_report(REPORTER, {9})
    assert not access.may_read_reports(REPORTER, set())
