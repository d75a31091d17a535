"""Work at a window that is contracted out (民間委託), and what came back of it."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.models import Department


class Contract(models.Model):
    """What an operator company takes in for a department. ``ends_on`` is exclusive.

    Agreed are procedures taken in a month, minutes that nine visits of ten may not exceed, and
    errors in a thousand procedures.
    """

    code = models.SlugField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=100)
    operator = models.CharField(_("company"), max_length=100)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    agreed_volume = models.PositiveIntegerField(_("procedures a month"))
    agreed_minutes = models.PositiveIntegerField(_("minutes a visit"))
    agreed_errors = models.PositiveIntegerField(_("errors in 1,000 procedures"))

    class Meta:
        verbose_name = _("contract")
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="onestop_contract_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def last_day(self) -> date:
        return self.ends_on - timedelta(days=1)


class ContractMember(models.Model):
    """An operator who works under a contract. ``until_on`` is exclusive."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("operator")
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("operator of a contract")
        ordering = ["contract", "from_on", "id"]
        constraints = [
            # nobody works under two contracts at a time
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(until_on__isnull=True),
                name="onestop_one_contract_a_member",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="onestop_member_leaves_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.user_id}"


class WorkError(models.Model):
    """What an operator took in came back; a clerk of the city says why. No words: none are needed
    to count, and they might name somebody. Withdrawn where it was no error of the operator's."""

    class Kind(models.TextChoices):
        ITEM = "item", pgettext_lazy("error of intake", "an item missing or wrong")
        DOCUMENT = "document", pgettext_lazy("error of intake", "a document missing or wrong")
        IDENTITY = "identity", pgettext_lazy("error of intake", "identity not checked")
        PROCEDURE = "procedure", pgettext_lazy("error of intake", "the wrong procedure")
        DEPARTMENT = "department", pgettext_lazy("error of intake", "handed to the wrong place")

    step = models.ForeignKey("onestop.VisitStep", models.PROTECT, related_name="errors")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="errors")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("error of intake")
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="onestop_error_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.kind}"
