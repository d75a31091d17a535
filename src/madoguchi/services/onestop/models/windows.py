"""One-stop windows, and how departments serve life events at them, by their days."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.models import Department
from madoguchi.services.onestop.rules.states import Way


class WayChoice(models.TextChoices):
    """How something is served at a window."""

    WINDOW = Way.WINDOW.value, pgettext_lazy("one stop", "done by the window's own staff")
    CALL = Way.CALL.value, pgettext_lazy("one stop", "the department comes to the window")
    HAND_OVER = Way.HAND_OVER.value, pgettext_lazy("one stop", "handed over to the back office")
    GO = Way.GO.value, pgettext_lazy("one stop", "the resident goes there")


class Window(models.Model):
    """A one-stop window (総合窓口) of a department. ``closed_on`` is exclusive.

    ``seats`` are its numbered places: one visit at a time sits at each.
    """

    code = models.SlugField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("name"), max_length=60)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    place = models.CharField(_("place"), max_length=100)
    hours = models.CharField(_("opening hours"), max_length=100)
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("one-stop window")
        ordering = ["opened_on", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="onestop_window_has_a_seat"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gt=models.F("opened_on")),
                name="onestop_window_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class ServingRule(models.Model):
    """How something is served at a window from a day on.

    A department of None, and an event or procedure of "", mean whichever it is; the closest rule
    counts. ``event`` and ``procedure`` are codes of the guide.
    """

    window = models.ForeignKey(Window, models.PROTECT, related_name="rules")
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    event = models.CharField(_("life event"), max_length=60, blank=True)
    procedure = models.CharField(_("procedure"), max_length=60, blank=True)
    way = models.CharField(_("way"), max_length=10, choices=WayChoice.choices)
    from_on = models.DateField(_("in force from"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("way of serving")
        ordering = ["window", "department", "event", "procedure", "-from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["window", "department", "event", "procedure", "from_on"],
                condition=Q(department__isnull=False),
                name="onestop_one_way_a_day",
            ),
            models.UniqueConstraint(
                fields=["window", "event", "procedure", "from_on"],
                condition=Q(department__isnull=True),
                name="onestop_one_way_a_day_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window_id} {self.department_id} {self.event} {self.procedure}"
