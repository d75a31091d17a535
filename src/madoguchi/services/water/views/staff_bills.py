"""The bills of a period: looked at before they are made, then made."""

from datetime import date
from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.money import thousands
from madoguchi.services.water.operations.billing import make_bills
from madoguchi.services.water.queries.billing import preview, progress
from madoguchi.services.water.rules import access, periods
from madoguchi.services.water.tasks import make_other_bills
from madoguchi.services.water.views.staff_access import (
    period_or_404,
    require_clerk,
    require_reader,
)

AT_ONCE = 2000
"""Bills that are made while the clerk waits; the worker makes the others."""


@require_http_methods(["GET", "HEAD", "POST"])
def bills(request: HttpRequest, period: str) -> HttpResponse:
    """How many, how much, who has no reading; and the button."""
    if request.method == "POST":
        clerk = require_clerk(request)
        return _make(request, period_or_404(period), clerk)
    actor = require_reader(request)
    month = period_or_404(period)
    context = {
        "preview": preview(month, today=clock.today()),
        "period": month,
        "code": period,
        "may_manage": access.may_manage(actor),
    }
    return render(request, "water/staff/bills.html", context)


def _make(request: HttpRequest, month: date, clerk: User) -> HttpResponse:
    made = make_bills(period=month, by=clerk, most=AT_ONCE)
    words = ngettext(
        "%(count)s bill was made, %(amount)s yen.",
        "%(count)s bills were made, %(amount)s yen together.",
        made.bills,
    ) % {"count": thousands(made.bills), "amount": thousands(made.amount)}
    waiting = progress(month).waiting - len(made.left_out)
    if waiting > 0 and made.bills == AT_ONCE:
        transaction.on_commit(
            partial(make_other_bills.enqueue, period=periods.text_of(month), clerk_id=clerk.pk)
        )
        words += " " + _("%(count)s more are being made now.") % {"count": thousands(waiting)}
    messages.success(request, words)
    return redirect("water_staff:bills", periods.text_of(month))
