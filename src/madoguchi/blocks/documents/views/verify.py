"""Verifying a document, without an account: by its code, or by the file itself."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.documents import queries
from madoguchi.blocks.documents.forms import CodeForm, FileForm
from madoguchi.blocks.documents.rules import written_code
from madoguchi.kernel import visitors

UNKNOWN_AN_HOUR: Final = 30
"""So often a visitor may ask in vain; whoever holds a document that was issued is not counted."""

PURPOSE: Final = "documents.verify"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The two ways of verifying. A code leads to its own address; a file is answered here."""
    if request.method == "POST":
        return _verify_file(request)
    if "code" not in request.GET:
        return _entry(request, CodeForm(), FileForm())
    form = CodeForm(request.GET)
    if not form.is_valid():
        return _entry(request, form, FileForm(), status=422)
    return redirect("documents:document", code=written_code(form.cleaned_data["code"]))


@never_cache
@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """How the document with this code stands; where the QR code leads."""
    form = CodeForm({"code": code})
    if not form.is_valid():
        return _entry(request, form, FileForm(), status=422)
    wanted: str = form.cleaned_data["code"]
    verdict = _look_up(request, lambda: queries.check(wanted))
    if verdict is None:
        return _entry(request, form, FileForm(), status=429)
    context = {"verdict": verdict, "code": written_code(wanted), "file_form": FileForm()}
    is_known = verdict.status != queries.Status.UNKNOWN
    return render(request, "documents/verdict.html", context, status=200 if is_known else 404)


def _verify_file(request: HttpRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _entry(request, CodeForm(), form, status=422)
    digest: str = form.cleaned_data["file"]
    verdict = _look_up(request, lambda: queries.check_file(digest))
    if verdict is None:
        return _entry(request, CodeForm(), FileForm(), status=429)
    context = {
        "verdict": verdict,
        "code": written_code(verdict.code),
        "is_file": True,
        "file_form": FileForm(),
    }
    return render(request, "documents/verdict.html", context)


def _entry(request: HttpRequest, code: CodeForm, file: FileForm, status: int = 200) -> HttpResponse:
    context = {"code_form": code, "file_form": file, "is_too_many": status == 429}
    return render(request, "documents/verify.html", context, status=status)


def _look_up(request: HttpRequest, look: Callable[[], queries.Verdict]) -> queries.Verdict | None:
    """The verdict; None for a visitor who has asked in vain too often within this hour."""
    origin = visitors.address_of(request)
    if visitors.count_up(PURPOSE, origin) > UNKNOWN_AN_HOUR:
        return None
    verdict = look()
    if verdict.status != queries.Status.UNKNOWN:
        visitors.forgive(PURPOSE, origin)
    return verdict
