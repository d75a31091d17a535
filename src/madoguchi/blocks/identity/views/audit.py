"""The audit log: who did what, and whether the chain is whole."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.blocks.identity import forms, queries
from madoguchi.blocks.identity.views.access import require_audit_reader
from madoguchi.kernel import clock
from madoguchi.kernel.audit import queries as audit

PER_PAGE = 100


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """The newest entries first; ``?check=1`` walks the whole chain."""
    require_audit_reader(request)
    form = forms.AuditFilter(request.GET, apps=queries.audit_areas())
    wanted = form.cleaned_data if form.is_valid() else {}
    found = audit.entries(**_criteria(wanted), limit=PER_PAGE + 1)
    verification = audit.verify() if request.GET.get("check") else None
    query = request.GET.copy()
    query.pop("check", None)
    if len(found) > PER_PAGE:
        query["before"] = str(found[PER_PAGE - 1].sequence)
    return render(
        request,
        "identity/audit.html",
        {
            "form": form,
            "entries": queries.audit_rows(found[:PER_PAGE]),
            "older": f"?{query.urlencode()}" if len(found) > PER_PAGE else "",
            "verification": verification,
            "explanation": audit.explain(verification.broken)
            if verification and verification.broken
            else "",
        },
        status=200 if form.is_valid() else 422,
    )


def _criteria(wanted: dict[str, Any]) -> dict[str, Any]:
    criteria: dict[str, Any] = {"before": wanted.get("before")}
    if app := wanted.get("app"):
        criteria["action"] = f"{app}."
    if subject := wanted.get("subject"):
        criteria["subject"] = subject.strip()
    if person := wanted.get("person"):
        criteria["actor"] = queries.actor_of(person)
    if since := wanted.get("since"):
        criteria["since"] = datetime.combine(since, time(), clock.TOKYO)
    if until := wanted.get("until"):
        criteria["until"] = datetime.combine(until + timedelta(days=1), time(), clock.TOKYO)
    return criteria
