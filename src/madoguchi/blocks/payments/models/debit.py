"""Bank debit (口座振替): who allowed it, what was asked for, what the bank answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models.bills import Bill
from madoguchi.blocks.payments.models.profiles import DebitProfile


class Mandate(models.Model):
    """A payer's permission to debit an account; one in force a payer."""

    class Kind(models.TextChoices):
        ORDINARY = "1", _("Ordinary")
        CURRENT = "2", _("Current")
        TAX_RESERVE = "3", _("Tax reserve")
        OTHER = "9", _("Other")

    payer = models.CharField(_("payer reference"), max_length=60, db_index=True)
    bank_code = models.CharField(_("bank"), max_length=4)
    branch_code = models.CharField(_("branch"), max_length=3)
    account_kind = models.CharField(_("kind of account"), max_length=1, choices=Kind.choices)
    account_number = models.CharField(_("account number"), max_length=7)
    holder_kana = models.CharField(_("account holder (kana)"), max_length=30)
    """Half-width, as the bank knows it."""
    from_on = models.DateField(_("in force from"))
    until_on = models.DateField(_("in force until"), null=True, blank=True)
    """Exclusive."""
    is_new = models.BooleanField(default=True)
    """No request has named it yet: the first one says so to the bank."""
    ended_by_result = models.CharField(max_length=1, blank=True)
    """The bank's answer that ended it, empty where a person did."""

    class Meta:
        verbose_name = _("debit mandate")
        constraints = [
            models.UniqueConstraint(
                fields=["payer"],
                condition=Q(until_on__isnull=True),
                name="payments_one_mandate",
            ),
        ]

    def __str__(self) -> str:
        return self.payer


class DebitRun(models.Model):
    """One request file to the bank, and its answer."""

    class Status(models.TextChoices):
        MADE = "made", _("Request made")
        ANSWERED = "answered", _("Answered")

    public_id = models.CharField(max_length=12, unique=True)
    fee_kind = models.CharField(_("fee kind"), max_length=40)
    debit_on = models.DateField(_("debit on"))
    profile = models.ForeignKey(DebitProfile, models.PROTECT, related_name="+")
    """The contract whose names the request bears; a later one does not change it."""
    retry_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="retry"
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("debit run")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.public_id


class DebitItem(models.Model):
    """One debit asked for. A bill is with the bank once at a time."""

    run = models.ForeignKey(DebitRun, models.PROTECT, related_name="items")
    sequence = models.PositiveIntegerField()
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="debit_items")
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="items")
    amount = models.BigIntegerField(_("amount (yen)"))
    new_code = models.CharField(max_length=1, default="0")
    customer_number = models.CharField(max_length=20)
    result = models.CharField(_("result"), max_length=1, blank=True)
    """The bank's code, 0 to 9; empty while there is no answer."""

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["run", "sequence"], name="payments_debit_place"),
            models.UniqueConstraint(fields=["run", "bill"], name="payments_debit_bill_once"),
            models.UniqueConstraint(
                fields=["bill"], condition=Q(result=""), name="payments_one_open_debit"
            ),
        ]

    def __str__(self) -> str:
        return self.customer_number
