"""Accounts of members of staff: list, add, correct, roles, access."""

from collections.abc import Callable

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity import forms, operations, queries
from madoguchi.blocks.identity.models import RoleAssignment, User
from madoguchi.blocks.identity.operations import IdentityError
from madoguchi.blocks.identity.views.access import ask, require_administrator, require_reader
from madoguchi.kernel.registries import roles

PER_PAGE = 50
STATES: dict[str, bool | None] = {"": True, "inactive": False, "all": None}
ISSUED = "identity_issued_link"


def _crumbs(person: User | None = None) -> tuple[str, ...]:
    people = (reverse("identity_staff:people"), _("People and roles"))
    return people if person is None else (*people, _page(person), person.get_full_name())


def _page(person: User) -> str:
    return reverse("identity_staff:person", args=[person.pk])


def _person(pk: int) -> User:
    return get_object_or_404(User, pk=pk, kind=User.Kind.STAFF, erased_at__isnull=True)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The list, narrowed by words, role and state."""
    can_change = require_reader(request)
    form = forms.PeopleFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.find_people(
        words=wanted.get("words", ""),
        role=wanted.get("role", ""),
        is_active=STATES[wanted.get("state", "")],
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "identity/people.html",
        {
            "form": form,
            "page": page,
            "people": queries.people_rows(page.object_list),
            "can_change": can_change,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    administrator = require_administrator(request)
    form = forms.PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = operations.add_person(**form.cleaned_data, by=administrator)
        except operations.UsernameTaken as error:
            form.add_error("username", str(error))
        else:
            messages.success(
                request, _("The account was added. Give it a role and hand over a sign-in link.")
            )
            return redirect("identity_staff:person", person.pk)
    return ask(
        request,
        form,
        title=_("Add a person"),
        button=_("Add"),
        cancel=reverse("identity_staff:people"),
        crumbs=_crumbs(),
    )


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account with its roles and everything that can be done with it."""
    can_change = require_reader(request)
    return _show(request, _person(pk), form=forms.RoleForm(), can_change=can_change)


def _show(
    request: HttpRequest, found: User, *, form: forms.RoleForm, can_change: bool
) -> HttpResponse:
    (row,) = queries.people_rows([found.pk])
    return render(
        request,
        "identity/person.html",
        {
            "person": row,
            "last_login": found.last_login,
            "can_sign_in": found.has_usable_password(),
            "is_self": request.user.pk == found.pk,
            "form": form,
            "definitions": list(roles),
            "can_change": can_change,
        },
        status=422 if form.errors else 200,
    )


