"""A case of an applicant: where it stands, papers, mending, withdrawing."""

from django.conf import settings
from django.contrib import messages
from django.forms import BoundField
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.documents.service import (
    SigningNotConfigured,
    qr_modules_of_text,
    squares_path,
)
from madoguchi.blocks.procedures.forms.filling import (
    AnswersForm,
    DocumentForm,
    EditForm,
    name_of,
)
from madoguchi.blocks.procedures.models import Attachment, Case
from madoguchi.blocks.procedures.operations.applications import resend, withdraw
from madoguchi.blocks.procedures.operations.attachments import attach
from madoguchi.blocks.procedures.operations.letters import letter_pdf
from madoguchi.blocks.procedures.operations.printing import case_pdf
from madoguchi.blocks.procedures.operations.refusals import Incomplete, Stale, Unfits
from madoguchi.blocks.procedures.queries.applicants import OwnApplication, own_applications
from madoguchi.blocks.procedures.queries.drafts import draft_of, lacking_words, to_attach
from madoguchi.blocks.procedures.queries.sheets import heading_of
from madoguchi.blocks.procedures.rules import codes, items, keeping
from madoguchi.blocks.procedures.views.applicants import (
    attachment_in,
    code_of,
    for_applicant,
    sender_of,
)
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
@for_applicant
def case(request: HttpRequest, case: Case) -> HttpResponse:
    """Where a case stands: what is still to be filled in, or what has happened since."""
    if case.stage == Case.Stage.DRAFT:
        return _draft_page(request, case)
    context = {
        "case": case,
        "number": codes.shown(case.number),
        "code": codes.shown(code_of(request, case)),
        "applications": own_applications(case),
    }
    return render(request, "procedures/apply/case.html", context)


def _draft_page(request: HttpRequest, case: Case) -> HttpResponse:
    draft = draft_of(case)
    attached = to_attach(draft)
    sections = [
        {
            "section": each,
            "answered": each.answered(case.values),
            "asked": len(each.asked),
            "is_done": not each.lacks(case.values)
            and (each.answered(case.values) > 0 or not any(a.is_required for a in each.asked)),
        }
        for each in draft.visible
    ]
    context = {
        "case": case,
        "draft": draft,
        "number": codes.shown(case.number),
        "code": codes.shown(code_of(request, case)),
        "qr": _qr(case),
        "sections": sections,
        "documents": attached,
        "files": sum(len(each.files) for each in attached),
        "lacking": lacking_words(draft),
        "first": next((each["section"] for each in sections if not each["is_done"]), None),
        "days": keeping.DRAFT_DAYS,
    }
    return render(request, "procedures/apply/draft.html", context)


@require_safe
@for_applicant
def sent(request: HttpRequest, case: Case) -> HttpResponse:
    """It is sent: what to quote, what to keep, what happens next."""
    if case.stage == Case.Stage.DRAFT:
        return redirect("procedures:case", case.number)
    context = {
        "case": case,
        "number": codes.shown(case.number),
        "code": codes.shown(code_of(request, case)),
        "qr": _qr(case),
        "applications": own_applications(case),
    }
    return render(request, "procedures/apply/sent.html", context)


def _qr(case: Case) -> dict[str, object]:
    """The symbol that carries the whole set to the counter."""
    rows = qr_modules_of_text(codes.QR_PREFIX + case.number)
    return {"path": squares_path(rows), "side": len(rows) + 8}


@require_safe
@for_applicant
def pdf(request: HttpRequest, case: Case) -> HttpResponse:  # noqa: ARG001 # a view takes a request
    """All forms of the set in the official manner, one symbol on each."""
    return _download(case_pdf(case), f"{case.number}.pdf")


@require_POST
@for_applicant
def letter(request: HttpRequest, case: Case, procedure: str) -> HttpResponse:
    """The signed letter of a decision; made when it is asked for first."""
    found = _own_or_404(case, procedure)
    try:
        content = letter_pdf(found.application, by=sender_of(request, case))
    except SigningNotConfigured:
        messages.error(request, _("Letters cannot be given out here at the moment."))
        return redirect("procedures:case", case.number)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("procedures:case", case.number)
    return _download(content, f"{case.number}-{procedure}.pdf")


