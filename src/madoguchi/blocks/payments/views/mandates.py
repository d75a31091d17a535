"""Mandates on the desk: found, taken, ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.payments.forms.debit import EndMandateForm, MandateFilterForm, MandateForm
from madoguchi.blocks.payments.models import Mandate
from madoguchi.blocks.payments.operations.mandates import (
    NameTooLong,
    NewMandate,
    NotForBanks,
    end_mandate,
    register_mandate,
)
from madoguchi.blocks.payments.queries import debit as queries
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.blocks.payments.views.staff_access import (
    readable_kinds,
    require_any_role,
    require_reader_of_kinds,
    require_server_of_kinds,
    servable_kinds,
)
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

PER_PAGE = 50
GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """Mandates of the services that one may read, those in force first."""
    actor = require_any_role(request)
    form = MandateFilterForm(request.GET)
    payer = form.cleaned_data["payer"] if form.is_valid() else ""
    kinds = None
    if not access.reads_everything(actor):
        kinds = readable_kinds(actor, _all_kinds())
    found = queries.mandates(payer=payer, fee_kinds=kinds)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "today": clock.today(),
        "may_add": bool(servable_kinds(actor, _all_kinds())),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "payments/staff/debit_mandates.html", context, status=status)


def _all_kinds() -> list[str]:
    return [kind.code for kind in fee_kinds]


@require_http_methods(GET_AND_POST)
def mandate_add(request: HttpRequest) -> HttpResponse:
    """Take what the payer wrote on the form."""
    clerk = require_server_of_kinds(request, *_all_kinds())
    initial = {
        "from_on": clock.today(),
        "account_kind": Mandate.Kind.ORDINARY,
    }
    form = MandateForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        kinds = queries.kinds_of_payer(form.cleaned_data["payer"])
        if not servable_kinds(identity.acting_as(clerk), kinds):
            raise PermissionDenied(_("This payer's fees are another department's."))
        try:
            made = register_mandate(NewMandate(**form.cleaned_data), by=clerk)
        except Refused as refused:
            is_name = isinstance(refused, NotForBanks | NameTooLong)
            form.add_error("holder" if is_name else None, str(refused))
        else:
            messages.success(request, _("The mandate is registered."))
            return redirect("payments_staff:mandate", made.pk)
    return render(
        request,
        "payments/staff/debit_mandate_add.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@require_safe
def mandate(request: HttpRequest, pk: int) -> HttpResponse:
    """One mandate, and the debits under it."""
    found = get_object_or_404(Mandate, pk=pk)
    kinds = queries.kinds_of_payer(found.payer)
    actor = require_reader_of_kinds(request, *kinds)
    items = found.items.select_related("run", "bill").order_by("-pk")
    if not access.reads_everything(actor):
        items = items.filter(bill__fee_kind__in=readable_kinds(actor, kinds))
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "mandate": found,
        "page": page,
        "rows": [{"item": item, "words": queries.RESULTS.get(item.result)} for item in page],
        "ended_by": queries.RESULTS.get(found.ended_by_result),
        "may_end": found.until_on is None and bool(servable_kinds(actor, kinds)),
        "reads_runs": access.reads_everything(actor),
    }
    return render(request, "payments/staff/debit_mandate.html", context)


@require_http_methods(GET_AND_POST)
def mandate_end(request: HttpRequest, pk: int) -> HttpResponse:
    """From which day on nothing is debited."""
    found = get_object_or_404(Mandate, pk=pk)
    clerk = require_server_of_kinds(request, *queries.kinds_of_payer(found.payer))
    form = EndMandateForm(posted(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            end_mandate(mandate_id=pk, on=form.cleaned_data["on"], by=clerk)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The mandate ends."))
            return redirect("payments_staff:mandate", pk)
    return render(
        request,
        "payments/staff/debit_mandate_end.html",
        {"form": form, "mandate": found},
        status=422 if form.errors else 200,
    )
