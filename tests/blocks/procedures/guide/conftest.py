"""A guide in force, on a day that stands still."""

from datetime import datetime

import pytest

from madoguchi.blocks.procedures.operations import guide as operations
from madoguchi.kernel import clock
from tests.blocks.procedures.guide.samples import SMALL

NOON = datetime(2026, 11, 30, 12, tzinfo=clock.TOKYO)


@pytest.fixture
def in_force(db):  # noqa: ARG001 # the database must be there
    """The small guide as version 1, in force today."""
    with clock.frozen(NOON):
        draft = operations.keep_draft(source=SMALL, note="最初の版", by=None)
        yield operations.publish_guide(version=draft, starts_on=NOON.date(), by=None)
