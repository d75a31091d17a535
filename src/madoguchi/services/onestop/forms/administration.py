"""Forms of windows, ways of serving and contracts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.models import User
from madoguchi.kernel.refused import Refused
from madoguchi.services.onestop.models import Contract, WayChoice, Window

ONE_DAY = timedelta(days=1)
Choices = Sequence[tuple[object, object]]


def add_refusal(form: forms.Form, refused: Refused, field: str | None = None) -> None:
    form.add_error(field, str(refused))


def _day(label: object, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}), **more)  # type: ignore[arg-type] # lazily translated


class WindowForm(forms.Form):
    title = forms.CharField(label=_("Name of the window"), max_length=60)
    place = forms.CharField(label=pgettext_lazy("window", "Place"), max_length=100)
    hours = forms.CharField(label=_("Opening hours"), max_length=100)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=99)


class NewWindowForm(WindowForm):
    code = forms.SlugField(
        label=_("Code"), max_length=20, help_text=_("Small letters, digits and hyphens.")
    )
    department = forms.TypedChoiceField(label=_("Department"), coerce=int)
    opened_on = _day(_("Opened on"))

    field_order = ("title", "code", "department", "place", "hours", "seats", "opened_on")

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("Choose")), *departments]  # type: ignore[attr-defined] # a choice field


class ChangeWindowForm(WindowForm):
    last_day = _day(
        _("Last day"), required=False, help_text=_("Leave it empty while the window stays open.")
    )

    def __init__(self, *args: Any, window: Window, **kwargs: Any) -> None:
        self.window = window
        initial = {
            "title": window.title,
            "place": window.place,
            "hours": window.hours,
            "seats": window.seats,
            "last_day": window.closed_on and window.closed_on - ONE_DAY,
        }
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        last_day = given.get("last_day")
        if last_day and last_day < self.window.opened_on:
            self.add_error("last_day", _("This is before the window opened."))
        given["closed_on"] = last_day + ONE_DAY if last_day else None
        return given


class RuleForm(forms.Form):
    department = forms.TypedChoiceField(
        label=_("Department"), coerce=int, required=False, empty_value=None
    )
    event = forms.ChoiceField(label=_("Life event"), required=False)
    procedure = forms.ChoiceField(label=_("Procedure"), required=False)
    way = forms.ChoiceField(
        label=_("Way of serving"), choices=WayChoice.choices, widget=forms.RadioSelect
    )
    from_on = _day(_("In force from"))

    def __init__(
        self, *args: Any, departments: Choices, events: Choices, procedures: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        every = pgettext_lazy("way of serving", "every one")
        for name, choices in (
            ("department", departments),
            ("event", events),
            ("procedure", procedures),
        ):
            self.fields[name].choices = [("", every), *choices]  # type: ignore[attr-defined] # choice fields


class TermsForm(forms.Form):
    title = forms.CharField(label=_("What is contracted out"), max_length=100)
    operator = forms.CharField(label=_("Company"), max_length=100)
    starts_on = _day(_("First day"))
    last_day = _day(_("Last day"))
    agreed_volume = forms.IntegerField(
        label=_("Procedures a month, as agreed"), min_value=0, max_value=1_000_000
    )
    agreed_minutes = forms.IntegerField(
        label=_("Minutes that nine visits of ten may take at most"), min_value=1, max_value=600
    )
    agreed_errors = forms.IntegerField(
        label=_("Errors in 1,000 procedures at most"), min_value=0, max_value=1000
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("starts_on"), given.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        return given

    @property
    def terms(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given["ends_on"] = given.pop("last_day") + ONE_DAY
        for name in ("code", "department"):
            given.pop(name, None)
        return given

    @staticmethod
    def initial_of(contract: Contract) -> dict[str, Any]:
        names = ("title", "operator", "starts_on", "last_day", "agreed_volume", "agreed_minutes")
        return {
            **{name: getattr(contract, name) for name in names},
            "agreed_errors": contract.agreed_errors,
        }


class NewContractForm(TermsForm):
    code = forms.SlugField(
        label=_("Code"), max_length=20, help_text=_("Small letters, digits and hyphens.")
    )
    department = forms.TypedChoiceField(label=_("Department"), coerce=int)

    field_order = ("title", "code", "operator", "department")

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("Choose")), *departments]  # type: ignore[attr-defined] # a choice field


class MemberForm(forms.Form):
    user = forms.TypedChoiceField(label=_("Operator"), coerce=int)
    from_on = _day(_("From"))

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [  # type: ignore[attr-defined] # a choice field
            ("", _("Choose")),
            *((person.pk, person.get_full_name()) for person in people),
        ]


class LastDayForm(forms.Form):
    last_day = _day(_("Last day"))


class HandOverFilter(forms.Form):
    """Which list of the back office is shown."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("waiting", pgettext_lazy("hand-over", "waiting")),
            ("taken", pgettext_lazy("hand-over", "taken over")),
            ("done", pgettext_lazy("hand-over", "done")),
            ("returned", pgettext_lazy("hand-over", "sent back")),
        ],
    )
    department = forms.TypedChoiceField(
        label=_("Department"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, departments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [  # type: ignore[attr-defined] # a choice field
            ("", pgettext_lazy("departments", "all")),
            *departments,
        ]

    @property
    def chosen(self) -> tuple[str, int | None]:
        """What is asked for; what makes no sense is left out."""
        given = self.cleaned_data if self.is_valid() else {}
        return given.get("state") or "waiting", given.get("department")
