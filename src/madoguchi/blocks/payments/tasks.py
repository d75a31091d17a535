"""Work of payments in the background."""

from contextlib import suppress

from django.tasks import task

from madoguchi.blocks.payments.operations.runs import continue_run
from madoguchi.kernel.refused import Refused


@task
def print_run(run_id: int) -> None:
    """Bring a billing run to its end. Safe to start again: whoever comes second steps back.

    A slip that cannot be printed stops the run, which says so on its page.
    """
    with suppress(Refused):
        continue_run(run_id=run_id)
