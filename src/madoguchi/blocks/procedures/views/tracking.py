"""Opening a case with its tracking code, and closing it in this browser."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.blocks.procedures.forms.filling import TrackForm
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.queries.applicants import lines_of
from madoguchi.blocks.procedures.queries.codes import case_for_code
from madoguchi.blocks.procedures.rules import codes
from madoguchi.blocks.procedures.views.applicants import forget_cases, let_in, opened_cases
from madoguchi.kernel import visitors

MOST_FROM_ADDRESS: Final = 30
MOST_FOR_NUMBER: Final = 10
"""Wrong tries an hour."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Code, and the number where it is at hand. What is wrong with them is never said."""
    if request.method != "POST":
        asked = codes.scanned(request.GET.get("number", ""))
        return _page(request, TrackForm(initial={"number": codes.shown(asked)}), 200)
    form = TrackForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    number = codes.typed(form.cleaned_data["number"])
    origins = _origins(request, number)
    if not _may_try(origins):
        return _page(request, form, 429)
    case = case_for_code(form.cleaned_data["code"])
    if case is None or (number and number != case.number):
        form.add_error("code", _("We found no applications with this. Please check every sign."))
        return _page(request, form, 422)
    for origin, _most in origins:
        visitors.forgive("procedures.track", origin)
    request.session.cycle_key()
    let_in(request, case, code=codes.typed(form.cleaned_data["code"]))
    return redirect("procedures:case", case.number)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget in this browser which cases were opened."""
    forget_cases(request)
    messages.success(request, _("Closed. This device no longer knows your applications."))
    return redirect("procedures:track")


def _page(request: HttpRequest, form: TrackForm, status: int) -> HttpResponse:
    found = opened_cases(request)
    context = {
        "form": form,
        "is_too_often": status == 429,
        "opened": lines_of(found.exclude(stage=Case.Stage.ERASED)),
    }
    return render(request, "procedures/apply/track.html", context, status=status)


def _origins(request: HttpRequest, number: str) -> list[tuple[str, int]]:
    origins = [(f"address {visitors.address_of(request)}", MOST_FROM_ADDRESS)]
    if number:
        origins.append((f"number {number}", MOST_FOR_NUMBER))
    return origins


def _may_try(origins: list[tuple[str, int]]) -> bool:
    """Whether this try is still allowed, from where it comes and for the number it names."""
    counted = [(visitors.count_up("procedures.track", origin), most) for origin, most in origins]
    return all(tries <= most for tries, most in counted)
