"""What residents say of the plan."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.plan.models.sheets import Initiative, Plan


class ResidentComment(models.Model):
    """What a resident wrote on a plan or a sheet. Shown once a member of staff has allowed it."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SHOWN = "shown", _("Shown")
        REFUSED = "refused", _("Not shown")

    public_id = models.CharField(max_length=12, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="comments")
    initiative = models.ForeignKey(
        Initiative, models.CASCADE, null=True, blank=True, related_name="comments"
    )
    name = models.CharField(_("name to be shown"), max_length=40, blank=True)
    text = models.TextField(_("comment"), max_length=1000)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    reply = models.TextField(_("answer of the city"), blank=True)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("resident's comment")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.public_id
