"""Who may open which of these pages, and what they have in common."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from madoguchi.blocks.identity import queries
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel.registries import roles


def user_of(request: HttpRequest) -> User:
    """Who is signed in. Nobody else comes below /staff/, or to what is for residents."""
    assert isinstance(request.user, User)  # noqa: S101 # tells the type checker
    return request.user


def may_change(request: HttpRequest) -> bool:
    """Administrators change; auditors only read."""
    return queries.acting_as(request.user).holds(ADMINISTRATOR)


def require_reader(request: HttpRequest) -> bool:
    """Let administrators and auditors in; says whether this one may change things."""
    acting = queries.acting_as(request.user)
    if not acting.holds(ADMINISTRATOR, AUDITOR):
        raise PermissionDenied(needed_roles(ADMINISTRATOR, AUDITOR))
    return acting.holds(ADMINISTRATOR)


def require_administrator(request: HttpRequest) -> User:
    """Let administrators in."""
    if not may_change(request):
        raise PermissionDenied(needed_roles(ADMINISTRATOR))
    return user_of(request)


def require_audit_reader(request: HttpRequest) -> None:
    """Let those in whose role opens the audit log."""
    readers = [found.code for found in roles if found.reads_audit]
    if not queries.acting_as(request.user).holds(*readers):
        raise PermissionDenied(needed_roles(*readers))


def needed_roles(*codes: str) -> str:
    """Which of these roles would let one in: the words of a refusal."""
    labels = [str(found.label) for found in roles if found.code in codes]
    return _("This page needs one of these roles: %(roles)s.") % {"roles": _(", ").join(labels)}


def ask(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    cancel: str,
    crumbs: tuple[str, ...],
    **more: Any,
) -> HttpResponse:
    """A page with one form, or with a question and a button; 422 where the form is wrong.

    ``crumbs`` are addresses and labels in turn. More: ``lead`` (what will happen), ``facts``
    (rows of a summary list), ``is_grave`` (a button in the colour of danger), ``note``,
    ``hidden`` (name and value of a field that says that the answers were checked).
    """
    wrong = form.is_bound and not form.is_valid()
    context = {
        "form": form,
        "title": title,
        "button": button,
        "cancel": cancel,
        "crumbs": [*crumbs, title],
        **more,
    }
    return render(request, "identity/ask.html", context, status=422 if wrong else 200)
