"""Forms of the fees' staff pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.kernel import fiscal
from madoguchi.services.fees import rules
from madoguchi.services.fees.models import KindChoice, Payer

MONTH_CHOICES = [(month, f"{month}月") for month in rules.MONTHS]


def year_choices(this_year: int, *, back: int = 3, ahead: int = 1) -> list[tuple[int, str]]:
    """Fiscal years around this one, latest first."""
    years = range(this_year + ahead, this_year - back - 1, -1)
    return [(year, fiscal.label(year)) for year in years]


class FindForm(forms.Form):
    """Payers by number, name or address."""

    q = forms.CharField(
        label=gettext_lazy("Customer number, name or address"), required=False, max_length=100
    )


class PayerForm(forms.ModelForm[Payer]):
    """Name and address of a payer."""

    postal_code = forms.CharField(
        label=gettext_lazy("Postal code"),
        help_text=gettext_lazy("Such as 100-0001."),
        validators=[RegexValidator(r"\A[0-9]{3}-?[0-9]{4}\Z", gettext_lazy("Such as 100-0001."))],
    )

    class Meta:
        model = Payer
        fields = ("name", "name_kana", "postal_code", "address")
        labels = {"name": pgettext_lazy("person", "Name")}


class NewPayerForm(PayerForm):
    """A payer with the number that the city gives."""

    number = forms.CharField(
        label=gettext_lazy("Customer number"),
        help_text=gettext_lazy("Up to 10 digits or capital letters; it is printed on slips."),
        validators=[
            RegexValidator(
                r"\A[0-9A-Z]{1,10}\Z",
                gettext_lazy("The customer number has 1 to 10 digits or capital letters."),
            )
        ],
    )
    field_order = ("number",)


class AssessForm(forms.Form):
    """What one payer owes."""

    kind = forms.ChoiceField(label=gettext_lazy("Fee"))
    fiscal_year = forms.TypedChoiceField(label=gettext_lazy("Fiscal year"), coerce=int)
    amount = forms.IntegerField(
        label=gettext_lazy("Amount (yen)"),
        min_value=0,
        max_value=10_000_000,
        help_text=gettext_lazy("The premium of the year; for the other fees that of a month."),
    )
    first_month = forms.TypedChoiceField(
        label=gettext_lazy("From month"), coerce=int, choices=MONTH_CHOICES, initial=4
    )
    last_month = forms.TypedChoiceField(
        label=gettext_lazy("To month"), coerce=int, choices=MONTH_CHOICES, initial=3
    )

    def __init__(self, *args: Any, kinds: list[str], this_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, kinds, this_year)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        months = given.get("first_month"), given.get("last_month")
        if None not in months:
            try:
                rules.months_between(*months)  # type: ignore[arg-type] # neither is None here
            except rules.NoSuchSpan:
                raise ValidationError(
                    {"last_month": _("The first month lies after the last one.")}
                ) from None
        return given


class YearForm(forms.Form):
    """A fee and a fiscal year."""

    kind = forms.ChoiceField(label=gettext_lazy("Fee"))
    fiscal_year = forms.TypedChoiceField(label=gettext_lazy("Fiscal year"), coerce=int)

    def __init__(self, *args: Any, kinds: list[str], this_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, kinds, this_year)


class UploadForm(YearForm):
    """A table of decisions."""

    file = forms.FileField(
        label=gettext_lazy("Table (CSV)"),
        help_text=gettext_lazy(
            "With these headings: 番号, 氏名, フリガナ, 郵便番号, 住所, 金額, 開始月, 終了月."
        ),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.MADOGUCHI_MAX_UPLOAD_BYTES:
            raise ValidationError(_("The file is too large."))
        return file


class RuleForm(forms.Form):
    """A kind's rule from a fiscal year on."""

    kind = forms.ChoiceField(label=gettext_lazy("Fee"))
    fiscal_year = forms.TypedChoiceField(label=gettext_lazy("From fiscal year"), coerce=int)
    due_months = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Instalments are due in"),
        coerce=int,
        choices=MONTH_CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )
    at_stores = forms.BooleanField(label=gettext_lazy("Payable at stores"), required=False)
    source = forms.CharField(
        label=gettext_lazy("Source of the rule"),
        help_text=gettext_lazy("Such as the article of the ordinance."),
        max_length=200,
    )

    def __init__(self, *args: Any, kinds: list[str], this_year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, kinds, this_year)

    def clean_due_months(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["due_months"]
        return [month for month in rules.MONTHS if month in chosen]


def _choose(form: forms.Form, kinds: list[str], this_year: int) -> None:
    labels = dict(KindChoice.choices)
    form.fields["kind"].choices = [(kind, labels[KindChoice(kind)]) for kind in kinds]  # type: ignore[attr-defined] # both are choice fields
    form.fields["fiscal_year"].choices = year_choices(this_year)  # type: ignore[attr-defined] # as above
    form.fields["fiscal_year"].initial = this_year
