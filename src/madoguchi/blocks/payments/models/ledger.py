"""The ledger: what was paid, as facts that were stated and entries that follow from them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.payments.models.bills import Bill, ChannelChoice, Slip
from madoguchi.blocks.payments.rules.channels import FactKind


class Account(models.TextChoices):
    """The accounts of the ledger. An entry moves its amount from ``credit`` to ``debit``."""

    RECEIVABLE = "receivable", _("Receivable")
    ASSESSED = "assessed", _("Assessed")
    PROVISIONAL = "provisional", _("Received, provisional")
    SETTLED = "settled", _("Received, settled")
    UNIDENTIFIED = "unidentified", _("Received, not identified")
    REFUND_DUE = "refund_due", _("To be refunded")
    WRITTEN_OFF = "written_off", _("Written off")


class Payment(models.Model):
    """One act of paying, whatever was said of it. ``state`` follows from its facts alone.

    ``bill`` is null while it is not known what was paid. ``barcode`` and ``bill_number`` are what
    the channel named; where two statements named different things, the greater is kept and
    ``is_contradicted`` says so. ``is_assigned``: a person said which bill it pays.
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("Reversed before it was known")
        PROVISIONAL = "provisional", _("Provisional")
        REVERSED = "reversed", _("Reversed")
        SETTLED = "settled", _("Settled")

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=ChannelChoice.choices)
    barcode = models.CharField(_("barcode"), max_length=44, blank=True)
    bill_number = models.CharField(_("bill number"), max_length=16, blank=True)
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, blank=True, related_name="payments")
    slip = models.ForeignKey(Slip, models.PROTECT, null=True, blank=True, related_name="payments")
    amount = models.BigIntegerField(_("amount (yen)"))
    paid_at = models.DateTimeField(_("paid at"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    transfer_on = models.DateField(_("transfer on"), null=True, blank=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    is_assigned = models.BooleanField(default=False)
    is_contradicted = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("payment")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_payment_positive"),
        ]
        indexes = [
            models.Index(fields=["channel", "paid_at"], name="payments_by_channel"),
        ]

    def __str__(self) -> str:
        return self.key


class PaymentMove(models.Model):
    """A payment that was booked again on another bill, or on none (付け替え). Append-only.

    With it, the daily close knows what a payment was taken for on any day.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="moves")
    before = models.ForeignKey(Bill, models.PROTECT, null=True, blank=True, related_name="+")
    after = models.ForeignKey(Bill, models.PROTECT, null=True, blank=True, related_name="+")
    moved_on = models.DateField(_("moved on"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("moved payment")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.payment_id}: {self.before_id} → {self.after_id}"


class FactRecord(models.Model):
    """A statement about a payment, kept once however often it was made. Append-only.

    Statements of one kind that name different amounts are kept beside one another.
    """

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="facts")
    kind = models.CharField(
        _("kind"), max_length=12, choices=[(kind.value, kind.value) for kind in FactKind]
    )
    amount = models.BigIntegerField(_("amount (yen)"))
    stated_on = models.DateField(_("stated on"), db_index=True)
    """The day on which it came in here."""
    source = models.CharField(_("source"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("fact about a payment")
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "kind", "amount"], name="payments_fact_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.kind}"


class LedgerEntry(models.Model):
    """One movement between two accounts: ``debit`` grows, ``credit`` shrinks, by ``amount``.

    Append-only by trigger. ``key`` makes a repetition impossible. An entry names the bill whose
    receivable it moves, and channel and fee kind for the daily close.
    """

    class Event(models.TextChoices):
        ASSESSED = "assessed", _("Assessed")
        CANCELLED = "cancelled", _("Assessment cancelled")
        PROVISIONAL = "provisional", _("Provisional receipt")
        REVERSED = "reversed", _("Provisional receipt reversed")
        SETTLED = "settled", _("Settlement")
        ASSIGNED = "assigned", _("Assigned to a bill")
        REFUND_DECIDED = "refund_decided", _("Refund decided")
        REFUNDED = "refunded", _("Refunded")
        REFUND_WITHDRAWN = "refund_withdrawn", _("Refund withdrawn")
        WRITTEN_OFF = "written_off", _("Written off")
        WRITE_OFF_REVERSED = "write_off_reversed", _("Write-off reversed")

    key = models.CharField(max_length=160, unique=True)
    event = models.CharField(_("event"), max_length=20, choices=Event.choices)
    debit = models.CharField(_("debit"), max_length=12, choices=Account.choices)
    credit = models.CharField(_("credit"), max_length=12, choices=Account.choices)
    amount = models.BigIntegerField(_("amount (yen)"))
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, blank=True, related_name="entries")
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="entries"
    )
    channel = models.CharField(
        _("channel"), max_length=10, choices=ChannelChoice.choices, blank=True
    )
    fee_kind = models.CharField(_("fee kind"), max_length=40, blank=True)
    booked_on = models.DateField(_("booked on"), db_index=True)
    booked_at = models.DateTimeField(_("booked at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("ledger entry")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_entry_positive"),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="payments_entry_two_accounts"
            ),
            models.CheckConstraint(
                condition=~(Q(debit="receivable") | Q(credit="receivable")) | Q(bill__isnull=False),
                name="payments_receivable_of_a_bill",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Refund(models.Model):
    """Money that goes back (還付). What is open for a bill is decided once at a time."""

    class Status(models.TextChoices):
        DECIDED = "decided", pgettext_lazy("refund", "Decided")
        SENT = "sent", _("On its way")
        PAID = "paid", _("Paid back")
        FAILED = "failed", _("Failed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.CharField(max_length=12, unique=True)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=ChannelChoice.choices)
    amount = models.BigIntegerField(_("amount (yen)"))
    reason = models.CharField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    provider_reference = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(_("decided at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("refund")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(status__in=["decided", "sent"]),
                name="payments_one_open_refund",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_refund_positive"),
        ]

    def __str__(self) -> str:
        return self.public_id


class DailyClose(models.Model):
    """A day's close (日計締め): each line must come to zero, or says what does not."""

    day = models.DateField(_("day"), unique=True)
    closed_at = models.DateTimeField(_("closed at"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    is_balanced = models.BooleanField(_("comes to zero"))
    differences = models.JSONField(_("what does not"), default=list)
    """``[{"of": "payment", …}, …]``: see ``rules.closing``."""
    standing = models.JSONField(default=list)
    """What each fee kind stands at when the day ends: see ``rules.closing``."""
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("daily close")
        ordering = ["-day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class DailyCloseLine(models.Model):
    """A channel and a fee kind on one day: what was stated beside what was booked."""

    close = models.ForeignKey(DailyClose, models.PROTECT, related_name="lines")
    channel = models.CharField(_("channel"), max_length=10, choices=ChannelChoice.choices)
    fee_kind = models.CharField(_("fee kind"), max_length=40, blank=True)
    opening_provisional = models.BigIntegerField(default=0)
    provisional = models.BigIntegerField(default=0)
    reversed = models.BigIntegerField(default=0)
    to_settled = models.BigIntegerField(default=0)
    """Provisional money that was settled."""
    moved_provisional = models.BigIntegerField(default=0)
    closing_provisional = models.BigIntegerField(default=0)
    stated_provisional = models.BigIntegerField(default=0)
    """By how much the facts of the day changed provisional money, counted without the ledger."""
    difference_provisional = models.BigIntegerField(default=0)
    settled = models.BigIntegerField(default=0)
    settled_count = models.IntegerField(default=0)
    """Below zero where more settlements were taken back here, to be booked elsewhere."""
    moved_settled = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    stated = models.BigIntegerField(default=0)
    """The same for settled money."""
    difference = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["channel", "fee_kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["close", "channel", "fee_kind"], name="payments_close_line_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.close_id} {self.channel} {self.fee_kind}"
