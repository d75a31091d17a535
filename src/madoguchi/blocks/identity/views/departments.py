"""The tree of departments as of a day, and each department with its names."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity import forms, operations, queries
from madoguchi.blocks.identity.models import Department, DepartmentName
from madoguchi.blocks.identity.operations import IdentityError
from madoguchi.blocks.identity.views.access import ask, require_administrator, require_reader
from madoguchi.kernel import clock
from madoguchi.kernel.pages.templatetags.components import day


def _page(department: Department) -> str:
    return reverse("identity_staff:department", args=[department.public_id])


def _crumbs(department: Department | None = None) -> tuple[str, ...]:
    tree = (reverse("identity_staff:departments"), pgettext("organisation", "Departments"))
    if department is None:
        return tree
    return (*tree, _page(department), queries.name_on(department, clock.today()))


def _found(public_id: str) -> Department:
    return get_object_or_404(Department.objects.select_related("parent"), public_id=public_id)


@require_safe
def departments(request: HttpRequest) -> HttpResponse:
    """The tree as it was, is or will be on a chosen day."""
    can_change = require_reader(request)
    today = clock.today()
    form = forms.TreeDateForm(request.GET or {"on": today})
    on = (form.cleaned_data["on"] if form.is_valid() else None) or today
    return render(
        request,
        "identity/departments.html",
        {
            "form": form,
            "on": on,
            "is_today": on == today,
            "rows": queries.tree(on),
            "can_change": can_change,
        },
    )


@require_safe
def department(request: HttpRequest, public_id: str) -> HttpResponse:
    """Names through time, what lies below, who holds roles for it."""
    can_change = require_reader(request)
    found = _found(public_id)
    return render(
        request,
        "identity/department.html",
        {
            "department": found,
            "name": queries.name_on(found, clock.today()),
            "above": queries.name_on(found.parent, clock.today()) if found.parent else "",
            "names": queries.history(found),
            "below": [row for row in queries.tree(clock.today()) if row.parent_id == found.pk],
            "people": queries.people_rows(queries.holders(found)),
            "can_change": can_change,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_department(request: HttpRequest) -> HttpResponse:
    administrator = require_administrator(request)
    initial = {"from_on": clock.today(), "parent": request.GET.get("below", "")}
    form = forms.AddDepartmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            added = operations.add_department(**form.cleaned_data, by=administrator)
        except (operations.NameTaken, operations.NameBlank) as error:
            form.add_error("name", str(error))
        except operations.DepartmentClosed as error:
            form.add_error("parent", str(error))
        else:
            messages.success(request, _("The department was added."))
            return redirect("identity_staff:department", added.public_id)
    return ask(
        request,
        form,
        title=_("Add a department"),
        button=_("Add"),
        cancel=reverse("identity_staff:departments"),
        crumbs=_crumbs(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rename_department(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for the name and the day, show both once more, rename."""
    administrator = require_administrator(request)
    found = _found(public_id)
    form = forms.RenameForm(request.POST or None, initial={"from_on": clock.today()})
    checked = False
    facts = [{"label": _("Name today"), "value": queries.own_name_on(found, clock.today())}]
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            operations.check_rename(department=found, **wanted)
            if request.POST.get("checked"):
                operations.rename_department(department=found, **wanted, by=administrator)
                messages.success(request, _("The department was renamed."))
                return redirect("identity_staff:department", public_id)
        except operations.DepartmentClosed as error:
            form.add_error("from_on", str(error))
        except operations.NameAlreadyBegins as error:
            form.add_error("from_on", str(error))
        except IdentityError as error:
            form.add_error("name", str(error))
        else:
            checked = True
            facts = [
                {
                    "label": _("Until the day before"),
                    "value": queries.own_name_on(found, wanted["from_on"]),
                },
                {"label": _("New name"), "value": wanted["name"]},
                {"label": _("In use from"), "value": day(wanted["from_on"])},
            ]
    return ask(
        request,
        form,
        title=_("Check the new name") if checked else _("Rename the department"),
        button=_("Rename") if checked else _("Continue"),
        cancel=_page(found),
        crumbs=_crumbs(found),
        facts=facts,
        checked=checked,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove_name(request: HttpRequest, public_id: str, name_pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = _found(public_id)
    name = get_object_or_404(DepartmentName, pk=name_pk, department=found)
    form = django_forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            operations.remove_department_name(name=name, by=administrator)
        except IdentityError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The name was removed."))
            return redirect("identity_staff:department", public_id)
    return ask(
        request,
        form,
        title=_("Remove a name"),
        lead=_("Only for a name that was entered by mistake. The name before it is used instead."),
        button=_("Remove the name"),
        is_grave=True,
        facts=[
            {"label": _("Name"), "value": name.name},
            {"label": _("In use from"), "value": day(name.from_on)},
        ],
        cancel=_page(found),
        crumbs=_crumbs(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move_department(request: HttpRequest, public_id: str) -> HttpResponse:
    administrator = require_administrator(request)
    found = _found(public_id)
    form = forms.MoveForm(request.POST or None, department=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.move_department(
                department=found, parent=form.cleaned_data["parent"], by=administrator
            )
        except IdentityError as error:
            form.add_error("parent", str(error))
        else:
            messages.success(request, _("The department has its new place."))
            return redirect("identity_staff:department", public_id)
    return ask(
        request,
        form,
        title=_("Correct the place in the tree"),
        note=_(
            "This changes the place for every day, also in the past. For a reorganisation, "
            "close the department and add one at the new place."
        ),
        button=_("Move"),
        cancel=_page(found),
        crumbs=_crumbs(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close_department(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for the day, show it once more, close."""
    administrator = require_administrator(request)
    found = _found(public_id)
    form = forms.CloseForm(request.POST or None)
    checked = False
    facts = [{"label": _("Department"), "value": queries.name_on(found, clock.today())}]
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        try:
            operations.check_close(department=found, on=on)
            if request.POST.get("checked"):
                operations.close_department(department=found, on=on, by=administrator)
                messages.success(request, _("The department was closed."))
                return redirect("identity_staff:department", public_id)
        except IdentityError as error:
            form.add_error("on", str(error))
        else:
            checked = True
            facts.append({"label": _("First day without this department"), "value": day(on)})
    return ask(
        request,
        form,
        title=_("Check the closing") if checked else _("Close the department"),
        lead=_(
            "The department is no longer offered from that day on. Plans, reports and the roles "
            "of those who report for it stay."
        ),
        button=_("Close the department") if checked else _("Continue"),
        is_grave=checked,
        cancel=_page(found),
        crumbs=_crumbs(found),
        facts=facts,
        checked=checked,
    )


@require_POST
def reopen_department(request: HttpRequest, public_id: str) -> HttpResponse:
    administrator = require_administrator(request)
    try:
        operations.reopen_department(department=_found(public_id), by=administrator)
    except IdentityError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The closing was taken back."))
    return redirect("identity_staff:department", public_id)


@require_POST
def shift_department(request: HttpRequest, public_id: str, direction: str) -> HttpResponse:
    """One place up or down among the departments that exist today."""
    administrator = require_administrator(request)
    found = _found(public_id)
    try:
        operations.reorder_departments(
            parent=found.parent,
            order=queries.shifted(found, up=direction == "up", on=clock.today()),
            by=administrator,
        )
    except IdentityError as error:
        messages.error(request, str(error))
    return redirect("identity_staff:departments")
