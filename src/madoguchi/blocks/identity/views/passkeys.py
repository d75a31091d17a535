"""A resident's passkeys: added, named, removed."""

from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.forms import PasskeyForm, PasskeyNameForm
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.views.entrance import for_fresh_residents, for_residents
from madoguchi.kernel.pages.forms import posted


@require_safe
@for_residents
def passkeys(request: HttpRequest, resident: User) -> HttpResponse:
    context = {"passkeys": queries.passkeys(resident)}
    return render(request, "identity/residents/passkeys.html", context)


@require_safe
@for_fresh_residents
def options(request: HttpRequest, resident: User) -> HttpResponse:  # noqa: ARG001 # allauth finds the request by itself
    """What a browser must know to make a passkey."""
    return JsonResponse(begin_registration(resident, True))


@require_http_methods(["GET", "HEAD", "POST"])
@for_fresh_residents
def add(request: HttpRequest, resident: User) -> HttpResponse:
    """A name, then the browser asks for finger, face or PIN."""
    form = PasskeyForm(posted(request), user=resident, initial={"name": ""})
    if form.is_bound and form.is_valid():
        operations.add_passkey(
            resident=resident,
            name=form.cleaned_data["name"],
            credential=form.cleaned_data["credential"],
            by=resident,
        )
        messages.success(request, _("The passkey is added. You can sign in with it now."))
        return redirect("residents:passkeys")
    status = 422 if form.is_bound else 200
    return render(request, "identity/residents/passkey_add.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def rename(request: HttpRequest, resident: User, pk: int) -> HttpResponse:
    passkey = _passkey(resident, pk)
    form = PasskeyNameForm(posted(request), initial={"name": passkey.name})
    if form.is_bound and form.is_valid():
        operations.rename_passkey(resident=resident, pk=pk, name=form.cleaned_data["name"])
        messages.success(request, _("The name is saved."))
        return redirect("residents:passkeys")
    context = {"form": form, "passkey": passkey}
    status = 422 if form.is_bound else 200
    return render(request, "identity/residents/passkey_rename.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_fresh_residents
def remove(request: HttpRequest, resident: User, pk: int) -> HttpResponse:
    passkey = _passkey(resident, pk)
    if request.method != "POST":
        context = {"passkey": passkey}
        return render(request, "identity/residents/passkey_remove.html", context)
    operations.remove_passkey(resident=resident, pk=pk, by=resident)
    messages.success(request, _("The passkey is removed. Nobody can sign in with it any more."))
    return redirect("residents:passkeys")


def _passkey(resident: User, pk: int) -> queries.Passkey:
    """One of the resident's own; another's is not to be found."""
    for found in queries.passkeys(resident):
        if found.id == pk:
            return found
    raise Http404
