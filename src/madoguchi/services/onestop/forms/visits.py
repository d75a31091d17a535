"""Forms of the window's screen and of a visit."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.procedures import service as procedures
from madoguchi.services.onestop.models import WorkError
from madoguchi.services.onestop.models.visits import ReasonChoice
from madoguchi.services.onestop.rules.states import (
    SETTLED,
    WHY_NOT_NEEDED,
    WHY_SENT_BACK,
    Reason,
    StepState,
)


class ScanForm(forms.Form):
    """A scanned code or a typed number, and where the resident sits."""

    number = forms.CharField(
        label=_("Scan the QR code, or type the reception number"),
        max_length=60,
        error_messages={"required": _("Scan the code, or type the number.")},
        widget=forms.TextInput(
            {
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "inputmode": "latin",
                "lang": "en",
            }
        ),
    )
    seat = forms.TypedChoiceField(
        label=_("Seat"), required=False, coerce=int, empty_value=None, choices=()
    )

    def __init__(self, *args: Any, seats: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_seats(self, seats)

    def clean_number(self) -> str:
        number = procedures.scanned(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(
                _("This is no reception number: it has eight letters and digits.")
            )
        return number


class SeatForm(forms.Form):
    seat = forms.TypedChoiceField(
        label=_("Seat"), required=False, coerce=int, empty_value=None, choices=()
    )
    edit = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, seats: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_seats(self, seats)


def _offer_seats(form: forms.Form, seats: Sequence[int]) -> None:
    field = form.fields["seat"]
    assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 # tells the type checker
    field.choices = [
        ("", pgettext_lazy("seat", "not yet")),
        *((seat, _("Seat %(seat)d") % {"seat": seat}) for seat in seats),
    ]


class MoveForm(forms.Form):
    """Steps of a visit and what becomes of them."""

    edit = forms.IntegerField()
    steps = forms.TypedMultipleChoiceField(coerce=int)
    target = forms.TypedChoiceField(
        choices=[(state.value, state.value) for state in (*sorted(SETTLED), StepState.TODO)],
        coerce=StepState,
    )
    reason = forms.TypedChoiceField(
        required=False,
        choices=[(reason.value, reason.value) for reason in Reason if reason not in WHY_SENT_BACK],
        coerce=Reason,
        empty_value=None,
    )

    def __init__(self, *args: Any, steps: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["steps"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 # as above
        field.choices = [(pk, pk) for pk in steps]


class DepartmentForm(forms.Form):
    """Who is called."""

    edit = forms.IntegerField()
    department = forms.IntegerField()


class EditForm(forms.Form):
    edit = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(EditForm):
    leaves = forms.BooleanField(
        label=_("The resident leaves; what is not settled stays for another day"), required=False
    )


class ErrorForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What was wrong"), choices=WorkError.Kind.choices, widget=forms.RadioSelect
    )


class SendBackForm(forms.Form):
    reason = forms.TypedChoiceField(
        label=_("Why it goes back"),
        choices=[(reason.value, ReasonChoice(reason.value).label) for reason in WHY_SENT_BACK],
        coerce=Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why it goes back.")},
    )


WHY_NOT = [(reason.value, ReasonChoice(reason.value).label) for reason in WHY_NOT_NEEDED]
"""For the select of a step that is not needed."""
