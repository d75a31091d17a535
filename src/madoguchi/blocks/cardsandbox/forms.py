"""What the holder of an invented card chooses."""

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.cardsandbox.rules import CARDS, InventedCard

BEHAVIOURS = {
    "pays": _("Pays at once."),
    "asks": _("Asks you to confirm that it is you."),
    "funds": _("Is declined: not enough money."),
    "expired": _("Is declined: expired."),
    "issuer": _("Is declined by the card company."),
    "stumbles": _("Fails at the first try, works at the second."),
    "away": _("Pays now; later charges of the registered card need your confirmation."),
}


class CardForm(forms.Form):
    """One of the invented cards; there is no field for a real one."""

    card = forms.ChoiceField(
        label=_("Choose an invented card"),
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the cards.")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed through unread
        field = self.fields["card"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(card.code, _label(card)) for card in CARDS.values()]


class ChallengeForm(forms.Form):
    """The holder's answer to the card company."""

    answer = forms.ChoiceField(choices=[("confirm", ""), ("cancel", "")])

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data["answer"] == "confirm")


def _label(card: InventedCard) -> SafeString:
    return format_html(
        '<span class="s-card"><b class="s-card__name">{} •••• {}</b>'
        '<span class="s-card__words">{}</span></span>',
        card.brand,
        card.last4,
        BEHAVIOURS[card.code],
    )
