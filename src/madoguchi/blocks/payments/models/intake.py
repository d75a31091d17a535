"""What came in from collectors, and what somebody must look at."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models.bills import Bill
from madoguchi.blocks.payments.models.ledger import Payment


class CollectionFile(models.Model):
    """A collection file (収納データ) that was read. The same bytes are read again harmlessly."""

    name = models.CharField(_("file name"), max_length=200)
    layout = models.CharField(_("layout"), max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    read_at = models.DateTimeField(_("read at"))
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    records = models.PositiveIntegerField(_("records"), default=0)
    new_records = models.PositiveIntegerField(_("new records"), default=0)
    amount = models.BigIntegerField(_("amount (yen)"), default=0)
    summary = models.JSONField(default=dict)
    """Counts and sums by kind (``{"provisional": [n, yen], …}``), ``work_items`` opened, ``notes``
    of the reader, and the first ``repeated`` lines, each with the line that it repeats."""

    class Meta:
        verbose_name = _("collection file")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class WorkItem(models.Model):
    """Something about a payment or a bill that a person must decide; it is never lost.

    ``key`` is kind and record, so that one matter is one item. An item whose cause went away by
    itself is resolved with ``GONE``; should the cause come back, the item is open again.
    ``is_standing``: the cause is still there, whether or not somebody has dealt with it.
    """

    class Kind(models.TextChoices):
        UNKNOWN_BARCODE = "unknown_barcode", _("Barcode of no slip")
        WRONG_AMOUNT = "wrong_amount", _("Another amount than on the slip")
        PAID_TWICE = "paid_twice", _("Paid more than was owed")
        PAID_AFTER_REISSUE = "after_reissue", _("Paid with a replaced slip")
        PAID_AFTER_WRITE_OFF = "after_write_off", _("Paid after the write-off")
        PAID_CANCELLED = "paid_cancelled", _("Paid a cancelled bill")
        REVERSED_SETTLEMENT = "reversed_settled", _("Reversal of a settled payment")
        CONFLICT = "conflict", _("Statements that contradict each other")
        DISPUTE = "dispute", _("Disputed card payment")
        REFUND_RETURNED = "refund_returned", _("Refund that came back from the card company")
        PROVISIONAL_TOO_LONG = "provisional_long", _("Provisional for too long")

    class Step(models.TextChoices):
        ASSIGN = "assign", _("Assign to a bill")
        REFUND = "refund", _("Refund")
        REVERSE_WRITE_OFF = "reverse_write_off", _("Reverse the write-off")
        ACKNOWLEDGE = "acknowledge", _("Take note")
        ASK_COLLECTOR = "ask_collector", _("Ask the collector")

    class Resolution(models.TextChoices):
        DONE = "done", _("Done")
        NOTED = "noted", _("Noted")
        GONE = "gone", _("Settled by itself")

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    step = models.CharField(_("proposed step"), max_length=20, choices=Step.choices)
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="work_items"
    )
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, blank=True, related_name="work_items")
    amount = models.BigIntegerField(_("amount (yen)"), default=0)
    opened_at = models.DateTimeField(_("opened at"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolution = models.CharField(max_length=8, choices=Resolution.choices, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    is_standing = models.BooleanField(default=True)
    asked_at = models.DateTimeField(_("asked at"), null=True, blank=True)
    """When the collector was last asked about it; ``note`` says what."""

    class Meta:
        verbose_name = _("work item")
        ordering = ["opened_at", "id"]
        indexes = [
            models.Index(
                fields=["opened_at"],
                condition=Q(resolved_at__isnull=True),
                name="payments_open_work",
            ),
        ]

    def __str__(self) -> str:
        return self.key
