"""People of the city hall and residents, departments through time, and who may act as what."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff, or a resident with an account. ``kind`` is set once and never changes.

    ``name`` is that of a member of staff, kept as its owner writes it, never normalised; what a
    resident says of themselves lies in ResidentItem. A resident's mail address is lower case.
    Django's ``first_name`` and ``last_name`` stay unused: Wagtail's account form names them.
    """

    class Kind(models.TextChoices):
        STAFF = "staff", _("member of staff")
        RESIDENT = "resident", _("resident")

    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.STAFF, editable=False
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("member of staff")  # type: ignore[assignment] # the stubs say str
        constraints = [
            # sign-in does not tell cases apart
            models.UniqueConstraint(Lower("username"), name="identity_username_once"),
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(kind="resident") & ~Q(email=""),
                name="identity_resident_email_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="staff") | Q(is_superuser=False, is_staff=False),
                name="identity_resident_is_no_staff",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    @property
    def is_resident(self) -> bool:
        return self.kind == self.Kind.RESIDENT

    def get_full_name(self) -> str:
        """A resident is named by number: this is what staff read, in the audit log for one."""
        if self.is_resident:
            return gettext("Resident (account %(number)s)") % {"number": self.pk}
        if self.erased_at is not None:
            return gettext("Former member of staff")
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class Department(models.Model):
    """A department (部署) at its place in the tree. Its names have dates: see DepartmentName.

    ``closed_on`` is the first day on which it no longer exists.
    """

    public_id = models.CharField(max_length=12, unique=True, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    order = models.PositiveIntegerField(default=0)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("department")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.public_id

    def name_on(self, day: date) -> str:
        """Its own name (without those above) on a day; before the first, the first."""
        names = sorted(self.names.all(), key=lambda given: given.from_on)
        begun = [given.name for given in names if given.from_on <= day]
        return (begun or [given.name for given in names[::-1]])[-1]

    def names_from(self, day: date) -> set[str]:
        """Every name that it bears on ``day`` or later."""
        later = {given.name for given in self.names.all() if given.from_on > day}
        return later | {self.name_on(day)}


class DepartmentName(models.Model):
    """What a department is called from ``from_on`` until its next name begins."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="names")
    name = models.CharField(_("name"), max_length=80)
    from_on = models.DateField(_("in use from"))

    class Meta:
        ordering = ["from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "from_on"], name="identity_one_name_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """A member of staff acts as ``role`` (a code of the registry), maybe for one department."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_assignments"
    )
    role = models.CharField(_("role"), max_length=40)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="role_assignments"
    )

    class Meta:
        verbose_name = _("role assignment")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(department__isnull=True),
                name="identity_role_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "department"],
                condition=Q(department__isnull=False),
                name="identity_role_once_a_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class ResidentItem(models.Model):
    """What a resident's account keeps of its owner, under a reference of the shared vocabulary.

    ``value`` is what ``rules.vocabulary.check`` gave: names stay as they were written.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="resident_items"
    )
    ref = models.CharField(max_length=40)
    value = models.TextField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "ref"], name="identity_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.ref}"


class IdentityLink(models.Model):
    """A resident's account at an OpenID provider: ``subject`` is the provider's pairwise name."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="identity_links"
    )
    issuer = models.URLField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_subject_once"),
            models.UniqueConstraint(fields=["user", "issuer"], name="identity_issuer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issuer}"
