"""The way in for payers: customer number and access code, kept in the session for a while."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.blocks.payments.forms.payer import EntryForm
from madoguchi.blocks.payments.queries.payer import find_payer
from madoguchi.kernel import clock, visitors

PAYER: Final = "payments_payer"
"""Where the session keeps the payer reference, and until when (seconds since 1970)."""
SECONDS_IDLE: Final = 30 * 60

MOST_FROM_ADDRESS: Final = 30
MOST_FOR_NUMBER: Final = 10
"""Wrong entries an hour."""

type PayerView[**P] = Callable[Concatenate[HttpRequest, str, P], HttpResponse]


def for_payer[**P](view: PayerView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give the view the payer reference of whoever is in; send others to the entry.

    What such a page shows is kept by no cache.
    """

    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        payer = payer_in(request)
        if payer is None:
            return redirect("payments:entry")
        _let_in(request, payer)
        return view(request, payer, *args, **kwargs)

    update_wrapper(inner, view)
    return never_cache(inner)


def payer_in(request: HttpRequest) -> str | None:
    """Who is in; None for nobody, or for somebody who has done nothing for half an hour."""
    kept = request.session.get(PAYER)
    if not isinstance(kept, list) or kept[1] <= clock.now().timestamp():
        return None
    return str(kept[0])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """Number and code. Whoever is in already goes on to the bills."""
    if request.method != "POST":
        if payer_in(request) is not None:
            return redirect("payments:bills")
        return _entry_page(request, EntryForm(), 200)
    form = EntryForm(request.POST)
    if not form.is_valid():
        return _entry_page(request, form, 422)
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    if not _may_try(request, number):
        return _entry_page(request, form, 429)
    payer = find_payer(number, code)
    if payer is None:
        form.add_error("code", _("The customer number and the access code do not belong together."))
        return _entry_page(request, form, 422)
    _forgive(request, number)
    request.session.cycle_key()
    _let_in(request, payer)
    return redirect("payments:bills")


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget who was in, at once. Staff who look at a payer's pages stay signed in."""
    if request.user.is_authenticated:
        request.session.pop(PAYER, None)
    else:
        request.session.flush()
    messages.success(request, _("You have left. This device no longer knows your bills."))
    return redirect("payments:entry")


def _entry_page(request: HttpRequest, form: EntryForm, status: int) -> HttpResponse:
    context = {"form": form, "is_too_often": status == 429}
    return render(request, "payments/payer/entry.html", context, status=status)


def _let_in(request: HttpRequest, payer: str) -> None:
    request.session[PAYER] = [payer, int(clock.now().timestamp()) + SECONDS_IDLE]


def _may_try(request: HttpRequest, number: str) -> bool:
    """Whether this try is still allowed, from where it comes and for the number it names."""
    address, named = _origins(request, number)
    from_address = visitors.count_up("pay.entry", address)
    for_number = visitors.count_up("pay.entry", named)
    return from_address <= MOST_FROM_ADDRESS and for_number <= MOST_FOR_NUMBER


def _forgive(request: HttpRequest, number: str) -> None:
    for origin in _origins(request, number):
        visitors.forgive("pay.entry", origin)


def _origins(request: HttpRequest, number: str) -> tuple[str, str]:
    """The address, and the number without the zeros that directories may ignore."""
    return f"address {visitors.address_of(request)}", f"number {number.upper().lstrip('0')}"
