"""Forms of bank debit."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.payments.models import Mandate
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.blocks.payments.rules.payer_access import normal_number, payer_directories
from madoguchi.kernel import clock

LATEST_DAY = timedelta(days=366)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DigitsField(forms.CharField):
    """A code of so many digits; full-width ones are taken too. ``fills``: zeros come in front."""

    def __init__(self, *, digits: int, fills: bool = False, **kwargs: Any) -> None:
        self.filled_to = digits if fills else 0
        super().__init__(
            validators=[
                RegexValidator(
                    f"^[0-9]{{{digits}}}$",
                    gettext_lazy("Write exactly %(digits)d digits.") % {"digits": digits},
                )
            ],
            max_length=digits,
            widget=forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "size": digits + 2}
            ),
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        digits = text.translate({ord("０") + n: str(n) for n in range(10)})
        return digits.rjust(self.filled_to, "0") if digits else digits


class DebitRunForm(forms.Form):
    """Which fee, on which day."""

    fee_kind = forms.ChoiceField(label=gettext_lazy("Fee"))
    debit_on = forms.DateField(
        label=gettext_lazy("Day of the debit"),
        help_text=gettext_lazy("A working day. Bills that are due by then are asked for."),
        widget=DayInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["fee_kind"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101 # declared above
        choices.choices = [(kind.code, fee_kind_label(kind.code)) for kind in fee_kinds]

    def clean_debit_on(self) -> date:
        return _not_too_late(self.cleaned_data["debit_on"])


class RetryForm(forms.Form):
    """On which day a run is asked for again."""

    debit_on = forms.DateField(
        label=gettext_lazy("Day of the second debit"),
        help_text=gettext_lazy("A working day that the bank has agreed to."),
        widget=DayInput,
    )

    def clean_debit_on(self) -> date:
        return _not_too_late(self.cleaned_data["debit_on"])


def _not_too_late(day: date) -> date:
    if day > clock.today() + LATEST_DAY:
        raise ValidationError(_("Choose a day within a year."))
    return day


class ResultForm(forms.Form):
    """The bank's answer."""

    file = forms.FileField(
        label=gettext_lazy("File of the bank"),
        help_text=gettext_lazy(
            "120 bytes a record, as the bank sent it. The request that it answers is found by "
            "itself; nothing is booked where anything in it is wrong."
        ),
        max_length=200,
        allow_empty_file=True,
    )

    def clean_file(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        most = settings.MADOGUCHI_MAX_UPLOAD_BYTES
        if (upload.size or 0) > most:
            raise ValidationError(
                _("The file is larger than %(megabytes)d MB.") % {"megabytes": most // 2**20}
            )
        return upload


class MandateForm(forms.Form):
    """What the payer wrote on the form for the bank."""

    service = forms.ChoiceField(label=gettext_lazy("Fee"), widget=forms.RadioSelect)
    number = forms.CharField(
        label=gettext_lazy("Customer number"),
        help_text=gettext_lazy("As it stands on slips."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    bank_code = DigitsField(label=gettext_lazy("Bank (4 digits)"), digits=4)
    branch_code = DigitsField(label=gettext_lazy("Branch (3 digits)"), digits=3)
    account_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of account"),
        choices=Mandate.Kind.choices,
        widget=forms.RadioSelect,
    )
    account_number = DigitsField(
        label=gettext_lazy("Account number (7 digits)"),
        help_text=gettext_lazy("Fewer digits are filled up with zeros in front."),
        digits=7,
        fills=True,
    )
    holder = forms.CharField(
        label=gettext_lazy("Account holder (kana)"),
        help_text=gettext_lazy("In any kana; it is kept as banks write it: ﾔﾏﾀﾞ ﾀﾛｳ"),
        max_length=60,
    )
    from_on = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("From the day on which the bank has the form."),
        widget=DayInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = self.fields["service"]
        assert isinstance(services, forms.ChoiceField)  # noqa: S101 # declared above
        services.choices = [(each.code, each.label) for each in payer_directories]

    def clean(self) -> dict[str, Any]:
        """Service and number become the ``payer`` that they name."""
        given = super().clean() or {}
        service, number = given.pop("service", None), given.pop("number", None)
        if service and number:
            payer = payer_directories[service].find(normal_number(number))
            if payer is None:
                self.add_error("number", _("Nobody has this customer number. Look at the slip."))
            else:
                given["payer"] = payer
        return given


class EndMandateForm(forms.Form):
    """From which day on nothing is debited."""

    on = forms.DateField(
        label=gettext_lazy("Debit nothing from this day on"),
        widget=DayInput,
    )

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not clock.today() <= day <= clock.today() + LATEST_DAY:
            raise ValidationError(_("Choose a day from today to a year from now."))
        return day


class MandateFilterForm(forms.Form):
    payer = forms.CharField(label=gettext_lazy("Customer number"), required=False, max_length=60)
