"""Windows, and how departments serve at them: laid down by those who compose procedures."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import Department
from madoguchi.blocks.procedures import service as procedures
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.services.onestop.forms.administration import (
    ChangeWindowForm,
    NewWindowForm,
    RuleForm,
    add_refusal,
)
from madoguchi.services.onestop.models import Window
from madoguchi.services.onestop.operations import windows as operations
from madoguchi.services.onestop.queries.windows import department_words, is_open_on, rule_rows
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import Way
from madoguchi.services.onestop.views.staff_access import require, require_composer, window_for

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def windows(request: HttpRequest) -> HttpResponse:
    """Every window, those that are open first."""
    actor = require(request, *sorted(access.WINDOW_READERS))
    today = clock.today()
    found = list(Window.objects.all())
    words = department_words((each.department_id for each in found), today)
    rows = [(each, words[each.department_id], is_open_on(each, today)) for each in found]
    context = {
        "rows": sorted(rows, key=lambda row: not row[2]),
        "may_lay_down": access.may_lay_down(actor),
    }
    return render(request, "onestop/staff/windows.html", context)


@require_safe
def window(request: HttpRequest, code: str) -> HttpResponse:
    """One window with its ways of serving through time."""
    found, actor = window_for(request, code)
    today = clock.today()
    context = {
        "window": found,
        "department": department_words([found.department_id], today)[found.department_id],
        "is_open": is_open_on(found, today),
        "rows": rule_rows(found, today, procedures.guide_titles(today)),
        "may_lay_down": access.may_lay_down(actor),
    }
    return render(request, "onestop/staff/window.html", context)


@require_http_methods(GET_AND_POST)
def add(request: HttpRequest) -> HttpResponse:
    require_composer(request)
    form = NewWindowForm(
        posted(request),
        departments=_departments(),
        initial={"opened_on": clock.today(), "seats": 1},
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["department"] = get_object_or_404(Department, pk=given["department"])
        try:
            made = operations.add_window(by=identity.user_of(request), **given)
        except Refused as refused:
            add_refusal(form, refused, "code")
        else:
            messages.success(request, _("The window was added. Now lay down who serves how."))
            return redirect("onestop_staff:window", made.code)
    context = {"form": form, "title": _("Add a window"), "button": _("Add the window")}
    return render(
        request, "onestop/staff/window_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def change(request: HttpRequest, code: str) -> HttpResponse:
    require_composer(request)
    found = get_object_or_404(Window, code=code)
    form = ChangeWindowForm(posted(request), window=found)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "last_day"}
        operations.change_window(window=found, by=identity.user_of(request), **given)
        messages.success(request, _("The window was changed."))
        return redirect("onestop_staff:window", code)
    context = {
        "form": form,
        "window": found,
        "title": _("Change the window"),
        "button": _("Store"),
    }
    return render(
        request, "onestop/staff/window_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def rule_add(request: HttpRequest, code: str) -> HttpResponse:
    """Lay down a way of serving from a day on."""
    require_composer(request)
    found = get_object_or_404(Window, code=code)
    titles = procedures.guide_titles(clock.today())
    form = RuleForm(
        posted(request),
        departments=_departments(),
        events=list(titles["events"].items()),
        procedures=list(titles["procedures"].items()),
        initial={"from_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        pk = given.pop("department")
        try:
            operations.add_rule(
                window=found,
                department=get_object_or_404(Department, pk=pk) if pk else None,
                way=Way(given.pop("way")),
                by=identity.user_of(request),
                **given,
            )
        except Refused as refused:
            add_refusal(form, refused, "from_on")
        else:
            messages.success(request, _("It was laid down."))
            return redirect("onestop_staff:window", code)
    context = {
        "form": form,
        "window": found,
        "title": _("Lay down a way of serving"),
        "button": _("Lay down"),
        "lead": _(
            "The closest rule counts: one for a procedure goes before one for a department, that"
            " before one for a life event. Visits that are open keep the way they began with."
        ),
    }
    return render(
        request, "onestop/staff/window_form.html", context, status=422 if form.errors else 200
    )


def _departments() -> list[tuple[object, object]]:
    return [(row.id, row.full_name) for row in identity.tree(clock.today())]
