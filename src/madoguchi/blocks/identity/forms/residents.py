"""What residents enter to sign in, and about themselves."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.queries import vocabulary as words
from madoguchi.blocks.identity.rules import codes
from madoguchi.blocks.identity.rules.vocabulary import LONGEST, OWN, VOCABULARY, Item, Kind, Unfit
from madoguchi.blocks.identity.rules.vocabulary import check as check_item


class MailForm(forms.Form):
    """`next` is the page to come back to; the view checks it."""

    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code in the mail"),
        max_length=20,
        help_text=_("Eight digits"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": "12"}
        ),
    )

    def clean_code(self) -> str:
        code = codes.plain(self.cleaned_data["code"])
        if len(code) != codes.DIGITS or not code.isdigit():
            raise ValidationError(_("The code has eight digits. Please type all of them."))
        return code


class AppAnswerForm(forms.Form):
    """What the authentication app sends back with the browser."""

    state = forms.CharField(max_length=255, strip=False)
    code = forms.CharField(max_length=4000, required=False, strip=False)
    error = forms.CharField(max_length=200, required=False)
    iss = forms.CharField(max_length=200, required=False)


class TakeOverForm(forms.Form):
    """Which of what the app told is taken over; `nothing` is the button for none."""

    refs = forms.MultipleChoiceField(
        label=_("Data from the card"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, told: Mapping[str, str], kept: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        refs = [ref for ref in words.in_order(list(told)) if ref in VOCABULARY]
        choices = [
            (ref, _told_label(VOCABULARY[ref], told[ref], kept.get(ref, ""))) for ref in refs
        ]
        self.fields["refs"].choices = choices  # type: ignore[attr-defined] # it is a field of choices
        self.initial = {"refs": refs}

    def clean_refs(self) -> list[str]:
        return [] if "nothing" in self.data else self.cleaned_data["refs"]


def _told_label(item: Item, told: str, kept: str) -> str:
    label = _("%(item)s: %(told)s") % {
        "item": words.item_label(item),
        "told": words.shown(item, told),
    }
    if not kept:
        return label
    return _("%(told)s (kept until now: %(kept)s)") % {
        "told": label,
        "kept": words.shown(item, kept),
    }


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=60,
        help_text=_("So that you know it again, for example “My telephone”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        return name


UNCHECKED = _("The passkey could not be checked. Please try again.")
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
"""What the libraries below raise where a credential is nonsense."""


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    """allauth's form of a new passkey, with a name that its owner chooses."""

    name = PasskeyNameForm.base_fields["name"]
    passwordless = None

    def clean_credential(self) -> dict[str, Any]:
        return _credential(self.cleaned_data["credential"])

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except UNREADABLE as error:
            raise ValidationError(UNCHECKED) from error
        return cleaned


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc] # as above
    def clean_credential(self) -> Any:
        self.cleaned_data["credential"] = _credential(self.cleaned_data["credential"])
        try:
            return super().clean_credential()
        except UNREADABLE as error:
            raise ValidationError(UNCHECKED) from error


def _credential(sent: object) -> dict[str, Any]:
    """What a browser may send as a credential: the library below trusts its shape."""
    if not isinstance(sent, dict) or not isinstance(sent.get("response"), dict):
        raise ValidationError(UNCHECKED)
    texts = [sent.get("id"), sent.get("rawId"), sent.get("type"), *sent["response"].values()]
    if not all(text is None or isinstance(text, str | list) for text in texts):
        raise ValidationError(UNCHECKED)
    return sent


HINTS: Mapping[Kind, Any] = {
    Kind.KANA: _("In hiragana or katakana"),
    Kind.POSTCODE: _("For example 123-4567"),
    Kind.PHONE: _("For example 090-1234-5678"),
}
_MODES = {Kind.POSTCODE: "numeric", Kind.PHONE: "tel", Kind.NUMBER: "numeric"}
_SIZES = {Kind.POSTCODE: "10", Kind.PHONE: "20", Kind.NUMBER: "14"}
_TYPES = {Kind.PHONE: "tel", Kind.EMAIL: "email", Kind.DATE: "date"}


class ItemField(forms.CharField):
    """An item of the shared vocabulary; checked as the vocabulary says, otherwise untouched."""

    def __init__(self, item: Item, **kwargs: Any) -> None:
        self.item = item
        # the vocabulary strips what may be stripped, and says what is too long
        super().__init__(strip=False, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return check_item(self.item, text)
        except Unfit as unfit:
            if unfit.code == "empty" and not self.required:
                return ""
            raise ValidationError(words.reason(unfit), code=unfit.code) from unfit


def item_field(item: Item, *, required: bool = False) -> ItemField:
    """A form field for an item: label, control, hint, keyboard and autofill that belong to it."""
    attrs = {"autocomplete": item.autocomplete or "off"}
    attrs |= {"inputmode": _MODES[item.kind]} if item.kind in _MODES else {}
    widget: forms.Widget
    if item.kind in {Kind.CHOICE, Kind.YES_NO}:
        answers = [(choice.code, choice.label) for choice in words.choices(item)]
        empty = [] if required else [("", pgettext_lazy("answer", "Leave empty"))]
        widget = forms.RadioSelect(choices=[*answers, *empty])
    elif item.kind is Kind.LONG_TEXT:
        widget = forms.Textarea(attrs={**attrs, "maxlength": LONGEST[item.kind]})
    else:
        size = {"size": _SIZES[item.kind]} if item.kind in _SIZES else {}
        widget = forms.TextInput(attrs={**attrs, **size})
        widget.input_type = _TYPES.get(item.kind, "text")
    return ItemField(
        item,
        label=words.item_label(item),
        required=required,
        help_text=HINTS.get(item.kind, ""),
        widget=widget,
    )


class OwnDataForm(forms.Form):
    """Everything that an account keeps of its owner, nothing of it required."""

    def __init__(self, *args: Any, values: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {_name(ref): text for ref, text in values.items()}
        for ref in OWN:
            self.fields[_name(ref)] = item_field(VOCABULARY[ref])

    def values(self) -> dict[str, str]:
        """What was entered, by reference."""
        return {ref: self.cleaned_data[_name(ref)] for ref in OWN}


def _name(ref: str) -> str:
    return ref.replace(".", "__")
