"""People of the city hall, its departments through time, and who may act as what."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff. ``name`` is kept as its owner writes it, never normalised.

    Django's ``first_name`` and ``last_name`` stay unused: Wagtail's account form names them.
    """

    name = models.CharField(_("name"), max_length=100, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("member of staff")  # type: ignore[assignment] # the stubs say str
        constraints = [
            # sign-in does not tell cases apart
            models.UniqueConstraint(Lower("username"), name="identity_username_once"),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
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
