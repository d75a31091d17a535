"""What can be applied for here, and beginning."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.guide.model import Answer
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations.cases import begin_case
from madoguchi.blocks.procedures.operations.refusals import NothingChosen, NotOpen
from madoguchi.blocks.procedures.queries.definitions import (
    Published,
    definition_of,
    open_procedures,
)
from madoguchi.blocks.procedures.queries.guide import list_of, state_of
from madoguchi.blocks.procedures.views.applicants import let_in, opened_cases
from madoguchi.kernel import clock, visitors

MOST_AN_HOUR = 120
"""Sets of applications that may be begun from one address."""


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """Everything that can be applied for."""
    return render(request, "procedures/apply/procedures.html", {"groups": _by_department()})


def _by_department() -> list[tuple[str, list[Published]]]:
    """What can be applied for, under the names of the departments that receive it."""
    groups: dict[int, list[Published]] = {}
    for each in open_procedures():
        groups.setdefault(each.department, []).append(each)
    names = identity.department_names(groups, on=clock.today())
    named = ((names[department], found) for department, found in groups.items())
    return sorted(named, key=lambda group: group[0])


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: what it is for, what is asked, what is attached."""
    found = definition_of(code)
    if found is None:
        raise Http404
    names = identity.department_names([found.department], on=clock.today())
    context = {"procedure": found, "department": names[found.department]}
    return render(request, "procedures/apply/procedure.html", context)


@never_cache
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the applications whose codes were sent (``form``), those of the guide's list."""
    origin = f"address {visitors.address_of(request)}"
    if visitors.count_up("procedures.begin", origin) > MOST_AN_HOUR:
        return _refused(request, None, 429)
    wanted = request.POST.getlist("form")
    of_guide = _of_guide(request)
    if (same := _just_begun(request, wanted, of_guide.get("answers", {}))) is not None:
        return redirect("procedures:case", same)
    try:
        begun = begin_case(
            procedures=wanted,
            resident=identity.resident_of(request),
            channel=Case.Channel.HOME,
            **of_guide,
        )
    except (NothingChosen, NotOpen) as refused:
        return _refused(request, refused, 422)
    let_in(request, begun.case, code=begun.code)
    return redirect("procedures:case", begun.case.number)


def _just_begun(
    request: HttpRequest, wanted: list[str], answers: Mapping[str, Answer]
) -> str | None:
    """The number of a set of these procedures that was begun here, with the same answers in the
    guide, and is still untouched: the button was pressed twice."""
    drafts = (
        opened_cases(request)
        .filter(stage=Case.Stage.DRAFT, edit=0)
        .prefetch_related("applications")
    )
    for case in drafts:
        chosen = {each.procedure for each in case.applications.all()}
        if chosen == set(wanted) and case.answers == answers:
            return case.number
    return None


def _of_guide(request: HttpRequest) -> dict[str, Any]:
    """What the guide knows, unless a procedure was chosen by itself (``from``: ``procedure``)."""
    state = None if request.POST.get("from") == "procedure" else state_of(request)
    if state is None:
        return {}
    entries = list_of(state, clock.today())
    return {
        "event": state.event.code,
        "guide_number": state.version.number,
        "answers": dict(state.walk().given),
        "checklist": [each.code for each in entries],
    }


def _refused(
    request: HttpRequest, refused: NothingChosen | NotOpen | None, status: int
) -> HttpResponse:
    context = {"groups": _by_department(), "refused": refused, "is_too_often": status == 429}
    return render(request, "procedures/apply/procedures.html", context, status=status)
