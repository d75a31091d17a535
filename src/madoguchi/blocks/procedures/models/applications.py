"""Cases (what a person brings at once), their applications, and everything that happened."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.models import Department
from madoguchi.blocks.procedures.models.definitions import ProcedureVersion


class Case(models.Model):
    """One life event of one person: every item asked once, for all its applications.

    ``number`` is quoted and stands in the QR code: it opens nothing without a staff role.
    ``code_digest`` is the keyed digest of the tracking code, which only the applicant has.
    """

    class Channel(models.TextChoices):
        HOME = "home", pgettext_lazy("case", "from home")
        WINDOW = "window", pgettext_lazy("case", "at the window")

    class Stage(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("case", "being filled in")
        SENT = "sent", pgettext_lazy("case", "sent")
        ERASED = "erased", pgettext_lazy("case", "erased")

    number = models.CharField(_("reception number"), max_length=8, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    resident = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    event = models.CharField(_("life event"), max_length=60, blank=True)
    """Its code in the guide; "" where a single procedure was chosen."""
    guide_number = models.PositiveIntegerField(null=True, blank=True)
    answers = models.JSONField(default=dict)
    """Of the guide, by question: those that counted when it was begun."""
    checklist = models.JSONField(default=list)
    """Codes of the guide's procedures on the personal list, in the order to go."""
    values = models.JSONField(default=dict)
    """Items of the shared vocabulary by reference, and ``<procedure>.own.<code>``."""
    typed = models.PositiveIntegerField(default=0)
    """Items that somebody typed for it, not those that were known or told in the guide."""
    mail_to = models.CharField(max_length=254, blank=True)
    """Where messages go by mail; "" where the applicant wants none."""
    language = models.CharField(max_length=5, default="ja")
    """In which the applicant read the pages, and is written to."""
    channel = models.CharField(_("begun"), max_length=10, choices=Channel.choices)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, default=Stage.DRAFT)
    edit = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The member of staff who entered it at the window."""
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage="sent") | Q(sent_at__isnull=False),
                name="procedures_sent_case_has_time",
            ),
        ]
        indexes = [models.Index(fields=["stage", "begun_at"], name="procedures_case_stage")]

    def __str__(self) -> str:
        return self.number


class Application(models.Model):
    """One procedure of a case. Before it is sent, ``state`` is "".

    ``values`` are those of the case's that the procedure asks for, as they were sent.
    ``edit`` counts the changes: whoever acts on an older one is refused.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="applications")
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="+")
    procedure = models.CharField(_("procedure"), max_length=60)
    """The procedure's code."""
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=40, blank=True)
    state_kind = models.CharField(max_length=10, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    """When it came into its state."""
    due_on = models.DateField(_("due on"), null=True, blank=True)
    values = models.JSONField(default=dict)
    edit = models.PositiveIntegerField(default=0)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("application")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "procedure"], name="procedures_once_a_case"),
            models.CheckConstraint(
                condition=Q(state="") | Q(sent_at__isnull=False),
                name="procedures_sent_application_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "state_kind", "due_on"], name="procedures_work_list"
            ),
            models.Index(fields=["sent_at"], name="procedures_by_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.procedure}"


class ApplicationEvent(models.Model):
    """What happened to an application; append-only, so it holds codes and no personal words.

    ``action``: ``sent``, ``withdrawn``, ``resent``, ``document_added``, ``document_removed``,
    ``values_changed``, ``letter_replaced``, ``code_issued``, or the code of a step. ``detail``
    names items, never their values.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=20)
    """As what it was done: ``applicant``, ``clerk``, ``decider``, ``operator`` or ``system``."""
    action = models.CharField(max_length=60)
    source = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["application", "number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="procedures_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.number}"


class Message(models.Model):
    """What the applicant is told about an event: on the page always, by mail where one is given.

    One an event. ``claimed_until``: a worker is sending it; who comes later waits until then.
    """

    event = models.OneToOneField(ApplicationEvent, models.PROTECT, related_name="message")
    text = models.TextField(_("text"))
    note = models.TextField(_("note"), blank=True)
    """What the clerk wrote to the applicant."""
    mail_to = models.CharField(max_length=254, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    """Why the last try failed: the name of the error, no words of anybody's."""
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(mailed_at__isnull=True) & ~Q(mail_to=""),
                name="procedures_unsent_mail",
            ),
        ]

    def __str__(self) -> str:
        return str(self.event_id)


class Letter(models.Model):
    """The letter of a decision, fixed with it. The file is made and signed when it is first asked
    for; from then on `document` is the code under which anyone can verify it.

    ``sequence`` counts the letters of a procedure in a fiscal year: the document number (文書番号).
    A wrong letter is replaced, once, by one that says why: the latest of an application counts.
    """

    event = models.OneToOneField(ApplicationEvent, models.PROTECT, related_name="letter")
    application = models.ForeignKey(Application, models.PROTECT, related_name="letters")
    procedure = models.CharField(max_length=60)
    fiscal_year = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField()
    decided_on = models.DateField()
    """The day that it bears."""
    addressee = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    notice = models.TextField(blank=True)
    document = models.CharField(max_length=16, blank=True)
    file = models.FileField(max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.TextField(blank=True, default="")
    """Why the earlier one is replaced; it stands in the letter."""

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "fiscal_year", "sequence"], name="procedures_letter_number"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=False) | Q(reason=""),
                name="procedures_letter_reason_of_replacing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} {self.fiscal_year} {self.sequence}"


class Attachment(models.Model):
    """A document for an application. ``name`` is the sender's, shown and never used as a path."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="attachments")
    public_id = models.CharField(max_length=12, unique=True)
    document = models.CharField(max_length=60)
    """The code of the document that it is."""
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    file = models.FileField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "document", "digest"],
                condition=Q(removed_at__isnull=True),
                name="procedures_document_once",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_by_staff(self) -> bool:
        """Scanned or photographed at the window or the desk. ``added_by`` must be loaded."""
        return self.added_by is not None and not self.added_by.is_resident
