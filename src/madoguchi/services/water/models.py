"""Water contracts, their meters, and the tariff through time."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.services.water.rules import tariff
from madoguchi.services.water.rules.meter import METER_TURNS_AT


class Contract(models.Model):
    """A supply contract (給水契約). ``payments`` knows it as ``water:<number>``.

    ``name`` and ``address`` are kept as their owner writes them.
    """

    number = models.CharField(_("customer number"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_kana = models.CharField(_("name (kana)"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=8)
    address = models.CharField(_("address"), max_length=200)
    pipe_mm = models.PositiveSmallIntegerField(_("pipe size (mm)"))
    has_sewer = models.BooleanField(_("drains into the sewer"), default=True)
    meter_number = models.CharField(_("meter number"), max_length=20)
    start_index_m3 = models.PositiveIntegerField(_("meter at the start (m³)"), default=0)
    reads_in_even_months = models.BooleanField(_("read in even months"), default=True)
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    """Exclusive."""
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    """Search keys of number, name, kana, address and meter, one a line."""

    class Meta:
        verbose_name = _("water contract")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=models.F("started_on")),
                name="water_contract_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def last_day(self) -> date | None:
        return self.ended_on - timedelta(days=1) if self.ended_on else None


class Reading(models.Model):
    """A meter reading (検針). ``index_m3`` is what the meter shows; ``period`` is the month of
    reading as its first day. ``bill_number`` is the bill made of it, empty until then.

    ``from_on`` to ``read_on`` is when the water was used, both included. An estimate stands
    beyond 99999 where the meter has turned since (``meter_m3`` is what it shows then).
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="readings")
    period = models.DateField(_("period"))
    from_on = models.DateField(_("used from"))
    read_on = models.DateField(_("read on"))
    index_m3 = models.PositiveIntegerField(_("meter (m³)"))
    previous_index_m3 = models.PositiveIntegerField(_("previous meter (m³)"))
    used_m3 = models.PositiveIntegerField(_("used (m³)"))
    ahead_m3 = models.PositiveIntegerField(_("billed beyond the meter (m³)"), default=0)
    """What an estimate billed too much: the next readings start so much later."""
    seen_m3 = models.PositiveIntegerField(_("seen on the meter (m³)"))
    """What the meter showed when somebody last looked: the next reading cannot be lower."""
    is_estimate = models.BooleanField(_("estimated"), default=False)
    is_final = models.BooleanField(_("final reading"), default=False)
    rolled_over = models.BooleanField(_("the meter has passed 99999"), default=False)
    removed_at_m3 = models.PositiveIntegerField(_("old meter (m³)"), null=True, blank=True)
    """Where the meter was exchanged: what the old one showed last, the new one first."""
    installed_at_m3 = models.PositiveIntegerField(_("new meter (m³)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    bill_number = models.CharField(max_length=16, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("meter reading")
        ordering = ["-period", "contract"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "period", "is_final"], name="water_one_reading"
            ),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(is_final=True), name="water_one_final_reading"
            ),
            models.UniqueConstraint(
                fields=["bill_number"], condition=~Q(bill_number=""), name="water_one_bill"
            ),
            models.CheckConstraint(
                condition=Q(removed_at_m3__isnull=True, installed_at_m3__isnull=True)
                | Q(removed_at_m3__isnull=False, installed_at_m3__isnull=False),
                name="water_exchange_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["period", "bill_number"], name="water_to_be_billed")]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.period}"

    @property
    def meter_m3(self) -> int:
        return self.index_m3 % METER_TURNS_AT

    @property
    def previous_meter_m3(self) -> int:
        return self.previous_index_m3 % METER_TURNS_AT

    @property
    def is_billed(self) -> bool:
        return bool(self.bill_number)


class CountsChoice(models.TextChoices):
    """From when a tariff or tax rate counts (経過措置)."""

    PERIODS = (
        tariff.Counts.PERIODS.value,
        pgettext_lazy("tariff counts for", "periods that begin on that day or later"),
    )
    READINGS = (
        tariff.Counts.READINGS.value,
        pgettext_lazy("tariff counts for", "readings on that day or later"),
    )


class RoundingChoice(models.TextChoices):
    """Where what is below one yen is dropped."""

    COMPONENT = (
        tariff.Rounding.COMPONENT.value,
        pgettext_lazy("dropped below one yen", "of water and of sewer, tax included"),
    )
    TOTAL = (
        tariff.Rounding.TOTAL.value,
        pgettext_lazy("dropped below one yen", "of the sum, tax included"),
    )


class Tariff(models.Model):
    """A tariff (料金表) from a day on, exclusive of tax, for two months.

    ``base`` maps pipe size in mm to yen; ``steps`` are ``[up_to_m3 | null, yen per m³]`` in
    order, the last open; the yen may be text such as "131.5". The sewer has its own.
    """

    from_on = models.DateField(_("in force from"), unique=True)
    base = models.JSONField(_("base charge"))
    included_m3 = models.PositiveIntegerField(_("included (m³)"), default=0)
    steps = models.JSONField(_("volume charge"))
    sewer_base = models.PositiveIntegerField(_("sewer base charge"))
    sewer_included_m3 = models.PositiveIntegerField(_("sewer included (m³)"), default=0)
    sewer_steps = models.JSONField(_("sewer volume charge"))
    half_up_to_days = models.PositiveSmallIntegerField(_("one month up to (days)"), default=31)
    """Periods of so many days or fewer are charged as one month; 0: none."""
    rounding = models.CharField(
        _("below one yen is dropped"),
        max_length=10,
        choices=RoundingChoice.choices,
        default=RoundingChoice.COMPONENT,
    )
    counts = models.CharField(
        _("counts for"),
        max_length=10,
        choices=CountsChoice.choices,
        default=CountsChoice.PERIODS,
    )
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("water tariff")
        ordering = ["-from_on"]

    def __str__(self) -> str:
        return self.from_on.isoformat()


class TaxRate(models.Model):
    """Consumption tax (消費税及び地方消費税) from a day on, in per cent."""

    from_on = models.DateField(_("in force from"), unique=True)
    per_cent = models.DecimalField(_("per cent"), max_digits=4, decimal_places=2)
    counts = models.CharField(
        _("counts for"),
        max_length=10,
        choices=CountsChoice.choices,
        default=CountsChoice.PERIODS,
    )

    class Meta:
        verbose_name = _("consumption tax rate")
        ordering = ["-from_on"]

    def __str__(self) -> str:
        return f"{self.per_cent} {self.from_on}"


class BillingTerms(models.Model):
    """When bills fall due and how they may be paid, for periods from a month on.

    ``due_day`` of the month ``due_months`` after the month of reading; 31 is its last day. With
    no row: the last day of the following month, by every channel.
    """

    from_on = models.DateField(_("in force from"), unique=True)
    due_months = models.PositiveSmallIntegerField(_("due months after reading"), default=1)
    due_day = models.PositiveSmallIntegerField(_("due day"), default=31)
    least_days = models.PositiveSmallIntegerField(_("days to pay at least"), default=14)
    channels = models.JSONField(_("may be paid by"), default=list)

    class Meta:
        verbose_name = _("billing terms")
        ordering = ["-from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_day__gte=1, due_day__lte=31), name="water_due_day_of_a_month"
            ),
        ]

    def __str__(self) -> str:
        return self.from_on.isoformat()
