"""The daily close: what is due, a day before it is closed, and as it was closed."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.payments.forms.close import CloseForm
from madoguchi.blocks.payments.models import DailyClose
from madoguchi.blocks.payments.operations.closing import close_day as close
from madoguchi.blocks.payments.queries.close_words import close_page, kept
from madoguchi.blocks.payments.queries.closing import close_of, days_due
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.views.staff_access import require_reader, require_treasury
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

PER_PAGE = 30
DUE_SHOWN = 10


@require_safe
def close_list(request: HttpRequest) -> HttpResponse:
    """The days that are due to be closed, then those that are, latest first."""
    actor = require_reader(request)
    due = days_due()
    closes = (
        DailyClose.objects.select_related("closed_by")
        .defer("standing")
        .annotate(settled=Sum("lines__settled"), count=Sum("lines__settled_count"))
        .order_by("-day")
    )
    context = {
        "first": due[0] if due else None,
        "later": due[1:DUE_SHOWN],
        "more": max(0, len(due) - DUE_SHOWN),
        "due": len(due),
        "page": Paginator(closes, PER_PAGE).get_page(request.GET.get("page")),
        "is_treasury": access.may_manage(actor),
    }
    return render(request, "payments/staff/close_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close_day(request: HttpRequest, day: str) -> HttpResponse:
    """A day as it would be closed; the treasury closes it."""
    actor = require_reader(request)
    on = _day(day)
    due = days_due()
    if on not in due:
        get_object_or_404(DailyClose, day=on)
        return redirect("payments_staff:close_show", day)
    form = CloseForm(posted(request))
    if request.method == "POST":
        clerk = require_treasury(request)
        form.full_clean()
        try:
            made = close(day=on, by=clerk)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            _say(request, made)
            return redirect("payments_staff:close_show", day)
    is_first = on == due[0]
    context = {
        "day": on,
        "first": due[0],
        "is_first": is_first,
        "drawn": close_page(close_of(on)) if is_first else None,
        "form": form if access.may_manage(actor) else None,
    }
    status = 422 if form.errors else 200
    return render(request, "payments/staff/close_day.html", context, status=status)


@require_safe
def close_show(request: HttpRequest, day: str) -> HttpResponse:
    """A closed day, as it was drawn up."""
    require_reader(request)
    found = get_object_or_404(DailyClose.objects.prefetch_related("lines"), day=_day(day))
    context = {"close": found, "day": found.day, "drawn": close_page(kept(found))}
    return render(request, "payments/staff/close_show.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _say(request: HttpRequest, made: DailyClose) -> None:
    if made.is_balanced:
        messages.success(request, _("The day is closed and comes to zero."))
    else:
        messages.warning(request, _("The day is closed with differences. They are listed below."))
