"""Reading the city's profile."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from madoguchi.kernel.city.models import CityProfile


def current_city() -> CityProfile:
    """The stored profile, or an unsaved one with neutral values where none is set yet."""
    return CityProfile.objects.first() or CityProfile(name=_("Our city"), mark="窓")


def city_context(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001 # Django's signature
    """Template context processor: ``city``, and ``is_sample`` where it is the sample city."""
    return {"city": current_city(), "is_sample": settings.MADOGUCHI_DEMO}
