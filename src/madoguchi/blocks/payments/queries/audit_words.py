"""What the audit entries of payments mean, in words."""

from collections.abc import Callable, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.payments.models import ChannelChoice, WorkItem
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.queries.profiles import PROFILE_TABLES
from madoguchi.kernel.registries import AuditParticular

ACTIONS: Mapping[str, StrOrPromise] = {
    "payments.bill_cancelled": _("A bill was cancelled"),
    "payments.bills_issued": _("Bills were issued"),
    "payments.booked": _("Money was booked"),
    "payments.card_abandoned": _("An attempt to pay by card was given up"),
    "payments.card_challenge": _("The card company asked the holder to confirm"),
    "payments.card_declined": _("A card was declined"),
    "payments.card_disputed": _("A card holder disputed a payment"),
    "payments.card_erased": _("A saved card was erased"),
    "payments.card_refund_returned": _("A refund came back from the card company"),
    "payments.card_refund_sent": _("A refund was sent to the card provider"),
    "payments.card_removed": _("A registered card was removed"),
    "payments.card_saved": _("A payer registered a card"),
    "payments.card_started": _("A payer began to pay by card"),
    "payments.card_succeeded": _("A bill was paid by card"),
    "payments.cards_charged": _("Registered cards were charged"),
    "payments.cards_reconciled": _("A day was laid beside the card provider's"),
    "payments.collection_read": _("A collection file was read"),
    "payments.day_closed": _("A day was closed"),
    "payments.debit_file_taken": _("A debit file was taken"),
    "payments.debit_result_read": _("The answer to a debit run was read"),
    "payments.debit_run_made": _("A debit run was made"),
    "payments.demands_drawn_up": _("Demands were drawn up"),
    "payments.demands_sent": _("Demands were sent"),
    "payments.mandate_ended": _("A debit mandate was ended"),
    "payments.mandate_erased": _("A debit mandate was erased"),
    "payments.mandate_registered": _("A debit mandate was registered"),
    "payments.payment_assigned": _("A payment was assigned to a bill"),
    "payments.profile_added": _("A row of contracts or rates was added"),
    "payments.profile_withdrawn": _("A row of contracts or rates was taken back"),
    "payments.receipt_erased": _("A receipt was erased"),
    "payments.receipt_issued": _("A receipt was issued"),
    "payments.refund_decided": _("A refund was decided"),
    "payments.refund_failed": _("A refund failed"),
    "payments.refund_paid": _("A refund was paid"),
    "payments.refund_withdrawn": _("A refund was withdrawn"),
    "payments.run_files_discarded": _("Files of billing runs were removed"),
    "payments.run_finished": _("A billing run was finished"),
    "payments.run_started": _("A billing run was started"),
    "payments.slip_reissued": _("A slip was reissued"),
    "payments.slips_made": _("Slips were made"),
    "payments.work_item_asked": _("The collector was asked about a matter"),
    "payments.work_item_resolved": _("A matter of the work list was dealt with"),
    "payments.write_off_reversed": _("A write-off was reversed"),
    "payments.written_off": _("A bill was written off"),
}


def particulars() -> list[AuditParticular]:
    """For the audit log's readers; what means the same everywhere is not among them."""
    coded = [
        AuditParticular(f"payments.{key}", label, show) for key, (label, show) in _CODES.items()
    ]
    known = {*_LABELS, *_CODES}
    fields = {
        field.name: field.verbose_name
        for table in PROFILE_TABLES.values()
        for field in table._meta.fields
        if field.name not in known
    }
    return AuditParticular.of("payments", {**fields, **_LABELS}) + coded


def _choice(choices: type[TextChoices]) -> Callable[[str], StrOrPromise]:
    labels = dict(choices.choices)
    return lambda code: labels.get(code, code)


_LABELS: Mapping[str, StrOrPromise] = {
    "day": pgettext_lazy("audit log", "day"),
    "debit_on": _("day of the debit"),
    "decline_code": _("reason of the provider"),
    "declined": pgettext_lazy("audit log", "declined"),
    "differences": _("differences"),
    "done": pgettext_lazy("audit log", "debited"),
    "entries": _("entries of the ledger"),
    "expired": pgettext_lazy("audit log", "expired"),
    "failed": pgettext_lazy("audit log", "failed"),
    "files": pgettext_lazy("audit log", "files"),
    "finished_before": _("finished before"),
    "from_on": _("in use from"),
    "instalments": pgettext_lazy("audit log", "instalments"),
    "is_balanced": _("comes to zero"),
    "issue": _("issue of the slip"),
    "known": _("known before"),
    "layout": pgettext_lazy("audit log", "layout"),
    "left_out": _("left out"),
    "must_confirm": _("to be confirmed by the payer"),
    "paid": pgettext_lazy("audit log", "paid"),
    "pay_by": _("to be paid by"),
    "payment": pgettext_lazy("audit log", "payment"),
    "records": _("records"),
    "result": pgettext_lazy("audit log", "result of the bank"),
    "retry_of": _("repeats the run"),
    "slips": pgettext_lazy("audit log", "slips"),
    "source": _("heard by"),
    "stage": pgettext_lazy("audit log", "stage"),
    "unclear": pgettext_lazy("audit log", "unclear"),
    "until_on": _("until before"),
    "withheld": _("withheld"),
}
_CODES: Mapping[str, tuple[StrOrPromise, Callable[[str], StrOrPromise]]] = {
    "channel": (_("Channel"), _choice(ChannelChoice)),
    "fee_kind": (_("Fee kind"), fee_kind_label),
    "kind": (_("Matter"), _choice(WorkItem.Kind)),
    "resolution": (_("Outcome"), _choice(WorkItem.Resolution)),
}
