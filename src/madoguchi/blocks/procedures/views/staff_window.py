"""The window: the person's identity is checked, a clerk enters, they check the print and sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import Acting
from madoguchi.blocks.procedures.forms.desk import EditOnlyForm, NumberForm
from madoguchi.blocks.procedures.forms.filling import AnswersForm, name_of
from madoguchi.blocks.procedures.forms.window import BeginForm, SendAtWindowForm, offered
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations.cases import leave_out, save_values
from madoguchi.blocks.procedures.operations.printing import case_pdf
from madoguchi.blocks.procedures.operations.refusals import NotDraft, Stale, Unfits
from madoguchi.blocks.procedures.operations.window import begin_at_window, send_at_window
from madoguchi.blocks.procedures.queries.codes import case_for_number, is_code_of
from madoguchi.blocks.procedures.queries.definitions import open_procedures
from madoguchi.blocks.procedures.queries.drafts import Draft, ToAttach, draft_of, to_attach
from madoguchi.blocks.procedures.queries.guide import (
    GuideState,
    forget_state,
    list_of,
    state_of,
)
from madoguchi.blocks.procedures.queries.words import full_label_of, label_of, shown_value
from madoguchi.blocks.procedures.rules import access, codes
from madoguchi.blocks.procedures.rules.items import Asked
from madoguchi.blocks.procedures.views.staff_access import require_worker
from madoguchi.blocks.procedures.views.staff_desk import pdf_answer
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

GET_AND_POST = ["GET", "HEAD", "POST"]
CODES: Final = "procedures_window_codes"
"""In the session: tracking codes of cases begun here, to be handed over with the print."""
MOST_CODES: Final = 20
CONFLICT = 409


@dataclass(frozen=True, slots=True)
class AtWindow:
    """A case that is being filled in at the window. ``asked`` are the items that the person at
    the keyboard may see; what is kept from operators counts in ``kept_back``. ``sees_all``: the
    person is the city's own."""

    actor: Acting
    user: User
    draft: Draft
    sees_all: bool
    asked: tuple[Asked, ...]
    kept_back: tuple[Asked, ...]

    @property
    def case(self) -> Case:
        return self.draft.case


@require_http_methods(GET_AND_POST)
def window(request: HttpRequest) -> HttpResponse:
    """Who it is and what they need: chosen by name, or found with the guide."""
    actor = require_worker(request)
    state = state_of(request)
    found = _from_guide(state)
    form = BeginForm(posted(request), initial={"form": found}, procedures=_procedures(actor))
    if request.method == "POST" and form.is_valid():
        user = identity.user_of(request)
        try:
            begun = begin_at_window(
                procedures=form.cleaned_data["form"],
                checked_by=form.cleaned_data["checked_by"],
                by=user,
                **_of_guide(state, form.cleaned_data["form"]),
            )
        except Refused as refused:
            form.add_error("form", str(refused))
        else:
            _keep_code(request, actor, begun.case.number, begun.code)
            forget_state(request)
            return redirect("procedures_staff:window_fill", begun.case.number)
    chosen = request.POST.getlist("form") if form.is_bound else found
    context = {
        "form": form,
        "number": NumberForm(),
        "state": state,
        "found": len(found),
        "groups": _groups(actor, chosen),
    }
    status = 422 if form.errors else 200
    return render(request, "procedures/window/window.html", context, status=status)


def _procedures(actor: Acting) -> list[Any]:
    """Open procedures by department: those that the person may begin."""
    found = [each for each in open_procedures() if access.may_begin(actor, each.department)]
    names = identity.department_names({each.department for each in found}, on=clock.today())
    return offered([(each.code, each.title, names[each.department]) for each in found])