@require_POST
def assign_role(request: HttpRequest, pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = _person(pk)
    form = forms.RoleForm(request.POST)
    if form.is_valid():
        try:
            operations.assign_role(person=found, **form.cleaned_data, by=administrator)
        except (operations.DepartmentNeeded, operations.DepartmentNotUsed) as error:
            form.add_error("department", str(error))
        except IdentityError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The role was given."))
            return redirect("identity_staff:person", pk)
    return _show(request, found, form=form, can_change=True)


@require_http_methods(["GET", "HEAD", "POST"])
def change_person(request: HttpRequest, pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = _person(pk)
    form = forms.PersonForm(request.POST or None, person=found)
    if request.method == "POST" and form.is_valid():
        operations.change_person(person=found, **form.cleaned_data, by=administrator)
        messages.success(request, _("The changes were saved."))
        return redirect("identity_staff:person", pk)
    return ask(
        request,
        form,
        title=_("Correct name or mail address"),
        button=_("Save"),
        cancel=_page(found),
        crumbs=_crumbs(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_role(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    found = _person(pk)
    administrator = require_administrator(request)
    assignment = get_object_or_404(RoleAssignment, pk=assignment_pk, user=found)
    (held,) = [r for r in queries.held_roles([pk])[pk] if r.id == assignment.pk]
    facts = [{"label": _("Role"), "value": held.label}]
    if held.department:
        facts.append({"label": _("Department"), "value": held.department})
    return _confirm(
        request,
        found,
        lambda: operations.withdraw_role(assignment=assignment, by=administrator),
        title=_("Withdraw a role"),
        lead=_("What this person did in the role stays on record."),
        button=_("Withdraw the role"),
        done=_("The role was withdrawn."),
        facts=facts,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def deactivate_person(request: HttpRequest, pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = _person(pk)
    return _confirm(
        request,
        found,
        lambda: operations.deactivate_person(person=found, by=administrator),
        title=_("Deactivate the account"),
        lead=_(
            "The person is signed out at once and cannot sign in any more. Roles are kept, and "
            "the account can be used again later."
        ),
        button=_("Deactivate"),
        done=_("The account was deactivated."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reactivate_person(request: HttpRequest, pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = _person(pk)
    return _confirm(
        request,
        found,
        lambda: operations.reactivate_person(person=found, by=administrator),
        title=_("Use the account again"),
        lead=_("The person can sign in again with the roles that were kept."),
        button=_("Use again"),
        done=_("The account is in use again."),
        is_grave=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = _person(pk)
    return _confirm(
        request,
        found,
        lambda: operations.reset_second_factor(person=found, by=administrator),
        title=_("Remove the second factor"),
        lead=_(
            "For somebody who lost the device and the recovery codes. Make sure in person that "
            "it is really this colleague who asks. At the next sign-in the password alone is "
            "enough, until an authenticator app is set up again."
        ),
        button=_("Remove the second factor"),
        done=_("The second factor was removed."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def erase_person(request: HttpRequest, pk: int) -> HttpResponse:
    administrator = require_administrator(request)
    found = _person(pk)
    form = forms.EraseForm(request.POST or None, person=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.erase_person(person=found, by=administrator)
        except IdentityError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The personal data were erased."))
            return redirect("identity_staff:people")
    return ask(
        request,
        form,
        title=_("Erase personal data"),
        lead=_(
            "Name, user name, mail address, roles and every way to sign in are erased for good. "
            "Reports and decisions stay, as those of a former member of staff."
        ),
        button=_("Erase for good"),
        is_grave=True,
        cancel=_page(found),
        crumbs=_crumbs(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def issue_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link with which the person chooses a password; shown once, on the next page."""
    administrator = require_administrator(request)
    found = _person(pk)
    if request.method == "POST":
        token = operations.issue_password_link(person=found, by=administrator)
        path = reverse("account_reset_password_from_key", args=[token.user, token.key])
        request.session[ISSUED] = {"person": found.pk, "link": request.build_absolute_uri(path)}
        return redirect("identity_staff:issued_link", pk)
    return ask(
        request,
        django_forms.Form(),
        title=_("Issue a sign-in link"),
        lead=_(
            "With the link the person chooses a password; you never see it. It works once, for "
            "three days, and the present password keeps working until then."
        ),
        button=_("Issue the link"),
        cancel=_page(found),
        crumbs=_crumbs(found),
    )


@require_safe
def issued_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The link that was just made. Another look at this page shows nothing."""
    require_administrator(request)
    found = _person(pk)
    issued = request.session.pop(ISSUED, {})
    link = issued.get("link", "") if issued.get("person") == found.pk else ""
    response = render(
        request,
        "identity/issued_link.html",
        {"person": found, "link": link, "crumbs": [*_crumbs(found), _("Sign-in link")]},
    )
    response["Cache-Control"] = "no-store"
    return response


def _confirm(
    request: HttpRequest,
    found: User,
    act: Callable[[], None],
    *,
    title: str,
    lead: str,
    button: str,
    done: str,
    facts: list[dict[str, str]] | None = None,
    is_grave: bool = True,
) -> HttpResponse:
    """Ask once more, then act. A refusal is shown on the same page."""
    form = django_forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            act()
        except IdentityError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, done)
            return redirect("identity_staff:person", found.pk)
    person_fact = {"label": _("Person"), "value": found.get_full_name()}
    return ask(
        request,
        form,
        title=title,
        lead=lead,
        button=button,
        is_grave=is_grave,
        facts=[person_fact, *(facts or [])],
        cancel=_page(found),
        crumbs=_crumbs(found),
    )
