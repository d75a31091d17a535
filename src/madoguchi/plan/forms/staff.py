"""Forms of the plan's staff pages."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import fiscal
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import OutcomeChoice

LONGEST_LINE = 500
MOST_LINES = 40
LARGEST_EFFECT = 1_000_000_000
"""Thousand yen: a thousand billion yen, beyond any city's budget."""
LATEST_DUE_DATE = timedelta(days=3 * 366)
"""How far ahead a due date may lie: beyond it the year was mistyped."""


class LinesInput(forms.Widget):
    """One text box a line; the template draws them, all named ``line``."""

    input_type = "text"

    def value_from_datadict(
        self,
        data: Any,
        files: MultiValueDict[str, Any],  # noqa: ARG002 # Django's signature
        name: str,
    ) -> list[str]:
        return list(data.getlist(name))


class LinesField(forms.Field):
    """Result lines in order. Empty ones are left out."""

    widget = LinesInput
    _without_nulls = ProhibitNullCharactersValidator()

    def clean(self, value: list[str]) -> tuple[str, ...]:
        lines = tuple(line.strip() for line in value if line.strip())
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %(most)d lines.") % {"most": MOST_LINES})
        for number, line in enumerate(value, start=1):
            self._without_nulls(line)
            if len(line.strip()) > LONGEST_LINE:
                raise ValidationError(
                    _("Line %(line)d is longer than %(most)d characters.")
                    % {"line": number, "most": LONGEST_LINE}
                )
        return lines


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ReportForm(forms.Form):
    """A draft of a report."""

    line = LinesField(label=gettext_lazy("Results"), required=False)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Does the initiative end this year?"),
        choices=[("", gettext_lazy("It goes on")), *OutcomeChoice.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    effect = forms.IntegerField(
        label=gettext_lazy("Effect amount (thousand yen)"),
        help_text=gettext_lazy("What was saved or earned this year. Leave it empty if unknown."),
        min_value=-LARGEST_EFFECT,
        max_value=LARGEST_EFFECT,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class DueDateForm(forms.Form):
    due_on = forms.DateField(
        label=gettext_lazy("Reports due on"),
        help_text=gettext_lazy("A due date on a day off counts as the next working day."),
        widget=DayInput,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self.today:
            raise ValidationError(_("Choose a day from today on."))
        if due_on > self.today + LATEST_DUE_DATE:
            raise ValidationError(_("Choose a day within the next three years."))
        return due_on


class CloseForm(forms.Form):
    """The question before a year is closed; ``without`` are rows that have no accepted report."""

    without = forms.MultipleChoiceField(
        label=gettext_lazy("Close without these reports"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why the year is closed without them"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have checked the figures. Closing cannot be undone."),
    )

    def __init__(self, *args: Any, outstanding: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if outstanding:
            self.fields["without"].choices = outstanding  # type: ignore[attr-defined] # a choice field
        else:
            del self.fields["without"], self.fields["reason"]


class ConfirmForm(forms.Form):
    """A question with a button; sent once it was read."""

    checked = forms.BooleanField(widget=forms.HiddenInput, initial=True)


class ReturnForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    comment = forms.CharField(
        label=gettext_lazy("What has to be changed"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class AcceptForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ScoreForm(forms.Form):
    score = forms.TypedChoiceField(
        label=gettext_lazy("Score"),
        choices=[
            (5, gettext_lazy("5 – excellent")),
            (4, gettext_lazy("4 – good")),
            (3, gettext_lazy("3 – as expected")),
            (2, gettext_lazy("2 – not enough")),
            (1, gettext_lazy("1 – poor")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=gettext_lazy("Reason for the score"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )


class AttachmentForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, PNG, JPEG, DOCX, XLSX or CSV."),
        max_length=200,
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Show it to the public once the year is published"), required=False
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.MADOGUCHI_MAX_UPLOAD_BYTES:
            raise ValidationError(
                _("The file is larger than %(megabytes)d MB.")
                % {"megabytes": settings.MADOGUCHI_MAX_UPLOAD_BYTES // 2**20}
            )
        return file


class MilestoneForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput)
    text = forms.CharField(label=gettext_lazy("What happened"), max_length=300)
    link = forms.URLField(
        label=gettext_lazy("Link"),
        help_text=gettext_lazy("A page that shows it, if there is one."),
        required=False,
        assume_scheme="https",
    )

    def __init__(self, *args: Any, fiscal_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fiscal_year = fiscal_year

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if fiscal.fiscal_year_of(on) != self.fiscal_year:
            raise ValidationError(
                _("Choose a day in %(year)s.") % {"year": fiscal.label(self.fiscal_year)}
            )
        return on


class CorrectionForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("New value"),
        choices=[
            ("measured", gettext_lazy("Measure it again now")),
            ("given", gettext_lazy("Enter the value")),
        ],
        widget=forms.RadioSelect,
        initial="measured",
    )
    value = forms.DecimalField(
        label=gettext_lazy("Value"), max_digits=20, decimal_places=4, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        help_text=gettext_lazy("Shown to the public beside both values."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("how") == "given" and cleaned.get("value") is None:
            self.add_error("value", _("Enter the value."))
        return cleaned


class MilestoneCorrectionForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("Date"), widget=DayInput)
    text = forms.CharField(label=gettext_lazy("What happened"), max_length=200)
    reason = forms.CharField(
        label=gettext_lazy("Why it is corrected"),
        help_text=gettext_lazy("Shown to the public beside both values."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


def add_refusal(form: forms.Form, refused: Refused, field: str | None = None) -> None:
    """Show what an operation refused as an error of the form."""
    form.add_error(field if field in form.fields else None, str(refused))
