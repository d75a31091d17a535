"""The form of the city's profile."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel.city import rules
from madoguchi.kernel.city.models import CityProfile


class CityProfileForm(forms.ModelForm[CityProfile]):
    """Every field of the profile; says how well text in the key colour can be read."""

    class Meta:
        model = CityProfile
        fields = ["name", "name_kana", "name_en", "code", "mark", "key_colour", "contact"]
        help_texts = {
            "name": gettext_lazy("As on official papers, for example 見本市."),
            "name_kana": gettext_lazy("In hiragana."),
            "code": gettext_lazy("Six digits with the check digit; empty where there is none."),
            "mark": gettext_lazy("One or two characters shown as emblem."),
            "contact": gettext_lazy("Shown to residents at the foot of every page."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        self.fields["key_colour"].help_text = self._colour_help()

    def _colour_help(self) -> str:
        colour = self.data.get(self.add_prefix("key_colour"), self.instance.key_colour)
        least = _(
            "For links and the main button. Text in it needs a contrast of 4.5 to 1 on white."
        )
        if not rules.is_colour(colour):
            return least
        measured = _("%(colour)s has %(ratio)s to 1.") % {
            "colour": colour,
            "ratio": f"{rules.contrast_on_white(colour):.1f}",
        }
        return f"{least} {measured}"

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if code and not rules.is_government_code(code):
            raise forms.ValidationError(
                _("This is no local government code: the last digit does not fit the others.")
            )
        return code
