"""Contracts: what was agreed, what was done, who works under them."""

from operator import itemgetter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import Department, User
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.services.onestop.forms.administration import (
    ONE_DAY,
    LastDayForm,
    MemberForm,
    NewContractForm,
    TermsForm,
    add_refusal,
)
from madoguchi.services.onestop.models import ContractMember, WorkError
from madoguchi.services.onestop.operations import contracts as operations
from madoguchi.services.onestop.queries import contracts as queries
from madoguchi.services.onestop.queries.statistics import chart_of, contract_csv
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.views.staff_access import (
    contract_for,
    contracts_of,
    require,
    require_desk,
    require_maker,
)

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """Contracts that one may read: of one's departments, or one's own."""
    actor = require_desk(request)
    context = {
        "sheets": [
            queries.contract_sheet(each)
            for each in queries.contracts_for(actor, contracts_of(request))
        ],
        "may_make": actor.holds(access.DECIDER),
    }
    return render(request, "onestop/staff/contracts.html", context)


@require_safe
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """Month by month beside what was agreed; errors; operators."""
    found, actor = contract_for(request, code)
    sheet = queries.contract_sheet(found)
    is_city = not access.is_operator_only(actor)
    context = {
        "contract": found,
        "sheet": sheet,
        "charts": chart_of(sheet),
        "department": identity.department_names([found.department_id], on=clock.today())[
            found.department_id
        ],
        "errors": queries.errors_of(found) if is_city else [],
        "members": queries.members_of(found) if is_city else [],
        "is_city": is_city,
        "may_make": access.may_make_contracts(actor, found.department_id),
    }
    return render(request, "onestop/staff/contract.html", context)


@require_safe
def table(request: HttpRequest, code: str) -> HttpResponse:
    """The months as CSV."""
    found, _actor = contract_for(request, code)
    answer = HttpResponse(
        contract_csv(queries.contract_sheet(found)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="contract-{found.code}.csv"'
    return answer


@require_http_methods(GET_AND_POST)
def add(request: HttpRequest) -> HttpResponse:
    actor = require(request, access.DECIDER)
    own = actor.departments_as(access.DECIDER)
    names = identity.department_names(own, on=clock.today())
    form = NewContractForm(posted(request), departments=sorted(names.items(), key=itemgetter(1)))
    if request.method == "POST" and form.is_valid():
        department = get_object_or_404(Department, pk=form.cleaned_data["department"])
        try:
            made = operations.add_contract(
                code=form.cleaned_data["code"],
                department=department,
                by=identity.user_of(request),
                **form.terms,
            )
        except Refused as refused:
            add_refusal(form, refused, "code")
        else:
            messages.success(request, _("The contract was added."))
            return redirect("onestop_staff:contract", made.code)
    context = {"form": form, "title": _("Add a contract"), "button": _("Add the contract")}
    return render(
        request, "onestop/staff/contract_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def change(request: HttpRequest, code: str) -> HttpResponse:
    found, actor = contract_for(request, code)
    require_maker(actor, found.department_id)
    form = TermsForm(posted(request), initial=TermsForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        operations.change_contract(contract=found, by=identity.user_of(request), **form.terms)
        messages.success(request, _("The contract was changed."))
        return redirect("onestop_staff:contract", code)
    context = {
        "form": form,
        "contract": found,
        "title": _("Change the contract"),
        "button": _("Store"),
    }
    return render(
        request, "onestop/staff/contract_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def member_add(request: HttpRequest, code: str) -> HttpResponse:
    """Register an operator under a contract."""
    found, actor = contract_for(request, code)
    require_maker(actor, found.department_id)
    people = queries.operators_for(found)
    form = MemberForm(posted(request), people=people, initial={"from_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        user = get_object_or_404(User, pk=form.cleaned_data["user"])
        try:
            operations.add_member(
                contract=found,
                user=user,
                from_on=form.cleaned_data["from_on"],
                by=identity.user_of(request),
            )
        except Refused as refused:
            add_refusal(form, refused, "user")
        else:
            messages.success(request, _("The operator is registered."))
            return redirect("onestop_staff:contract", code)
    context = {
        "form": form,
        "contract": found,
        "title": _("Register an operator"),
        "button": _("Register"),
        "lead": _(
            "People who hold the role of a contracted operator for this department, and work under"
            " no contract yet."
        ),
        "nobody": not people,
    }
    return render(
        request, "onestop/staff/contract_form.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def member_end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say until when an operator works under a contract."""
    found, actor = contract_for(request, code)
    require_maker(actor, found.department_id)
    member = get_object_or_404(ContractMember.objects.select_related("user"), pk=pk, contract=found)
    form = LastDayForm(posted(request), initial={"last_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            operations.end_member(
                member=member,
                until_on=form.cleaned_data["last_day"] + ONE_DAY,
                by=identity.user_of(request),
            )
        except Refused as refused:
            add_refusal(form, refused, "last_day")
        else:
            messages.success(request, _("The operator leaves the contract on that day."))
            return redirect("onestop_staff:contract", code)
    context = {
        "form": form,
        "contract": found,
        "title": _("Last day of an operator"),
        "button": _("Store"),
        "lead": member.user.get_full_name(),
    }
    return render(
        request, "onestop/staff/contract_form.html", context, status=422 if form.errors else 200
    )


@require_POST
def error_withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """It was no error of the operator's."""
    found, actor = contract_for(request, code)
    require_maker(actor, found.department_id)
    error = get_object_or_404(WorkError, pk=pk, contract=found)
    try:
        operations.withdraw_error(error=error, by=identity.user_of(request))
    except Refused as refused:
        raise PermissionDenied(str(refused)) from None
    messages.success(request, _("The error does not count any more."))
    return redirect("onestop_staff:contract", code)
