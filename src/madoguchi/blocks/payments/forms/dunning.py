"""The filter of the list of demands."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.payments.models import Demand
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds


class DemandFilterForm(forms.Form):
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    fee_kind = forms.ChoiceField(label=gettext_lazy("Fee"), required=False)
    q = forms.CharField(
        label=gettext_lazy("Bill number or customer number"), required=False, max_length=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("status", [("", _("All")), *Demand.Status.choices])
        of_kinds = [(kind.code, fee_kind_label(kind.code)) for kind in fee_kinds]
        self._offer("fee_kind", [("", _("All fees")), *of_kinds])

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 # declared above
        field.choices = choices
