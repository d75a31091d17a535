"""Plans as files, for anyone: results of published years only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.plan.document.write_xlsx import TextTooLong
from madoguchi.plan.forms.download import DownloadForm
from madoguchi.plan.models import Plan
from madoguchi.plan.queries.exporting import (
    Format,
    PendingExport,
    UnknownTheme,
    Unprintable,
    prepare_export,
)
from madoguchi.plan.views.public import plan_or_404


@require_safe
def download(request: HttpRequest, slug: str, wanted: str) -> HttpResponse:
    """The plan, or with ``?theme=N`` one theme of it, as a file.

    The PDF opens in the browser, the others are saved. A browser that has the present file
    already is told so (304) before anything is written.
    """
    plan = plan_or_404(slug)
    form = DownloadForm({"format": wanted, "theme": request.GET.get("theme")})
    if not form.is_valid():
        raise Http404
    format_ = Format(form.cleaned_data["format"])
    try:
        pending = prepare_export(plan, format_, theme=form.cleaned_data["theme"])
    except UnknownTheme as unknown:
        raise Http404 from unknown
    etag = f'"{pending.digest}"'
    return get_conditional_response(request, etag=etag) or _file(request, plan, pending, etag)


def _file(request: HttpRequest, plan: Plan, pending: PendingExport, etag: str) -> HttpResponse:
    try:
        export = pending.write()
    except Unprintable as unprintable:
        return _failed(request, plan, unprintable.message)
    except TextTooLong as too_long:
        message = _("A text is too long for a cell of Excel: %(place)s.")
        return _failed(request, plan, message % {"place": too_long.place})
    how = "inline" if pending.format is Format.PDF else "attachment"
    response = HttpResponse(export.content, content_type=export.media_type)
    response["Content-Disposition"] = f'{how}; filename="{export.filename}"'
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


def _failed(request: HttpRequest, plan: Plan, message: str) -> HttpResponse:
    context = {"plan": plan, "message": message}
    return render(request, "plan/download_failed.html", context, status=422)
