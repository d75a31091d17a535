"""Drafts of the guide: made, changed, replaced by a file, published, withdrawn."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.procedures.forms.guide import (
    DraftForm,
    EditForm,
    PublishForm,
    ReplaceForm,
    RulesForm,
)
from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.blocks.procedures.operations import guide as operations
from madoguchi.blocks.procedures.operations.guide import DraftChanged, NotFit
from madoguchi.blocks.procedures.queries.guide import version_on
from madoguchi.blocks.procedures.queries.guide_versions import (
    check_text,
    checked,
    preview,
    remark_rows,
)
from madoguchi.blocks.procedures.views.staff_access import require_composer
from madoguchi.blocks.procedures.views.staff_guide import (
    GET_AND_POST,
    version_context,
    version_or_404,
)
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused


@require_http_methods(GET_AND_POST)
def add(request: HttpRequest) -> HttpResponse:
    """A new draft: a copy of what is in force, or a file."""
    composer = require_composer(request)
    in_force = version_on(clock.today())
    form = DraftForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        source = form.cleaned_data["file"]
        if source is None:
            source = GuideVersion.objects.get(pk=in_force.pk).source if in_force else ""
        draft = operations.keep_draft(source=source, note=form.cleaned_data["note"], by=composer)
        messages.success(request, _("The draft is there. Residents see nothing of it yet."))
        if form.cleaned_data["file"] is None:
            return redirect("procedures_staff:guide_edit", draft.number)
        return redirect("procedures_staff:guide_version", draft.number)
    context = {"form": form, "in_force": in_force}
    return render(
        request, "procedures/guide/staff/add.html", context, status=422 if form.errors else 200
    )


@require_http_methods(GET_AND_POST)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """The rules in one field, with remarks by line. ``check`` looks at them without storing."""
    composer = require_composer(request)
    draft = _draft_or_404(number)
    initial = {"edit": draft.edit, "note": draft.note, "source": draft.source}
    form = RulesForm(posted(request), initial=initial)
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid() and "check" not in request.POST:
        try:
            draft = operations.save_draft(version=draft, by=composer, **form.cleaned_data)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Stored."))
            return redirect("procedures_staff:guide_edit", number)
    source = form.cleaned_data.get("source", "") if form.is_bound else draft.source
    found = check_text(source) if form.is_bound else checked(draft)
    theirs = refusal.draft if isinstance(refusal, DraftChanged) else None
    context = version_context(theirs or draft) | {
        "form": form,
        "checked": found,
        "remarks": remark_rows(found.remarks, source),
        "was_checked": "check" in request.POST and not form.errors,
        "refusal": refusal,
        "theirs": theirs,
    }
    return render(
        request, "procedures/guide/staff/edit.html", context, status=_status(form, refusal)
    )


@require_http_methods(GET_AND_POST)
def replace(request: HttpRequest, number: int) -> HttpResponse:
    """A file in the place of a draft's rules."""
    composer = require_composer(request)
    draft = _draft_or_404(number)
    form = ReplaceForm(posted(request), request.FILES or None, initial={"edit": draft.edit})
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.save_draft(
                version=draft, source=given["file"], note=draft.note, edit=given["edit"],
                by=composer,
            )  # fmt: skip
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The file was taken in."))
            return redirect("procedures_staff:guide_version", number)
    context = version_context(draft) | {"form": form, "refusal": refusal}
    return render(
        request, "procedures/guide/staff/replace.html", context, status=_status(form, refusal)
    )


@require_http_methods(GET_AND_POST)
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Let a draft be in force from a day on, after a look at what it alters."""
    composer = require_composer(request)
    draft = _draft_or_404(number)
    today = clock.today()
    form = PublishForm(posted(request), initial={"edit": draft.edit, "starts_on": today})
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.publish_guide(version=draft, by=composer, **form.cleaned_data)
        except (DraftChanged, NotFit) as refused:
            refusal = refused
        except Refused as refused:
            form.add_error("starts_on", str(refused))
        else:
            messages.success(request, _("The version was published."))
            return redirect("procedures_staff:guide_version", number)
    result = checked(draft)
    context = version_context(draft) | {
        "form": form,
        "checked": result,
        "preview": preview(draft, today) if not result.errors else None,
        "refusal": refusal,
    }
    return render(
        request, "procedures/guide/staff/publish.html", context, status=_status(form, refusal)
    )


@require_http_methods(GET_AND_POST)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take back a draft, or what is published and has not begun."""
    composer = require_composer(request)
    found = version_or_404(number)
    context = version_context(found)
    if context["row"].state not in {"draft", "coming"}:
        raise Http404
    form = EditForm(posted(request), initial={"edit": found.edit})
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.withdraw_draft(version=found, by=composer, edit=form.cleaned_data["edit"])
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The version was withdrawn."))
            return redirect("procedures_staff:guide")
    return render(
        request,
        "procedures/guide/staff/withdraw.html",
        context | {"form": form, "refusal": refusal},
        status=_status(form, refusal),
    )


def _draft_or_404(number: int) -> GuideVersion:
    found = version_or_404(number)
    if found.published_at is not None or found.withdrawn_at is not None:
        raise Http404
    return found


def _status(form: Any, refusal: Refused | None) -> int:
    if refusal is not None:
        return 409
    return 422 if form.errors else 200
