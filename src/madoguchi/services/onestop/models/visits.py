"""Visits at the one-stop window: a case, its procedures, who was called, what was handed over.

Nobody is named here: a visit holds the public number of a case, and words of the guide.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.models import Department
from madoguchi.services.onestop.models.contracts import Contract
from madoguchi.services.onestop.models.windows import WayChoice, Window
from madoguchi.services.onestop.rules.states import Reason, StepState


class StateChoice(models.TextChoices):
    """Where a procedure of the checklist stands."""

    TODO = StepState.TODO.value, pgettext_lazy("step of a visit", "to do")
    CALLED = StepState.CALLED.value, pgettext_lazy("step of a visit", "called")
    AT_WINDOW = StepState.AT_WINDOW.value, pgettext_lazy("step of a visit", "at the window")
    DONE = StepState.DONE.value, pgettext_lazy("step of a visit", "done")
    HANDED_OVER = StepState.HANDED_OVER.value, pgettext_lazy("step of a visit", "handed over")
    GOES = StepState.GOES.value, pgettext_lazy("step of a visit", "goes to the counter")
    NOT_NEEDED = StepState.NOT_NEEDED.value, pgettext_lazy("step of a visit", "not needed")
    LEFT = StepState.LEFT.value, pgettext_lazy("step of a visit", "left for another day")


class ReasonChoice(models.TextChoices):
    """Why a step is not needed, was opened again, or was sent back by the back office."""

    ALREADY = Reason.ALREADY.value, pgettext_lazy("reason", "already done")
    DOES_NOT_APPLY = Reason.DOES_NOT_APPLY.value, pgettext_lazy("reason", "does not apply")
    NOT_WISHED = Reason.NOT_WISHED.value, pgettext_lazy("reason", "the resident does not wish it")
    OTHERWISE = Reason.OTHERWISE.value, pgettext_lazy("reason", "by mail or online")
    BY_MISTAKE = Reason.BY_MISTAKE.value, pgettext_lazy("reason", "marked by mistake")
    PAPER_MISSING = Reason.PAPER_MISSING.value, pgettext_lazy("reason", "a document is missing")
    ENTRY_WRONG = Reason.ENTRY_WRONG.value, pgettext_lazy("reason", "an entry is missing or wrong")
    NOT_OURS = Reason.NOT_OURS.value, pgettext_lazy("reason", "the matter of another department")
    ASK_AGAIN = Reason.ASK_AGAIN.value, pgettext_lazy("reason", "the resident must be asked")


class Visit(models.Model):
    """One life event at the window. ``counters`` is reckoned when it closes, see
    ``rules.planning.counters_visited``. ``edit`` counts the changes: whoever acts on an older one
    is refused."""

    public_id = models.CharField(max_length=12, unique=True, editable=False)
    case_number = models.CharField(_("reception number"), max_length=8)
    event = models.CharField(_("life event"), max_length=60, blank=True)
    event_title = models.CharField(_("life event"), max_length=100, blank=True)
    """As the guide called it on that day; "" where single procedures were chosen."""
    window = models.ForeignKey(
        Window, models.PROTECT, related_name="visits", verbose_name=_("window")
    )
    seat = models.PositiveSmallIntegerField(_("seat"), null=True, blank=True)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="visits"
    )
    """Where an operator took it in."""
    edit = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(_("begun at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    moved_at = models.DateTimeField()
    """When something happened last: the resident has been waiting since."""
    closed_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    counters = models.PositiveSmallIntegerField(_("counters visited"), null=True, blank=True)

    class Meta:
        verbose_name = _("visit")
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_number"],
                condition=Q(closed_at__isnull=True),
                name="onestop_one_open_visit_a_case",
            ),
            models.UniqueConstraint(
                fields=["window", "seat"],
                condition=Q(closed_at__isnull=True),
                name="onestop_one_visit_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(counters__isnull=False),
                name="onestop_closed_visit_is_counted",
            ),
        ]
        indexes = [
            models.Index(fields=["window", "closed_at"], name="onestop_open_visits"),
            models.Index(fields=["closed_at"], name="onestop_visits_by_end"),
        ]

    def __str__(self) -> str:
        return self.public_id


class VisitStep(models.Model):
    """A procedure of the visit's checklist. ``procedure`` is its code in the guide, or that of the
    application where it stands on no checklist; ``form`` is the application that belongs to it."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="steps")
    place = models.PositiveSmallIntegerField()
    procedure = models.CharField(max_length=60)
    form = models.CharField(max_length=60, blank=True)
    title = models.CharField(_("procedure"), max_length=100)
    counter = models.CharField(_("counter"), max_length=160)
    """The counter in words, with its place: it stands on the slip."""
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_outside = models.BooleanField(default=False)
    """Done elsewhere than at the city: told, but no counter of the city is visited for it."""
    way = models.CharField(max_length=10, choices=WayChoice.choices)
    state = models.CharField(
        _("state"), max_length=12, choices=StateChoice.choices, default=StateChoice.TODO
    )
    reason = models.CharField(_("reason"), max_length=16, choices=ReasonChoice.choices, blank=True)
    changed_at = models.DateTimeField()
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="steps"
    )
    """Where an operator handed it over."""

    class Meta:
        verbose_name = _("procedure of a visit")
        ordering = ["visit", "place"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "procedure"], name="onestop_step_once"),
            models.CheckConstraint(
                condition=~Q(state="not_needed") | ~Q(reason=""),
                name="onestop_not_needed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.procedure}"


class StepChange(models.Model):
    """When a step came into a state, and by whom; append-only, codes without words."""

    step = models.ForeignKey(VisitStep, models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=12, choices=StateChoice.choices, blank=True)
    target = models.CharField(max_length=12, choices=StateChoice.choices)
    reason = models.CharField(max_length=16, choices=ReasonChoice.choices, blank=True)

    class Meta:
        ordering = ["step", "number"]
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="onestop_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.number}"


class Call(models.Model):
    """A department is called to a visit's window, for all its steps there at once.

    Open until ``ended_at``. Who takes it is on the way or there, and at one window at a time.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="calls")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("called at"))
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    arrived_at = models.DateTimeField(_("arrived at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("call to the window")
        ordering = ["called_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "department"],
                condition=Q(ended_at__isnull=True),
                name="onestop_one_open_call",
            ),
            models.UniqueConstraint(
                fields=["taken_by"],
                condition=Q(ended_at__isnull=True, taken_by__isnull=False),
                name="onestop_at_one_window_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(taken_at__isnull=False),
                name="onestop_taken_call_has_time",
            ),
        ]
        indexes = [models.Index(fields=["department", "ended_at"], name="onestop_open_calls")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.department_id}"


class HandOver(models.Model):
    """A procedure on the back office's list (後方引継ぎ). A step stands there once, unless the
    window took it back before anybody had taken it over, or the back office sent it back."""

    step = models.ForeignKey(VisitStep, models.PROTECT, related_name="hand_overs")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("handed over at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(_("taken over at"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(_("sent back at"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(
        _("reason"), max_length=16, choices=ReasonChoice.choices, blank=True, default=""
    )
    """Why it was sent back."""

    class Meta:
        verbose_name = _("hand-over")
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"],
                condition=Q(withdrawn_at__isnull=True, returned_at__isnull=True),
                name="onestop_handed_over_once",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | (Q(done_at__isnull=True) & ~Q(reason="")),
                name="onestop_sent_back_says_why",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(taken_at__isnull=True),
                name="onestop_taken_over_stays",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(taken_at__isnull=False),
                name="onestop_done_was_taken_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "done_at", "made_at"], name="onestop_back_office_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.department_id}"
