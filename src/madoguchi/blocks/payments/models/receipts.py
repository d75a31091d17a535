"""Receipts (領収書) for payments that left no paper: one for each, kept as it was issued."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models.ledger import Payment


class Receipt(models.Model):
    """A signed receipt. ``code`` is its verification code; ``file`` is empty once it is erased,
    since it names the payer.
    """

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="receipt")
    code = models.CharField(_("verification code"), max_length=20, unique=True)
    file = models.FileField(upload_to="receipts", blank=True)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("receipt")

    def __str__(self) -> str:
        return self.code
