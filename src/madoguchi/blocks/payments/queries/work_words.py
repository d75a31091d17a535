"""What a work item is about, in plain words."""

from collections.abc import Callable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.payments.models import Payment, WorkItem
from madoguchi.blocks.payments.queries.labels import channel_label
from madoguchi.blocks.payments.rules.channels import FactKind
from madoguchi.kernel.pages.templatetags.components import day, yen

FACT_WORDS: Final[dict[str, Promise]] = {
    FactKind.PROVISIONAL: gettext_lazy("Provisional receipt"),
    FactKind.REVERSAL: gettext_lazy("Provisional receipt reversed"),
    FactKind.SETTLEMENT: gettext_lazy("Settlement"),
}

DO_WORDS: Final[dict[str, Promise]] = {
    WorkItem.Step.ASSIGN: gettext_lazy("Assign to this bill"),
    WorkItem.Step.REFUND: gettext_lazy("Decide the refund"),
    WorkItem.Step.REVERSE_WRITE_OFF: gettext_lazy("Reverse the write-off"),
    WorkItem.Step.ACKNOWLEDGE: gettext_lazy("Take note and close"),
    WorkItem.Step.ASK_COLLECTOR: gettext_lazy("Note that the collector was asked"),
}
"""What the button of a step says."""

DONE_WORDS: Final[dict[str, Promise]] = {
    WorkItem.Step.ASSIGN: gettext_lazy("The payment was assigned."),
    WorkItem.Step.REFUND: gettext_lazy("The refund was decided."),
    WorkItem.Step.REVERSE_WRITE_OFF: gettext_lazy("The write-off was reversed."),
    WorkItem.Step.ACKNOWLEDGE: gettext_lazy("The matter was closed."),
    WorkItem.Step.ASK_COLLECTOR: gettext_lazy(
        "It was noted that the collector was asked. The matter stays open until you close it."
    ),
}

STATE_CHOICES: Final = [
    ("", pgettext_lazy("work items", "To be done")),
    ("done", pgettext_lazy("work items", "Done")),
]


def happened(item: WorkItem) -> str:
    """What happened, in one or two sentences."""
    payment = item.payment
    said = {
        "amount": yen(item.amount),
        "paid": yen(payment.amount if payment else item.amount),
        "day": day(payment.paid_at) if payment else "",
        "channel": channel_label(payment.channel) if payment else "",
    }
    return str(_SENTENCES[item.kind](item, payment) % said)


def _unknown_barcode(item: WorkItem, payment: Payment | None) -> str:
    if item.bill_id is not None:
        return _(
            "%(paid)s were paid on %(day)s with a barcode that none of our slips has. The number "
            "in it is that of the bill below."
        )
    if payment is None or payment.barcode:
        return _("%(paid)s were paid on %(day)s with a barcode that none of our slips has.")
    return _("%(paid)s were paid on %(day)s (%(channel)s), and no bill of ours is named.")


def _paid_twice(_item: WorkItem, _payment: Payment | None) -> str:
    return _(
        "%(paid)s were paid on %(day)s (%(channel)s). With it, %(amount)s more came in for the "
        "bill than was owed."
    )


def _after_reissue(item: WorkItem, _payment: Payment | None) -> str:
    if item.step == WorkItem.Step.REFUND:
        return _(
            "On %(day)s %(paid)s were paid with a slip that a newer one had replaced. With it, "
            "%(amount)s more came in for the bill than was owed."
        )
    return _(
        "On %(day)s %(paid)s were paid with a slip that a newer one had replaced. The amount is "
        "what was owed: nothing is to be moved."
    )


_SENTENCES: Final[dict[str, Callable[[WorkItem, Payment | None], str]]] = {
    WorkItem.Kind.UNKNOWN_BARCODE: _unknown_barcode,
    WorkItem.Kind.WRONG_AMOUNT: lambda _item, _payment: _(
        "%(paid)s were paid on %(day)s with a slip that asked for another amount. The money is "
        "booked on no bill yet."
    ),
    WorkItem.Kind.PAID_TWICE: _paid_twice,
    WorkItem.Kind.PAID_AFTER_REISSUE: _after_reissue,
    WorkItem.Kind.PAID_AFTER_WRITE_OFF: lambda _item, _payment: _(
        "%(paid)s were paid on %(day)s, after what was owed had been written off."
    ),
    WorkItem.Kind.PAID_CANCELLED: lambda _item, _payment: _(
        "%(paid)s were paid on %(day)s for a bill that had been cancelled."
    ),
    WorkItem.Kind.REVERSED_SETTLEMENT: lambda _item, _payment: _(
        "The collector took the payment of %(day)s (%(paid)s) back, although it was settled. The "
        "settlement counts until the collector says otherwise."
    ),
    WorkItem.Kind.CONFLICT: lambda _item, _payment: _(
        "What was said of the payment of %(day)s does not agree. %(paid)s count until the "
        "collector has said what is right."
    ),
    WorkItem.Kind.DISPUTE: lambda _item, _payment: _(
        "The card holder disputes the payment of %(day)s (%(paid)s)."
    ),
    WorkItem.Kind.REFUND_RETURNED: lambda _item, _payment: _(
        "%(amount)s went back to the card that paid on %(day)s, and the card company could not "
        "pass them on. The payer has not got them: pay them in another way, then close this."
    ),
    WorkItem.Kind.PROVISIONAL_TOO_LONG: lambda _item, _payment: _(
        "%(paid)s were announced as paid on %(day)s, and no settlement has followed."
    ),
}
