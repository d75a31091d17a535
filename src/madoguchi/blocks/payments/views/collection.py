"""Collection files on the desk: upload one, see what was read, look at earlier ones."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.forms.collection import UploadForm
from madoguchi.blocks.payments.operations.collection import (
    CollectionResult,
    FileFaulty,
    read_collection,
)
from madoguchi.blocks.payments.queries.collection import (
    files_read,
    kind_lines,
    layout_label,
    notes_of,
)
from madoguchi.blocks.payments.queries.collection_words import say_fault
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.views.staff_access import require_reader, require_treasury

PER_PAGE = 30


@require_safe
def collection(request: HttpRequest) -> HttpResponse:
    """What was read, the latest first; above it the upload, for the treasury."""
    actor = require_reader(request)
    return _page(request, UploadForm() if access.may_manage(actor) else None)


@require_http_methods(["GET", "HEAD", "POST"])
def collection_upload(request: HttpRequest) -> HttpResponse:
    """Read a file; what is wrong with it is named line by line."""
    clerk = require_treasury(request)
    if request.method != "POST":
        return redirect("payments_staff:collection")
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        result = _read(form, clerk)
    except FileFaulty as faulty:
        form.add_error("file", str(faulty))
        return _page(request, form, status=422, faulty=faulty)
    _say(request, result)
    return redirect("payments_staff:collection_file", result.file.pk)


@require_safe
def collection_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: what it said by kind, and what came of it."""
    actor = require_reader(request)
    file = get_object_or_404(files_read(), pk=pk)
    context = {
        "file": file,
        "layout": layout_label(file),
        "kinds": kind_lines(file.summary),
        "known": file.records - file.new_records,
        "work_items": file.summary.get("work_items", 0),
        "notes": notes_of(file),
        "is_treasury": access.may_manage(actor),
    }
    return render(request, "payments/staff/collection_file.html", context)


def _read(form: UploadForm, clerk: User) -> CollectionResult:
    upload = form.cleaned_data["file"]
    return read_collection(
        name=upload.name, stream=upload, layout=form.cleaned_data["layout"] or None, by=clerk
    )


def _say(request: HttpRequest, result: CollectionResult) -> None:
    if result.is_known:
        messages.warning(request, _("This file was read before. Nothing new was booked."))
    else:
        messages.success(request, _("The file was read and booked."))


def _page(
    request: HttpRequest,
    form: UploadForm | None,
    *,
    status: int = 200,
    faulty: FileFaulty | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "page": Paginator(files_read(), PER_PAGE).get_page(request.GET.get("page")),
        **(_faults(faulty) if faulty is not None else {}),
    }
    return render(request, "payments/staff/collection.html", context, status=status)


def _faults(faulty: FileFaulty) -> dict[str, object]:
    faults = faulty.faults
    return {
        "faulty_name": faulty.values["name"],
        "faults": [say_fault(fault) for fault in faults.named],
        "more_faults": faults.count - len(faults.named),
        "fault_count": faults.count,
    }
