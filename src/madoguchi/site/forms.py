"""What a visitor may ask the search page, and what a resident must confirm."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EraseMeForm(forms.Form):
    """Said twice, since it cannot be undone."""

    sure = forms.BooleanField(
        label=_("Yes, erase my account and my data."),
        error_messages={"required": _("Tick the box if you want to erase your account.")},
    )


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("What are you looking for?"),
        max_length=100,
        required=False,
        error_messages={
            "max_length": _(
                "Please search with %(limit_value)d characters or fewer. "
                "A single word usually finds most."
            )
        },
    )
    kind = forms.CharField(max_length=100, required=False)
