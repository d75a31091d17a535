"""Taking a step on an application; for its applicant: putting answers right, attaching,
withdrawing."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.forms.desk import EditOnlyForm, StepForm
from madoguchi.blocks.procedures.forms.filling import AnswersForm, DocumentForm, name_of
from madoguchi.blocks.procedures.operations.applications import resend, take_step, withdraw
from madoguchi.blocks.procedures.operations.attachments import attach
from madoguchi.blocks.procedures.operations.corrections import NothingChanged, correct_values
from madoguchi.blocks.procedures.operations.letters import letter_preview
from madoguchi.blocks.procedures.operations.refusals import (
    AlreadyDecided,
    AlreadyWithdrawn,
    Incomplete,
    NoteMissing,
    Stale,
    StepForbidden,
    Unfits,
)
from madoguchi.blocks.procedures.queries.desk import (
    NextStep,
    following,
    mendable,
    next_steps,
)
from madoguchi.blocks.procedures.rules import access, codes, items
from madoguchi.blocks.procedures.rules.definition import StateKind
from madoguchi.blocks.procedures.views.staff_cases import Opened, opened_or_404
from madoguchi.blocks.procedures.views.staff_desk import (
    address_of,
    filter_form,
    query_of,
    show_application,
)
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

GET_AND_POST = ["GET", "HEAD", "POST"]
CONFLICT = 409


@require_http_methods(GET_AND_POST)
def step(request: HttpRequest, number: str, procedure: str, step: str) -> HttpResponse:
    """One step: what is to be written with it, the letter as it would be, and the button."""
    opened = opened_or_404(request, number, procedure)
    wanted = _step(opened, step)
    if wanted is None:
        return _not_now(request, opened)
    form = _step_form(request, opened, wanted)
    if request.method != "POST":
        return _step_page(request, opened, wanted, form)
    if not form.is_valid():
        return _step_page(request, opened, wanted, form, status=422)
    if "preview" in request.POST:
        return _step_page(request, opened, wanted, form)
    return _take(request, opened, wanted, form)


def _step(opened: Opened, code: str) -> NextStep | None:
    """The step, where it is this person's and the application stands where it begins."""
    steps = next_steps(opened.application, opened.sheet.definition, opened.actor)
    return next((each for each in steps if each.step.code == code), None)


