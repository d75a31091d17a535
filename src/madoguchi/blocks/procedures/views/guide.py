"""The guide as residents go through it: life events, one question a page, the personal list.

Answers are kept in the visitor's session; no address holds one.
"""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.procedures.forms.guide import AnswerForm, FindForm
from madoguchi.blocks.procedures.guide.asking import Walk
from madoguchi.blocks.procedures.guide.model import Event, Guide, Question
from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.blocks.procedures.queries.guide import (
    GuideState,
    current_guide,
    forget_state,
    keep_state,
    list_of,
    state_of,
)
from madoguchi.blocks.procedures.queries.guide_calendar import calendar_file
from madoguchi.blocks.procedures.queries.guide_pages import (
    answer_rows,
    find_procedures,
    list_page,
    procedure_page,
)
from madoguchi.kernel import clock
from madoguchi.kernel.city.queries import current_city
from madoguchi.kernel.pages.forms import posted

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Life events, and every procedure by its name."""
    found = current_guide(clock.today())
    form = FindForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    guide = found[1] if found else None
    state = state_of(request)
    context = {
        "guide": guide,
        "events": guide.events_in_order() if guide else (),
        "form": form,
        "words": words,
        "found": find_procedures(guide, words) if guide else (),
        "begun": state if state and state.answers else None,
        "version": found[0] if found else None,
    }
    return render(
        request, "procedures/guide/index.html", context, status=422 if form.errors else 200
    )


@require_safe
def about(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure, whoever needs it."""
    page = procedure_page(_guide_or_404()[1], code)
    if page is None:
        raise Http404
    return render(request, "procedures/guide/about.html", {"page": page})


@require_http_methods(GET_AND_POST)
def start(request: HttpRequest, event: str) -> HttpResponse:
    """What the guide will ask about this event; sending it begins."""
    version, guide = _guide_or_404()
    found = _event_or_404(guide, event)
    if request.method == "POST":
        keep_state(request, GuideState(version, guide, found, {}))
        return redirect("procedures:ask", event)
    state = _state(request, event)
    context = {
        "event": found,
        "most": len(found.questions),
        "count": len(guide.procedures_of(event)),
        "begun": bool(state and state.answers),
    }
    return render(request, "procedures/guide/start.html", context)


@require_safe
def ask(request: HttpRequest, event: str) -> HttpResponse:
    """Go on where the answers lead: to the next question, or to the list."""
    _event_or_404(_guide_or_404()[1], event)
    state = _state(request, event)
    if state is None:
        return redirect("procedures:start", event)
    return redirect(_onward(event, state.walk()))


@never_cache
@require_http_methods(GET_AND_POST)
def question(request: HttpRequest, event: str, question: str) -> HttpResponse:
    """One question. A given answer is changed on the same page."""
    _event_or_404(_guide_or_404()[1], event)
    state = _state(request, event)
    if state is None:
        return redirect("procedures:start", event)
    walked = state.walk()
    asked = state.guide.questions.get(question)
    if asked is None or not (asked == walked.next or question in walked.given):
        return redirect("procedures:ask", event)
    _tell_renewed(request, state)
    form = AnswerForm(asked, posted(request), given=walked.given.get(question))
    if request.method == "POST" and form.is_valid():
        return _answered(request, state, question, form)
    context = _question_context(state, walked, asked) | {"form": form}
    return render(
        request, "procedures/guide/question.html", context, status=422 if form.errors else 200
    )


def _answered(
    request: HttpRequest, state: GuideState, question: str, form: AnswerForm
) -> HttpResponse:
    """Keep the answer and go on; without a reload where the browser can."""
    state = replace(state, answers={**state.answers, question: form.answer()})
    keep_state(request, state)
    walked = state.walk()
    onward = _onward(state.event.code, walked)
    if not getattr(request, "htmx", False):
        return redirect(onward)
    if walked.next is None:
        return HttpResponse(status=204, headers={"HX-Redirect": onward})
    following = AnswerForm(walked.next)
    context = _question_context(state, walked, walked.next) | {"form": following}
    response = render(request, "procedures/guide/question.html", context)
    response["HX-Push-Url"] = onward
    return response


def _question_context(state: GuideState, walked: Walk, asked: Question) -> dict[str, object]:
    """What the page of a question shows beside its form."""
    given = list(walked.given)
    number = given.index(asked.code) + 1 if asked.code in given else len(given) + 1
    answers = [row for row in answer_rows(state.guide, walked) if row.question != asked.code]
    return {
        "event": state.event,
        "question": asked,
        "number": number,
        "others_left": walked.most_left - 1 if asked == walked.next else walked.most_left,
        "is_change": asked.code in walked.given,
        "answers": answers,
        "before": given[number - 2] if number > 1 else "",
        "action": reverse("procedures:question", args=[state.event.code, asked.code]),
    }


@never_cache
@require_safe
def personal_list(request: HttpRequest, event: str) -> HttpResponse:
    """The personal list, once no question is left."""
    _event_or_404(_guide_or_404()[1], event)
    state = _state(request, event)
    if state is None:
        return redirect("procedures:start", event)
    walked = state.walk()
    if walked.next is not None:
        return redirect(_onward(event, walked))
    _tell_renewed(request, state)
    page = list_page(state, list_of(state, clock.today()), walked)
    context = {
        "event": state.event,
        "page": page,
        "today": clock.today(),
        "version": state.version,
        "guide": state.guide,
    }
    return render(request, "procedures/guide/list.html", context)


@never_cache
@require_safe
def deadlines(request: HttpRequest, event: str) -> HttpResponse:
    """The deadlines of the personal list, for the visitor's own calendar."""
    state = _state(request, event)
    if state is None or state.walk().next is not None:
        raise Http404
    text = calendar_file(
        list_of(state, clock.today()), city=str(current_city().name), now=clock.now()
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    return response


@require_POST
def again(request: HttpRequest, event: str) -> HttpResponse:
    """Forget every answer and begin anew."""
    forget_state(request)
    messages.success(request, _("Your answers were deleted."))
    return redirect("procedures:start", event)


def _guide_or_404() -> tuple[GuideVersion, Guide]:
    found = current_guide(clock.today())
    if found is None:
        raise Http404
    return found


def _event_or_404(guide: Guide, code: str) -> Event:
    event = guide.events.get(code)
    if event is None:
        raise Http404
    return event


def _state(request: HttpRequest, event: str) -> GuideState | None:
    """Where the visitor stands in this event; None for whoever has not begun it."""
    state = state_of(request)
    return state if state is not None and state.event.code == event else None


def _onward(event: str, walked: Walk) -> str:
    if walked.next is None:
        return reverse("procedures:list", args=[event])
    return reverse("procedures:question", args=[event, walked.next.code])


def _tell_renewed(request: HttpRequest, state: GuideState) -> None:
    """Say once that the guide has changed on the way."""
    if state.was_renewed:
        keep_state(request, state)
        messages.info(
            request,
            _(
                "The guide was brought up to date while you were answering. What you answered was"
                " taken over; please look whether anything has changed."
            ),
        )
