"""Fees of several kinds: who owes them, from when stores take them, in which instalments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KindChoice(models.TextChoices):
    """The fee kinds of this service; payments knows them as ``fees.<code>``."""

    CARE = "care", _("Long-term-care premium")
    NURSERY = "nursery", _("Nursery fee")
    RENT = "rent", _("Municipal housing rent")


class KindRule(models.Model):
    """A fee kind's rule from a fiscal year on.

    ``due_months`` are the months of the instalments in order (7 for July; 1 to 3 lie in the next
    calendar year); each is due on the last day of its month, moved to the next business day.
    ``at_stores`` says whether stores take it.
    """

    kind = models.CharField(_("fee kind"), max_length=10, choices=KindChoice.choices)
    from_fiscal_year = models.PositiveSmallIntegerField(_("from fiscal year"))
    due_months = models.JSONField(_("instalments are due in"))
    at_stores = models.BooleanField(_("payable at stores"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("instalment rule")
        ordering = ["kind", "from_fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "from_fiscal_year"], name="fees_one_rule_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.from_fiscal_year}"


class Payer(models.Model):
    """Who owes a fee. ``payments`` knows the payer as ``fees:<number>``.

    ``name`` and ``address`` are kept as their owner writes them.
    """

    number = models.CharField(_("customer number"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_kana = models.CharField(_("name (kana)"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=8)
    address = models.CharField(_("address"), max_length=200)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("payer")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class Assessment(models.Model):
    """What a payer owes of a kind in a fiscal year (賦課・決定). A change is a new revision.

    ``amount`` is that of the year for a premium, and of a month for nursery and rent;
    ``first_month`` and ``last_month`` bound it (4 … 12, 1 … 3).
    """

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="assessments")
    kind = models.CharField(_("fee kind"), max_length=10, choices=KindChoice.choices)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=0)
    amount = models.BigIntegerField(_("amount (yen)"))
    first_month = models.PositiveSmallIntegerField(_("from month"), default=4)
    last_month = models.PositiveSmallIntegerField(_("to month"), default=3)
    decided_on = models.DateField(_("decided on"))
    billed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("assessment")
        ordering = ["-fiscal_year", "payer", "kind", "-revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["payer", "kind", "fiscal_year", "revision"],
                name="fees_one_assessment",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="fees_assessment_not_negative"),
            models.CheckConstraint(
                condition=Q(first_month__gte=1, first_month__lte=12)
                & Q(last_month__gte=1, last_month__lte=12),
                name="fees_assessment_months",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer_id} {self.kind} {self.fiscal_year}"
