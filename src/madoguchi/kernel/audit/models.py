"""The audit log: a chain of entries that the database lets nobody change, and its head.

Both tables are unmanaged, so that no `flush` empties them; the migrations make them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

GENESIS = "0" * 64
"""The digest before the first entry."""


class AuditEntry(models.Model):
    """What somebody did. `digest` is over all other fields: see `rules.digest`.

    No foreign key: `actor` is the primary key of the user as text (empty for the system), so
    that the chain outlives the erasure of a person. `actor_roles` are the codes of the roles
    held at the time. `subject` names a record, as in `plan.report:12`; `detail` holds no
    personal data.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("by"), max_length=64, blank=True)
    actor_roles = models.JSONField(_("roles"), default=list)
    action = models.CharField(_("action"), max_length=80)
    subject = models.CharField(_("subject"), max_length=200)
    detail = models.JSONField(_("detail"), default=dict)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        managed = False
        verbose_name = _("audit entry")
        db_table = "audit_entry"
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["subject", "-sequence"], name="audit_by_subject"),
            models.Index(fields=["action", "-sequence"], name="audit_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject}"


class AuditHead(models.Model):
    """The one row that says where the chain ends. Whoever appends locks it first."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        managed = False
        db_table = "audit_head"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.digest}"
