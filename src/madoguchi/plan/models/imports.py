"""Files on their way into the plan, and what each import did."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.plan.models.sheets import Plan


class ColumnMappingRecord(models.Model):
    """A saved answer to "which column is what" for one spreadsheet layout."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    columns = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.name


class ImportDraft(models.Model):
    """An uploaded file between its preview and the decision to store it."""

    public_id = models.CharField(max_length=12, unique=True, editable=False)
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=120, blank=True)
    filename = models.CharField(max_length=200)
    file = models.FileField(upload_to="plan/imports/%Y/")
    columns = models.JSONField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.filename


class ImportRecord(models.Model):
    """What an import found and did, with its numbered remarks."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="imports")
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    summary = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)
    differences = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.filename
