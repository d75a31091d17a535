"""The desk's readings: what waits, the list of a period, and uploads."""

import base64
import binascii
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.csvtable import NoTable
from madoguchi.kernel.pages.forms import posted
from madoguchi.services.water.forms.staff import DayForm, RowForm, UploadForm, row_forms
from madoguchi.services.water.models import Contract
from madoguchi.services.water.operations.readings import (
    Entry,
    ReadingsRefused,
    Recorded,
    record_readings,
)
from madoguchi.services.water.queries.desk import ListLine, latest_periods
from madoguchi.services.water.queries.lists import list_of_meters
from madoguchi.services.water.queries.readings import known_contracts, without_reading
from madoguchi.services.water.rules import access, upload
from madoguchi.services.water.rules.upload import FaultCode
from madoguchi.services.water.views.staff_access import period_or_404, require_clerk, require_reader

GET_AND_POST = ["GET", "HEAD", "POST"]
ON_A_PAGE = 25
FAULT_WORDS = {
    FaultCode.MISSING: gettext_lazy("nothing is written here"),
    FaultCode.NO_DAY: gettext_lazy("this is no day; write it like 2026-12-05"),
    FaultCode.NO_NUMBER: gettext_lazy("this is no whole number"),
    FaultCode.NO_MARK: gettext_lazy("write 1 for yes, or leave it empty"),
    FaultCode.TOO_LONG: gettext_lazy("this is too long"),
    FaultCode.TWICE: gettext_lazy("this customer number stands in an earlier line"),
}
TABLE_WORDS = {
    "encoding": gettext_lazy("The file is neither UTF-8 nor Shift_JIS."),
    "binary": gettext_lazy("The file is no CSV table."),
    "empty": gettext_lazy("The file is empty."),
    "rows": gettext_lazy("The file has too many lines."),
}


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What must be read and billed now, and the periods before."""
    actor = require_reader(request)
    rows = latest_periods(clock.today())
    context = {
        "rows": rows,
        "to_do": [row for row in rows if row.to_do],
        "may_manage": access.may_manage(actor),
        "any": Contract.objects.filter(erased_at=None).exists(),
    }
    return render(request, "water/staff/desk.html", context)


@require_http_methods(GET_AND_POST)
def readings(request: HttpRequest, period: str) -> HttpResponse:
    """The meters of a period that are not read yet, to be typed in one after the other."""
    clerk = require_clerk(request)
    month = period_or_404(period)
    data = posted(request)
    day = DayForm(data, period=month)
    if data is None:
        page = Paginator(without_reading(month), ON_A_PAGE).get_page(request.GET.get("page"))
        contracts = list(page)
    else:
        page, numbers = None, data.getlist("number")[:ON_A_PAGE]
        numbers = [each for each in numbers if each.isprintable()]  # PostgreSQL takes no NUL
        contracts = list(Contract.objects.filter(number__in=numbers).order_by("number"))
    forms = row_forms(contracts, data)
    if data is not None and _store(request, day, forms, month, clerk):
        return redirect("water_staff:readings", period)
    known = known_contracts([each.number for each in contracts], since=month)
    context = {
        "period": month,
        "code": period,
        "day": day,
        "page": page,
        "lines": [
            (form, ListLine(known[form.contract.number], month))
            for form in forms
            if form.contract.number in known
        ],
        "left": without_reading(month).count(),
    }
    context["has_faults"] = has_faults = any(form.errors for form in forms)
    is_wrong = bool(day.errors) or has_faults
    return render(request, "water/staff/readings.html", context, status=422 if is_wrong else 200)


def _store(
    request: HttpRequest, day: DayForm, forms: list[RowForm], period: date, clerk: User
) -> bool:
    """Record what was filled in; with anything wrong nothing, and the forms say what."""
    checked = [form.is_valid() for form in forms]
    if not day.is_valid() or not all(checked):
        return False
    filled = [form for form in forms if form.is_filled]
    read_on = day.cleaned_data["read_on"]
    entries = [form.entry(period=period, read_on=read_on) for form in filled]
    try:
        done = record_readings(entries=entries, by=clerk)
    except ReadingsRefused as refused:
        for place, fault in refused.faults:
            filled[place].refuse(fault)
        return False
    _say(request, done, unread=0)
    return True


def _say(request: HttpRequest, done: Recorded, *, unread: int) -> None:
    words = [
        ngettext("%(count)d reading was recorded.", "%(count)d readings were recorded.", done.new)
        % {"count": done.new}
    ]
    if done.changed:
        words.append(_("%(count)d were put right.") % {"count": done.changed})
    if done.same:
        words.append(_("%(count)d were there already.") % {"count": done.same})
    if unread:
        words.append(_("%(count)d lines had no index.") % {"count": unread})
    messages.success(request, " ".join(words))


@require_safe
def meters_file(request: HttpRequest, period: str) -> HttpResponse:
    """The meters that are not read yet as a table to be filled in and uploaded again."""
    require_clerk(request)
    month = period_or_404(period)
    answer = HttpResponse(list_of_meters(month), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="meters-{period}.csv"'
    return answer


@require_http_methods(GET_AND_POST)
def readings_upload(request: HttpRequest, period: str) -> HttpResponse:
    """Readings of a period from a file: all of them, or none and what is wrong in which line."""
    clerk = require_clerk(request)
    month = period_or_404(period)
    form = UploadForm(
        posted(request), request.FILES or None, most_bytes=settings.MADOGUCHI_MAX_UPLOAD_BYTES
    )
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        faults, is_done = _take(request, form, month, clerk)
        if is_done:
            return redirect("water_staff:desk")
    context = {"form": form, "period": month, "code": period, "faults": faults}
    is_wrong = bool(form.errors or faults)
    return render(request, "water/staff/upload.html", context, status=422 if is_wrong else 200)


def _take(
    request: HttpRequest, form: UploadForm, period: date, clerk: User
) -> tuple[list[str], bool]:
    """What is wrong line by line, and whether everything was recorded."""
    content = _content(form)
    try:
        given = upload.read(content)
    except NoTable as problem:
        form.add_error("file", _no_table(problem))
        return [], False
    if given.faults:
        return [_fault(each) for each in given.faults], False
    entries = [
        Entry(
            number=line.number,
            period=period,
            read_on=line.read_on,
            index_m3=line.index_m3,
            is_estimate=line.is_estimate,
            rolled_over=line.rolled_over,
            note=line.note,
            confirmed=form.cleaned_data["confirmed"],
        )
        for line in given.lines
    ]
    try:
        done = record_readings(entries=entries, by=clerk)
    except ReadingsRefused as refused:
        if refused.is_unusual_only:
            form.keep(base64.b64encode(content).decode("ascii"))
        return [
            _("Line %(line)d, %(number)s: %(fault)s")
            % {
                "line": given.lines[place].line,
                "number": given.lines[place].number,
                "fault": fault,
            }
            for place, fault in refused.faults
        ], False
    _say(request, done, unread=given.unread)
    return [], True


def _content(form: UploadForm) -> bytes:
    file = form.cleaned_data["file"]
    if file is not None:
        return bytes(file.read())
    try:
        return base64.b64decode(form.cleaned_data["kept"], validate=True)
    except binascii.Error:
        return b""


def _no_table(problem: NoTable) -> str:
    if problem.code == "columns":
        return _("These columns are missing: %(columns)s") % {"columns": ", ".join(problem.what)}
    return str(TABLE_WORDS[problem.code])


def _fault(fault: upload.Fault) -> str:
    return _("Line %(line)d, %(heading)s “%(value)s”: %(fault)s") % {
        "line": fault.line,
        "heading": fault.heading,
        "value": fault.value[:40],
        "fault": FAULT_WORDS[fault.code],
    }
