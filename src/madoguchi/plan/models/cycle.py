"""The yearly cycle: years, reports and what belongs to them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.plan.document.model import Outcome
from madoguchi.plan.models.sheets import Plan, ScheduleRow


class OutcomeChoice(models.TextChoices):
    """``document.model.Outcome`` with the words of the official sheet."""

    FINISHED = Outcome.FINISHED.value, _("Finished")
    CARRIED_OVER = Outcome.CARRIED_OVER.value, _("Carried into the next plan")


class PlanYear(models.Model):
    """One fiscal year of the cycle: planned → open → closed → published."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Not yet open")
        OPEN = "open", _("Open for reports")
        CLOSED = "closed", pgettext_lazy("fiscal year", "Closed")
        PUBLISHED = "published", _("Published")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="years")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    due_on = models.DateField(_("reports due on"), null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("year of a plan")
        ordering = ["fiscal_year"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "fiscal_year"], name="plan_year_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.fiscal_year}"


class Report(models.Model):
    """A row's result (結果) on its way from draft to accepted.

    ``version`` grows by one with every save; a save that names another version is refused, so
    that two people who edit at once both keep their text. ``effect`` is thousand yen.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Submitted")
        RETURNED = "returned", _("Returned")
        ACCEPTED = "accepted", _("Accepted")

    row = models.OneToOneField(ScheduleRow, models.CASCADE, related_name="report")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    outcome = models.CharField(
        _("end of the initiative"), max_length=12, choices=OutcomeChoice, blank=True
    )
    effect = models.BigIntegerField(_("effect amount (thousand yen)"), null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("report")

    def __str__(self) -> str:
        return f"{self.row_id} {self.status}"


class ResultItem(models.Model):
    """One thing done in a year (結果). ``text`` may refer to figures: ``{code}``, ``{m:12}``."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "position"], name="plan_result_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ReportNote(models.Model):
    """What the office or the reporter said on a report; the history of its states."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="notes")
    status = models.CharField(max_length=10, choices=Report.Status)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text


class Attachment(models.Model):
    """A file kept as evidence of a report, outside the web root. ``sha256`` is of its bytes."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="plan/evidence/%Y/")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_public = models.BooleanField(_("shown to the public"), default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.name


class CouncilScore(models.Model):
    """What one member of the council gave a row (1 to 5), with the reason."""

    row = models.ForeignKey(ScheduleRow, models.CASCADE, related_name="scores")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["row", "member"], name="plan_score_once_a_member"),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="plan_score_from_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.score}"


class Reminder(models.Model):
    """A reminder mail that was sent: once a person, year and occasion, whatever runs twice."""

    class Occasion(models.TextChoices):
        OPENED = "opened", _("The year was opened")
        DUE_SOON = "due_soon", _("Due soon")
        OVERDUE = "overdue", _("Overdue")

    year = models.ForeignKey(PlanYear, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    occasion = models.CharField(max_length=10, choices=Occasion)
    on = models.DateField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["year", "user", "occasion", "on"], name="plan_reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year_id} {self.user_id} {self.occasion}"
