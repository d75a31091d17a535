"""The steps that end a matter of the work list: their forms, what they do, what to read first."""

from collections.abc import Callable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.forms.work import (
    AssignForm,
    NoteForm,
    RefundStepForm,
    ReverseForm,
    StepForm,
)
from madoguchi.blocks.payments.models import WorkItem
from madoguchi.blocks.payments.operations.asking import ask_collector
from madoguchi.blocks.payments.operations.assigning import assign_payment
from madoguchi.blocks.payments.operations.card_refunds import refund_card_payment
from madoguchi.blocks.payments.operations.refunds import decide_refund
from madoguchi.blocks.payments.operations.work import resolve_work_item
from madoguchi.blocks.payments.operations.write_offs import reverse_write_off
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.work import Step, WorkPage, needs_note
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.kernel.pages.templatetags.components import yen
from madoguchi.kernel.refused import Refused


class RefundNotSent(Exception):
    """A refund was decided, and the card provider could not be told."""


def form_of(step: str, page: WorkPage, data: QueryDict | None = None) -> StepForm:
    """The form of a step, filled in as is usual."""
    item = page.item
    if step == Step.ASSIGN:
        number = page.candidate.bill.number if page.candidate else ""
        return AssignForm(data, step=step, prefix=None, initial={"bill": number})
    if step == Step.REFUND:
        payment = item.payment
        return RefundStepForm(
            data,
            step=step,
            by_card=payment is not None and payment.channel == Channel.CARD,
            initial={"amount": page.refundable, "reason": item.get_kind_display()},
        )
    if step == Step.REVERSE_WRITE_OFF:
        return ReverseForm(data, step=step, initial={"reason": item.get_kind_display()})
    is_needed = step == Step.ASK_COLLECTOR or needs_note(item)
    return NoteForm(data, step=step, needs_note=is_needed, initial={"note": item.note})


def warning_of(form: StepForm, page: WorkPage) -> str:
    """What will happen to money, to be read before it does; empty where nothing can go wrong."""
    step, item = form.cleaned_data["step"], page.item
    if step == Step.ASSIGN:
        return _assign_warning(form, page)
    if step == Step.REFUND:
        said = {"amount": yen(form.cleaned_data["amount"]), "bill": item.bill}
        return _("%(amount)s of bill %(bill)s will be paid back.") % said
    if step == Step.REVERSE_WRITE_OFF:
        given_up = page.row.line.balance.written_off if page.row.line else 0
        return _("%(amount)s of bill %(bill)s, which were written off, will be owed again.") % {
            "amount": yen(given_up),
            "bill": item.bill,
        }
    return ""


def _assign_warning(form: StepForm, page: WorkPage) -> str:
    bill, payment = form.cleaned_data["bill"], page.item.payment
    owed = balances([bill.pk])[bill.pk].owed
    if payment is None or payment.amount == owed:
        return ""
    said = {"paid": yen(payment.amount), "owed": yen(max(0, owed)), "bill": bill.number}
    if payment.amount < owed:
        return _("%(paid)s will be booked on bill %(bill)s, of which %(owed)s are owed.") % said
    return (
        _(
            "%(paid)s will be booked on bill %(bill)s, of which only %(owed)s are owed. The rest "
            "comes to this list again, to be refunded."
        )
        % said
    )


def take_step(item: WorkItem, form: StepForm, by: User) -> None:
    """Do it. Raises what the operation refuses, and RefundNotSent."""
    _TAKE[form.cleaned_data["step"]](item, form, by)


def _assign(item: WorkItem, form: forms.Form, by: User) -> None:
    assert item.payment_id is not None  # noqa: S101 # only then is the step offered
    assign_payment(payment_id=item.payment_id, bill_id=form.cleaned_data["bill"].pk, by=by)


def _refund(item: WorkItem, form: forms.Form, by: User) -> None:
    assert item.bill_id is not None  # noqa: S101 # only then is the step offered
    channel = Channel(form.cleaned_data["channel"])
    refund = decide_refund(
        bill_id=item.bill_id,
        payment_id=item.payment_id,
        amount=form.cleaned_data["amount"],
        channel=channel,
        reason=form.cleaned_data["reason"],
        by=by,
    )
    if channel == Channel.CARD:
        try:
            refund_card_payment(refund_id=refund.pk, by=by)
        except (Refused, ProviderUnavailable) as error:
            raise RefundNotSent from error


def _reverse(item: WorkItem, form: forms.Form, by: User) -> None:
    assert item.bill_id is not None  # noqa: S101 # only then is the step offered
    reverse_write_off(bill_id=item.bill_id, reason=form.cleaned_data["reason"], by=by)


def _close(item: WorkItem, form: forms.Form, by: User) -> None:
    without_its_step = needs_note(item)
    resolve_work_item(
        item_id=item.pk,
        resolution=WorkItem.Resolution.NOTED if without_its_step else WorkItem.Resolution.DONE,
        note=form.cleaned_data["note"],
        by=by,
    )


def _ask(item: WorkItem, form: forms.Form, by: User) -> None:
    ask_collector(item_id=item.pk, note=form.cleaned_data["note"], by=by)


_TAKE: dict[str, Callable[[WorkItem, forms.Form, User], None]] = {
    Step.ASSIGN: _assign,
    Step.REFUND: _refund,
    Step.REVERSE_WRITE_OFF: _reverse,
    Step.ACKNOWLEDGE: _close,
    Step.ASK_COLLECTOR: _ask,
}
