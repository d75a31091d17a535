"""Filling in a set of applications: subject by subject, documents, one look at everything, send."""

from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.forms.filling import (
    AnswersForm,
    EditForm,
    FileForm,
    SendForm,
    anchor_of,
    name_of,
)
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations.attachments import remove_attachment
from madoguchi.blocks.procedures.operations.cases import leave_out, save_values, send_case
from madoguchi.blocks.procedures.operations.refusals import (
    Incomplete,
    NotDraft,
    NothingChosen,
    NotOpen,
    Stale,
    Unfits,
)
from madoguchi.blocks.procedures.queries.drafts import (
    Draft,
    Section,
    check_groups,
    draft_of,
    lacking_words,
    to_attach,
)
from madoguchi.blocks.procedures.queries.words import label_of, shown_value
from madoguchi.blocks.procedures.rules import codes
from madoguchi.blocks.procedures.rules.items import Asked
from madoguchi.blocks.procedures.views.applicants import (
    attachment_in,
    for_draft,
    sender_of,
)
from madoguchi.blocks.procedures.views.attaching import attach_chosen, places
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

GET_OR_POST = ["GET", "HEAD", "POST"]
TOLD: Final = "told"
"""Sent with a page: the items that it shows as text, because the guide was told them."""


@require_http_methods(GET_OR_POST)
@for_draft
def fill(request: HttpRequest, case: Case, section: str) -> HttpResponse:
    """The items of one subject, each asked once for all procedures that take it."""
    draft = draft_of(case)
    page = draft.section(section)
    if page is None:
        raise Http404
    form = AnswersForm(
        posted(request),
        asked=_fields_of(request, draft, page),
        values=case.values,
        known=draft.known,
        told=draft.told,
        edit=case.edit,
    )
    if request.method != "POST":
        return _fill_page(request, draft, page, form)
    if not form.is_valid():
        return _fill_page(request, draft, page, form, status=422)
    try:
        saved = save_values(
            case=case,
            values=form.values(),
            edit=form.cleaned_data["edit"],
            by=sender_of(request, case),
        )
    except Stale as stale:
        return _fill_page(request, draft_of(stale.case), page, form, status=409)
    except Unfits as unfits:
        form.add_problems(unfits.wrong)
        return _fill_page(request, draft, page, form, status=422)
    return _go_on(request, saved, section)


def _fields_of(request: HttpRequest, draft: Draft, page: Section) -> tuple[Asked, ...]:
    """The items that are fields of the page: of one that is sent, those that were when it was
    shown. What was text there says nothing, though the guide's word may not count any more."""
    if TOLD in request.POST:
        as_text = request.POST[TOLD].split()
        return tuple(each for each in page.asked if each.key not in as_text)
    return page.asked if _is_whole(request) else draft.left_of(page)


def _is_whole(request: HttpRequest) -> bool:
    """The page is to show what the guide was told among its fields, to be changed there."""
    return not {"check", "whole"}.isdisjoint({*request.GET, *request.POST})


def _go_on(request: HttpRequest, case: Case, section: str) -> HttpResponse:
    """Where the button leads: the next page, another person, back to the check, or a rest."""
    draft = draft_of(case)
    if "later" in request.POST:
        return redirect("procedures:case", case.number)
    if "check" in request.POST:
        return redirect("procedures:check", case.number)
    following = draft.after(section, with_another="another" in request.POST)
    if following is not None:
        return redirect("procedures:fill", case.number, following.code)
    if to_attach(draft):
        return redirect("procedures:documents", case.number)
    return redirect("procedures:check", case.number)


def _fill_page(
    request: HttpRequest, draft: Draft, page: Section, form: AnswersForm, *, status: int = 200
) -> HttpResponse:
    codes_shown = [each.code for each in draft.to_ask]
    context = {
        "draft": draft,
        "case": draft.case,
        "page": page,
        "form": form,
        "place": codes_shown.index(page.code) + 1 if page.code in codes_shown else None,
        "pages": len(codes_shown),
        "before": draft.before(page.code),
        "another": draft.another(page.code),
        "fields": [form[name_of(each)] for each in form.asked],
        "told": _as_text(draft, page, form),
        "has_documents": bool(to_attach(draft)),
        "is_from_check": "check" in request.GET or "check" in request.POST,
        "is_whole": _is_whole(request),
        "stale": _differences(form, draft.case) if status == 409 else None,
        "edit_now": draft.case.edit,
    }
    return render(request, "procedures/apply/fill.html", context, status=status)


def _as_text(draft: Draft, page: Section, form: AnswersForm) -> list[dict[str, Any]]:
    """What the page shows and does not ask; ``is_told``: it is still what the guide was told."""
    return [
        {
            "key": each.key,
            "label": label_of(each),
            "shown": shown_value(each, draft.case.values.get(each.key, "")),
            "is_told": each.key in draft.told,
        }
        for each in page.asked
        if each not in form.asked
    ]


