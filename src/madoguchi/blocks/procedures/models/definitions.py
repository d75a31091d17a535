"""Procedures that can be applied for, as staff compose them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import Department


class Procedure(models.Model):
    """A procedure. ``code`` is what the guide names in ``form``; ``department`` receives it."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    is_open = models.BooleanField(_("open for applications"), default=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("procedure")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class ProcedureVersion(models.Model):
    """A definition (see ``rules.definition``). Published ones are never changed."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=100)
    definition = models.JSONField(default=dict)
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

    class Meta:
        verbose_name = _("version of a procedure")
        ordering = ["procedure", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="procedures_version_once"),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(published_at__isnull=True),
                name="procedures_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.number}"
