"""Bank debit on the desk: runs, their files, the bank's answers."""

from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.payments.forms.bills import ReissueForm
from madoguchi.blocks.payments.forms.debit import DebitRunForm, ResultForm, RetryForm
from madoguchi.blocks.payments.models import DebitRun
from madoguchi.blocks.payments.operations import debit as operations
from madoguchi.blocks.payments.queries import debit as queries
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.queries.zengin_words import say_fault
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.rules import debit as rules
from madoguchi.blocks.payments.views.staff_access import require_reader, require_treasury
from madoguchi.blocks.payments.zengin import BadDebitFile
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

PER_PAGE = 30
ITEMS_PER_PAGE = 100
GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def debit_runs(request: HttpRequest) -> HttpResponse:
    """Every request to the bank, the latest first."""
    actor = require_reader(request)
    page = Paginator(queries.runs(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"run": run, "label": fee_kind_label(run.fee_kind)} for run in page]
    context = {"page": page, "rows": rows, "is_treasury": access.may_manage(actor)}
    return render(request, "payments/staff/debit.html", context)


@require_http_methods(GET_AND_POST)
def debit_run_start(request: HttpRequest) -> HttpResponse:
    """Fee and day; then how many and how much, and only then the run."""
    clerk = require_treasury(request)
    retry_of = _retried(request)
    asked = request.POST if request.method == "POST" else request.GET
    form_class = RetryForm if retry_of else DebitRunForm
    form = form_class(asked if "debit_on" in asked or request.method == "POST" else None)
    selection = None
    if form.is_valid():
        wanted = _Wanted.of(form, retry_of)
        try:
            operations.check_debit(**wanted._asdict())
            if request.method == "POST":
                run = operations.make_debit_run(**wanted._asdict(), by=clerk)
                messages.success(request, _("The request is made. Download it for the bank."))
                return redirect("payments_staff:debit_run", run.public_id)
            selection = queries.selection(*wanted)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form,
        "retry_of": retry_of,
        "retried_label": fee_kind_label(retry_of.fee_kind) if retry_of else "",
        "selection": selection,
        "wanted": wanted if selection else None,
        "label": fee_kind_label(wanted.fee_kind) if selection else "",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "payments/staff/debit_start.html", context, status=status)


class _Wanted(NamedTuple):
    """What a run is asked for, as operations and queries take it."""

    fee_kind: str
    debit_on: date
    retry_of: DebitRun | None

    @classmethod
    def of(cls, form: DebitRunForm | RetryForm, retry_of: DebitRun | None) -> "_Wanted":
        fee_kind = retry_of.fee_kind if retry_of else form.cleaned_data["fee_kind"]
        return cls(fee_kind, form.cleaned_data["debit_on"], retry_of)


def _retried(request: HttpRequest) -> DebitRun | None:
    public_id = request.POST.get("retry_of") or request.GET.get("retry_of")
    if not public_id:
        return None
    if not public_id.isprintable():  # PostgreSQL takes no NUL
        raise Http404
    return get_object_or_404(DebitRun, public_id=public_id)


@require_safe
def debit_run(request: HttpRequest, public_id: str) -> HttpResponse:
    """One run: what the bank answered, by reason, and what is to be done about it."""
    actor = require_reader(request)
    run = get_object_or_404(
        queries.runs().select_related("made_by", "retry_of"), public_id=public_id
    )
    result = request.GET.get("result", "")
    chosen = result if result in queries.RESULTS else None
    items = queries.items_of(run, result=chosen)
    page = Paginator(items, ITEMS_PER_PAGE).get_page(request.GET.get("page"))
    by_result = queries.by_result(run)
    retry = DebitRun.objects.filter(retry_of=run).first()
    context = {
        "run": run,
        "label": fee_kind_label(run.fee_kind),
        "by_result": by_result,
        "page": page,
        "rows": [{"item": item, "words": queries.RESULTS.get(item.result)} for item in page],
        "chosen": queries.RESULTS.get(chosen or ""),
        "retry": retry,
        "can_retry": retry is None and any(each.code in rules.RETRIED for each in by_result),
        "slips": len(queries.bills_for_slips(run)),
        "is_treasury": access.may_manage(actor),
    }
    return render(request, "payments/staff/debit_run.html", context)


@require_POST
def debit_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The request for the bank, to be saved. Who took it is on record."""
    clerk = require_treasury(request)
    run = get_object_or_404(DebitRun.objects.select_related("profile"), public_id=public_id)
    try:
        content = operations.take_debit_file(run=run, by=clerk)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("payments_staff:debit_run", public_id)
    return _download(content, f"debit-{run.debit_on:%Y%m%d}-{run.public_id}.txt", "text/plain")


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(GET_AND_POST)
def debit_result(request: HttpRequest) -> HttpResponse:
    """Upload the bank's answer; whatever is wrong with it is named record by record."""
    clerk = require_treasury(request)
    form = ResultForm(posted(request), request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            told = operations.read_debit_result(form.cleaned_data["file"].read(), by=clerk)
        except BadDebitFile as bad:
            faults = [say_fault(fault) for fault in bad.faults]
            form.add_error("file", _("Nothing was booked: the file has faults."))
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            _say(request, told)
            return redirect("payments_staff:debit_run", told.run.public_id)
    context = {"form": form, "faults": faults}
    return render(
        request, "payments/staff/debit_result.html", context, status=422 if form.errors else 200
    )


def _say(request: HttpRequest, told: operations.DebitResult) -> None:
    if told.is_known:
        messages.info(request, _("This answer had been read before. Nothing changed."))
        return
    messages.success(
        request,
        ngettext(
            "%(done)d debit is booked, %(failed)d failed.",
            "%(done)d debits are booked, %(failed)d failed.",
            told.done,
        )
        % {"done": told.done, "failed": told.failed},
    )


@require_http_methods(GET_AND_POST)
def debit_slips(request: HttpRequest, public_id: str) -> HttpResponse:
    """Slips for what the bank will not be asked for again, as one PDF."""
    clerk = require_treasury(request)
    run = get_object_or_404(DebitRun, public_id=public_id)
    waiting = len(queries.bills_for_slips(run))
    form = ReissueForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            pdf = operations.slips_for_failed(run=run, pay_by=form.cleaned_data["pay_by"], by=clerk)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _download(pdf, f"slips-{run.public_id}.pdf", "application/pdf")
    context = {
        "run": run,
        "label": fee_kind_label(run.fee_kind),
        "form": form,
        "count": min(waiting, operations.MOST_SLIPS),
        "left": max(0, waiting - operations.MOST_SLIPS),
    }
    return render(
        request, "payments/staff/debit_slips.html", context, status=422 if form.errors else 200
    )
