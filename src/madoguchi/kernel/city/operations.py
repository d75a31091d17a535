"""Changing the city's profile."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.city.models import CityProfile


@transaction.atomic
def set_profile(*, by: AbstractBaseUser | None, **values: str) -> CityProfile:
    """Set any of the profile's fields. Raises ValidationError for a colour that cannot be read."""
    profile = CityProfile.objects.select_for_update().first() or CityProfile()
    changed = sorted(name for name, value in values.items() if getattr(profile, name) != value)
    for name in changed:
        setattr(profile, name, values[name])
    profile.full_clean(validate_unique=False)
    profile.save()
    if changed:
        audit.record(by=by, action="city.profile_set", subject="city", detail={"fields": changed})
    return profile
