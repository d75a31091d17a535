"""Importing a plan: upload, say what the columns are, look through, store."""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.identity.models import User
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused
from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.mapping import ColumnMapping
from madoguchi.plan.document.model import PlanDocument
from madoguchi.plan.document.reading import read_columns, read_plan
from madoguchi.plan.document.validity import check_document
from madoguchi.plan.forms.staff_import import FROM_FILE, ColumnsForm, StoreForm, UploadForm
from madoguchi.plan.models import ColumnMappingRecord, ImportDraft, ImportRecord, Plan
from madoguchi.plan.operations.import_drafts import (
    discard_draft,
    keep_draft,
    map_columns,
    store_draft,
)
from madoguchi.plan.operations.importing import ImportResult
from madoguchi.plan.queries.import_preview import (
    Preview,
    columns_asked,
    draft_content,
    draft_document,
    fitting_mapping,
    past_imports,
    preview_of,
    record_lines,
    saved_mappings,
    waiting_drafts,
)
from madoguchi.plan.queries.import_words import say
from madoguchi.plan.queries.importing import plan_for
from madoguchi.plan.views.staff_access import require_office

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Upload a file; below it what waits for a decision and what was imported before."""
    office = require_office(request)
    form = UploadForm(posted(request), request.FILES or None, plans=Plan.objects.all())
    if request.method == "POST" and form.is_valid():
        answer = _upload(form, office)
        if answer is not None:
            return answer
    page = Paginator(past_imports(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "drafts": waiting_drafts(), "page": page}
    return render(request, "plan/staff/imports.html", context, status=422 if form.errors else 200)


def _upload(form: UploadForm, office: User) -> HttpResponse | None:
    """Keep the file if it can be read, or could be once its columns are known."""
    upload = form.cleaned_data["file"]
    content = upload.read()
    document = PlanDocument(())
    is_asked = False
    try:
        document = read_plan(content, filename=upload.name)
        check_document(document)
    except PlanUnreadable as error:
        if columns_asked(content, upload.name, error) is None:
            form.add_error("file", say(error))
            return None
        is_asked = True
    plan = form.chosen_plan
    if form.cleaned_data["plan"] == FROM_FILE:
        sha256 = hashlib.sha256(content).hexdigest()
        plan = plan_for(document, filename=upload.name, sha256=sha256)
    draft = keep_draft(
        filename=upload.name,
        content=content,
        plan=plan,
        title="" if plan else form.cleaned_data["title"],
        by=office,
    )
    if not is_asked:
        return redirect("plan_staff:import_preview", draft.public_id)
    return _ask_or_reuse(draft, content, office)


def _ask_or_reuse(draft: ImportDraft, content: bytes, office: User) -> HttpResponse:
    """A layout whose answers were saved is not asked about again."""
    columns = read_columns(content, filename=draft.filename)
    known = None if columns is None else fitting_mapping(columns)
    if known is None:
        return redirect("plan_staff:import_columns", draft.public_id)
    map_columns(draft=draft, mapping=known, save_as="", by=office)
    return redirect("plan_staff:import_preview", draft.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what each column of a flat list holds."""
    office = require_office(request)
    draft = _draft(public_id)
    content = draft_content(draft)
    found = read_columns(content, filename=draft.filename)
    if found is None:
        return redirect("plan_staff:import_preview", draft.public_id)
    saved = saved_mappings(found)
    chosen = _chosen(saved, request.GET.get("saved", ""))
    known = chosen or draft.columns
    form = ColumnsForm(
        posted(request),
        columns=found,
        known=ColumnMapping.from_json(known) if known else None,
    )
    if request.method == "POST" and form.is_valid() and _is_readable(draft, content, form):
        map_columns(
            draft=draft, mapping=form.mapping, save_as=form.cleaned_data["save_as"], by=office
        )
        return redirect("plan_staff:import_preview", draft.public_id)
    context = {"form": form, "draft": draft, "saved": saved}
    return render(
        request, "plan/staff/import_columns.html", context, status=422 if form.errors else 200
    )


def _chosen(saved: list[ColumnMappingRecord], wanted: str) -> dict[str, str] | None:
    return next((found.columns for found in saved if str(found.pk) == wanted), None)


def _is_readable(draft: ImportDraft, content: bytes, form: ColumnsForm) -> bool:
    draft.columns = form.mapping.to_json()
    try:
        draft_document(draft, content)
    except PlanUnreadable as error:
        form.add_error(None, say(error))
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was read and what would change; storing it is one press away."""
    office = require_office(request)
    draft = _draft(public_id)
    try:
        shown = preview_of(draft)
    except PlanUnreadable as error:
        asked = columns_asked(draft_content(draft), draft.filename, error) is not None
        context = {"draft": draft, "error": say(error), "asked": asked}
        return render(request, "plan/staff/import_unreadable.html", context, status=422)
    form = StoreForm(
        posted(request),
        has_removals=bool(shown.removals),
        has_ended_years=shown.has_ended_years,
    )
    if request.method == "POST" and form.is_valid():
        result = _store(draft, shown, form, office)
        if result is not None:
            messages.success(request, _stored_message(result))
            return redirect("plan_staff:import_done", result.plan.slug)
    context = {"draft": draft, "preview": shown, "form": form}
    return render(
        request, "plan/staff/import_preview.html", context, status=422 if form.errors else 200
    )


def _store(
    draft: ImportDraft, shown: Preview, form: StoreForm, office: User
) -> ImportResult | None:
    if form.cleaned_data["seen"] != shown.seen:
        form.add_error(
            None, _("The plan has changed since you opened this page. Look through it again.")
        )
        return None
    try:
        return store_draft(
            draft=draft,
            document=shown.pending.document,
            plan=draft.plan,
            sha256=shown.sha256,
            confirm_removals=form.cleaned_data.get("confirm_removals", False),
            publish=form.cleaned_data.get("publish", False),
            by=office,
        )
    except Refused as error:
        form.add_error(None, str(error))
        return None


def _stored_message(result: ImportResult) -> str:
    said = {"plan": result.plan.title, "count": len(result.changes)}
    if not result.is_changed:
        return _("“%(plan)s” says the same already. Nothing was changed.") % said
    if result.is_new:
        return _("“%(plan)s” was stored.") % said
    return (
        ngettext(
            "%(count)d change was stored in “%(plan)s”.",
            "%(count)d changes were stored in “%(plan)s”.",
            len(result.changes),
        )
        % said
    )


@require_POST
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    office = require_office(request)
    discard_draft(draft=_draft(public_id), by=office)
    messages.success(request, _("The file was thrown away. Nothing was stored."))
    return redirect("plan_staff:imports")


@require_safe
def done(request: HttpRequest, slug: str) -> HttpResponse:
    """The latest import of a plan, and what comes next."""
    require_office(request)
    plan = get_object_or_404(Plan, slug=slug)
    return _show_record(request, plan, past_imports().filter(plan=plan).first(), is_done=True)


@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """What an earlier import found and did."""
    require_office(request)
    found = get_object_or_404(past_imports(), pk=pk)
    return _show_record(request, found.plan, found, is_done=False)


def _show_record(
    request: HttpRequest, plan: Plan, found: ImportRecord | None, *, is_done: bool
) -> HttpResponse:
    context = {
        "plan": plan,
        "record": found,
        "is_done": is_done,
        **(record_lines(found) if found else {}),
    }
    return render(request, "plan/staff/import_record.html", context)


def _draft(public_id: str) -> ImportDraft:
    return get_object_or_404(ImportDraft.objects.select_related("plan"), public_id=public_id)
