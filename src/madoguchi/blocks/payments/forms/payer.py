"""What a payer types and chooses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.payments.models import SavedCard
from madoguchi.blocks.payments.rules.payer_access import normal_number


class EntryForm(forms.Form):
    """Customer number and access code, however they are typed."""

    number = forms.CharField(
        label=_("Customer number"),
        max_length=40,
        help_text=_("As printed on your payment slip, for example 0001234."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "pay-short"}
        ),
    )
    code = forms.CharField(
        label=_("Access code"),
        max_length=40,
        help_text=_("Twelve letters and digits beside the customer number."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "pay-short",
            }
        ),
    )

    def clean_number(self) -> str:
        number = normal_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(_("Write the customer number in digits."))
        return number


class CardForm(forms.Form):
    """How to pay by card. ``amount`` is what the payer saw: it must still be what is owed."""

    amount = forms.IntegerField(widget=forms.HiddenInput, required=False)
    card = forms.ChoiceField(label=_("Card"), widget=forms.RadioSelect)
    saves_card = forms.BooleanField(
        label=_("Register this card and pay coming bills with it"),
        required=False,
        help_text=_("Bills are then charged on their due date. You can remove the card any time."),
    )

    def __init__(self, *args: Any, owed: int, saved: SavedCard | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owed = owed
        field = self.fields["card"]
        if saved is None:
            del self.fields["card"]
        else:
            del self.fields["saves_card"]
            field.initial = "saved"
            if isinstance(field, forms.ChoiceField):
                registered = _("Registered card: %(card)s") % {"card": shown(saved)}
                field.choices = [("saved", registered), ("other", _("Another card"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("amount") != self.owed:
            self.add_error(
                None,
                _("The amount has changed since you opened this page. Please look at it again."),
            )
        return cleaned

    @property
    def with_saved_card(self) -> bool:
        return bool(self.cleaned_data.get("card") == "saved")

    @property
    def keeps_card(self) -> bool:
        return bool(self.cleaned_data.get("saves_card"))


def shown(card: SavedCard) -> str:
    """A saved card as its holder knows it: ``Visa •••• 4242``."""
    return f"{card.brand} •••• {card.last4}".strip()
