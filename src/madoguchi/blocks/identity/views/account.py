"""A person's own account."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.blocks.identity import queries
from madoguchi.blocks.identity.views.access import user_of


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who is signed in, the roles that were given, password and second factor."""
    (person,) = queries.people_rows([user_of(request).pk])
    return render(request, "identity/account.html", {"person": person})
