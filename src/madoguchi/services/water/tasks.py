"""What is done in the background."""

from django.tasks import task

from madoguchi.blocks.identity.models import User
from madoguchi.services.water.operations.billing import make_bills
from madoguchi.services.water.rules import periods


@task
def make_other_bills(period: str, clerk_id: int) -> None:
    """Make the bills of a period that are not made yet. Safe to repeat, and beside others."""
    make_bills(period=periods.parse(period), by=User.objects.get(pk=clerk_id))
