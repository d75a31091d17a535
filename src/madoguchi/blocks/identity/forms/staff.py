"""What staff may enter about people, departments and the audit log."""

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordForm
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity import queries
from madoguchi.blocks.identity.models import Department, User
from madoguchi.kernel import clock
from madoguchi.kernel.registries import roles


class SignInForm(LoginForm):  # type: ignore[misc] # allauth ships no types
    """allauth's form with words that a clerk knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or mail address")
        self.fields["login"].widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc] # allauth ships no types
    """Passwords are of staff alone; a resident with the same mail address is passed over."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.users = list(
            User.objects.filter(kind=User.Kind.STAFF, is_active=True, email__iexact=email)
        )
        return email


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PeopleFilter(forms.Form):
    words = forms.CharField(
        label=_("Name, user name or mail address"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    role = forms.ChoiceField(label=_("Role"), required=False)
    state = forms.ChoiceField(
        label=_("Accounts"),
        required=False,
        choices=[
            ("", _("In use")),
            ("inactive", _("Deactivated")),
            ("all", pgettext_lazy("accounts", "All")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Any role"))] + [(found.code, found.label) for found in roles]
        self.fields["role"] = forms.ChoiceField(label=_("Role"), required=False, choices=choices)


class PersonForm(forms.Form):
    """``username`` only where the account is new: it stays for good."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("For signing in, e.g. the staff number. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=100,
        help_text=_("As the person writes it; it is stored exactly so."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Mail address"),
        required=False,
        help_text=_("For reminders. May be left empty where people have no mail."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person is not None:
            del self.fields["username"]
            self.initial = {"name": person.name, "email": person.email}


class DepartmentField(forms.ModelChoiceField[Department]):
    """A choice of the departments that exist today, by full name; the value is the public id."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Department.objects.all(), to_field_name="public_id", **kwargs)

    def offer(self, *, empty: str, but: frozenset[int] = frozenset()) -> None:
        """Set the choices from the tree of today, without those of ``but``."""
        rows = [row for row in queries.tree(clock.today()) if row.id not in but]
        self.queryset = Department.objects.filter(pk__in=[row.id for row in rows])
        self.choices = [("", empty), *((row.public_id, row.full_name) for row in rows)]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"))
    department = DepartmentField(
        label=_("Department"),
        required=False,
        help_text=_("Only for roles that are held for a department, and for all below it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            choices=[("", _("Choose a role"))] + [(found.code, found.label) for found in roles],
        )
        _offer(self, "department", empty=_("The whole city"))


class EraseForm(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        help_text=_("Type the user name of the account that is to be erased."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_username(self) -> str:
        typed: str = self.cleaned_data["username"].strip()
        if typed != self.person.username:
            raise forms.ValidationError(_("This is not the user name of this account."))
        return typed


class TreeDateForm(forms.Form):
    on = forms.DateField(label=_("The departments as of"), required=False, widget=DayInput())


class AddDepartmentForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("department", "Name"), max_length=80)
    parent = DepartmentField(label=_("Below"), required=False)
    from_on = forms.DateField(label=_("Exists from"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "parent", empty=_("At the top"))


class RenameForm(forms.Form):
    name = forms.CharField(
        label=_("New name"),
        max_length=80,
        help_text=_("Only its own name, without the departments above it."),
    )
    from_on = forms.DateField(
        label=_("In use from"),
        widget=DayInput(),
        help_text=_("Earlier days keep the old name, also in plans and reports."),
    )


class MoveForm(forms.Form):
    parent = DepartmentField(label=_("Below"), required=False)

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = queries.with_children({department.pk})
        _offer(self, "parent", empty=_("At the top"), but=own)
        above = department.parent
        self.initial = {"parent": above.public_id if above else ""}


class CloseForm(forms.Form):
    on = forms.DateField(
        label=_("First day without this department"),
        widget=DayInput(),
        help_text=_("At a reorganisation on 1 April, this is 1 April."),
    )


class AuditFilter(forms.Form):
    app = forms.ChoiceField(label=_("Area"), required=False)
    person = forms.CharField(
        label=_("User name"),
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"type": "search", "autocapitalize": "none"}),
    )
    subject = forms.CharField(
        label=_("Record"), required=False, max_length=200, help_text=_("For example plan.report:12")
    )
    since = forms.DateField(label=_("From"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To"), required=False, widget=DayInput())
    before = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, apps: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["app"] = forms.ChoiceField(
            label=_("Area"),
            required=False,
            choices=[("", pgettext_lazy("areas", "All")), *((app, app) for app in apps)],
        )


def _offer(form: forms.Form, name: str, *, empty: Any, but: frozenset[int] = frozenset()) -> None:
    field = form.fields[name]
    assert isinstance(field, DepartmentField)  # noqa: S101 # tells the type checker
    field.offer(empty=str(empty), but=but)
