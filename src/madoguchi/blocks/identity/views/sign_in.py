"""Residents sign in: a mail address, the code that goes there; out again, here or everywhere."""

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.blocks.identity import operations
from madoguchi.blocks.identity.forms import CodeForm, MailForm, PasskeySignInForm
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.queries import resident_of
from madoguchi.blocks.identity.rules.codes import LIFE, Proof
from madoguchi.blocks.identity.views import entrance
from madoguchi.blocks.identity.views.entrance import for_fresh_residents, for_residents
from madoguchi.kernel import visitors
from madoguchi.kernel.pages.forms import posted

MOST_PASSKEYS = 200
"""Tries an hour from one origin: a passkey cannot be guessed, this only spares the machine."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """A mail address, or another way in. The answer is the same whoever the address is of."""
    resident = resident_of(request)
    if resident is None and request.user.is_authenticated:
        return entrance.staff_here(request)
    after = entrance.after_of(request)
    if resident is not None and entrance.is_fresh(request):
        return redirect(after)
    form = MailForm(posted(request), initial={"email": resident.email if resident else ""})
    if not form.is_bound:
        return sign_in_page(request, form, after)
    if not form.is_valid():
        return sign_in_page(request, form, after, status=422)
    try:
        proof = operations.send_code(
            email=form.cleaned_data["email"], origin=visitors.address_of(request), after=after
        )
    except operations.IdentityError as refused:
        form.add_error("email", str(refused))
        return sign_in_page(request, form, after, status=_status_of(refused))
    entrance.keep_proof(request, proof)
    return redirect("residents:code")


def sign_in_page(
    request: HttpRequest, form: MailForm, after: str, *, status: int = 200, trouble: str = ""
) -> HttpResponse:
    """The page with every way in. ``trouble`` says what went wrong with another way."""
    context = {
        "form": form,
        "after": after,
        "trouble": trouble,
        "is_again": resident_of(request) is not None,
    }
    return render(request, "identity/residents/sign_in.html", context, status=status)


def _status_of(refused: operations.IdentityError) -> int:
    return 429 if isinstance(refused, operations.TooManyCodes) else 503


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code that was sent. A wrong one counts; a right one counts once."""
    proof = entrance.kept_proof(request)
    if proof is None:
        return redirect("residents:sign_in")
    form = CodeForm(posted(request))
    if not form.is_bound:
        return _code_page(request, form, proof)
    if not form.is_valid():
        return _code_page(request, form, proof, status=422)
    try:
        operations.check_code(proof=proof, typed=form.cleaned_data["code"])
    except operations.IdentityError as refused:
        form.add_error("code", str(refused))
        return _code_page(request, form, proof, status=422)
    entrance.forget_proof(request)
    if proof.is_change:
        return _changed(request, proof)
    resident = operations.resident_of_address(email=proof.email)
    return entrance.enter(request, resident, method="code", after=proof.after)


def _code_page(
    request: HttpRequest, form: CodeForm, proof: Proof, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "proof": proof, "minutes": int(LIFE.total_seconds()) // 60}
    context["sender"] = settings.DEFAULT_FROM_EMAIL
    return render(request, "identity/residents/code.html", context, status=status)


def _changed(request: HttpRequest, proof: Proof) -> HttpResponse:
    """The address that was proved becomes the one to sign in by."""
    resident = resident_of(request)
    if resident is None:
        return redirect("residents:sign_in")
    try:
        operations.change_address(resident=resident, email=proof.email, by=resident)
    except operations.MailAddressTaken as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("You sign in by the new mail address from now on."))
    return redirect(proof.after)


@never_cache
@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """A new code to the same address; the old one ends."""
    proof = entrance.kept_proof(request)
    if proof is None:
        return redirect("residents:sign_in")
    try:
        fresh = operations.send_code(
            email=proof.email,
            origin=visitors.address_of(request),
            after=proof.after,
            is_change=proof.is_change,
        )
    except operations.IdentityError as refused:
        form = CodeForm({"code": ""})
        form.errors.clear()
        form.add_error("code", str(refused))
        return _code_page(request, form, proof, status=_status_of(refused))
    entrance.keep_proof(request, fresh)
    messages.success(request, _("A new code is on its way. Earlier codes do not count any more."))
    return redirect("residents:code")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """What a browser must know to ask for a passkey (GET), and what it answered (POST)."""
    if resident_of(request) is None and request.user.is_authenticated:
        return entrance.staff_here(request)
    if request.method != "POST":
        return JsonResponse(begin_authentication(None))
    after = entrance.after_of(request)
    form = PasskeySignInForm(request.POST)
    is_flood = visitors.count_up("identity.passkey", visitors.address_of(request)) > MOST_PASSKEYS
    if is_flood or not form.is_valid():
        trouble = str(operations.PasskeyRefused())
        return sign_in_page(
            request, MailForm(), after, status=429 if is_flood else 422, trouble=trouble
        )
    authenticator = form.cleaned_data["credential"]
    authenticator.record_usage()
    return entrance.enter(
        request,
        authenticator.user,
        method="mfa",
        after=after,
        type=authenticator.type,
        id=authenticator.pk,
        passwordless=True,
    )


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("site:home")


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def sign_out_everywhere(request: HttpRequest, resident: User) -> HttpResponse:
    """Every browser in which the account is open, this one too."""
    if request.method != "POST":
        return render(request, "identity/residents/sign_out_everywhere.html")
    operations.sign_out_everywhere(resident=resident, by=resident)
    logout(request)
    messages.success(request, _("You are signed out on every device."))
    return redirect("site:home")


@require_http_methods(["GET", "HEAD", "POST"])
@for_fresh_residents
def address(request: HttpRequest, resident: User) -> HttpResponse:
    """Another mail address to sign in by: a code goes there first."""
    form = MailForm(posted(request))
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            proof = operations.send_code(
                email=form.cleaned_data["email"],
                origin=visitors.address_of(request),
                after=entrance.after_of(request),
                is_change=True,
            )
        except operations.IdentityError as refused:
            form.add_error("email", str(refused))
            status = _status_of(refused)
        else:
            entrance.keep_proof(request, proof)
            return redirect("residents:code")
    context = {"form": form, "resident": resident}
    return render(request, "identity/residents/address.html", context, status=status)
