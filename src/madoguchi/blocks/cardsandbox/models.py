"""A card provider that is none: it lives here, takes no money, and says so on every page."""

from django.db import models


class SandboxIntent(models.Model):
    """What a real provider would keep of a payment, or of a card that is being saved."""

    reference = models.CharField(max_length=40, unique=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    is_setup = models.BooleanField(default=False)
    amount = models.BigIntegerField(default=0)
    status = models.CharField(max_length=20)
    decline_code = models.CharField(max_length=60, blank=True)
    return_url = models.CharField(max_length=500, blank=True)
    saves_card = models.BooleanField(default=False)
    customer = models.CharField(max_length=40, blank=True)
    method = models.CharField(max_length=40, blank=True)
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.reference


class SandboxRefund(models.Model):
    reference = models.CharField(max_length=40, unique=True)
    idempotency_key = models.CharField(max_length=120, unique=True)
    intent = models.ForeignKey(SandboxIntent, models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reference
