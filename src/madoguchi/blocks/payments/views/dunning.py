"""Demands on the desk: drawn up, sent, and what crossed with a payment."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.payments.forms.dunning import DemandFilterForm
from madoguchi.blocks.payments.models import Demand
from madoguchi.blocks.payments.operations.dunning import (
    draw_up_demands,
    letters_pdf,
    send_demands,
)
from madoguchi.blocks.payments.queries import dunning as queries
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.queries.slips import PRINTED_IN
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.blocks.payments.views.staff_access import require_reader, require_treasury
from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused

PER_PAGE = 50
SENDINGS = 10
LETTERS_A_FILE = 300
GET_AND_POST = ["GET", "HEAD", "POST"]


def stage_label(stage: int) -> str:
    return _("Demand (督促)") if stage == 1 else _("Reminder %(n)d (催告)") % {"n": stage - 1}


@require_safe
def demands(request: HttpRequest) -> HttpResponse:
    """What must be done now on top; then what crossed, what was sent, and every demand."""
    actor = require_reader(request)
    form = DemandFilterForm(request.GET)
    is_valid = form.is_valid()
    wanted = form.cleaned_data if is_valid else {}
    found = queries.demand_list(
        status=wanted.get("status", ""),
        fee_kind=wanted.get("fee_kind", ""),
        search=wanted.get("q", ""),
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    sendings = queries.sendings()
    context = {
        "form": form,
        "page": page,
        "rows": _rows(page.object_list),
        "due": _sum(queries.grouped(queries.due_demands(clock.today()))),
        "waiting": [_group(group) for group in queries.waiting()],
        "sendings": [_sending(each) for each in sendings[:SENDINGS]],
        "is_treasury": access.may_manage(actor),
    }
    status = 200 if is_valid else 422
    return render(request, "payments/staff/demands.html", context, status=status)


def _rows(found: Any) -> list[dict[str, Any]]:
    shown = list(found)
    paid = queries.paid_at_of({demand.bill_id for demand in shown})
    return [
        {
            "demand": demand,
            "label": fee_kind_label(demand.bill.fee_kind),
            "stage": stage_label(demand.stage),
            "paid_at": paid.get(demand.bill_id),
        }
        for demand in shown
    ]


def _group(group: queries.DemandGroup) -> dict[str, Any]:
    return {
        "group": group,
        "label": fee_kind_label(group.fee_kind),
        "stage": stage_label(group.stage),
    }


def _sending(each: queries.Sending) -> dict[str, Any]:
    files = -(-(each.count - each.crossed) // LETTERS_A_FILE)
    return {
        "sending": each,
        "label": fee_kind_label(each.fee_kind),
        "stage": stage_label(each.stage),
        "day": each.sent_on.isoformat(),
        "files": range(1, files + 1),
    }


def _sum(groups: list[queries.DemandGroup]) -> dict[str, Any]:
    return {
        "groups": [_group(group) for group in groups],
        "count": sum(group.count for group in groups),
        "amount": sum(group.amount for group in groups),
    }


@require_http_methods(GET_AND_POST)
def demands_draw_up(request: HttpRequest) -> HttpResponse:
    """How many and how much by fee and stage; then they are drawn up."""
    clerk = require_treasury(request)
    today = clock.today()
    if request.method == "POST":
        drawn = draw_up_demands(on=today, by=clerk)
        messages.success(
            request,
            ngettext(
                "%(count)d demand is drawn up.", "%(count)d demands are drawn up.", drawn.count
            )
            % {"count": drawn.count},
        )
        return redirect("payments_staff:demands")
    context = {"due": _sum(queries.grouped(queries.due_demands(today))), "today": today}
    return render(request, "payments/staff/demands_draw_up.html", context)


@require_http_methods(GET_AND_POST)
def demands_send(request: HttpRequest, fee_kind: str, stage: int) -> HttpResponse:
    """What goes out; then it counts as sent, with new slips, and its letters can be printed."""
    clerk = require_treasury(request)
    _known_or_404(fee_kind)
    group = next(
        (each for each in queries.waiting() if (each.fee_kind, each.stage) == (fee_kind, stage)),
        None,
    )
    if request.method == "POST":
        try:
            sent = send_demands(fee_kind=fee_kind, stage=stage, by=clerk)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request,
                _(
                    "%(count)d sent, %(withheld)d withheld because they were paid. "
                    "Print the letters now."
                )
                % {"count": sent.count, "withheld": sent.withheld},
            )
        return redirect("payments_staff:demands")
    if group is None:
        raise Http404
    return render(request, "payments/staff/demands_send.html", _group(group))


@require_safe
def demand_letters(
    request: HttpRequest, day: str, fee_kind: str, stage: int, part: int
) -> HttpResponse:
    """The letters of one sending as a PDF, without those that crossed with a payment."""
    require_treasury(request)
    _known_or_404(fee_kind)
    sent = queries.sent_together(sent_on=_day(day), fee_kind=fee_kind, stage=stage)
    place = (part - 1) * LETTERS_A_FILE
    wanted = sent.exclude(status=Demand.Status.CROSSED)
    if not 0 <= place < wanted.count():
        raise Http404
    found = list(wanted[place : place + LETTERS_A_FILE])
    with override(PRINTED_IN):
        title = f"{fee_kind_label(fee_kind)} {stage_label(stage)} {day}"
    try:
        pdf = letters_pdf(found, title=title)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("payments_staff:demands")
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="demands-{day}-{stage}-{part}.pdf"'
    return answer


def _known_or_404(fee_kind: str) -> None:
    if fee_kind not in fee_kinds:
        raise Http404


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
