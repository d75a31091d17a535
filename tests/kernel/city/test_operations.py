"""Setting the city's profile."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from madoguchi.kernel.audit import queries as audit
from madoguchi.kernel.city.models import CityProfile
from madoguchi.kernel.city.operations import set_profile
from madoguchi.kernel.city.queries import current_city

pytestmark = pytest.mark.django_db


def test_before_anybody_set_it_the_profile_is_neutral():
    assert current_city().pk is None
    assert current_city().mark == "窓"


def test_fields_are_set_and_those_that_changed_are_recorded():
    set_profile(by=None, name="見本市", mark="見")
    set_profile(by=None, name="見本市", mark="本")
    assert (current_city().name, current_city().mark) == ("見本市", "本")
    assert [entry.detail for entry in audit.entries()] == [
        {"fields": ["mark"]},
        {"fields": ["mark", "name"]},
    ]


def test_setting_the_same_again_records_nothing():
    set_profile(by=None, name="見本市")
    set_profile(by=None, name="見本市")
    assert len(audit.entries()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("key_colour", "#ffff00"), ("key_colour", "red"), ("mark", "見本市"), ("name", "")],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(field, value):
    set_profile(by=None, name="見本市")
    with pytest.raises(ValidationError):
        set_profile(by=None, **{field: value})
    assert CityProfile.objects.get().name == "見本市"
    assert len(audit.entries()) == 1


def test_there_is_one_city():
    set_profile(by=None, name="見本市")
    with pytest.raises(IntegrityError), transaction.atomic():
        CityProfile.objects.create(name="別の市")
