"""Composing procedures: the list, one procedure, what is published, opened or thrown away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity.models import Department
from madoguchi.blocks.procedures.forms.composing import AddForm, IntakeForm
from madoguchi.blocks.procedures.models import Procedure, ProcedureVersion
from madoguchi.blocks.procedures.operations import composing
from madoguchi.blocks.procedures.queries.composing import (
    changes_against,
    department_choices,
    problems_in_words,
    procedure_rows,
    version_words,
)
from madoguchi.blocks.procedures.queries.composing_words import SECTION_LABELS
from madoguchi.blocks.procedures.rules import access, flows
from madoguchi.blocks.procedures.rules import definition as definitions
from madoguchi.blocks.procedures.rules.composing import Section, changed, code_from
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.views.staff_access import require_composer, require_rule_reader
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

GET_AND_POST = ["GET", "HEAD", "POST"]
COPY = "copy"
FLOW_LABELS = {
    "notification": gettext_lazy("A notification (届出): checked and accepted"),
    "application": gettext_lazy("An application (申請): granted or refused by letter"),
    "benefit": gettext_lazy("A benefit (給付): granted or refused by letter, then paid"),
}
NEVER = -1
"""The edit of a form that did not say at which it was opened."""


@require_safe
def compose(request: HttpRequest) -> HttpResponse:
    """Every procedure: what is in force, what is being written, how much it is used."""
    actor = require_rule_reader(request)
    context = {"rows": procedure_rows(), "may_compose": access.may_compose(actor)}
    return render(request, "procedures/composing/list.html", context)


@require_http_methods(GET_AND_POST)
def add(request: HttpRequest) -> HttpResponse:
    composer = require_composer(request)
    rows = procedure_rows()
    form = AddForm(
        posted(request),
        initial={"basis": "application"},
        departments=department_choices(),
        bases=_bases(),
        copies=[(row.procedure.code, row.title) for row in rows],
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        code = given["code"] or code_from(given["title"], {row.procedure.code for row in rows})
        try:
            composing.add_procedure(
                code=code,
                department=Department.objects.get(public_id=given["department"]),
                definition=_begun(given["title"], given["basis"], given["copy_of"]),
                by=composer,
            )
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, _("The draft is there. Fill in its sections in any order."))
            return redirect("procedures_staff:compose_section", code, Section.FACTS.value)
    return render(
        request, "procedures/composing/add.html", {"form": form}, status=422 if form.errors else 200
    )


def _bases() -> list[tuple[str, str]]:
    flows_offered = [(code, str(label)) for code, label in FLOW_LABELS.items()]
    return [*flows_offered, (COPY, _("A copy of another procedure"))]


def _begun(title: str, basis: str, copy_of: str) -> Definition:
    if basis != COPY:
        return flows.with_flow(Definition(title=title), basis)
    newest = ProcedureVersion.objects.filter(procedure__code=copy_of).order_by("-number").first()
    assert newest is not None  # noqa: S101 # every procedure has a version
    return changed(definitions.read(newest.definition), {"title": title})


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """The draft where there is one, else what is in force."""
    actor = require_rule_reader(request)
    found = procedure_or_404(code)
    draft, published = draft_of(found), published_of(found)
    shown = draft or published
    if shown is None:
        raise Http404
    return _show(request, found, shown, may_compose=access.may_compose(actor))


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Any version, as it was published."""
    actor = require_rule_reader(request)
    found = procedure_or_404(code)
    shown = get_object_or_404(found.versions, number=number)
    return _show(request, found, shown, may_compose=access.may_compose(actor))


def _show(
    request: HttpRequest, found: Procedure, shown: ProcedureVersion, *, may_compose: bool
) -> HttpResponse:
    definition = definitions.read(shown.definition)
    published = published_of(found)
    is_draft = shown.published_at is None
    problems = problems_in_words(definition) if is_draft else []
    context = {
        "procedure": found,
        "department": dict(department_choices()).get(found.department.public_id, ""),
        "version": shown,
        "versions": found.versions.defer("definition").select_related("published_by"),
        "published": published,
        "is_draft": is_draft,
        "has_draft": is_draft or draft_of(found) is not None,
        "words": version_words(definition),
        "sections": [(section, SECTION_LABELS[section]) for section in Section],
        "problems": problems,
        "changes": changes_against(published, shown) if is_draft else [],
        "may_compose": may_compose,
        "may_edit": may_compose and is_draft,
    }
    return render(request, "procedures/composing/procedure.html", context)


