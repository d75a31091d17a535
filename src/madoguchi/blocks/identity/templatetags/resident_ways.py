"""Which ways in this installation offers to residents."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def authentication_app() -> bool:
    """Whether the national authentication app is set up."""
    return bool(settings.MADOGUCHI_OIDC_ISSUER and settings.MADOGUCHI_OIDC_CLIENT_ID)
