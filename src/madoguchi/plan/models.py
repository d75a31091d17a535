"""The reform plan: sheets and their schedule, the yearly cycle, figures that were frozen."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.models import Department
from madoguchi.plan.document.model import Outcome


class OutcomeChoice(models.TextChoices):
    """``document.model.Outcome`` with the words of the official sheet."""

    FINISHED = Outcome.FINISHED.value, _("Finished")
    CARRIED_OVER = Outcome.CARRIED_OVER.value, _("Carried into the next plan")


class Plan(models.Model):
    """A reform plan (行政改革プラン) of consecutive fiscal years, both ends included."""

    slug = models.SlugField(unique=True)
    title = models.CharField(_("title"), max_length=120)
    first_year = models.PositiveSmallIntegerField(_("first fiscal year"))
    last_year = models.PositiveSmallIntegerField(_("last fiscal year"))
    introduction = models.TextField(_("introduction"), blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=True)

    class Meta:
        verbose_name = _("plan")
        ordering = ["-first_year", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_year__lte=models.F("last_year")), name="plan_years_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def fiscal_years(self) -> range:
        return range(self.first_year, self.last_year + 1)


class Theme(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="themes")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("theme")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_theme_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Initiative(models.Model):
    """One sheet (取組). Prose fields hold paragraphs separated by one empty line.

    ``search_text`` is the folded text (``kernel.text.fold``) of every field and item;
    operations keep it in step.
    """

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="initiatives")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(pgettext_lazy("initiative", "name"), max_length=200)
    problem = models.TextField(_("present state and problem"), blank=True)
    content = models.TextField(_("what will be done"), blank=True)
    goal = models.TextField(_("goal"), blank=True)
    search_text = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("initiative")
        ordering = ["theme__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "number"], name="plan_initiative_number_once"),
        ]

    def __str__(self) -> str:
        return self.name


class InitiativeDepartment(models.Model):
    """A department in charge (担当部署), with the words of the sheet (``written_as``)."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="charges")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    written_as = models.CharField(max_length=200)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "position"], name="plan_charge_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.written_as


class Transfer(models.Model):
    """A part of ``initiative`` that moved to the initiative numbered here, in the same plan."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="transfers")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=300)
    theme_number = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "position"], name="plan_transfer_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class PlanYear(models.Model):
    """One fiscal year of the cycle: planned → open → closed → published."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Not yet open")
        OPEN = "open", _("Open for reports")
        CLOSED = "closed", _("Closed")
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


class ScheduleRow(models.Model):
    """A fiscal year of a sheet's schedule (工程表): what was planned. The result is its Report."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="rows")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    continues = models.BooleanField(_("continues the plan above"), default=False)

    class Meta:
        ordering = ["fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "fiscal_year"], name="plan_row_once_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.fiscal_year}"


class PlanItem(models.Model):
    """One thing planned for a year (計画), in the order of the sheet."""

    row = models.ForeignKey(ScheduleRow, models.CASCADE, related_name="plan_items")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["row", "position"], name="plan_item_position_once"),
        ]

    def __str__(self) -> str:
        return self.text


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


class Milestone(models.Model):
    """A dated fact that no service measures: a fair attended, a building finished."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="milestones")
    on = models.DateField(_("date"))
    text = models.CharField(_("what happened"), max_length=300)
    link = models.URLField(_("link"), blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("milestone")
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return self.text


class FrozenFigure(models.Model):
    """A figure of a result line as it stood when its year was closed, or a later correction of it.

    Never changed. A correction is a row of its own that points at the entry it ``corrects``;
    each entry is corrected once at most, so that they form a chain.
    """

    public_id = models.CharField(max_length=12, unique=True, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="figures")
    code = models.CharField(max_length=80)
    label = models.CharField(max_length=200)
    unit = models.CharField(max_length=20, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    rows = models.JSONField(default=list)  # [{"text", "url", "on"}]: what was counted
    source_url = models.CharField(max_length=500, blank=True)
    measured_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction"
    )
    reason = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["measured_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "code"],
                condition=Q(corrects__isnull=True),
                name="plan_figure_frozen_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.value}"


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


class ItemMatch(models.Model):
    """The office's own word on what became of a planned item; overrides the rule.

    ``result_item`` is null where the plan item was dropped after all.
    """

    plan_item = models.OneToOneField(PlanItem, models.CASCADE, related_name="match")
    result_item = models.ForeignKey(
        ResultItem, models.CASCADE, null=True, blank=True, related_name="matches"
    )
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.plan_item_id} {self.result_item_id}"


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
