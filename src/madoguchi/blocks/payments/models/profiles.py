"""What a city agreed with collectors and banks, and its own rules: dated tables, not code.

In each, the row in force on a day is the latest whose ``from_on`` is not after it; a row that
names a fee kind goes before one for all (empty).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import Department
from madoguchi.blocks.payments.models.bills import ChannelChoice


class StoreProfile(models.Model):
    """The contract with the collecting agent: what the barcode begins with."""

    fee_kind = models.CharField(_("fee kind"), max_length=40, blank=True)
    from_on = models.DateField(_("in force from"))
    company_code = models.CharField(_("company code"), max_length=6)
    client_code = models.CharField(_("client code"), max_length=5)
    highest_amount = models.BigIntegerField(_("highest amount (yen)"), default=300_000)

    class Meta:
        verbose_name = _("contract for store collection")
        constraints = [
            models.UniqueConstraint(
                fields=["fee_kind", "from_on"], name="payments_store_profile_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_kind} {self.from_on}"


class ElqrProfile(models.Model):
    """What the eL-QR of a fee kind says of the city and the fee."""

    fee_kind = models.CharField(_("fee kind"), max_length=40, blank=True)
    from_on = models.DateField(_("in force from"))
    office_code = models.CharField(_("common payment office code"), max_length=5)
    tax_office_code = models.CharField(_("tax office code"), max_length=3)
    item_number = models.CharField(_("item number"), max_length=3)

    class Meta:
        verbose_name = _("eL-QR of a fee")
        constraints = [
            models.UniqueConstraint(
                fields=["fee_kind", "from_on"], name="payments_elqr_profile_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_kind} {self.from_on}"


class DebitProfile(models.Model):
    """The city as the bank knows it in debit files (委託者)."""

    fee_kind = models.CharField(_("fee kind"), max_length=40, blank=True)
    from_on = models.DateField(_("in force from"))
    client_code = models.CharField(_("client code"), max_length=10)
    client_name_kana = models.CharField(_("client name (kana)"), max_length=40)
    bank_code = models.CharField(_("bank"), max_length=4)
    branch_code = models.CharField(_("branch"), max_length=3)
    account_kind = models.CharField(_("kind of account"), max_length=1, default="1")
    account_number = models.CharField(_("account number"), max_length=7)
    has_line_ends = models.BooleanField(_("records end with CRLF"), default=True)

    class Meta:
        verbose_name = _("contract for bank debit")
        constraints = [
            models.UniqueConstraint(
                fields=["fee_kind", "from_on"], name="payments_debit_profile_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_kind} {self.from_on}"


class FeeKindOffice(models.Model):
    """Which department is responsible for a fee kind, from a day on."""

    fee_kind = models.CharField(_("fee kind"), max_length=40)
    from_on = models.DateField(_("in force from"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("responsible department")
        constraints = [
            models.UniqueConstraint(fields=["fee_kind", "from_on"], name="payments_office_once"),
        ]

    def __str__(self) -> str:
        return f"{self.fee_kind} {self.from_on}"


class ChannelCost(models.Model):
    """What a payment through a channel costs the city: yen each and per cent of the amount."""

    channel = models.CharField(_("channel"), max_length=10, choices=ChannelChoice.choices)
    fee_kind = models.CharField(_("fee kind"), max_length=40, blank=True)
    from_on = models.DateField(_("in force from"))
    yen_each = models.DecimalField(_("yen each"), max_digits=8, decimal_places=2)
    per_cent = models.DecimalField(_("per cent"), max_digits=5, decimal_places=3)

    class Meta:
        verbose_name = _("cost of a channel")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "fee_kind", "from_on"], name="payments_cost_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.fee_kind} {self.from_on}"


class DunningRule(models.Model):
    """When a demand is drawn up, and how long it gives."""

    fee_kind = models.CharField(_("fee kind"), max_length=40, blank=True)
    stage = models.PositiveSmallIntegerField(_("stage"))
    from_on = models.DateField(_("in force from"))
    days_after_due = models.PositiveSmallIntegerField(_("days after the due date"))
    days_to_pay = models.PositiveSmallIntegerField(_("days to pay"))
    fee = models.PositiveIntegerField(_("demand fee (yen)"), default=0)

    class Meta:
        verbose_name = _("dunning rule")
        constraints = [
            models.UniqueConstraint(
                fields=["fee_kind", "stage", "from_on"], name="payments_dunning_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_kind} {self.stage} {self.from_on}"