def _not_now(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The application has gone on, or the step was never this person's."""
    definition = opened.sheet.definition
    code = request.resolver_match.kwargs["step"] if request.resolver_match else ""
    found = next((each for each in definition.steps if each.code == code), None)
    if found is None:
        raise Http404
    if not access.may_take(opened.actor, found.right, opened.application.department_id):
        raise PermissionDenied(str(StepForbidden()))
    problem = _("The application has gone on meanwhile. Nothing was changed.")
    return show_application(request, opened, problem=problem, status=CONFLICT)


def _step_form(request: HttpRequest, opened: Opened, wanted: NextStep) -> StepForm:
    return StepForm(
        posted(request),
        initial={"edit": opened.application.edit},
        needs_note=wanted.step.needs_note,
        mendable=mendable(opened.sheet) if wanted.is_return else (),
        in_letter=bool(wanted.step.letter),
    )


def _take(request: HttpRequest, opened: Opened, wanted: NextStep, form: StepForm) -> HttpResponse:
    labels = dict(mendable(opened.sheet))
    filters = filter_form(request).filters(opened.user.pk)
    today = clock.today()
    after = following(opened.application, opened.actor, filters, today=today)
    try:
        take_step(
            application=opened.application,
            step=wanted.step.code,
            edit=form.cleaned_data["edit"],
            note=form.words(labels),
            to_mend=form.chosen(),
            by=opened.user,
            today=today,
        )
    except NoteMissing as refused:
        form.add_error("note", str(refused))
        return _step_page(request, opened, wanted, form, status=422)
    except Stale as stale:
        return _stale(request, opened, wanted, form, stale)
    except StepForbidden as refused:
        raise PermissionDenied(str(refused)) from None
    except Refused as refused:
        return show_now(request, opened, str(refused))
    messages.success(
        request,
        _("%(number)s: %(step)s")
        % {"number": codes.shown(opened.sheet.case.number), "step": wanted.step.title},
    )
    if after is None or not form.cleaned_data:
        return HttpResponseRedirect(reverse("procedures_staff:desk") + query_of(request))
    return HttpResponseRedirect(address_of(after) + query_of(request))


def _stale(
    request: HttpRequest, opened: Opened, wanted: NextStep, form: StepForm, stale: Stale
) -> HttpResponse:
    """Somebody else acted: how it stands now, and what was written here is still there."""
    again = look_again(request, opened)
    still = _step(again, wanted.step.code)
    if still is None:
        return show_application(request, again, problem=str(stale), status=CONFLICT)
    kept = request.POST.copy()
    kept["edit"] = str(again.application.edit)
    form = StepForm(
        kept,
        needs_note=wanted.step.needs_note,
        mendable=mendable(again.sheet) if wanted.is_return else (),
        in_letter=bool(wanted.step.letter),
    )
    form.is_valid()
    return _step_page(request, again, still, form, status=CONFLICT, problem=str(stale))


def look_again(request: HttpRequest, opened: Opened) -> Opened:
    application = opened.application
    return opened_or_404(request, opened.sheet.case.number, application.procedure)


def show_now(request: HttpRequest, opened: Opened, problem: str) -> HttpResponse:
    """The application as it stands now, with why nothing was done."""
    return show_application(request, look_again(request, opened), problem=problem, status=CONFLICT)


def _step_page(
    request: HttpRequest,
    opened: Opened,
    wanted: NextStep,
    form: StepForm,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    context = {
        **page_head(request, opened),
        "step": wanted,
        "form": form,
        "problem": problem,
        "letter": _letter(opened, wanted, form),
    }
    return render(request, "procedures/desk/step.html", context, status=status)


def _letter(opened: Opened, wanted: NextStep, form: StepForm) -> Any:
    if not wanted.step.letter:
        return None
    note = form.cleaned_data.get("note", "") if form.is_bound and form.is_valid() else ""
    return letter_preview(
        application=opened.application,
        definition=opened.sheet.definition,
        code=wanted.step.letter,
        note=note,
        on=clock.today(),
    )


def page_head(request: HttpRequest, opened: Opened) -> dict[str, Any]:
    return {
        "opened": opened,
        "sheet": opened.sheet,
        "case": opened.sheet.case,
        "number": codes.shown(opened.sheet.case.number),
        "applicant": opened.application.values.get("applicant.name", ""),
        "query": query_of(request),
        "back": address_of(opened.application) + query_of(request),
    }


@require_http_methods(GET_AND_POST)
def values(request: HttpRequest, number: str, procedure: str) -> HttpResponse:
    """Put answers right; what was returned is sent again with that, for its applicant."""
    opened = opened_or_404(request, number, procedure)
    _require_corrector(opened)
    if opened.sheet.is_final or not opened.application.state:
        return show_now(request, opened, _("Nothing can be corrected any more."))
    application = opened.application
    asked = items.in_order(items.items_of(procedure, opened.sheet.definition))
    form = AnswersForm(
        posted(request), asked=asked, values=application.values, edit=application.edit
    )
    if request.method != "POST":
        return _values_page(request, opened, form)
    if not form.is_valid():
        return _values_page(request, opened, form, status=422)
    return _store(request, opened, form)


def _store(request: HttpRequest, opened: Opened, form: AnswersForm) -> HttpResponse:
    is_returned = opened.application.state_kind == StateKind.RETURNED
    act = resend if is_returned else correct_values
    try:
        act(
            application=opened.application,
            values=form.values(),
            edit=form.cleaned_data["edit"],
            by=opened.user,
        )
    except Unfits as unfits:
        form.add_problems(unfits.wrong)
    except Incomplete as incomplete:
        for each in incomplete.items:
            form.add_error(name_of(each), _("Please fill this in."))
    except NothingChanged as refused:
        form.add_error(None, str(refused))
    except Stale as stale:
        form.add_error(None, str(stale))
        return _values_page(request, look_again(request, opened), form, status=CONFLICT)
    except Refused as refused:
        return show_now(request, opened, str(refused))
    else:
        done = (
            _("The application was sent again.") if is_returned else _("The answers are put right.")
        )
        messages.success(request, done)
        return HttpResponseRedirect(address_of(opened.application) + query_of(request))
    return _values_page(request, opened, form, status=422)


def _values_page(
    request: HttpRequest, opened: Opened, form: AnswersForm, *, status: int = 200
) -> HttpResponse:
    groups: dict[str, list[Any]] = {}
    for each in form.asked:
        groups.setdefault(each.subject, []).append(form[name_of(each)])
    headings = {group.subject: group.heading for group in opened.sheet.groups}
    context = {
        **page_head(request, opened),
        "form": form,
        "groups": [(headings.get(subject, ""), fields) for subject, fields in groups.items()],
        "edit_now": opened.application.edit,
        "is_returned": opened.application.state_kind == StateKind.RETURNED,
        "status": status,
    }
    return render(request, "procedures/desk/values.html", context, status=status)


@require_http_methods(GET_AND_POST)
def attach_for(request: HttpRequest, number: str, procedure: str) -> HttpResponse:
    """Attach what the applicant brought, scanned or photographed, to what was sent."""
    opened = opened_or_404(request, number, procedure)
    if not opened.may_work:
        raise PermissionDenied(identity.needed_roles(*access.WORKERS))
    if opened.sheet.is_final or not opened.application.state:
        return show_now(request, opened, _("Nothing can be attached any more."))
    if not opened.attachable:
        raise Http404
    form = DocumentForm(posted(request), request.FILES or None, documents=opened.attachable)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            attach(
                application=opened.application,
                document=form.cleaned_data["document"],
                name=file.name,
                content=file.read(),
                by=opened.user,
            )
        except (AlreadyDecided, AlreadyWithdrawn) as refused:
            return show_now(request, opened, str(refused))
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("“%(name)s” was attached.") % {"name": file.name})
            return HttpResponseRedirect(address_of(opened.application) + query_of(request))
    context = {
        **page_head(request, opened),
        "form": form,
        "megabytes": settings.MADOGUCHI_MAX_UPLOAD_BYTES // 2**20,
    }
    status = 422 if form.errors else 200
    return render(request, "procedures/desk/attach.html", context, status=status)


@require_http_methods(GET_AND_POST)
def withdraw_for(request: HttpRequest, number: str, procedure: str) -> HttpResponse:
    """Take an application back for an applicant who asks for it at the counter."""
    opened = opened_or_404(request, number, procedure)
    _require_corrector(opened)
    form = EditOnlyForm(posted(request), initial={"edit": opened.application.edit})
    if request.method == "POST" and form.is_valid():
        try:
            withdraw(application=opened.application, edit=form.cleaned_data["edit"], by=opened.user)
        except Refused as refused:
            return show_now(request, opened, str(refused))
        messages.success(request, _("The application was withdrawn."))
        return HttpResponseRedirect(address_of(opened.application) + query_of(request))
    context = {**page_head(request, opened), "form": form}
    return render(
        request, "procedures/desk/withdraw.html", context, status=422 if form.errors else 200
    )


def _require_corrector(opened: Opened) -> None:
    if not opened.may_correct:
        raise PermissionDenied(identity.needed_roles(access.CLERK, access.DECIDER))