def _groups(actor: Acting, chosen: Sequence[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The same with what is ticked."""
    return [
        (
            department,
            [{"code": code, "title": title, "is_on": code in chosen} for code, title in choices],
        )
        for department, choices in _procedures(actor)
    ]


def _from_guide(state: GuideState | None) -> list[str]:
    """The forms of what the guide's answers lead to."""
    if state is None:
        return []
    entries = list_of(state, clock.today())
    return [entry.online.form for entry in entries if entry.online and entry.online.form]


def _of_guide(state: GuideState | None, chosen: Sequence[str]) -> dict[str, Any]:
    """What the guide knows, where something of its list is begun."""
    if state is None or not set(chosen) & set(_from_guide(state)):
        return {}
    return {
        "event": state.event.code,
        "guide_number": state.version.number,
        "answers": dict(state.walk().given),
        "checklist": [entry.code for entry in list_of(state, clock.today())],
    }


@require_POST
def window_afresh(request: HttpRequest) -> HttpResponse:
    """The next person: what the guide was told is forgotten."""
    require_worker(request)
    forget_state(request)
    return redirect("procedures_staff:window")


def _keep_code(request: HttpRequest, actor: Acting, number: str, code: str) -> None:
    """Kept to be handed over; operators get none: it opens decisions to whoever has it."""
    if actor.holds(access.CLERK, access.DECIDER):
        kept = {**request.session.get(CODES, {}), number: code}
        request.session[CODES] = dict([*kept.items()][-MOST_CODES:])


def _kept_code(request: HttpRequest, case: Case) -> str:
    """The code to be handed over; "" where there is none here, or another was issued since."""
    code = str(request.session.get(CODES, {}).get(case.number, ""))
    return code if is_code_of(case, code) else ""


def at_window_or_404(request: HttpRequest, number: str) -> AtWindow:
    actor = require_worker(request)
    user = identity.user_of(request)
    case = case_for_number(number)
    if case is None:
        raise Http404
    draft = draft_of(case)
    departments = {each.department_id for each in draft.applications}
    began = case.begun_by_id == user.pk
    if not access.may_enter(actor, departments, began=began):
        raise PermissionDenied(_("The applications of this case belong to other departments."))
    sees_all = access.fills_all(actor, departments, began=began)
    return AtWindow(
        actor,
        user,
        draft,
        sees_all,
        tuple(each for each in draft.asked if sees_all or not each.is_guarded),
        tuple(each for each in draft.asked if not sees_all and each.is_guarded),
    )


@require_http_methods(GET_AND_POST)
def window_fill(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that is asked, on one page, each thing once."""
    at = at_window_or_404(request, number)
    if at.case.stage != Case.Stage.DRAFT:
        return redirect("procedures_staff:case", at.case.number)
    form = AnswersForm(
        posted(request),
        asked=at.asked,
        values=at.case.values,
        known=at.draft.known,
        told=at.draft.told,
        edit=at.case.edit,
    )
    if request.method != "POST":
        return _fill_page(request, at, form)
    if form.is_valid() and (answer := _store(request, at, form)) is not None:
        return answer
    return _fill_page(request, at, form, status=422)


def _store(request: HttpRequest, at: AtWindow, form: AnswersForm) -> HttpResponse | None:
    """Keep what was typed and go on; None where something in the form is wrong."""
    number = at.case.number
    try:
        save_values(case=at.case, values=form.values(), edit=form.cleaned_data["edit"], by=at.user)
    except Stale:
        return _fill_page(request, at_window_or_404(request, number), form, status=CONFLICT)
    except Unfits as unfits:
        form.add_problems(unfits.wrong)
        return None
    except NotDraft as refused:
        messages.warning(request, str(refused))
        return redirect("procedures_staff:case", number)
    messages.success(request, _("Stored."))
    target = "window_fill" if "stay" in request.POST else "window_check"
    return redirect(f"procedures_staff:{target}", number)


def _fill_page(
    request: HttpRequest, at: AtWindow, form: AnswersForm, *, status: int = 200
) -> HttpResponse:
    shown = set(at.asked)
    groups = [
        {
            "heading": section.heading,
            "takers": section.takers,
            "fields": [form[name_of(each)] for each in section.asked if each in shown],
            "is_of_other": section.is_of_other and not section.answered(at.case.values),
        }
        for section in at.draft.sections
        if shown & set(section.asked)
    ]
    context = {
        **window_head(request, at),
        "form": form,
        "groups": groups,
        "edit_now": at.case.edit,
        "stale": _differences(at, form) if status == CONFLICT else None,
    }
    return render(request, "procedures/window/fill.html", context, status=status)


def _differences(at: AtWindow, form: AnswersForm) -> list[dict[str, str]]:
    """What was typed here beside what is stored by now."""
    mine, kept = form.values(), at.case.values
    return [
        {
            "label": full_label_of(each),
            "mine": shown_value(each, mine[each.key]),
            "kept": shown_value(each, kept.get(each.key, "")),
        }
        for each in at.asked
        if mine.get(each.key, "") != kept.get(each.key, "")
    ]


def window_head(request: HttpRequest, at: AtWindow) -> dict[str, Any]:
    return {
        "at": at,
        "case": at.case,
        "draft": at.draft,
        "number": codes.shown(at.case.number),
        "code": codes.shown(_kept_code(request, at.case)),
        "kept_back": len(at.kept_back),
    }


@require_http_methods(GET_AND_POST)
def window_check(request: HttpRequest, number: str) -> HttpResponse:
    """Everything once more; print, have it signed, send."""
    at = at_window_or_404(request, number)
    if at.case.stage != Case.Stage.DRAFT:
        return redirect("procedures_staff:window_done", at.case.number)
    first = {"edit": at.case.edit, "mail_to": _mail_address(at)}
    is_checked = at.case.channel == Case.Channel.WINDOW
    form = SendAtWindowForm(posted(request), initial=first, is_checked=is_checked)
    if request.method != "POST":
        return _check_page(request, at, form)
    if not form.is_valid():
        return _check_page(request, at, form, status=422)
    status = 422
    try:
        send_at_window(
            case=at.case,
            edit=form.cleaned_data["edit"],
            mail_to=form.cleaned_data["mail_to"],
            checked_by=form.cleaned_data.get("checked_by", ""),
            by=at.user,
        )
    except Stale as stale:
        form.add_error(None, str(stale))
        at, status = at_window_or_404(request, number), CONFLICT
    except Refused as refused:
        form.add_error(None, str(refused))
    else:
        return redirect("procedures_staff:window_done", at.case.number)
    return _check_page(request, at, form, status=status)


def _mail_address(at: AtWindow) -> str:
    return at.case.values.get("applicant.email", "") if _sees(at, "applicant.email") else ""


def _says(rows: Any) -> bool:
    """Whether anything was entered there, or is missing."""
    return any(row["shown"] or row["is_missing"] for row in rows)


def _sees(at: AtWindow, key: str) -> bool:
    return key not in {each.key for each in at.kept_back}


def _check_page(
    request: HttpRequest, at: AtWindow, form: SendAtWindowForm, *, status: int = 200
) -> HttpResponse:
    shown, values = set(at.asked), at.case.values
    lacking = at.draft.lacking
    groups = [
        {
            "heading": section.heading,
            "rows": [
                {
                    "label": label_of(each),
                    "shown": shown_value(each, values.get(each.key, "")),
                    "is_missing": each in lacking,
                    "is_told": each.key in at.draft.told,
                }
                for each in section.asked
                if each in shown
            ],
        }
        for section in at.draft.visible
    ]
    context = {
        **window_head(request, at),
        "form": form,
        "groups": [group for group in groups if _says(group["rows"])],
        "documents": to_attach(at.draft),
        "attachable": attachable(at),
        "lacking": [full_label_of(each) for each in lacking if each in shown],
        "lacks_kept_back": any(each in lacking for each in at.kept_back),
        "edit_now": at.case.edit,
    }
    return render(request, "procedures/window/check.html", context, status=status)


def attachable(at: AtWindow) -> list[ToAttach]:
    """Documents that whoever is at the keyboard may attach, and whose files they may see."""
    return [
        each
        for each in to_attach(at.draft)
        if access.may_attach(
            at.actor,
            {application.department_id for application in each.applications},
            sees_all=at.sees_all,
            is_guarded=each.is_guarded,
        )
    ]


@require_safe
def window_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The forms as they stand, to be checked and signed; guarded items blank for operators."""
    at = at_window_or_404(request, number)
    content = case_pdf(at.case, only=_printable(at), for_operator=not at.sees_all)
    return pdf_answer(content, f"{at.case.number}.pdf", is_shown=True)


def _printable(at: AtWindow) -> list[str]:
    """Before it is sent, all forms; after that, those of departments whose forms one may read."""
    applications = at.draft.applications
    if at.case.stage == Case.Stage.DRAFT:
        return [each.procedure for each in applications]
    return [
        each.procedure
        for each in applications
        if access.may_read(at.actor, each.department_id) or at.case.begun_by_id == at.user.pk
    ]


@require_POST
def window_leave(request: HttpRequest, number: str, procedure: str) -> HttpResponse:
    """Take a procedure off what is being filled in."""
    at = at_window_or_404(request, number)
    form = EditOnlyForm(request.POST)
    try:
        if form.is_valid():
            leave_out(case=at.case, procedure=procedure, edit=form.cleaned_data["edit"])
            messages.success(request, _("The procedure was taken off."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("procedures_staff:window_fill", at.case.number)


@require_safe
def window_done(request: HttpRequest, number: str) -> HttpResponse:
    """It is sent: what to hand over, and the next person."""
    at = at_window_or_404(request, number)
    if at.case.stage == Case.Stage.DRAFT:
        return redirect("procedures_staff:window_fill", at.case.number)
    context = {**window_head(request, at), "titles": at.draft.titles}
    return render(request, "procedures/window/done.html", context)
