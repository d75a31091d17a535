"""Residents' comments: written, checked, sent."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.kernel import visitors
from madoguchi.plan.forms.public import CommentForm
from madoguchi.plan.models import Initiative, Plan, ResidentComment
from madoguchi.plan.operations.comments import send_comment
from madoguchi.plan.queries import sheet
from madoguchi.plan.views.public import plan_or_404, sheet_context

DRAFT = "plan_comment"
"""Where the session keeps a comment between writing and sending."""
MOST_AN_HOUR = 5


@require_http_methods(["GET", "HEAD", "POST"])
def on_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Comments on the whole plan, and the form for one more."""
    plan = plan_or_404(slug)
    form = _form(request, plan, None)
    if request.method == "POST" and form.is_valid():
        return _to_check(request, plan, None, form)
    context = {"plan": plan, "comments": sheet.shown_comments(plan, None), "form": form}
    return render(request, "plan/comments.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def on_sheet(request: HttpRequest, slug: str, theme: int, number: int) -> HttpResponse:
    """The form below a sheet; after a mistake the sheet is shown again with what was written."""
    plan = plan_or_404(slug)
    initiative = sheet.initiative_at(plan, theme, number)
    if initiative is None:
        raise Http404
    form = _form(request, plan, initiative)
    if request.method == "POST" and form.is_valid():
        return _to_check(request, plan, initiative, form)
    context = sheet_context(sheet.sheet_of(initiative), form)
    return render(request, "plan/sheet.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Check your answers; sending is a second step."""
    plan = plan_or_404(slug)
    draft = request.session.get(DRAFT)
    if not isinstance(draft, dict) or draft.get("plan") != plan.pk:
        return redirect("plan:plan_comments", slug=slug)
    initiative = _initiative_of(draft)
    back = _address_of_form(plan, initiative)
    context: dict[str, Any] = {
        "plan": plan,
        "initiative": initiative,
        "draft": draft,
        "back": f"{back}#comment",
    }
    if request.method != "POST":
        return render(request, "plan/comment_check.html", context)
    if not _may_send(request):
        context["is_too_many"] = True
        return render(request, "plan/comment_check.html", context, status=429)
    comment = send_comment(
        plan=plan, initiative=initiative, name=draft["name"], text=draft["text"], by=None
    )
    del request.session[DRAFT]
    return redirect("plan:comment_sent", public_id=comment.public_id)


@require_safe
def sent(request: HttpRequest, public_id: str) -> HttpResponse:
    """What happens next, with the number to quote. The comment itself is not shown here."""
    comment = get_object_or_404(
        ResidentComment.objects.select_related("plan", "initiative__theme"),
        public_id=public_id,
        plan__is_public=True,
    )
    context = {
        "plan": comment.plan,
        "comment": comment,
        "back": _address(comment.plan, comment.initiative),
    }
    return render(request, "plan/comment_sent.html", context)


def _form(request: HttpRequest, plan: Plan, initiative: Initiative | None) -> CommentForm:
    """The form as sent, or with what the session kept when somebody comes back from checking."""
    if request.method == "POST":
        return CommentForm(request.POST)
    draft = request.session.get(DRAFT)
    wanted = (plan.pk, initiative.pk if initiative else None)
    if isinstance(draft, dict) and (draft.get("plan"), draft.get("initiative")) == wanted:
        return CommentForm(initial={"name": draft["name"], "text": draft["text"]})
    return CommentForm()


def _status(form: CommentForm) -> int:
    return 422 if form.is_bound else 200


def _to_check(
    request: HttpRequest, plan: Plan, initiative: Initiative | None, form: CommentForm
) -> HttpResponse:
    request.session[DRAFT] = {
        "plan": plan.pk,
        "initiative": initiative.pk if initiative else None,
        "name": form.cleaned_data["name"],
        "text": form.cleaned_data["text"],
    }
    return redirect("plan:comment_check", slug=plan.slug)


def _initiative_of(draft: Mapping[str, Any]) -> Initiative | None:
    if draft["initiative"] is None:
        return None
    return get_object_or_404(Initiative.objects.select_related("theme"), pk=draft["initiative"])


def _address(plan: Plan, initiative: Initiative | None) -> str:
    if initiative is None:
        return reverse("plan:plan_comments", args=[plan.slug])
    return reverse("plan:sheet", args=[plan.slug, initiative.theme.number, initiative.number])


def _address_of_form(plan: Plan, initiative: Initiative | None) -> str:
    if initiative is None:
        return reverse("plan:plan_comments", args=[plan.slug])
    return reverse(
        "plan:sheet_comment", args=[plan.slug, initiative.theme.number, initiative.number]
    )


def _may_send(request: HttpRequest) -> bool:
    """At most five comments an hour from one session and from one address."""
    origins = (
        f"address {visitors.address_of(request)}",
        f"session {request.session.session_key}",
    )
    return max(visitors.count_up("plan.comment", origin) for origin in origins) <= MOST_AN_HOUR
