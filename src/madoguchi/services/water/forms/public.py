"""What visitors of the public pages choose."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.services.water.rules.meter import METER_TURNS_AT

USUAL_PIPE = 20


class CalculatorForm(forms.Form):
    """Lives in the address, so that a reckoning can be kept and sent on."""

    pipe = forms.TypedChoiceField(
        label=_("Pipe size"),
        help_text=_("It stands on your slip and on the meter. Most houses have 13 or 20 mm."),
        coerce=int,
    )
    used = forms.IntegerField(
        label=_("Water used in two months (m³)"),
        min_value=0,
        max_value=METER_TURNS_AT - 1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    sewer = forms.BooleanField(label=_("My house drains into the sewer"), required=False)

    def __init__(self, *args: Any, sizes: Collection[int], **kwargs: Any) -> None:
        usual = USUAL_PIPE if USUAL_PIPE in sizes else min(sizes, default=USUAL_PIPE)
        kwargs.setdefault("initial", {"pipe": usual, "sewer": True})
        super().__init__(*args, **kwargs)
        field = self.fields["pipe"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(size, f"{size} mm") for size in sorted(sizes)]
