"""Who may open which staff page of procedures. Signed in and on the staff side is certain."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import Acting
from madoguchi.blocks.procedures.rules import access


def require_any_role(request: HttpRequest) -> Acting:
    """Let in whoever works on applications, and auditors."""
    actor = identity.acting_as(request.user)
    if not actor.holds(*access.ALL_ROLES):
        raise PermissionDenied(identity.needed_roles(*access.ALL_ROLES))
    return actor


def require_worker(request: HttpRequest) -> Acting:
    """Let in whoever takes applications in: clerks, deciders, operators."""
    actor = identity.acting_as(request.user)
    if not actor.holds(*access.WORKERS):
        raise PermissionDenied(identity.needed_roles(*access.WORKERS))
    return actor


def require_rule_reader(request: HttpRequest) -> Acting:
    """Let in whoever may read how procedures are composed: staff of the city's own."""
    actor = identity.acting_as(request.user)
    if not actor.holds(*access.RULE_READERS):
        raise PermissionDenied(identity.needed_roles(*access.RULE_READERS))
    return actor


def require_composer(request: HttpRequest) -> User:
    if not access.may_compose(identity.acting_as(request.user)):
        raise PermissionDenied(identity.needed_roles(access.COMPOSER))
    return identity.user_of(request)
