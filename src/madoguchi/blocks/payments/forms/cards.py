"""Forms of the treasury's pages on card payments."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.payments.models import CardPayment
from madoguchi.kernel import clock


class AttemptFilterForm(forms.Form):
    """Which attempts are shown."""

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[("", pgettext_lazy("card payments", "All")), *CardPayment.Status.choices],
        required=False,
    )
    code = forms.CharField(
        label=gettext_lazy("Bill number or the provider's reference"),
        required=False,
        max_length=100,
    )

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip()


class ReconcileForm(forms.Form):
    """Which day is laid beside the provider's."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"day": clock.today() - timedelta(days=1)})
        super().__init__(*args, **kwargs)
