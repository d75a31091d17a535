"""The desk: find a bill, see its story, take money, print again, give back, write off."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.service import user_of
from madoguchi.blocks.payments.forms.bills import (
    CounterForm,
    FindForm,
    ReasonForm,
    RefundEndForm,
    RefundForm,
    ReissueForm,
    WriteOffForm,
)
from madoguchi.blocks.payments.models import Bill, Payment, Refund, Slip
from madoguchi.blocks.payments.operations import (
    bills,
    booking,
    card_refunds,
    refunds,
    slips,
    write_offs,
)
from madoguchi.blocks.payments.queries import desk
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.blocks.payments.views.staff_access import (
    readable_kinds,
    require_any_role,
    require_reader_of_kinds,
    require_server_of_kinds,
    require_treasury,
    servable_kinds,
)
from madoguchi.kernel import clock
from madoguchi.kernel.calendar import add_business_days
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused

GET_AND_POST = ["GET", "HEAD", "POST"]
DAYS_TO_PAY = timedelta(days=14)
"""What a reissued slip gives, unless the clerk says otherwise."""


@require_safe
def bill_list(request: HttpRequest) -> HttpResponse:
    """One search; a number that names one bill leads straight to it."""
    actor = require_any_role(request)
    form = FindForm(request.GET)
    query = form.cleaned_data["q"].strip() if form.is_valid() else ""
    kinds = readable_kinds(actor, [kind.code for kind in fee_kinds])
    found = desk.find(query, kinds) if query else None
    if found is not None and len(found.lines) == 1:
        return redirect("payments_staff:bill", found.lines[0].bill.number)
    return render(
        request,
        "payments/staff/bills.html",
        {"form": form, "query": query, "found": found},
        status=200 if form.is_valid() else 422,
    )


@require_safe
def bill(request: HttpRequest, number: str) -> HttpResponse:
    found = _readable(request, number)
    actor = identity.acting_as(request.user)
    return render(
        request,
        "payments/staff/bill.html",
        {
            "page": desk.bill_page(found),
            "may_serve": bool(servable_kinds(actor, [found.fee_kind])),
            "may_manage": access.may_manage(actor),
            "today": clock.today(),
        },
    )


@require_safe
def slip_file(request: HttpRequest, number: str, issue: int) -> HttpResponse:
    """The slip as PDF, as it was made."""
    found = _readable(request, number)
    slip = get_object_or_404(Slip.objects.select_related("bill"), bill=found, issue=issue)
    try:
        pdf = slips.slip_pdf([slip], title=_("Payment slip"), made_at=slip.made_at)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("payments_staff:bill", number)
    return HttpResponse(
        pdf,
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": f'inline; filename="slip-{found.number}-{slip.issue}.pdf"',
        },
    )


@require_http_methods(GET_AND_POST)
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Money over the counter."""
    found = _servable(request, number)
    owed = desk.bill_page(found).balance.owed
    form = CounterForm(
        posted(request), initial={"amount": max(owed, 0) or None, "act": uuid4().hex}
    )

    def act() -> None:
        booking.take_at_counter(
            bill_id=found.pk,
            amount=form.cleaned_data["amount"],
            act=form.cleaned_data["act"],
            by=user_of(request),
        )

    return _ask(request, found, form, act, TAKE, field="amount")


@require_http_methods(GET_AND_POST)
def reissue(request: HttpRequest, number: str) -> HttpResponse:
    """A new slip; the next page offers it for printing."""
    found = _servable(request, number)
    pay_by = add_business_days(clock.today() + DAYS_TO_PAY, 0)
    form = ReissueForm(posted(request), initial={"pay_by": pay_by})

    def act() -> None:
        slips.reissue_slip(
            bill_id=found.pk, pay_by=form.cleaned_data["pay_by"], by=user_of(request)
        )

    return _ask(request, found, form, act, REISSUE, field="pay_by")


@require_http_methods(GET_AND_POST)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    office = require_treasury(request)
    found = get_object_or_404(Bill, number=number)
    form = ReasonForm(posted(request))

    def act() -> None:
        bills.cancel_bill(found.pk, by=office, reason=form.cleaned_data["reason"])

    return _ask(request, found, form, act, CANCEL)


