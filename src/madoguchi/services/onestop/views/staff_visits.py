"""A visit: its checklist, one step after the other; departments called; the slip; the end."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.service import Acting
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.services.onestop.forms.visits import (
    WHY_NOT,
    CloseForm,
    DepartmentForm,
    EditForm,
    MoveForm,
    SeatForm,
)
from madoguchi.services.onestop.models import Call, Visit
from madoguchi.services.onestop.operations import calls, errors
from madoguchi.services.onestop.operations import visits as operations
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.queries import slip as slips
from madoguchi.services.onestop.queries.visits import free_seats, visit_page
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.views.staff_access import require_worker, visit_for


@require_safe
def visit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The visit. Asked with the mark that a page ``saw``, it is renewed if something happened."""
    found, actor = visit_for(request, public_id)
    answer = _show(request, found, actor)
    seen = request.GET.get("seen", "")
    if seen and seen != visit_page(found, actor).mark:
        answer["HX-Refresh"] = "true"
    return answer


def _show(
    request: HttpRequest, found: Visit, actor: Acting, *, problem: str = "", status: int = 200
) -> HttpResponse:
    page = visit_page(found, actor)
    seats = sorted({*free_seats(found.window), *([found.seat] if found.seat else [])})
    context = {
        "page": page,
        "visit": found,
        "problem": problem,
        "may_serve": found.closed_at is None
        and access.may_serve(actor, found.window.department_id),
        "is_city": access.is_city(actor),
        "why_not": WHY_NOT,
        "seat_form": SeatForm(initial={"seat": found.seat or "", "edit": found.edit}, seats=seats),
    }
    return render(request, "onestop/staff/visit.html", context, status=status)


def _do(
    request: HttpRequest, public_id: str, act: Callable[[Visit], object], done: str = ""
) -> HttpResponse:
    """Do one thing to a visit and go back to its page; what is refused is said there."""
    require_worker(request)
    found, actor = visit_for(request, public_id)
    try:
        act(found)
    except errors.NotYours as refused:
        raise PermissionDenied(str(refused)) from None
    except Refused as refused:
        found, actor = visit_for(request, public_id)
        status = 409 if isinstance(refused, errors.Conflict) else 422
        return _show(request, found, actor, problem=str(refused), status=status)
    if done:
        messages.success(request, done)
    return redirect("onestop_staff:visit", public_id)


class _NotUnderstood(Refused):
    """What was sent does not come from the page."""

    def __str__(self) -> str:
        return _("This could not be understood. Look at the page again, and choose there.")


@require_POST
def steps(request: HttpRequest, public_id: str) -> HttpResponse:
    """Bring steps into a state."""

    def act(found: Visit) -> None:
        ids = list(found.steps.values_list("pk", flat=True))
        form = MoveForm(request.POST, steps=ids)
        if not form.is_valid():
            raise _NotUnderstood
        move_steps(visit=found, by=identity.user_of(request), **form.cleaned_data)

    return _do(request, public_id, act)


@require_POST
def call(request: HttpRequest, public_id: str) -> HttpResponse:
    """Call a department to the window."""

    def act(found: Visit) -> None:
        form = DepartmentForm(request.POST)
        if not form.is_valid():
            raise _NotUnderstood
        calls.call_department(visit=found, by=identity.user_of(request), **form.cleaned_data)

    return _do(request, public_id, act, _("The department is called."))


@require_POST
def call_end(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    """The window needs nobody any more."""

    def act(found: Visit) -> None:
        form = EditForm(request.POST)
        if not form.is_valid():
            raise _NotUnderstood
        called = get_object_or_404(Call, pk=pk, visit=found)
        calls.end_call(call=called, edit=form.cleaned_data["edit"], by=identity.user_of(request))

    return _do(request, public_id, act, _("The call is ended."))


@require_POST
def seat(request: HttpRequest, public_id: str) -> HttpResponse:
    def act(found: Visit) -> None:
        form = SeatForm(request.POST, seats=range(1, found.window.seats + 1))
        if not form.is_valid():
            raise _NotUnderstood
        operations.give_seat(visit=found, by=identity.user_of(request), **form.cleaned_data)

    return _do(request, public_id, act)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    """End the visit, with what is unfinished said."""
    found, actor = visit_for(request, public_id)
    if not access.may_serve(actor, found.window.department_id):
        raise PermissionDenied(identity.needed_roles(*access.WORKERS))
    form = CloseForm(posted(request), initial={"edit": found.edit})
    problem, status = "", 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            closed = operations.close_visit(
                visit=found, by=identity.user_of(request), **form.cleaned_data
            )
        except errors.Unfinished as refused:
            form.add_error("leaves", str(refused))
            status = 422
        except errors.Conflict as refused:
            problem, status = str(refused), 409
            found, actor = visit_for(request, public_id)
            form = CloseForm(initial={"edit": found.edit})
        else:
            return _closed(request, closed)
    context = {
        "form": form,
        "visit": found,
        "page": visit_page(found, actor),
        "problem": problem,
    }
    return render(request, "onestop/staff/close.html", context, status=status)


def _closed(request: HttpRequest, closed: Visit) -> HttpResponse:
    counters = closed.counters or 1
    messages.success(
        request,
        ngettext(
            "The visit ended: %(count)d counter for this life event.",
            "The visit ended: %(count)d counters for this life event.",
            counters,
        )
        % {"count": counters},
    )
    if closed.steps.filter(state__in=["goes", "left"]).exists():
        return redirect("onestop_staff:visit", closed.public_id)
    return redirect("onestop_staff:desk")


@require_safe
def slip(request: HttpRequest, public_id: str) -> HttpResponse:
    """The slip for the counters that remain, as a PDF."""
    found, actor = visit_for(request, public_id)
    content = slips.slip_pdf(visit_page(found, actor))
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="slip-{found.public_id}.pdf"'
    return answer
