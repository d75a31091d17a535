"""Residents' comments on the staff side: what waits, and the word of the office."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.kernel.refused import Refused
from madoguchi.plan.forms.public import DecisionForm
from madoguchi.plan.forms.staff import add_refusal
from madoguchi.plan.models import ResidentComment
from madoguchi.plan.operations.comments import decide_comment
from madoguchi.plan.queries.comments import decided_comments, waiting_comments
from madoguchi.plan.rules import access
from madoguchi.plan.views.staff_access import require_office, require_reader_of_all

PAGE_SIZE = 25
CONFLICT = 409


@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """Waiting comments, the oldest first; below them what was decided, the latest first."""
    actor = require_reader_of_all(request)
    context = {
        "waiting": waiting_comments(),
        "decided": Paginator(decided_comments(), PAGE_SIZE).get_page(request.GET.get("page")),
        "is_office": access.may_manage(actor),
    }
    return render(request, "plan/staff/comments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """One comment with the decision on it."""
    office = require_office(request)
    found = get_object_or_404(
        ResidentComment.objects.select_related("plan", "initiative__theme"), public_id=public_id
    )
    form = DecisionForm(request.POST or None, initial=_initial(found))
    if request.method != "POST":
        return _page(request, found, form)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    is_shown = form.cleaned_data["decision"] == ResidentComment.Status.SHOWN
    try:
        decide_comment(
            comment=found, is_shown=is_shown, reply=form.cleaned_data["reply"], by=office
        )
    except Refused as refused:
        add_refusal(form, refused)
        return _page(request, found, form, status=CONFLICT)
    messages.success(
        request, _("The comment is shown now.") if is_shown else _("The comment stays hidden.")
    )
    return redirect("plan_staff:comments")


def _initial(found: ResidentComment) -> dict[str, str]:
    is_waiting = found.status == ResidentComment.Status.WAITING
    return {} if is_waiting else {"decision": found.status, "reply": found.reply}


def _page(
    request: HttpRequest, found: ResidentComment, form: DecisionForm, status: int = 200
) -> HttpResponse:
    context = {"comment": found, "form": form}
    return render(request, "plan/staff/comment.html", context, status=status)
