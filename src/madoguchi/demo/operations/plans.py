"""The sample's plans, stored by the same import as a city's own."""

from django.db import transaction

from madoguchi.blocks.identity.models import User
from madoguchi.demo.content import SamplePlan
from madoguchi.plan.models import Plan
from madoguchi.plan.operations.importing import import_document


@transaction.atomic
def store(sample: SamplePlan, *, by: User) -> Plan:
    """The plan as it was decided, without any result; the stored one where it is there already."""
    found = Plan.objects.filter(slug=sample.slug).first()
    if found is not None:
        return found
    imported = import_document(
        document=sample.announced, plan=None, by=by, title=sample.title, slug=sample.slug
    )
    plan = imported.plan
    plan.introduction = sample.introduction
    plan.save(update_fields=["introduction"])
    return plan
