"""The staff side: what was issued, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.documents import queries
from madoguchi.blocks.documents.forms import DocumentFilter, RevokeForm
from madoguchi.blocks.documents.models import IssuedDocument
from madoguchi.blocks.documents.operations.issuing import AlreadyRevoked, revoke
from madoguchi.blocks.documents.rules import DocumentKind, document_kinds, written_code
from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User

PER_PAGE = 50


@dataclass(frozen=True)
class _Access:
    """The kinds of which somebody sees what was issued; ``sees_all`` counts those that are gone."""

    acting: identity.Acting
    sees_all: bool
    kinds: Sequence[DocumentKind]

    def documents(self) -> QuerySet[IssuedDocument]:
        found = queries.issued_documents()
        return found if self.sees_all else found.filter(kind__in=[kind.code for kind in self.kinds])

    def may_revoke(self, document: IssuedDocument) -> bool:
        kind = document_kinds.get(document.kind)
        return self.acting.holds(identity.ADMINISTRATOR, *(kind.roles if kind else ()))


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """The newest first, of one kind or with one code where the address says so."""
    access = _access(request)
    form = DocumentFilter(request.GET, kinds=access.kinds)
    found = access.documents()
    if form.is_valid():
        wanted = {name: value for name, value in form.cleaned_data.items() if value}
        found = found.filter(**wanted)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(written_code(each.code), queries.verdict_of(each)) for each in page],
    }
    status = 200 if form.is_valid() else 422
    return render(request, "documents/staff/documents.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, code: str) -> HttpResponse:
    """One document, and the form that revokes it."""
    access = _access(request)
    found = access.documents().filter(code=code.replace("-", "")).first()
    if found is None:
        raise Http404
    may_revoke = access.may_revoke(found)
    if request.method == "POST":
        if not may_revoke:
            raise PermissionDenied(
                identity.needed_roles(*_roles_for(document_kinds.get(found.kind)))
            )
        return _revoke(request, found)
    return _show(request, found, RevokeForm() if may_revoke and not found.revoked_at else None)


def _revoke(request: HttpRequest, found: IssuedDocument) -> HttpResponse:
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    assert isinstance(request.user, User)  # noqa: S101 # nobody else comes below /staff/
    try:
        revoke(found.code, by=request.user, reason=form.cleaned_data["reason"])
    except AlreadyRevoked as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The document is revoked. Whoever checks it is told so now."))
    return redirect("documents_staff:document", code=written_code(found.code))


def _show(
    request: HttpRequest, found: IssuedDocument, form: RevokeForm | None, status: int = 200
) -> HttpResponse:
    context = {
        "verdict": queries.verdict_of(found),
        "code": written_code(found.code),
        "form": form,
    }
    return render(request, "documents/staff/document.html", context, status=status)


def _access(request: HttpRequest) -> _Access:
    """What the signed-in person may see. Raises PermissionDenied where that is nothing."""
    acting = identity.acting_as(request.user)
    if acting.holds(identity.ADMINISTRATOR, identity.AUDITOR):
        return _Access(acting, sees_all=True, kinds=tuple(document_kinds))
    kinds = tuple(kind for kind in document_kinds if acting.holds(*kind.roles))
    if not kinds:
        everybody = {role for kind in document_kinds for role in _roles_for(kind)}
        raise PermissionDenied(
            identity.needed_roles(*everybody, identity.ADMINISTRATOR, identity.AUDITOR)
        )
    return _Access(acting, sees_all=False, kinds=kinds)


def _roles_for(kind: DocumentKind | None) -> frozenset[str]:
    return frozenset({identity.ADMINISTRATOR}) | (kind.roles if kind else frozenset())
