"""Laying down a tariff, a tax rate, terms: prices are written one a line."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.payments.service import Channel, channel_label
from madoguchi.services.water.forms.staff import DayInput, number_input
from madoguchi.services.water.models import CountsChoice, RoundingChoice
from madoguchi.services.water.rules.tariff import Counts, Rounding, Step
from madoguchi.services.water.rules.upload import normal

MOST_M3 = 1_000_000
HIGHEST_BASE = 10_000_000
HIGHEST_FOR_M3 = 100_000
"""Yen. With them no bill comes to more than a slip can ask for."""
_LINE = re.compile(
    r"(?P<what>[0-9][0-9,]*|-|以上|超)\s*[:：=]\s*(?P<yen>[0-9][0-9,]*(\.[0-9]{1,2})?)", re.ASCII
)
OPEN = {"-", "以上", "超"}


class LinesField(forms.CharField):
    """Pairs, one a line: ``20: 1800``; gives a list of (number or None, Decimal)."""

    def __init__(self, *, has_open: bool, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), max_length=2000, **kwargs)
        self.has_open = has_open
        self.highest = HIGHEST_FOR_M3 if has_open else HIGHEST_BASE

    def clean(self, value: Any) -> list[tuple[int | None, Decimal]]:
        text = super().clean(value)
        found: list[tuple[int | None, Decimal]] = []
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            pair = _LINE.fullmatch(normal(line))
            if pair is None or (pair["what"] in OPEN and not self.has_open):
                raise ValidationError(
                    _("Line %(line)d is no pair like “20: 1800”.") % {"line": number}
                )
            what = None if pair["what"] in OPEN else int(pair["what"].replace(",", ""))
            yen = Decimal(pair["yen"].replace(",", ""))
            if yen > self.highest or (what or 0) > MOST_M3:
                raise ValidationError(
                    _("Line %(line)d has a number that is too large.") % {"line": number}
                )
            found.append((what, yen))
        return found


class TariffForm(forms.Form):
    """Amounts exclude consumption tax and are for two months."""

    from_on = forms.DateField(label=gettext_lazy("In force from"), widget=DayInput)
    counts = forms.ChoiceField(
        label=gettext_lazy("Counts for"), choices=CountsChoice.choices, widget=forms.RadioSelect,
        initial=CountsChoice.PERIODS,
    )  # fmt: skip
    base = LinesField(
        label=gettext_lazy("Base charge"),
        help_text=gettext_lazy("Pipe size (mm) and yen, one a line: “20: 2180”."),
        has_open=False,
    )
    included_m3 = forms.IntegerField(
        label=gettext_lazy("Volume in the base charge (m³)"),
        min_value=0,
        max_value=MOST_M3,
        initial=0,
        widget=number_input(),
    )
    steps = LinesField(
        label=gettext_lazy("Volume charge"),
        help_text=gettext_lazy(
            "Limit (m³) and yen for each m³ up to it, one a line: “40: 131.5”; the last one with a"
            " dash: “-: 212.3”."
        ),
        has_open=True,
    )
    sewer_base = forms.IntegerField(
        label=gettext_lazy("Sewer base charge"),
        min_value=0,
        max_value=MOST_M3,
        widget=number_input(),
    )
    sewer_included_m3 = forms.IntegerField(
        label=gettext_lazy("Volume in the sewer base charge (m³)"),
        min_value=0,
        max_value=MOST_M3,
        initial=0,
        widget=number_input(),
    )
    sewer_steps = LinesField(label=gettext_lazy("Sewer volume charge"), has_open=True)
    half_up_to_days = forms.IntegerField(
        label=gettext_lazy("Charged as one month up to so many days"),
        min_value=0,
        max_value=62,
        initial=31,
        widget=number_input(),
    )
    rounding = forms.ChoiceField(
        label=gettext_lazy("Below one yen is dropped"),
        choices=RoundingChoice.choices,
        widget=forms.RadioSelect,
        initial=RoundingChoice.COMPONENT,
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        help_text=gettext_lazy("The ordinance or decision, as it is cited."),
    )

    def values(self) -> dict[str, Any]:
        """What ``add_tariff`` takes."""
        given = dict(self.cleaned_data)
        given["base"] = dict(given["base"])
        for name in ("steps", "sewer_steps"):
            given[name] = [Step(up_to, yen) for up_to, yen in given[name]]
        given["rounding"] = Rounding(given["rounding"])
        given["counts"] = Counts(given["counts"])
        return given


class TaxForm(forms.Form):
    from_on = forms.DateField(label=gettext_lazy("In force from"), widget=DayInput)
    per_cent = forms.DecimalField(
        label=gettext_lazy("Per cent"), min_value=0, max_value=99, max_digits=4, decimal_places=2
    )
    counts = forms.ChoiceField(
        label=gettext_lazy("Counts for"), choices=CountsChoice.choices, widget=forms.RadioSelect,
        initial=CountsChoice.PERIODS,
    )  # fmt: skip


class TermsForm(forms.Form):
    from_on = forms.DateField(label=gettext_lazy("For readings from the month of"), widget=DayInput)
    due_months = forms.IntegerField(
        label=gettext_lazy("Months from reading to due date"), min_value=0, max_value=6, initial=1
    )
    due_day = forms.IntegerField(
        label=gettext_lazy("Due day"),
        help_text=gettext_lazy(
            "31 is the last day of the month; a day off moves to the next working day."
        ),
        min_value=1,
        max_value=31,
        initial=31,
    )
    least_days = forms.IntegerField(
        label=gettext_lazy("Days to pay at least"), min_value=0, max_value=60, initial=14
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("May be paid by"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channels"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(each.value, channel_label(each)) for each in Channel]
            field.initial = [each.value for each in Channel]

    def clean_from_on(self) -> Any:
        return self.cleaned_data["from_on"].replace(day=1)
