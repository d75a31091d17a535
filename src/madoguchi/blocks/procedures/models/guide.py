"""Versions of the life-event guide."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class GuideVersion(models.Model):
    """The guide's rule file as it was taken in; in force from ``starts_on`` once published.

    A published version is never changed: a mistake is mended by the next one. One that is not in
    force yet can be withdrawn; its number is not given again.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    source = models.TextField(_("rules"))
    digest = models.CharField(max_length=64)
    note = models.CharField(_("what changes"), max_length=200, blank=True)
    starts_on = models.DateField(_("in force from"), null=True, blank=True)
    edit = models.PositiveIntegerField(default=0)
    """Counts the saves of a draft: whoever saves over another's is refused."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("version of the guide")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["starts_on"],
                condition=Q(published_at__isnull=False, withdrawn_at__isnull=True),
                name="procedures_one_guide_a_day",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(starts_on__isnull=False),
                name="procedures_published_guide_starts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
