"""Forms of the desk: narrowing the list, finding a number, taking a step."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.procedures.operations.applications import LONGEST_NOTE
from madoguchi.blocks.procedures.queries.desk import DeskFilters
from madoguchi.blocks.procedures.queries.work import Filters, Show
from madoguchi.blocks.procedures.rules.access import Right

SHOW_LABELS = {
    Show.TO_DO: pgettext_lazy("applications", "to do"),
    Show.RETURNED: pgettext_lazy("applications", "with the applicant"),
    Show.ENDED: pgettext_lazy("applications", "ended"),
    Show.ALL: pgettext_lazy("applications", "all"),
}
MINE = "mine"
LATE = "late"
MOST_SIGNS = 60
LONGEST_LETTER = 5000


class NumberForm(forms.Form):
    """The box for a scanner: whatever stands in the QR code, or the number as it is read."""

    number = forms.CharField(
        label=gettext_lazy("Reception number"),
        required=False,
        max_length=MOST_SIGNS,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
                "size": "20",
            }
        ),
    )


class DeskFilterForm(forms.Form):
    """The filters of the list; they live in the address."""

    q = forms.CharField(
        label=gettext_lazy("Applicant or reception number"),
        required=False,
        max_length=MOST_SIGNS,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    show = forms.ChoiceField(
        label=pgettext_lazy("application", "State"),
        required=False,
        choices=list(SHOW_LABELS.items()),
    )
    procedure = forms.ChoiceField(label=gettext_lazy("Procedure"), required=False)
    only = forms.ChoiceField(
        label=gettext_lazy("Only"),
        required=False,
        choices=[
            ("", pgettext_lazy("no filter", "no matter which")),
            (LATE, gettext_lazy("past the deadline")),
            (Right.PREPARE, gettext_lazy("to be checked")),
            (Right.DECIDE, gettext_lazy("to be decided")),
            (MINE, gettext_lazy("prepared by me")),
        ],
    )

    def __init__(self, *args: Any, procedures: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("All")), *procedures]

    def filters(self, user: int) -> DeskFilters:
        """What was asked for; nothing of a form that is wrong."""
        if not self.is_valid():
            return DeskFilters()
        given = self.cleaned_data
        only = given["only"]
        return DeskFilters(
            work=Filters(
                show=Show(given["show"] or Show.TO_DO),
                procedure=given["procedure"],
                words=given["q"],
            ),
            waits=only if only in {Right.PREPARE, Right.DECIDE} else "",
            by=user if only == MINE else None,
            is_late=only == LATE,
        )

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in ("q", "procedure", "only"))


class StepForm(forms.Form):
    """What is written with a step. ``edit`` is that of the application as it was shown."""

    edit = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    to_mend = forms.MultipleChoiceField(
        label=gettext_lazy("What is to be corrected"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The applicant is told these by name."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the applicant"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(
        self,
        *args: Any,
        needs_note: bool,
        mendable: Sequence[tuple[str, str]] = (),
        in_letter: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        note.required = needs_note
        note.error_messages["required"] = _("Write to the applicant why, and what is to be done.")
        note.help_text = (
            _("It stands in the letter. Write it as the applicant shall read it.")
            if in_letter
            else _("It is shown and mailed to the applicant. Write what is to be done.")
        )
        field = self.fields["to_mend"]
        if mendable and isinstance(field, forms.MultipleChoiceField):
            field.choices = list(mendable)
        else:
            del self.fields["to_mend"]

    def chosen(self) -> list[str]:
        return list(self.cleaned_data.get("to_mend", ()))

    def words(self, labels: dict[str, str]) -> str:
        """The note, with what is to be corrected by name above it."""
        note = str(self.cleaned_data["note"]).strip()
        named = [f"・{labels[key]}" for key in self.chosen()]
        if not named:
            return note
        return "\n".join([_("To be corrected:"), *named, "", note]).strip()


class ReplaceLetterForm(forms.Form):
    """What the new letter says, and why there is one. ``edit`` as in `StepForm`."""

    edit = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why the letter is replaced"),
        max_length=500,
        help_text=gettext_lazy("It stands in the new letter, and the applicant is told."),
        error_messages={"required": gettext_lazy("Write why the letter is replaced.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    addressee = forms.CharField(
        label=gettext_lazy("To whom it is addressed"), required=False, max_length=100
    )
    body = forms.CharField(
        label=gettext_lazy("Text of the new letter"),
        max_length=LONGEST_LETTER,
        help_text=gettext_lazy(
            "The decision itself stays as it is; title, number, date and how to object are added."
        ),
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class NewCodeForm(forms.Form):
    """That it is known who asks. ``seen`` is the mark of the code that the new one replaces."""

    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)
    is_checked = forms.BooleanField(
        label=gettext_lazy("I have checked that the person who asks is the applicant"),
        help_text=gettext_lazy(
            "By something that shows who they are, or by whom they were authorised."
        ),
        error_messages={
            "required": gettext_lazy("Check who asks first: the code opens everything of the case.")
        },
    )


class EditOnlyForm(forms.Form):
    edit = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
