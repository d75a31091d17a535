"""Card payments on the staff side: attempts, refunds, and the provider's days beside ours."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.blocks.payments.forms.cards import AttemptFilterForm, ReconcileForm
from madoguchi.blocks.payments.models import CardReconciliation, Refund
from madoguchi.blocks.payments.operations import card_reconciliation
from madoguchi.blocks.payments.operations.card_refunds import refund_card_payment
from madoguchi.blocks.payments.queries import card_desk
from madoguchi.blocks.payments.queries.cards import provider
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.views.staff_access import require_reader, require_treasury
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

PER_PAGE = 50
UNREACHABLE = 503


@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """Attempts to pay by card, the latest first; above them what waits for the treasury."""
    require_reader(request)
    form = AttemptFilterForm(request.GET)
    is_valid = form.is_valid()
    found = card_desk.attempts(**form.cleaned_data) if is_valid else card_desk.attempts()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    last = card_desk.reconciliations().first()
    context = {
        "form": form,
        "page": page,
        "rows": card_desk.attempt_rows(list(page)),
        "is_filtered": is_valid and any(form.cleaned_data.values()),
        "last": last,
        "open_differences": 0 if last is None else card_desk.count_open(last),
        "waiting_refunds": card_desk.count_waiting_refunds(),
        "saved_cards": card_desk.count_cards(),
        "provider": provider(),
    }
    return render(request, "payments/staff/cards.html", context, status=200 if is_valid else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def card_reconcile(request: HttpRequest) -> HttpResponse:
    """The days that were laid side by side; for the treasury, another one."""
    actor = require_reader(request)
    form = ReconcileForm(posted(request)) if access.may_manage(actor) else None
    if request.method != "POST":
        return _days(request, form)
    treasury = require_treasury(request)
    if form is None or not form.is_valid():
        return _days(request, form, status=422)
    try:
        made = card_reconciliation.reconcile_cards(day=form.cleaned_data["day"], by=treasury)
    except (card_reconciliation.DayNotThere, card_reconciliation.DayTooEarly) as refused:
        form.add_error("day", str(refused))
        return _days(request, form, status=422)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _days(request, form, status=422)
    except ProviderUnavailable:
        form.add_error(None, _("The provider does not answer now. Nothing was changed."))
        return _days(request, form, status=UNREACHABLE)
    _say(request, made)
    return redirect("payments_staff:card_reconciliation", made.pk)


def _days(request: HttpRequest, form: ReconcileForm | None, status: int = 200) -> HttpResponse:
    page = Paginator(card_desk.reconciliations(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(made, card_desk.count_open(made)) for made in page],
    }
    return render(request, "payments/staff/card_reconcile.html", context, status=status)


def _say(request: HttpRequest, made: CardReconciliation) -> None:
    count = card_desk.count_open(made)
    if not count:
        messages.success(request, _("The day agrees with the provider's."))
        return
    messages.warning(
        request,
        ngettext(
            "%(count)d difference needs somebody.", "%(count)d differences need somebody.", count
        )
        % {"count": count},
    )


@require_safe
def card_reconciliation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One day: both sides' counts and sums, and each payment in which they differ."""
    require_reader(request)
    made = get_object_or_404(CardReconciliation.objects.select_related("made_by"), pk=pk)
    context = {
        "made": made,
        "rows": card_desk.difference_rows(made),
        "provider_label": card_desk.provider_label(made.provider),
    }
    return render(request, "payments/staff/card_reconciliation.html", context)


@require_safe
def card_refunds(request: HttpRequest) -> HttpResponse:
    """Refunds to cards: what waits for the provider first."""
    actor = require_reader(request)
    page = Paginator(card_desk.card_refunds(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": card_desk.refund_rows(list(page)),
        "may_send": access.may_manage(actor),
    }
    return render(request, "payments/staff/card_refunds.html", context)


@require_POST
def card_refund_send(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a refund to the provider, or ask after one that was sent."""
    treasury = require_treasury(request)
    refund = get_object_or_404(Refund, public_id=public_id, channel=Channel.CARD)
    try:
        sent = refund_card_payment(refund_id=refund.pk, by=treasury)
    except Refused as refused:
        messages.error(request, str(refused))
    except ProviderUnavailable as failure:
        messages.error(request, _wait(failure))
    else:
        messages.success(request, _("The refund stands at: %(status)s.") % {"status": _shown(sent)})
    return redirect("payments_staff:card_refunds")


def _shown(refund: Refund) -> str:
    return str(refund.get_status_display())


def _wait(failure: ProviderUnavailable) -> str:
    if failure.may_retry:
        return _("The provider does not answer now. Send the refund again later: it is made once.")
    return _("The provider does not make this refund. Look at the payment on the provider's side.")
