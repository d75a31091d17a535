"""The tables: no change without a migration, no relation upwards or across."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

from madoguchi.kernel.registries import erasure_hooks

TIERS = [
    "madoguchi.kernel",
    "madoguchi.blocks.identity",
    "madoguchi.blocks",
    "madoguchi.plan",
    "madoguchi.services",
]


def own_models():
    return [model for model in apps.get_models() if model.__module__.startswith("madoguchi.")]


def tier(model):
    return next((rank for rank, name in enumerate(TIERS) if model.__module__.startswith(name)), -1)


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_relations_stay_inside_the_app_or_point_down(model):
    wrong = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField)
        and field.related_model._meta.app_label != model._meta.app_label
        and tier(field.related_model) >= tier(model)
    ]
    assert wrong == []


PERSONAL = {
    "identity.User": "identity",
    "identity.IdentityLink": "residents",
    "identity.ResidentItem": "residents",
    "plan.ResidentComment": "plan.comments",
    "payments.Mandate": "payments",
    "procedures.Application": "procedures",
    "procedures.Attachment": "procedures",
    "procedures.Case": "procedures",
    "procedures.Letter": "procedures",
    "procedures.Message": "procedures",
    "payments.SavedCard": "payments",
    "water.Contract": "water",
    "fees.Payer": "fees",
}
"""Models that hold what a person said of themselves, and the erasure hook of each."""

SUSPECT = {"name", "name_kana", "email", "phone", "address", "birth_date"}
NOT_PERSONS = {
    "audit.AuditEntry",
    "city.CityProfile",
    "payments.CollectionFile",
    "identity.DepartmentName",
    "plan.Attachment",
    "plan.ColumnMappingRecord",
    "plan.Initiative",
    "plan.Theme",
    "plan.Transfer",
}
"""Models whose ``name`` is that of a thing."""


def test_every_owner_of_personal_data_can_erase_it():
    codes = {hook.code for hook in erasure_hooks}
    assert set(PERSONAL.values()) - codes == set()


def test_no_model_with_personal_data_is_forgotten():
    holders = {
        model._meta.label
        for model in own_models()
        if SUSPECT & {field.name for field in model._meta.get_fields()}
    }
    assert holders - NOT_PERSONS - set(PERSONAL) == set()
