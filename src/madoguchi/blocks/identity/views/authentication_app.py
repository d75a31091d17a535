"""Signing in with the national authentication app, linking it, and taking over what it told."""

from dataclasses import asdict
from typing import Any, Final
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.forms import AppAnswerForm, MailForm, TakeOverForm
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.rules.authentication_app import Journey, Proven
from madoguchi.blocks.identity.views import entrance
from madoguchi.blocks.identity.views.entrance import for_fresh_residents, for_residents
from madoguchi.blocks.identity.views.own_data import TOLD
from madoguchi.blocks.identity.views.sign_in import sign_in_page
from madoguchi.kernel.pages.forms import posted

JOURNEY: Final = "identity_journey"


@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the app. A link, not a form: our pages let forms go nowhere else."""
    if queries.resident_of(request) is None and request.user.is_authenticated:
        return entrance.staff_here(request)
    return _leave(request, after=entrance.after_of(request), is_link=False)


@require_safe
@for_fresh_residents
def link(request: HttpRequest, resident: User) -> HttpResponse:  # noqa: ARG001 # every such view takes it
    return _leave(request, after=reverse(entrance.HOME), is_link=True)


def _leave(request: HttpRequest, *, after: str, is_link: bool) -> HttpResponse:
    try:
        url, journey = operations.begin_journey(back=_back(), after=after, is_link=is_link)
    except operations.AppNotSetUp:
        raise Http404 from None
    request.session[JOURNEY] = asdict(journey)
    return HttpResponseRedirect(url)


def _back() -> str:
    """Where the app sends browsers: registered with it, so it never follows the request."""
    return urljoin(settings.BASE_URL, reverse("residents:app_back"))


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Back from the app, with a code or with the news that somebody stopped."""
    form = AppAnswerForm(request.GET)
    journey = _kept_journey(request)
    if not form.is_valid() or journey is None or form.cleaned_data["state"] != journey.state:
        # a journey goes on, whatever others send here
        return _trouble(request, journey, operations.AppAnswerWrong())
    del request.session[JOURNEY]
    answer = form.cleaned_data
    if answer["error"] or not answer["code"]:
        return _trouble(request, journey, operations.AppStopped())
    try:
        proven = operations.finish_journey(
            journey=journey,
            back=_back(),
            state=answer["state"],
            code=answer["code"],
            issuer=answer["iss"],
        )
        return _linked(request, proven) if journey.is_link else _entered(request, journey, proven)
    except operations.IdentityError as refused:
        return _trouble(request, journey, refused)


def _kept_journey(request: HttpRequest) -> Journey | None:
    kept = request.session.get(JOURNEY)
    return Journey(**kept) if isinstance(kept, dict) else None


def _trouble(
    request: HttpRequest, journey: Journey | None, refused: operations.IdentityError
) -> HttpResponse:
    """Back on the page where the journey began, with the words of what went wrong."""
    if queries.resident_of(request) is not None:
        messages.error(request, str(refused))
        return redirect(entrance.HOME)
    after = reverse(entrance.HOME) if journey is None else journey.after
    status = 503 if isinstance(refused, operations.AppUnavailable) else 422
    return sign_in_page(request, MailForm(), after, status=status, trouble=str(refused))


def _entered(request: HttpRequest, journey: Journey, proven: Proven) -> HttpResponse:
    resident = operations.resident_of_app(proven=proven)
    kept = queries.own_values(resident)
    news = {ref: text for ref, text in proven.values.items() if kept.get(ref) != text}
    asks_first = bool(news) and not kept
    after = journey.after
    if asks_first:
        after = f"{reverse('residents:from_app')}?{urlencode({'next': journey.after})}"
    answer = entrance.enter(request, resident, method="app", after=after)
    if request.user == resident and news:
        request.session[TOLD] = news
    return answer


def _linked(request: HttpRequest, proven: Proven) -> HttpResponse:
    resident = queries.resident_of(request)
    if resident is None:
        return redirect("residents:sign_in")
    operations.link_app(resident=resident, proven=proven, by=resident)
    messages.success(request, _("You can sign in with the app from now on."))
    kept = queries.own_values(resident)
    news = {ref: text for ref, text in proven.values.items() if kept.get(ref) != text}
    if not news:
        return redirect(entrance.HOME)
    request.session[TOLD] = news
    return redirect("residents:from_app")


@require_http_methods(["GET", "HEAD", "POST"])
@for_residents
def from_app(request: HttpRequest, resident: User) -> HttpResponse:
    """What the app told, beside what is kept: its owner says what is taken over."""
    after = entrance.after_of(request)
    told: dict[str, Any] = request.session.get(TOLD, {})
    if not told:
        return redirect(after)
    form = TakeOverForm(posted(request), told=told, kept=queries.own_values(resident))
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "after": after}
        status = 422 if form.is_bound else 200
        return render(request, "identity/residents/from_app.html", context, status=status)
    del request.session[TOLD]
    taken = {ref: told[ref] for ref in form.cleaned_data["refs"]}
    if taken:
        operations.keep_own_values(user=resident, values=taken, by=resident)
        messages.success(request, _("Your data are saved."))
    return redirect(after)


@require_http_methods(["GET", "HEAD", "POST"])
@for_fresh_residents
def unlink(request: HttpRequest, resident: User) -> HttpResponse:
    if request.method != "POST":
        return render(request, "identity/residents/app_unlink.html", {"resident": resident})
    try:
        operations.unlink_app(resident=resident, by=resident)
    except operations.OnlyWayIn as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The app does not open your account any more."))
    return redirect(entrance.HOME)