@require_http_methods(GET_AND_POST)
def write_off(request: HttpRequest, number: str) -> HttpResponse:
    """Give up what is owed (不納欠損), or take that back where it was given up."""
    office = require_treasury(request)
    found = get_object_or_404(Bill, number=number)
    is_off = desk.bill_page(found).balance.written_off > 0
    step = WriteOffForm.BACK if is_off else WriteOffForm.OFF
    form = WriteOffForm(posted(request), initial={"step": step})

    def act() -> None:
        is_back = form.cleaned_data["step"] == WriteOffForm.BACK
        do = write_offs.reverse_write_off if is_back else write_offs.write_off
        do(bill_id=found.pk, reason=form.cleaned_data["reason"], by=office)

    return _ask(request, found, form, act, REVERSE_WRITE_OFF if is_off else WRITE_OFF)


@require_http_methods(GET_AND_POST)
def refund(request: HttpRequest, number: str) -> HttpResponse:
    """Decide that money goes back; to a card it is sent at once."""
    office = require_treasury(request)
    found = get_object_or_404(Bill, number=number)
    paid_by_card = found.payments.filter(
        channel=Channel.CARD, state=Payment.State.SETTLED
    ).order_by("-pk")
    by_card = paid_by_card.first()
    form = RefundForm(
        posted(request),
        by_card=by_card is not None,
        initial={"amount": desk.bill_page(found).balance.refundable or None},
    )

    def act() -> None:
        to_card = form.cleaned_data["channel"] == Channel.CARD
        decided = refunds.decide_refund(
            bill_id=found.pk,
            payment_id=by_card.pk if to_card and by_card is not None else None,
            amount=form.cleaned_data["amount"],
            channel=Channel(form.cleaned_data["channel"]),
            reason=form.cleaned_data["reason"],
            by=office,
        )
        if to_card:
            _send_to_card(request, decided, office)

    return _ask(request, found, form, act, REFUND, field="amount")


def _send_to_card(request: HttpRequest, decided: Refund, office: User) -> None:
    """The refund is decided whatever the provider answers; the list of refunds sends it again."""
    try:
        card_refunds.refund_card_payment(refund_id=decided.pk, by=office)
    except ProviderUnavailable:
        messages.warning(
            request,
            _("The card company does not answer now. Send the refund again from the card pages."),
        )
    except Refused as refused:
        messages.warning(request, str(refused))


@require_http_methods(GET_AND_POST)
def refund_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """The bank paid it, or it came back."""
    office = require_treasury(request)
    found = get_object_or_404(Refund.objects.select_related("bill"), public_id=public_id)
    form = RefundEndForm(posted(request))

    def act() -> None:
        refunds.end_by_hand(refund_id=found.pk, status=form.cleaned_data["status"], by=office)

    return _ask(request, found.bill, form, act, REFUND_END)


TAKE = gettext_lazy("Take money at the counter"), gettext_lazy("Book the payment")
REISSUE = gettext_lazy("Make a new slip"), gettext_lazy("Make the slip")
CANCEL = gettext_lazy("Take the bill back"), gettext_lazy("Take it back")
WRITE_OFF = gettext_lazy("Write the bill off"), gettext_lazy("Write it off")
REVERSE_WRITE_OFF = gettext_lazy("Take the write-off back"), gettext_lazy("Take it back")
REFUND = gettext_lazy("Refund money"), gettext_lazy("Decide the refund")
REFUND_END = gettext_lazy("How did the refund end?"), gettext_lazy("Save")


def _ask(
    request: HttpRequest,
    found: Bill,
    form: forms.Form,
    act: Callable[[], None],
    words: tuple[Promise, Promise],
    *,
    field: str | None = None,
) -> HttpResponse:
    """The form beside what it is about; once right, the operation, and back to the bill."""
    if form.is_bound and form.is_valid():
        try:
            act()
        except Refused as refused:
            form.add_error(field, str(refused))
        else:
            messages.success(request, _("Done."))
            return redirect("payments_staff:bill", found.number)
    title, button = words
    return render(
        request,
        "payments/staff/bill_ask.html",
        {
            "form": form,
            "title": title,
            "button": button,
            "page": desk.bill_page(found),
            "today": clock.today(),
        },
        status=422 if form.is_bound else 200,
    )


def _readable(request: HttpRequest, number: str) -> Bill:
    require_any_role(request)
    found = get_object_or_404(Bill, number=number)
    require_reader_of_kinds(request, found.fee_kind)
    return found


def _servable(request: HttpRequest, number: str) -> Bill:
    require_any_role(request)
    found = get_object_or_404(Bill, number=number)
    require_server_of_kinds(request, found.fee_kind)
    return found
