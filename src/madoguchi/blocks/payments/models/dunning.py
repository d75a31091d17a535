"""Demands (督促) for what was not paid by its due date."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models.bills import Bill, Slip


class Demand(models.Model):
    """A demand for a bill at a stage (1: 督促状, 2 and on: 催告書); one a bill and stage."""

    class Status(models.TextChoices):
        DRAWN_UP = "drawn_up", _("Drawn up")
        SENT = "sent", _("Sent")
        WITHHELD = "withheld", _("Withheld: nothing was owed any more")
        CROSSED = "crossed", _("Crossed with the payment")

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="demands")
    stage = models.PositiveSmallIntegerField(_("stage"))
    slip = models.ForeignKey(Slip, models.PROTECT, null=True, blank=True, related_name="demands")
    drawn_up_on = models.DateField(_("drawn up on"))
    pay_by = models.DateField(_("to be paid by"))
    amount = models.BigIntegerField(_("amount (yen)"))
    fee = models.BigIntegerField(_("demand fee (yen)"), default=0)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("demand for payment")
        ordering = ["-drawn_up_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "stage"], name="payments_demand_once"),
        ]

    def __str__(self) -> str:
        return f"{self.bill_id} {self.stage}"
