"""Documents at the window: scanned or photographed there, and attached before it is sent."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.blocks.procedures.forms.filling import FileForm
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations.attachments import remove_attachment
from madoguchi.blocks.procedures.views.attaching import attach_chosen, places
from madoguchi.blocks.procedures.views.staff_window import (
    AtWindow,
    at_window_or_404,
    attachable,
    window_head,
)
from madoguchi.kernel.refused import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def window_documents(request: HttpRequest, number: str) -> HttpResponse:
    """What may be attached here, each document with a place for its file."""
    at = at_window_or_404(request, number)
    if at.case.stage != Case.Stage.DRAFT:
        return redirect("procedures_staff:window_done", at.case.number)
    if request.method != "POST":
        return _page(request, at)
    if wrong := attach_chosen(request, attachable(at), by=at.user):
        return _page(request, at, wrong=wrong)
    return redirect("procedures_staff:window_documents", at.case.number)


def _page(request: HttpRequest, at: AtWindow, *, wrong: FileForm | None = None) -> HttpResponse:
    context = {
        **window_head(request, at),
        "rows": places(attachable(at), wrong),
        "wrong": wrong,
        "megabytes": settings.MADOGUCHI_MAX_UPLOAD_BYTES // 2**20,
    }
    return render(
        request, "procedures/window/documents.html", context, status=422 if wrong else 200
    )


@require_POST
def window_take_back(request: HttpRequest, number: str, public_id: str) -> HttpResponse:
    """Take a file back before anything is sent: the wrong paper was scanned."""
    at = at_window_or_404(request, number)
    files = {file.public_id: file for each in attachable(at) for file in each.files}
    if public_id not in files:
        raise Http404
    try:
        remove_attachment(attachment=files[public_id], by=at.user)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("The file was taken back."))
    return redirect("procedures_staff:window_documents", at.case.number)