def _differences(form: AnswersForm, case: Case) -> list[dict[str, str]]:
    """What was written here, beside what is kept by now: of the fields of the page alone."""
    mine = form.values()
    return [
        {
            "label": label_of(each),
            "mine": shown_value(each, mine[each.key]),
            "kept": shown_value(each, case.values.get(each.key, "")),
        }
        for each in form.asked
        if mine[each.key] != case.values.get(each.key, "")
    ]


@require_http_methods(GET_OR_POST)
@for_draft
def documents(request: HttpRequest, case: Case) -> HttpResponse:
    """What is to be attached, procedure by procedure, each with a place for its file."""
    if request.method != "POST":
        return _documents_page(request, case)
    offered = to_attach(draft_of(case))
    if wrong := attach_chosen(request, offered, by=sender_of(request, case)):
        return _documents_page(request, case, wrong)
    return redirect("procedures:documents", case.number)


def _documents_page(
    request: HttpRequest, case: Case, wrong: FileForm | None = None
) -> HttpResponse:
    draft = draft_of(case)
    rows = places(to_attach(draft), wrong)
    context = {
        "draft": draft,
        "case": case,
        "rows": rows,
        "wrong": wrong,
        "megabytes": settings.MADOGUCHI_MAX_UPLOAD_BYTES // 2**20,
    }
    return render(request, "procedures/apply/documents.html", context, status=422 if wrong else 200)


@require_POST
@for_draft
def remove_document(request: HttpRequest, case: Case, public_id: str) -> HttpResponse:
    """Take a file back before anything is sent."""
    found = attachment_in(case, public_id)
    if found is None:
        raise Http404
    try:
        remove_attachment(attachment=found, by=sender_of(request, case))
    except NotDraft as refused:
        messages.error(request, str(refused))
        return redirect("procedures:case", case.number)
    messages.success(request, _("The file was taken back."))
    return redirect("procedures:documents", case.number)


@require_POST
@for_draft
def leave_procedure(request: HttpRequest, case: Case, procedure: str) -> HttpResponse:
    """Take a procedure off the set."""
    form = EditForm(request.POST)
    try:
        if form.is_valid():
            leave_out(case=case, procedure=procedure, edit=form.cleaned_data["edit"])
            messages.success(request, _("The procedure was taken off."))
    except NothingChosen:
        messages.error(request, _("This is the only procedure left."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("procedures:case", case.number)


@require_http_methods(GET_OR_POST)
@for_draft
def check(request: HttpRequest, case: Case) -> HttpResponse:
    """Everything once more, each item once; then send."""
    first = {"edit": case.edit, "mail_to": _mail_address(case)}
    form = SendForm(
        posted(request), initial=first, has_account=sender_of(request, case) is not None
    )
    if request.method != "POST":
        return _check_page(request, case, form)
    status = _send(request, case, form) if form.is_valid() else 422
    if status is None:
        return redirect("procedures:sent", case.number)
    case.refresh_from_db()
    return _check_page(request, case, form, status=status)


def _send(request: HttpRequest, case: Case, form: SendForm) -> int | None:
    """Send the set; the status of the page that says why not, None where it is sent."""
    resident = sender_of(request, case)
    try:
        sent = send_case(
            case=case,
            edit=form.cleaned_data["edit"],
            mail_to=form.cleaned_data["mail_to"],
            by=resident,
        )
    except Stale:
        form.add_error(None, _("This was changed elsewhere meanwhile. Please look at it again."))
        return 409
    except Incomplete:
        return 422  # the page names what is missing
    except (NotOpen, Unfits) as refused:
        form.add_error(None, str(refused))
        return 422
    if resident is not None and form.cleaned_data.get("keeps"):
        own = {ref: value for ref, value in sent.values.items() if ref in identity.OWN}
        identity.keep_own_values(user=resident, values=own, by=resident)
    return None


def _mail_address(case: Case) -> str:
    """What is known of where to write to: what was answered, else the account's."""
    return case.values.get("applicant.email", "") or (case.resident.email if case.resident else "")


def _check_page(
    request: HttpRequest, case: Case, form: SendForm, *, status: int = 200
) -> HttpResponse:
    draft = draft_of(case)
    attached = to_attach(draft)
    context = {
        "draft": draft,
        "case": case,
        "form": form,
        "groups": check_groups(draft),
        "documents": attached,
        "lacking": [
            (*words, anchor_of(each))
            for words, each in zip(lacking_words(draft), draft.lacking, strict=True)
        ],
        "lacking_documents": [each for each in attached if each.is_missing],
        "number": codes.shown(case.number),
    }
    return render(request, "procedures/apply/check.html", context, status=status)
