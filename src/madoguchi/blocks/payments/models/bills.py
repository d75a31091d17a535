"""What is owed, and the papers that ask for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.payments.rules.channels import Channel

HIGHEST_AMOUNT = 99_999_999_999
"""Eleven digits: what an eL-QR can hold."""


class ChannelChoice(models.TextChoices):
    """The channels with their labels."""

    STORE = Channel.STORE.value, _("Convenience store")
    CARD = Channel.CARD.value, _("Credit card")
    DEBIT = Channel.DEBIT.value, _("Bank debit")
    COUNTER = Channel.COUNTER.value, pgettext_lazy("where money is paid", "Counter")


class NumberSeries(models.Model):
    """Numbers given out once each, in ranges: whoever takes some locks the row."""

    code = models.CharField(max_length=40, unique=True)
    next = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.code} {self.next}"


class Bill(models.Model):
    """One amount due from one payer (調定した納付すべき金額).

    ``payer`` is the service's own reference (``water:0001234``): no personal data lives here.
    ``number`` has 16 digits and stands in the free field of the slip's barcode. What is still
    owed is never stored: it is the balance of the ledger.
    """

    number = models.CharField(_("bill number"), max_length=16, unique=True)
    fee_kind = models.CharField(_("fee kind"), max_length=40)
    payer = models.CharField(_("payer reference"), max_length=60, db_index=True)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    assessed_year = models.PositiveSmallIntegerField(_("year of assessment"))
    instalment = models.PositiveSmallIntegerField(_("instalment"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))
    amount = models.BigIntegerField(_("amount (yen)"))
    channels = models.JSONField(_("may be paid by"), default=list)
    details = models.JSONField(_("what it is made of"), default=list)
    """Lines of the slip: ``[[label, text], …]``, without personal data."""
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("bill")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fee_kind", "payer", "fiscal_year", "instalment"],
                condition=Q(cancelled_at__isnull=True),
                name="payments_bill_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(amount__lte=HIGHEST_AMOUNT),
                name="payments_bill_amount_fits",
            ),
            models.CheckConstraint(
                condition=Q(instalment__gte=1, instalment__lte=99),
                name="payments_bill_instalment_fits",
            ),
        ]
        indexes = [
            models.Index(fields=["fee_kind", "fiscal_year", "due_on"], name="payments_bill_due"),
        ]

    def __str__(self) -> str:
        return self.number


class Slip(models.Model):
    """A payment slip (納付書) of a bill; ``issue`` is its reissue digit, 0 for the first.

    ``barcode`` is null where a store could not take it; ``without_barcode`` says why.
    """

    class Without(models.TextChoices):
        TOO_MUCH = "too_much", _("more than stores may take")
        OVERDUE = "overdue", _("past its due date")
        NOT_BY_STORE = "not_by_store", _("not payable at stores")

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="slips")
    issue = models.PositiveSmallIntegerField(_("issue"), default=0)
    amount = models.BigIntegerField(_("amount (yen)"))
    pay_by = models.DateField(_("to be paid by"))
    barcode = models.CharField(_("barcode"), max_length=44, unique=True, null=True, blank=True)
    without_barcode = models.CharField(max_length=12, choices=Without.choices, blank=True)
    elqr = models.CharField(_("eL-QR"), max_length=255, blank=True)
    case_key = models.CharField(max_length=20, unique=True)
    confirmation = models.CharField(max_length=6)
    made_at = models.DateTimeField(_("made at"))
    run = models.ForeignKey(
        "BillingRun", models.PROTECT, null=True, blank=True, related_name="slips"
    )
    position = models.PositiveIntegerField(null=True, blank=True)
    """Place in its run, from 0."""

    class Meta:
        verbose_name = _("payment slip")
        ordering = ["bill", "issue"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "issue"], name="payments_slip_once"),
            models.UniqueConstraint(
                fields=["run", "position"],
                condition=Q(run__isnull=False),
                name="payments_one_place_a_run",
            ),
            models.UniqueConstraint(
                fields=["run", "bill"],
                condition=Q(run__isnull=False),
                name="payments_slip_once_a_run",
            ),
            models.CheckConstraint(condition=Q(issue__lte=9), name="payments_slip_issue_one_digit"),
            models.CheckConstraint(
                condition=Q(barcode__isnull=False, without_barcode="")
                | (Q(barcode__isnull=True) & ~Q(without_barcode="")),
                name="payments_slip_barcode_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id}-{self.issue}"