def _download(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_safe
@for_applicant
def file(request: HttpRequest, case: Case, public_id: str) -> HttpResponseBase:  # noqa: ARG001 # a view takes a request
    """A file that was attached, for whoever attached it."""
    found = attachment_in(case, public_id)
    if found is None:
        raise Http404
    return file_answer(found)


def file_answer(found: Attachment) -> FileResponse:
    """An attached file to be saved, never to be shown or run by the browser. Raises Http404 where
    a backup did not bring it back. Callers have checked who asks."""
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(
        opened, as_attachment=True, filename=found.name, content_type=found.media_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_http_methods(GET_OR_POST)
@for_applicant
def withdraw_application(request: HttpRequest, case: Case, procedure: str) -> HttpResponse:
    """Ask once more, then take an application back."""
    found = _own_or_404(case, procedure)
    if request.method != "POST":
        if not found.may_withdraw:
            return redirect("procedures:case", case.number)
        context = {"case": case, "own": found, "number": codes.shown(case.number)}
        return render(request, "procedures/apply/withdraw.html", context)
    form = EditForm(request.POST)
    try:
        withdraw(
            application=found.application,
            edit=form.cleaned_data["edit"] if form.is_valid() else -1,
            by=sender_of(request, case),
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("procedures:case", case.number)
    messages.success(request, _("“%(title)s” was withdrawn.") % {"title": found.sheet.title})
    return redirect("procedures:case", case.number)


@require_http_methods(GET_OR_POST)
@for_applicant
def mend(request: HttpRequest, case: Case, procedure: str) -> HttpResponse:
    """What was returned, to be mended and sent again."""
    found = _own_or_404(case, procedure)
    if not found.may_mend:
        return redirect("procedures:case", case.number)
    application = found.application
    asked = items.in_order(items.items_of(procedure, found.sheet.definition))
    form = AnswersForm(
        posted(request),
        asked=asked,
        values=application.values,
        edit=application.edit,
    )
    if request.method != "POST":
        return _mend_page(request, case, found, form)
    status = _resend(request, case, found, form) if form.is_valid() else 422
    if status is None:
        return redirect("procedures:case", case.number)
    return _mend_page(request, case, _own_or_404(case, procedure), form, status=status)


def _resend(request: HttpRequest, case: Case, own: OwnApplication, form: AnswersForm) -> int | None:
    """Send it again; the status of the page that says why not, None where there is no more to
    mend here."""
    try:
        resend(
            application=own.application,
            values=form.values(),
            edit=form.cleaned_data["edit"],
            by=sender_of(request, case),
        )
    except Unfits as unfits:
        form.add_problems(unfits.wrong)
        return 422
    except Incomplete as incomplete:
        for each in incomplete.items:
            form.add_error(name_of(each), _("Please fill this in."))
        return 422
    except Stale as stale:
        form.add_error(None, str(stale))
        return 409
    except Refused as refused:
        messages.error(request, str(refused))
        return None
    messages.success(request, _("“%(title)s” was sent again.") % {"title": own.sheet.title})
    return None


def _mend_page(
    request: HttpRequest,
    case: Case,
    own: OwnApplication,
    form: AnswersForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "case": case,
        "own": own,
        "form": form,
        "edit_now": own.application.edit,
        "number": codes.shown(case.number),
        "groups": _field_groups(form),
        "to_mend": next((each.items for each in own.history if each.items), ()),
    }
    return render(request, "procedures/apply/mend.html", context, status=status)


def _field_groups(form: AnswersForm) -> list[dict[str, object]]:
    """The fields of a form under the headings of their subjects."""
    groups: dict[str, list[BoundField]] = {}
    for each in form.asked:
        groups.setdefault(each.subject, []).append(form[name_of(each)])
    return [{"heading": heading_of(code), "fields": fields} for code, fields in groups.items()]


@require_http_methods(GET_OR_POST)
@for_applicant
def add_document(request: HttpRequest, case: Case, procedure: str) -> HttpResponse:
    """Add a document to an application that was sent and is not ended."""
    found = _own_or_404(case, procedure)
    if not found.may_add:
        return redirect("procedures:case", case.number)
    form = DocumentForm(
        posted(request), request.FILES or None, documents=found.sheet.definition.documents
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _attach(request, case, found, form):
            return redirect("procedures:case", case.number)
    context = {
        "case": case,
        "own": found,
        "form": form,
        "megabytes": settings.MADOGUCHI_MAX_UPLOAD_BYTES // 2**20,
    }
    return render(request, "procedures/apply/add_document.html", context, status=status)


def _attach(request: HttpRequest, case: Case, own: OwnApplication, form: DocumentForm) -> bool:
    sent_file = form.cleaned_data["file"]
    try:
        attach(
            application=own.application,
            document=form.cleaned_data["document"],
            name=sent_file.name,
            content=sent_file.read(),
            by=sender_of(request, case),
        )
    except Refused as refused:
        form.add_error("file", str(refused))
        return False
    messages.success(request, _("“%(name)s” was attached.") % {"name": sent_file.name})
    return True


def _own_or_404(case: Case, procedure: str) -> OwnApplication:
    if case.stage == Case.Stage.SENT:
        for own in own_applications(case):
            if own.application.procedure == procedure:
                return own
    raise Http404
