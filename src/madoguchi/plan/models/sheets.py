"""The plan and its sheets: what was promised."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.models import Department


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
