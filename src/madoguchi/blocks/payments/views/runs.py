"""Billing runs on the desk: choose, check, start; follow them; take their files."""

from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.payments.forms.runs import RunForm, RunKindForm
from madoguchi.blocks.payments.models import BillingRun
from madoguchi.blocks.payments.operations import runs as operations
from madoguchi.blocks.payments.queries import run_words as words
from madoguchi.blocks.payments.queries import runs as queries
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.blocks.payments.tasks import print_run
from madoguchi.blocks.payments.views.staff_access import require_reader, require_treasury
from madoguchi.kernel import clock
from madoguchi.kernel.refused import Refused

PER_PAGE = 30
FILES_PER_PAGE = 50
GET_AND_POST = ["GET", "HEAD", "POST"]
STEPS = 3


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Every run, the latest first."""
    actor = require_reader(request)
    page = Paginator(queries.runs_with_counts(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"run": run, "label": fee_kind_label(run.fee_kind), "what": _what(run)} for run in page]
    context = {"page": page, "rows": rows, "is_treasury": access.may_manage(actor)}
    return render(request, "payments/staff/runs.html", context)


@require_http_methods(GET_AND_POST)
def run_start(request: HttpRequest) -> HttpResponse:
    """Fee and year; instalments; how much that is and what is left out; only then the run."""
    clerk = require_treasury(request)
    asked = request.POST if request.method == "POST" else request.GET
    kind_form = RunKindForm(asked if "fee_kind" in asked or "fiscal_year" in asked else None)
    if not kind_form.is_valid():
        return _choose_kind(request, kind_form)
    kind, year = kind_form.cleaned_data["fee_kind"], kind_form.cleaned_data["fiscal_year"]
    choices = queries.instalment_choices(kind, year)
    if not choices:
        kind_form.add_error(None, _("There is no bill of this fee and year yet."))
        return _choose_kind(request, kind_form)
    form = RunForm(
        asked if "title" in asked or request.method == "POST" else None,
        choices=choices,
        kind=kind,
        year=year,
    )
    context = {
        "form": form,
        "kind_form": kind_form,
        "label": fee_kind_label(kind),
        "year": year,
        "steps": _steps(),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "payments/staff/run_instalments.html", context, status=status)
    selection = queries.Selection(kind, year, tuple(sorted(form.cleaned_data["instalments"])))
    if request.method == "POST":
        try:
            return _started(selection, form, clerk)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _check(request, selection, context)


def _choose_kind(request: HttpRequest, form: RunKindForm) -> HttpResponse:
    context = {"form": form, "steps": _steps()}
    status = 422 if form.is_bound else 200
    return render(request, "payments/staff/run_kind.html", context, status=status)


def _check(
    request: HttpRequest, selection: queries.Selection, context: dict[str, Any]
) -> HttpResponse:
    found = queries.preview(selection, on=clock.today())
    open_run = queries.open_run(selection.fee_kind)
    problems = [
        {"bill": each["bill"], "words": words.problem_words(each)} for each in found.problems
    ]
    context |= {
        "found": found,
        "open_run": open_run,
        "instalments": _instalments(
            selection.fee_kind, selection.fiscal_year, selection.instalments
        ),
        "left_out": words.left_out_words(found.left_out),
        "without_barcode": words.without_barcode_words(found.without_barcode),
        "problems": problems,
        "back": _query(context["form"].data, without="title"),
    }
    status = 422 if context["form"].errors else 200
    return render(request, "payments/staff/run_check.html", context, status=status)


def _query(data: QueryDict, *, without: str) -> str:
    """The address's query for the page before, without the field that would skip it."""
    kept = data.copy()
    for name in (without, "csrfmiddlewaretoken"):
        kept.pop(name, None)
    return kept.urlencode()


def _started(selection: queries.Selection, form: RunForm, clerk: Any) -> HttpResponse:
    run = operations.start_run(
        fee_kind=selection.fee_kind,
        title=form.cleaned_data["title"],
        fiscal_year=selection.fiscal_year,
        instalments=selection.instalments,
        batch_size=form.cleaned_data["batch_size"],
        by=clerk,
    )
    transaction.on_commit(lambda: print_run.enqueue(run.pk))
    return redirect("payments_staff:run", run.public_id)


@require_safe
def run(request: HttpRequest, public_id: str) -> HttpResponse:
    """A run: how far it is, and its files. The part that moves asks for itself again."""
    actor = require_reader(request)
    found = get_object_or_404(BillingRun.objects.select_related("started_by"), public_id=public_id)
    progress = queries.run_progress(found.pk, now=clock.now())
    sums = queries.run_sums(found)
    tone, state = words.state_words(found, progress)
    files = Paginator(list(queries.batches_of(found)), FILES_PER_PAGE)
    context = {
        "run": found,
        "label": fee_kind_label(found.fee_kind),
        "what": _what(found),
        "progress": progress,
        "left": "" if not progress.seconds_left else words.time_left(progress.seconds_left),
        "sums": sums,
        "without_barcode": words.without_barcode_words(sums.without_barcode),
        "tone": tone,
        "state": state,
        "problems": [
            {"bill": each["bill"], "words": words.problem_words(each)} for each in found.problems
        ],
        "page": files.get_page(request.GET.get("page")),
        "is_finished": found.status == BillingRun.Status.FINISHED,
        "read_at": clock.now(),
        "is_treasury": access.may_manage(actor),
    }
    return render(request, "payments/staff/run.html", context)


@require_POST
def run_continue(request: HttpRequest, public_id: str) -> HttpResponse:
    """Set a run going again that stands still; one that is being worked on is left alone."""
    require_treasury(request)
    found = get_object_or_404(BillingRun, public_id=public_id)
    if found.status != BillingRun.Status.FINISHED:
        print_run.enqueue(found.pk)
    return redirect("payments_staff:run", public_id)


@require_safe
def run_file(request: HttpRequest, public_id: str, number: int) -> HttpResponseBase:
    """A file of a run. Whoever opens it sees names and addresses: the treasury only."""
    require_treasury(request)
    found = get_object_or_404(BillingRun, public_id=public_id)
    batch = get_object_or_404(found.batches, number=number)
    path = Path(found.folder, batch.file_name)
    try:
        file = path.open("rb")
    except OSError as error:
        raise Http404(_("This file is no longer in the folder of the run.")) from error
    response = FileResponse(file, as_attachment=True, filename=batch.file_name)
    response["Cache-Control"] = "private, no-store"
    return response


def _what(run: BillingRun) -> str:
    selection = queries.Selection.of(run)
    return _instalments(selection.fee_kind, selection.fiscal_year, selection.instalments)


def _instalments(fee_kind: str, year: int, numbers: tuple[int, ...]) -> str:
    """The instalments as their payers call them."""
    if not numbers:
        return _("all instalments")
    kind = fee_kinds.get(fee_kind)
    label = kind.instalment_label if kind else lambda _year, number: str(number)
    return _(", ").join(label(year, number) for number in numbers)


def _steps() -> list[str]:
    return [_("Fee and year"), _("Instalments"), _("Check and start")]
