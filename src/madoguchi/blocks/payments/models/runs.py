"""Billing runs: many slips printed as files, each bill exactly once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BillingRun(models.Model):
    """A run over the bills of a fee kind. Its slips point at it; its files are its batches.

    ``folder`` lies below the data folder, or where the command was told to write.
    """

    class Status(models.TextChoices):
        PREPARING = "preparing", pgettext_lazy("billing run", "Preparing")
        PRINTING = "printing", pgettext_lazy("billing run", "Printing")
        FINISHED = "finished", pgettext_lazy("billing run", "Finished")
        STOPPED = "stopped", pgettext_lazy("billing run", "Stopped")

    public_id = models.CharField(max_length=12, unique=True)
    fee_kind = models.CharField(_("fee kind"), max_length=40)
    title = models.CharField(_("title"), max_length=100)
    selection = models.JSONField(default=dict)
    """What was asked for: fiscal year, instalments, due dates."""
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)
    folder = models.CharField(max_length=400)
    batch_size = models.PositiveIntegerField(default=500)
    total = models.PositiveIntegerField(_("slips"), default=0)
    """As counted when the run began, and exact from when its slips are made."""
    problems = models.JSONField(_("left out"), default=list)
    """Bills left out: ``bill`` (its number), and the ``characters`` of its slip that the font
    lacks, none where nobody is known to send it to."""
    prepared_at = models.DateTimeField(null=True, blank=True)
    """From then on its slips and their places are certain."""
    started_at = models.DateTimeField(_("started at"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("billing run")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fee_kind"],
                condition=~Q(status="finished"),
                name="payments_one_open_run",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class RunBatch(models.Model):
    """A file of a run that lies complete on disk: written first, recorded then."""

    run = models.ForeignKey(BillingRun, models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField(_("number"))
    file_name = models.CharField(max_length=100)
    slips = models.PositiveIntegerField(_("slips"))
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="payments_batch_once"),
        ]

    def __str__(self) -> str:
        return self.file_name
