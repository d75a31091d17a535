"""What the city issued and anyone may check."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IssuedDocument(models.Model):
    """A signed document with its verification code. Holds nothing of whom it was issued to.

    ``kind`` is a code of the registry ``document_kinds``; ``digest`` is SHA-256 (hex) of the
    signed bytes.
    """

    code = models.CharField(_("verification code"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(_("issued at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    class Meta:
        verbose_name = _("issued document")
        constraints = [
            models.CheckConstraint(
                condition=~Q(superseded_by=models.F("pk")), name="documents_not_its_own_successor"
            ),
        ]

    def __str__(self) -> str:
        return self.code