@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft of what is in force."""
    composer = require_composer(request)
    found = procedure_or_404(code)
    composing.start_draft(procedure_id=found.pk, by=composer)
    messages.success(request, _("The draft is there. Nothing changes before it is published."))
    return redirect("procedures_staff:compose_procedure", code)


@require_http_methods(GET_AND_POST)
def intake(request: HttpRequest, code: str) -> HttpResponse:
    """Who receives applications, and whether there may be any."""
    composer = require_composer(request)
    found = procedure_or_404(code)
    form = IntakeForm(
        posted(request),
        initial={"department": found.department.public_id, "is_open": found.is_open},
        departments=department_choices(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            composing.change_intake(
                procedure_id=found.pk,
                department=Department.objects.get(public_id=form.cleaned_data["department"]),
                is_open=form.cleaned_data["is_open"],
                by=composer,
            )
        except Refused as refused:
            form.add_error("is_open", str(refused))
        else:
            messages.success(request, _("Stored."))
            return redirect("procedures_staff:compose_procedure", code)
    context = {"form": form, "procedure": found, "title": title_of(found)}
    return render(
        request, "procedures/composing/intake.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """What publishing would change, and the button."""
    composer = require_composer(request)
    found = procedure_or_404(code)
    draft = draft_of(found)
    if draft is None:
        return _gone(request, code)
    refusal = ""
    if request.method == "POST":
        try:
            done = composing.publish_draft(procedure_id=found.pk, edit=_edit(request), by=composer)
        except composing.NoDraft:
            return _gone(request, code)
        except composing.NotReady as refused:
            refusal = str(refused)
        except Refused as refused:
            refusal, draft = str(refused), draft_of(found) or draft
        else:
            messages.success(
                request, _("Version %(number)d is in force.") % {"number": done.number}
            )
            return redirect("procedures_staff:compose_procedure", code)
    return _ask_to_publish(request, found, draft, refusal)


def _ask_to_publish(
    request: HttpRequest, found: Procedure, draft: ProcedureVersion, refusal: str
) -> HttpResponse:
    problems = problems_in_words(definitions.read(draft.definition))
    context = {
        "procedure": found,
        "draft": draft,
        "published": published_of(found),
        "problems": problems,
        "changes": changes_against(published_of(found), draft),
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "procedures/composing/publish.html", context, status=status)


@require_http_methods(GET_AND_POST)
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away, after a question."""
    composer = require_composer(request)
    found = procedure_or_404(code)
    draft = draft_of(found)
    if draft is None:
        return _gone(request, code)
    refusal = ""
    if request.method == "POST":
        try:
            is_kept = composing.discard_draft(
                procedure_id=found.pk, edit=_edit(request), by=composer
            )
        except composing.NoDraft:
            return _gone(request, code)
        except Refused as refused:
            refusal, draft = str(refused), draft_of(found) or draft
        else:
            messages.success(request, _("The draft was thrown away."))
            if is_kept:
                return redirect("procedures_staff:compose_procedure", code)
            return redirect("procedures_staff:compose")
    context = {
        "procedure": found,
        "draft": draft,
        "published": published_of(found),
        "changes": changes_against(published_of(found), draft),
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "procedures/composing/discard.html", context, status=status)


def procedure_or_404(code: str) -> Procedure:
    return get_object_or_404(Procedure.objects.select_related("department"), code=code)


def draft_of(found: Procedure) -> ProcedureVersion | None:
    return found.versions.filter(published_at=None).first()


def published_of(found: Procedure) -> ProcedureVersion | None:
    """What is in force."""
    return found.versions.exclude(published_at=None).order_by("-number").first()


def title_of(found: Procedure) -> str:
    shown = published_of(found) or draft_of(found)
    return shown.title if shown else found.code


def _edit(request: HttpRequest) -> int:
    sent = request.POST.get("edit", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else NEVER


def _gone(request: HttpRequest, code: str) -> HttpResponse:
    messages.warning(request, str(composing.NoDraft()))
    return redirect("procedures_staff:compose_procedure", code)
