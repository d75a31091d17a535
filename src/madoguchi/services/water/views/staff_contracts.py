"""The desk's contracts: searched, shown, added, changed, ended; single readings; bills back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.services.water.forms.staff import (
    ContractForm,
    EndForm,
    NewContractForm,
    ReadingForm,
    ReasonForm,
    SearchForm,
    add_refusal,
)
from madoguchi.services.water.models import Contract, Reading
from madoguchi.services.water.operations import contracts
from madoguchi.services.water.operations.billing import take_back_bill
from madoguchi.services.water.operations.contracts import NewContract, NumberTaken
from madoguchi.services.water.operations.readings import record_reading
from madoguchi.services.water.queries.contracts import search_contracts
from madoguchi.services.water.queries.desk import contract_page
from madoguchi.services.water.rules import access
from madoguchi.services.water.views.staff_access import (
    contract_or_404,
    period_or_404,
    require_clerk,
    require_reader,
)

GET_AND_POST = ["GET", "HEAD", "POST"]
PER_PAGE = 50
SEES_BILLS = ("payments_treasury", "payments_collector", "auditor")
"""Roles that may open bills on the pages of payments."""


@require_safe
def contract_list(request: HttpRequest) -> HttpResponse:
    """Contracts by their number, narrowed by words."""
    actor = require_reader(request)
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(search_contracts(words), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "words": words,
        "may_manage": access.may_manage(actor),
        "any": page.paginator.count > 0 or Contract.objects.filter(erased_at=None).exists(),
    }
    return render(
        request, "water/staff/contracts.html", context, status=422 if form.errors else 200
    )


@require_safe
def contract(request: HttpRequest, number: str) -> HttpResponse:
    """One contract with its readings, bills, balance and payments."""
    actor = require_reader(request)
    page = contract_page(contract_or_404(number), today=clock.today())
    context = {
        "page": page,
        "contract": page.contract,
        "may_manage": access.may_manage(actor),
        "sees_bills": actor.holds(*SEES_BILLS),
    }
    return render(request, "water/staff/contract.html", context)


@require_http_methods(GET_AND_POST)
def add(request: HttpRequest) -> HttpResponse:
    clerk = require_clerk(request)
    form = NewContractForm(posted(request), initial={"start_index_m3": 0})
    if request.method == "POST" and form.is_valid():
        try:
            made = contracts.add_contract(contract=NewContract(**form.cleaned_data), by=clerk)
        except NumberTaken as refused:
            add_refusal(form, refused, "number")
        else:
            messages.success(request, _("Contract %(number)s was added.") % {"number": made.number})
            return redirect("water_staff:contract", made.number)
    context = {"form": form, "title": _("Add a contract"), "button": _("Add the contract")}
    return render(
        request, "water/staff/contract_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def change(request: HttpRequest, number: str) -> HttpResponse:
    clerk = require_clerk(request)
    found = contract_or_404(number)
    initial = {name: getattr(found, name) for name in ContractForm.base_fields}
    form = ContractForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        contracts.change_contract(contract_id=found.pk, by=clerk, **form.cleaned_data)
        messages.success(request, _("The contract was changed."))
        return redirect("water_staff:contract", number)
    context = {
        "form": form,
        "contract": found,
        "title": _("Change the contract"),
        "button": _("Store"),
    }
    return render(
        request, "water/staff/contract_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def end(request: HttpRequest, number: str) -> HttpResponse:
    clerk = require_clerk(request)
    found = contract_or_404(number)
    form = EndForm(posted(request), initial={"last_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            contracts.end_contract(contract_id=found.pk, by=clerk, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request,
                _("The contract was ended. The last bill is made with the others of the month."),
            )
            return redirect("water_staff:contract", number)
    context = {
        "form": form,
        "contract": found,
        "title": _("End the contract"),
        "lead": _(
            "The meter is read on the last day; of that reading the last bill is made. If it was"
            " read on that day already, no further reading is needed."
        ),
        "button": _("End the contract"),
    }
    return render(
        request, "water/staff/contract_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def reading(request: HttpRequest, number: str, period: str) -> HttpResponse:
    """Record one reading with everything that may be said of it."""
    clerk = require_clerk(request)
    found, month = contract_or_404(number), period_or_404(period)
    form = ReadingForm(posted(request), initial={"read_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            recorded = record_reading(entry=form.entry(number, month), by=clerk)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request, _("Recorded: %(used)d m³ were used.") % {"used": recorded.used_m3}
            )
            return redirect("water_staff:contract", number)
    context = {
        "form": form,
        "contract": found,
        "period": month,
        "title": _("Record a reading"),
        "button": _("Record the reading"),
    }
    return render(
        request, "water/staff/contract_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def bill_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the bill of a reading, so that the reading can be put right."""
    clerk = require_clerk(request)
    found = get_object_or_404(
        Reading.objects.select_related("contract"), pk=pk, contract__erased_at=None
    )
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            take_back_bill(reading_id=pk, reason=form.cleaned_data["reason"], by=clerk)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(
                request, _("The bill was taken back. Put the reading right and make it again.")
            )
            return redirect("water_staff:contract", found.contract.number)
    context = {
        "form": form,
        "contract": found.contract,
        "period": found.period,
        "title": _("Take the bill back"),
        "lead": _(
            "The bill is cancelled, the reading stays and can be put right. A bill for which money"
            " came cannot be taken back."
        ),
        "button": _("Take the bill back"),
        "is_danger": True,
    }
    return render(
        request, "water/staff/contract_form.html", context, status=422 if form.errors else 200
    )
