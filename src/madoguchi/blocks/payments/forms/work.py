"""Forms of the work list: filters, and one form a step."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.payments.forms.bills import ReasonForm, RefundForm
from madoguchi.blocks.payments.models import Bill, WorkItem
from madoguchi.blocks.payments.queries.lookup import find_bill
from madoguchi.blocks.payments.queries.work import Filters, Step
from madoguchi.blocks.payments.queries.work_words import STATE_CHOICES

LONGEST_NUMBER = 60


def _any(choices: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [("", pgettext_lazy("work items", "All")), *choices]


class FilterForm(forms.Form):
    """What of the work list is shown."""

    state = forms.ChoiceField(label=gettext_lazy("Show"), choices=STATE_CHOICES, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=_any(WorkItem.Kind.choices), required=False
    )
    step = forms.ChoiceField(
        label=gettext_lazy("Usual step"), choices=_any(WorkItem.Step.choices), required=False
    )
    fee_kind = forms.ChoiceField(label=gettext_lazy("Fee"), required=False)
    number = forms.CharField(
        label=gettext_lazy("Bill number or barcode"), required=False, max_length=LONGEST_NUMBER
    )

    def __init__(
        self, *args: Any, fee_kinds: list[tuple[str, str | Promise]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fee_kind"].choices = _any(fee_kinds)  # type: ignore[attr-defined] # a choice field

    @property
    def filters(self) -> Filters:
        """What is asked for; a filter that makes no sense is left out."""
        self.is_valid()
        asked = self.cleaned_data
        return Filters(
            is_done=asked.get("state") == "done",
            kind=asked.get("kind", ""),
            step=asked.get("step", ""),
            fee_kind=asked.get("fee_kind", ""),
            number=asked.get("number", ""),
        )


class StepForm(forms.Form):
    """A step that is about to be taken; ``confirmed`` once what it does was read."""

    step = forms.ChoiceField(choices=WorkItem.Step.choices, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, step: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].initial = step


class AssignForm(StepForm):
    """The bill that a payment belongs to, by its number."""

    bill = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_NUMBER)

    def clean_bill(self) -> Bill:
        found = find_bill(self.cleaned_data["bill"])
        if found is None:
            raise forms.ValidationError(_("There is no bill of this number."))
        return found


class RefundStepForm(StepForm, RefundForm):
    """How much of an overpaid bill goes back."""


class ReverseForm(StepForm, ReasonForm):
    """Why what was written off is owed again."""


class NoteForm(StepForm):
    """What is to be remembered; needed where the matter is closed without its step."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Without names or addresses: the reason is kept for good."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=500,
        required=False,
    )

    def __init__(self, *args: Any, needs_note: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["note"]
        field.required = needs_note
        if self.fields["step"].initial == Step.ASK_COLLECTOR:
            field.label = _("What you asked the collector")
        elif needs_note:
            field.label = _("Why nothing is to be done")


class FindBillForm(forms.Form):
    """The bill that is meant, as it stands on a slip."""

    bill = forms.CharField(
        label=gettext_lazy("Bill number or barcode"), max_length=LONGEST_NUMBER, required=False
    )
