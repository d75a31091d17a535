"""The window's screen: scan, what is to be done now, who waits."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.service import Acting
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.services.onestop.forms.administration import add_refusal
from madoguchi.services.onestop.forms.visits import ScanForm
from madoguchi.services.onestop.models import Window
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.operations.visits import open_visit
from madoguchi.services.onestop.queries import visits
from madoguchi.services.onestop.queries.windows import windows_for
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.views.staff_access import (
    contracts_of,
    require_desk,
    require_worker,
)

SHOWN_CLOSED = 20


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The chosen window: a number begins its visit, or leads to the one that is open."""
    actor = require_desk(request)
    windows = windows_for(actor, clock.today())
    window = _chosen(request, windows)
    if request.method == "POST":
        require_worker(request)
    if window is None:
        return render(request, "onestop/staff/no_window.html", _without_window(actor))
    may_serve = access.may_serve(actor, window.department_id)
    seats = visits.free_seats(window)
    form = ScanForm(posted(request), seats=seats, initial={"seat": seats[0] if seats else ""})
    status = 200
    if request.method == "POST":
        if not may_serve:
            raise PermissionDenied(identity.needed_roles(*access.WORKERS))
        if form.is_valid():
            try:
                return _begin(request, form, window)
            except errors.NotYours as refused:
                raise PermissionDenied(str(refused)) from None
            except errors.SeatTaken as refused:
                add_refusal(form, refused, "seat")
                status = 409
            except Refused as refused:
                add_refusal(form, refused, "number")
        status = status if status == 409 else 422
    own = contracts_of(request)
    context = {
        "windows": windows,
        "window": window,
        "form": form,
        "may_serve": may_serve,
        "rows": visits.open_rows(window, actor, own),
        "sent_back": visits.sent_back(window, actor, own),
        "closed": visits.closed_today(window, actor, own, clock.today())[:SHOWN_CLOSED],
        "not_begun": visits.not_begun(window, actor, clock.today()) if may_serve else [],
        "is_city": access.is_city(actor),
        "read_at": clock.now(),
    }
    return render(request, "onestop/staff/desk.html", context, status=status)


def _begin(request: HttpRequest, form: ScanForm, window: Window) -> HttpResponse:
    opened = open_visit(
        number=form.cleaned_data["number"],
        window=window,
        seat=form.cleaned_data["seat"],
        by=identity.user_of(request),
    )
    if not opened.is_new:
        messages.info(request, _("This visit was open already: here it is."))
    return redirect("onestop_staff:visit", opened.visit.public_id)


def _chosen(request: HttpRequest, windows: list[Window]) -> Window | None:
    """The one that the address names, else the first."""
    code = request.POST.get("window") or request.GET.get("window")
    return next((each for each in windows if each.code == code), windows[0] if windows else None)


def _without_window(actor: Acting) -> dict[str, bool]:
    return {
        "may_lay_down": access.may_lay_down(actor),
        "is_operator": access.is_operator_only(actor),
        "is_city": access.is_city(actor),
    }
