"""Calls as the called departments see them: who is wanted at which window now."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused
from madoguchi.services.onestop.models import Call
from madoguchi.services.onestop.operations import calls as operations
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.queries.calls import open_calls
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.views.staff_access import require, require_back_office


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _show(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor = require_back_office(request)
    context = {
        "rows": open_calls(actor, identity.user_of(request).pk),
        "may_answer": access.is_city(actor),
        "problem": problem,
        "read_at": clock.now(),
    }
    return render(request, "onestop/staff/calls.html", context, status=status)


def _do(
    request: HttpRequest, pk: int, act: Callable[[Call, User], object], done: str
) -> HttpResponse:
    require(request, *access.CITY)
    found = get_object_or_404(Call, pk=pk)
    try:
        act(found, identity.user_of(request))
    except errors.NotYours as refused:
        raise PermissionDenied(str(refused)) from None
    except Refused as refused:
        return _show(request, problem=str(refused), status=409)
    messages.success(request, done)
    return redirect("onestop_staff:calls")


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(
        request,
        pk,
        lambda call, by: operations.take_call(call=call, by=by),
        _("The call is yours."),
    )


@require_POST
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is there, and go on at the visit."""
    require(request, *access.CITY)
    found = get_object_or_404(Call.objects.select_related("visit"), pk=pk)
    answer = _do(
        request,
        pk,
        lambda call, by: operations.arrive(call=call, by=by),
        _("You are at the window."),
    )
    if answer.status_code == 302:
        return redirect("onestop_staff:visit", found.visit.public_id)
    return answer


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(
        request,
        pk,
        lambda call, by: operations.give_call_back(call=call, by=by),
        _("The call waits for somebody else."),
    )
