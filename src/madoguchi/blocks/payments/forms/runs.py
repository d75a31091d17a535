"""Forms of billing runs: fee and year first, then its instalments."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.payments.operations.runs import (
    BATCH_SIZE,
    LARGEST_BATCH,
    TitleNotPrintable,
    check_title,
)
from madoguchi.blocks.payments.queries import runs as queries
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.kernel import clock, fiscal


class RunKindForm(forms.Form):
    """Which fee, and of which year."""

    fee_kind = forms.ChoiceField(label=gettext_lazy("Fee"), widget=forms.RadioSelect)
    fiscal_year = forms.TypedChoiceField(
        label=gettext_lazy("Fiscal year"), coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.code, fee_kind_label(kind.code)) for kind in fee_kinds]
        this_year = fiscal.fiscal_year_of(clock.today())
        years = sorted({this_year, *queries.years_with_bills()}, reverse=True)
        _set_choices(self, "fee_kind", kinds)
        _set_choices(self, "fiscal_year", [(str(year), fiscal.label(year)) for year in years])
        self.fields["fiscal_year"].initial = str(this_year)


class RunForm(forms.Form):
    """Which instalments, in files of which size. ``choices`` are those that have bills."""

    instalments = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Instalments"),
        help_text=gettext_lazy(
            "A payer with several of them gets their slips one after the other, in one file."
        ),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    title = forms.CharField(
        label=gettext_lazy("Title of the run"),
        help_text=gettext_lazy("Stands in the list of runs and in the files' properties."),
        max_length=100,
    )
    batch_size = forms.IntegerField(
        label=gettext_lazy("Slips in a file"),
        min_value=1,
        max_value=LARGEST_BATCH,
        initial=BATCH_SIZE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(
        self,
        *args: Any,
        choices: list[queries.InstalmentChoice],
        kind: str,
        year: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _set_choices(self, "instalments", [(str(each.number), _choice(each)) for each in choices])
        self.fields["instalments"].initial = [
            str(each.number) for each in choices if each.without_slip
        ]
        self.fields["title"].initial = f"{fee_kind_label(kind)} {fiscal.label(year)}"

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        try:
            check_title(title)
        except TitleNotPrintable as refused:
            raise forms.ValidationError(str(refused)) from None
        return title


def _choice(each: queries.InstalmentChoice) -> str:
    return _("%(label)s: %(bills)s bills, %(left)s without a slip") % {
        "label": each.label,
        "bills": f"{each.bills:,}",
        "left": f"{each.without_slip:,}",
    }


def _set_choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 # declared above
    field.choices = choices
