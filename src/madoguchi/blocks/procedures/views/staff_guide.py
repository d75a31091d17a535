"""The guide's rules as staff read them: versions, tables, what a change alters, trying out."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.procedures.forms.guide import AnswerForm
from madoguchi.blocks.procedures.guide.asking import Walk, walk
from madoguchi.blocks.procedures.guide.listing import entries_of
from madoguchi.blocks.procedures.guide.model import Answer, Guide, is_fit
from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.blocks.procedures.queries.guide import GuideState, version_on
from madoguchi.blocks.procedures.queries.guide_pages import list_page
from madoguchi.blocks.procedures.queries.guide_versions import (
    checked,
    event_words,
    preview,
    remark_rows,
    version_row,
    version_rows,
)
from madoguchi.blocks.procedures.rules import access
from madoguchi.blocks.procedures.views.staff_access import require_rule_reader
from madoguchi.kernel import clock

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Every version: what is in force, what is to come, drafts, what was."""
    actor = require_rule_reader(request)
    context = {"rows": version_rows(clock.today()), "may_compose": access.may_compose(actor)}
    return render(request, "procedures/guide/staff/versions.html", context)


@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: its remarks, and its parts as tables."""
    actor = require_rule_reader(request)
    found = version_or_404(number)
    result = checked(found)
    context = version_context(found) | {
        "checked": result,
        "guide": result.guide,
        "remarks": remark_rows(result.remarks, found.source),
        "events": _event_rows(result.guide) if result.guide else [],
        "may_compose": access.may_compose(actor),
    }
    return render(request, "procedures/guide/staff/version.html", context)


def _event_rows(guide: Guide) -> list[dict[str, Any]]:
    return [
        {
            "event": event,
            "questions": len(event.questions),
            "procedures": len(guide.procedures_of(event.code)),
        }
        for event in guide.events_in_order()
    ]


@require_safe
def event(request: HttpRequest, number: int, event: str) -> HttpResponse:
    """A life event of a version: what is asked when, what is on the list when."""
    require_rule_reader(request)
    found = version_or_404(number)
    guide = _guide_or_404(found)
    if event not in guide.events:
        raise Http404
    context = version_context(found) | {
        "words": event_words(guide, guide.events[event]),
        "event": guide.events[event],
    }
    return render(request, "procedures/guide/staff/event.html", context)


@require_safe
def download(request: HttpRequest, number: int) -> HttpResponse:
    """The rule file as it was taken in."""
    require_rule_reader(request)
    found = version_or_404(number)
    response = HttpResponse(
        found.source.encode("utf-8", "surrogatepass"), content_type="application/yaml"
    )
    response["Content-Disposition"] = f'attachment; filename="guide-{found.number}.yaml"'
    return response


@require_safe
def changes(request: HttpRequest, number: int) -> HttpResponse:
    """What the version alters against the one in force."""
    actor = require_rule_reader(request)
    found = version_or_404(number)
    context = version_context(found) | {
        "preview": preview(found, clock.today()),
        "may_compose": access.may_compose(actor),
    }
    return render(request, "procedures/guide/staff/changes.html", context)


@require_http_methods(GET_AND_POST)
def try_out(request: HttpRequest, number: int, event: str) -> HttpResponse:
    """Answer as a resident would: all questions so far on one page, the list beside them.

    Nothing is kept: the answers go round with the form.
    """
    require_rule_reader(request)
    found = version_or_404(number)
    guide = _guide_or_404(found)
    if event not in guide.events or not is_fit(checked(found).remarks):
        raise Http404
    answers, forms = _tried(request, guide, event)
    walked = walk(guide, event, answers)
    today = clock.today()
    state = GuideState(found, guide, guide.events[event], dict(walked.given))
    context = version_context(found) | {
        "event": guide.events[event],
        "asked": _asked(guide, walked, forms),
        "is_ready": walked.next is None,
        "most_left": walked.most_left,
        "page": list_page(state, entries_of(guide, walked, today), walked),
    }
    is_wrong = any(form.errors for form in forms.values())
    return render(
        request, "procedures/guide/staff/try.html", context, status=422 if is_wrong else 200
    )


def _tried(
    request: HttpRequest, guide: Guide, event: str
) -> tuple[dict[str, Answer], dict[str, AnswerForm]]:
    """The answers that were sent, and the forms that they came in, by question."""
    answers: dict[str, Answer] = {}
    forms: dict[str, AnswerForm] = {}
    if request.method != "POST" or "again" in request.POST:
        return answers, forms
    for code in guide.events[event].questions:
        if f"asked-{code}" in request.POST:
            form = AnswerForm(guide.questions[code], request.POST, prefix=code)
            forms[code] = form
            if form.is_valid():
                answers[code] = form.answer()
    return answers, forms


def _asked(guide: Guide, walked: Walk, forms: dict[str, AnswerForm]) -> list[AnswerForm]:
    """A form for each question that was answered and for the next one; errors stay."""
    codes = [*walked.given, *([walked.next.code] if walked.next else [])]
    shown = []
    for code in codes:
        sent = forms.get(code)
        if sent is not None and sent.errors:
            shown.append(sent)
        else:
            shown.append(
                AnswerForm(guide.questions[code], given=walked.given.get(code), prefix=code)
            )
    return shown


def version_or_404(number: int) -> GuideVersion:
    return get_object_or_404(
        GuideVersion.objects.select_related("made_by", "published_by"), number=number
    )


def version_context(found: GuideVersion) -> dict[str, Any]:
    """What every page of a version shows of it."""
    today = clock.today()
    row = version_row(found, version_on(today), today)
    return {"version": found, "row": row, "is_draft": row.state == "draft"}


def _guide_or_404(found: GuideVersion) -> Guide:
    guide = checked(found).guide
    if guide is None:
        raise Http404
    return guide
