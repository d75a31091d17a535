"""Card payments: what we know of them. The card itself is known to the provider only."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models.bills import Bill


class SavedCard(models.Model):
    """A card that a payer lets us charge for coming bills: the provider's names for it."""

    payer = models.CharField(_("payer reference"), max_length=60)
    provider = models.CharField(max_length=20)
    customer_reference = models.CharField(max_length=100)
    method_reference = models.CharField(max_length=100)
    brand = models.CharField(_("brand"), max_length=20)
    last4 = models.CharField(_("last four digits"), max_length=4)
    expires = models.CharField(_("expires"), max_length=7)
    """``2029-04``."""
    saved_at = models.DateTimeField(_("saved at"))
    removed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    """When the provider had deleted it too; asked for again daily until then."""

    class Meta:
        verbose_name = _("saved card")
        constraints = [
            models.UniqueConstraint(
                fields=["payer"],
                condition=Q(removed_at__isnull=True),
                name="payments_one_saved_card",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} …{self.last4}"


class CardPayment(models.Model):
    """An attempt to pay a bill by card; one open at a time for a bill."""

    class Status(models.TextChoices):
        STARTED = "started", _("Started")
        CHALLENGE = "challenge", _("Waiting for the card holder's confirmation")
        SUCCEEDED = "succeeded", _("Paid")
        DECLINED = "declined", _("Declined")
        ABANDONED = "abandoned", _("Given up")

    public_id = models.CharField(max_length=22, unique=True)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="card_payments")
    amount = models.BigIntegerField(_("amount (yen)"))
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=100, blank=True)
    """The provider's name of the intent; empty until it has answered."""
    redirect_url = models.CharField(max_length=500, blank=True)
    """Where the payer goes on with an attempt that is open."""
    return_url = models.CharField(max_length=500, blank=True)
    """Where the payer comes back to; empty for a charge without the payer."""
    saved_card = models.ForeignKey(
        SavedCard, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    saves_card = models.BooleanField(default=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    decline_code = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("card payment")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bill"],
                condition=Q(status__in=["started", "challenge"]),
                name="payments_one_open_card_payment",
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=~Q(reference=""),
                name="payments_intent_once",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ProviderEvent(models.Model):
    """A message of the provider that was verified; taken once, in whatever order it came."""

    provider = models.CharField(max_length=20)
    event = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    reference = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=20)
    """``booked``, ``known``, ``noted`` or ``not_ours``."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event"], name="payments_event_once"),
        ]

    def __str__(self) -> str:
        return self.event


class CardReconciliation(models.Model):
    """A day of the provider's list beside ours."""

    provider = models.CharField(max_length=20)
    day = models.DateField(_("day"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    provider_count = models.PositiveIntegerField()
    provider_amount = models.BigIntegerField()
    booked_count = models.PositiveIntegerField()
    booked_amount = models.BigIntegerField()
    differences = models.JSONField(default=list)

    class Meta:
        verbose_name = _("reconciliation with the card provider")
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return f"{self.provider} {self.day}"
