"""What the sign-in pages know about the rule on second factors."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def is_compulsory() -> bool:
    """Whether this installation asks everybody for a second factor."""
    return bool(settings.MADOGUCHI_REQUIRE_MFA)
