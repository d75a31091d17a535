"""The particulars of payments' audit entries, in words."""

from collections.abc import Callable, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.payments.models import ChannelChoice, WorkItem
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.queries.profiles import PROFILE_TABLES
from madoguchi.kernel.registries import AuditParticular


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
