"""A new tracking code at the desk, for whoever lost theirs or was given none."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.forms.desk import NewCodeForm
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations.issuing import issue_code
from madoguchi.blocks.procedures.queries.codes import mark_of
from madoguchi.blocks.procedures.rules import access, codes
from madoguchi.blocks.procedures.views.staff_cases import case_or_404, may_issue_code
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_code(request: HttpRequest, number: str) -> HttpResponse:
    """What it does, and that it is known who asks; then the code, in this one answer only.

    The page that shows it has no address of its own: sent again, it is refused.
    """
    actor, found = case_or_404(request, number)
    if not may_issue_code(actor, found):
        raise PermissionDenied(identity.needed_roles(access.CLERK, access.DECIDER))
    case = found.case
    form = NewCodeForm(posted(request), initial={"seen": mark_of(case)})
    if request.method != "POST":
        return _page(request, case, form)
    if not form.is_valid():
        return _page(request, case, form, status=422)
    user = identity.user_of(request)
    try:
        code = issue_code(case=case, seen=form.cleaned_data["seen"], by=user)
    except Refused as refused:
        _actor, again = case_or_404(request, number)
        afresh = NewCodeForm(initial={"seen": mark_of(again.case)})
        return _page(request, again.case, afresh, status=409, problem=str(refused))
    context = {
        **_head(case),
        "code": codes.shown(code),
        "track": request.build_absolute_uri(reverse("procedures:track")),
    }
    return render(request, "procedures/desk/code_issued.html", context)


def _page(
    request: HttpRequest, case: Case, form: NewCodeForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {**_head(case), "form": form, "problem": problem}
    return render(request, "procedures/desk/new_code.html", context, status=status)


def _head(case: Case) -> dict[str, Any]:
    return {
        "case": case,
        "number": codes.shown(case.number),
        "applicant": case.values.get("applicant.name", ""),
        "back": reverse("procedures_staff:case", args=[case.number]),
    }
