"""Forms of the window: beginning for a resident, and sending what they signed."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.service import Unfit

CHECKED_BY = [
    ("number_card", gettext_lazy("My Number card")),
    ("licence", gettext_lazy("Driving licence")),
    ("passport", gettext_lazy("Passport or residence card")),
    ("two_papers", gettext_lazy("Two papers without a photograph")),
    ("known", pgettext_lazy("identity check", "Another way")),
]
"""How it was found out who stands at the window."""


class BeginForm(forms.Form):
    """Which procedures, and that it is known who applies."""

    checked_by = forms.ChoiceField(
        label=gettext_lazy("Identity of the person at the window"),
        choices=CHECKED_BY,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Check who applies first, and say how it was done.")
        },
    )
    form = forms.MultipleChoiceField(
        label=gettext_lazy("Procedures"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one procedure.")},
    )

    def __init__(self, *args: Any, procedures: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["form"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(procedures)


class SendAtWindowForm(forms.Form):
    """That the person has looked at the print and signed it; where messages go."""

    edit = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    mail_to = forms.CharField(
        label=gettext_lazy("Mail address for messages"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Ask for it. Without one everything can be read with the code."),
        widget=forms.TextInput(
            attrs={"type": "email", "inputmode": "email", "autocomplete": "off"}
        ),
    )
    checked_by = forms.ChoiceField(
        label=gettext_lazy("Identity of the person at the window"),
        choices=CHECKED_BY,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Check who applies first, and say how it was done.")
        },
    )
    is_signed = forms.BooleanField(
        label=gettext_lazy("The person has checked the print and signed it"),
        error_messages={
            "required": gettext_lazy("Print it, let it be checked and signed, then send it.")
        },
    )

    def __init__(self, *args: Any, is_checked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_checked:  # before it was begun
            del self.fields["checked_by"]

    def clean_mail_to(self) -> str:
        text: str = self.cleaned_data["mail_to"]
        try:
            return identity.check(identity.VOCABULARY["applicant.email"], text) if text else ""
        except Unfit as unfit:
            raise forms.ValidationError(identity.reason(unfit)) from unfit


def offered(
    procedures: Collection[tuple[str, str, str]],
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Code, title and department of procedures as choices grouped by department."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, title, department in procedures:
        groups.setdefault(department, []).append((code, title))
    return sorted(groups.items())
