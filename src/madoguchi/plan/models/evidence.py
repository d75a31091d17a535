"""What stands behind a result: dated facts, frozen figures, the office's own matches."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.plan.models.cycle import Report, ResultItem
from madoguchi.plan.models.sheets import Initiative, PlanItem


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
