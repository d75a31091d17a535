"""Contracts and rates on the desk: what is in force, what comes, what was."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.payments.forms.profiles import (
    CostForm,
    DatedForm,
    DebitForm,
    DunningForm,
    ElqrForm,
    OfficeForm,
    StoreForm,
)
from madoguchi.blocks.payments.models import (
    ChannelCost,
    DebitProfile,
    DunningRule,
    ElqrProfile,
    FeeKindOffice,
    Mandate,
    StoreProfile,
)
from madoguchi.blocks.payments.operations.profiles import add_row, withdraw_row
from madoguchi.blocks.payments.queries.labels import channel_label, fee_kind_label
from madoguchi.blocks.payments.queries.profiles import DatedRow, standings
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.views.staff_access import require_reader, require_treasury
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.pages.templatetags.components import yen
from madoguchi.kernel.refused import Refused

GET_AND_POST = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Table:
    """A dated table as its page shows it: columns after fee and day, and what fills them."""

    code: str
    model: type[Any]
    form: type[DatedForm]
    title: Promise
    lead: Promise
    heads: Sequence[Promise]
    cells: Callable[[Any], Sequence[str]]
    key: Callable[[Any], Hashable] = lambda row: row.fee_kind


def _account(row: DebitProfile) -> str:
    kind = Mandate.Kind(row.account_kind).label
    return f"{row.bank_code}-{row.branch_code} {kind} {row.account_number}"


def _decimal(value: Any) -> str:
    return f"{value.normalize():f}"


TABLES = {
    table.code: table
    for table in (
        Table(
            "store",
            StoreProfile,
            StoreForm,
            gettext_lazy("Contract for store collection"),
            gettext_lazy("What the barcode of a slip begins with, and up to which amount."),
            (
                gettext_lazy("Company code"),
                gettext_lazy("Client code"),
                gettext_lazy("Highest amount"),
            ),
            lambda row: (row.company_code, row.client_code, yen(row.highest_amount)),
        ),
        Table(
            "elqr",
            ElqrProfile,
            ElqrForm,
            gettext_lazy("eL-QR of a fee"),
            gettext_lazy("What the eL-QR of a slip says of the city and the fee."),
            (
                gettext_lazy("Office code"),
                gettext_lazy("Tax office code"),
                gettext_lazy("Item number"),
            ),
            lambda row: (row.office_code, row.tax_office_code, row.item_number),
        ),
        Table(
            "debit",
            DebitProfile,
            DebitForm,
            gettext_lazy("Contract for bank debit"),
            gettext_lazy("Whom the bank collects for, into which account."),
            (
                gettext_lazy("Client code"),
                gettext_lazy("Client name"),
                gettext_lazy("Bank account"),
            ),
            lambda row: (row.client_code, row.client_name_kana, _account(row)),
        ),
        Table(
            "office",
            FeeKindOffice,
            OfficeForm,
            gettext_lazy("Responsible department"),
            gettext_lazy("Its collecting staff serve the payers of the fee."),
            (gettext_lazy("Department"),),
            lambda row: (row.shown_name,),
        ),
        Table(
            "cost",
            ChannelCost,
            CostForm,
            gettext_lazy("Cost of a channel"),
            gettext_lazy("What a payment costs the city, by the channel that it comes through."),
            (
                gettext_lazy("Channel"),
                gettext_lazy("Yen each"),
                gettext_lazy("Per cent of the amount"),
            ),
            lambda row: (
                channel_label(row.channel),
                _decimal(row.yen_each),
                _decimal(row.per_cent),
            ),
            lambda row: (row.channel, row.fee_kind),
        ),
        Table(
            "dunning",
            DunningRule,
            DunningForm,
            gettext_lazy("Rule of demands"),
            gettext_lazy("When what is overdue is demanded, and how long the demand gives."),
            (
                gettext_lazy("Stage"),
                gettext_lazy("Days after the due date"),
                gettext_lazy("Days to pay"),
                gettext_lazy("Demand fee"),
            ),
            lambda row: (
                str(row.stage),
                str(row.days_after_due),
                str(row.days_to_pay) if row.days_to_pay else _("not used"),
                yen(row.fee),
            ),
            lambda row: (row.stage, row.fee_kind),
        ),
    )
}


@require_safe
def profiles(request: HttpRequest) -> HttpResponse:
    """Every dated table with its rows, those in force first."""
    actor = require_reader(request)
    context = {
        "tables": [{"table": table, "rows": _rows(table)} for table in TABLES.values()],
        "is_treasury": access.may_manage(actor),
    }
    return render(request, "payments/staff/profiles.html", context)


def _rows(table: Table) -> list[dict[str, Any]]:
    rows = list(table.model.objects.all())
    if table.model is FeeKindOffice:
        names = identity.department_names({row.department_id for row in rows}, on=clock.today())
        for row in rows:
            row.shown_name = names[row.department_id]
    return [
        {
            "row": row,
            "label": fee_kind_label(row.fee_kind) if row.fee_kind else _("All fees"),
            "standing": standing.value,
            "cells": table.cells(row),
        }
        for row, standing in standings(rows, key=table.key, on=clock.today())
    ]


@require_http_methods(GET_AND_POST)
def profile_add(request: HttpRequest, table: str) -> HttpResponse:
    """Add a row that is in force from a day on."""
    clerk = require_treasury(request)
    found = _table(table)
    form = found.form(posted(request), initial={"from_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            add_row(
                found.model,
                from_on=form.cleaned_data["from_on"],
                values=form.values(),
                by=clerk,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The row is added."))
            return redirect("payments_staff:profiles")
    return render(
        request,
        "payments/staff/profile_add.html",
        {"form": form, "table": found},
        status=422 if form.errors else 200,
    )


@require_POST
def profile_withdraw(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Take back a row that has not begun."""
    clerk = require_treasury(request)
    row: DatedRow = get_object_or_404(_table(table).model, pk=pk)
    try:
        withdraw_row(row, by=clerk)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The row is taken back."))
    return redirect("payments_staff:profiles")


def _table(code: str) -> Table:
    try:
        return TABLES[code]
    except KeyError:
        raise Http404 from None
