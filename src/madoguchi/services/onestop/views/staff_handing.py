"""The back office's lists: shown, printed, as a table, taken over, done, sent back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import Acting
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.services.onestop.forms.administration import HandOverFilter, add_refusal
from madoguchi.services.onestop.forms.visits import ErrorForm, SendBackForm
from madoguchi.services.onestop.models import HandOver
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.operations import handing as operations
from madoguchi.services.onestop.operations.contracts import record_error
from madoguchi.services.onestop.queries import handing, slip
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.views.staff_access import require, require_back_office

PER_PAGE = 50
MOST_PRINTED = 500


@require_safe
def hand_overs(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _show(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    actor = require_back_office(request)
    form, found = _filtered(request, actor)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": handing.hand_over_rows(page, clock.today()),
        "state": form.chosen[0],
        "query": request.GET.urlencode(),
        "may_answer": access.is_city(actor),
        "problem": problem,
        "read_at": clock.now(),
    }
    return render(request, "onestop/staff/hand_overs.html", context, status=status)


def _filtered(request: HttpRequest, actor: Acting) -> tuple[HandOverFilter, QuerySet[HandOver]]:
    departments = handing.departments_with_hand_overs(actor, clock.today())
    form = HandOverFilter(request.GET or None, departments=departments)
    if not form.is_bound:
        form = HandOverFilter({"state": handing.WAITING}, departments=departments)
    state, department = form.chosen
    return form, handing.hand_overs(actor, state=state, department=department)


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    actor = require_back_office(request)
    _form, found = _filtered(request, actor)
    content = handing.as_csv(handing.hand_over_rows(found, clock.today()))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="hand-overs.csv"'
    return answer


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The list as a PDF to be printed, with boxes to tick."""
    actor = require_back_office(request)
    form, found = _filtered(request, actor)
    content = slip.hand_over_pdf(
        handing.hand_over_rows(found[:MOST_PRINTED], clock.today()),
        state=dict(form.fields["state"].choices)[form.chosen[0]],  # type: ignore[attr-defined] # a choice field
    )
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="hand-overs.pdf"'
    return answer


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(
        request,
        pk,
        lambda entry, by: operations.take_over(entry=entry, by=by),
        _("It is taken over."),
    )


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(
        request,
        pk,
        lambda entry, by: operations.finish_hand_over(entry=entry, by=by),
        _("It is done."),
    )


def _do(
    request: HttpRequest, pk: int, act: Callable[[HandOver, User], object], said: str
) -> HttpResponse:
    require(request, *access.CITY)
    entry = get_object_or_404(HandOver, pk=pk)
    try:
        act(entry, identity.user_of(request))
    except errors.NotYours as refused:
        raise PermissionDenied(str(refused)) from None
    except Refused as refused:
        status = 409 if isinstance(refused, errors.Conflict) else 422
        return _show(request, problem=str(refused), status=status)
    messages.success(request, said)
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("onestop_staff:hand_overs")


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a procedure back to its window, and say why."""
    actor = require(request, *access.CITY)
    entry = get_object_or_404(HandOver.objects.select_related("step__visit__window"), pk=pk)
    if not access.may_answer(actor, entry.department_id):
        raise PermissionDenied(identity.needed_roles(*access.CITY))
    form = SendBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            operations.send_back(
                entry=entry, reason=form.cleaned_data["reason"], by=identity.user_of(request)
            )
        except errors.Conflict as refused:
            return _show(request, problem=str(refused), status=409)
        messages.success(request, _("It went back to the window."))
        return redirect("onestop_staff:hand_overs")
    context = {"form": form, "entry": entry}
    status = 422 if form.errors else 200
    return render(request, "onestop/staff/send_back.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def error(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that what an operator took in came back."""
    actor = require(request, *access.CITY)
    entry = get_object_or_404(
        HandOver.objects.select_related("step__visit", "step__contract"), pk=pk
    )
    if not access.may_answer(actor, entry.department_id):
        raise PermissionDenied(identity.needed_roles(*access.CITY))
    form = ErrorForm(posted(request))
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            record_error(
                step=entry.step, kind=form.cleaned_data["kind"], by=identity.user_of(request)
            )
        except Refused as refused:
            add_refusal(form, refused)
            status = 409 if isinstance(refused, errors.Conflict) else 422
        else:
            messages.success(request, _("The error is recorded."))
            return redirect("onestop_staff:hand_overs")
    context = {"form": form, "entry": entry}
    return render(request, "onestop/staff/error.html", context, status=status)
