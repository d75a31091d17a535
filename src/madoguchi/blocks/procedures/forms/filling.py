"""Forms made of items: what an applicant fills in, subject by subject."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.service import LONGEST, Kind, Unfit
from madoguchi.blocks.procedures.forms.dates import DayField
from madoguchi.blocks.procedures.queries.words import hint_of, label_of
from madoguchi.blocks.procedures.rules.definition import DocumentUse
from madoguchi.blocks.procedures.rules.items import Asked, is_of_other

MOST_RADIOS: Final = 7
"""More choices than these become a list to open."""
FROM_ACCOUNT: Final = gettext_lazy("From your account. Change it if it is wrong.")
FROM_GUIDE: Final = gettext_lazy("Answered in the guide. Change it if it is wrong.")

_HINTS: Final = {
    Kind.KANA: gettext_lazy("In hiragana or katakana, as it is read."),
    Kind.POSTCODE: gettext_lazy("Seven digits, with or without a hyphen."),
    Kind.PHONE: gettext_lazy("Where you can be reached in the daytime."),
}
_ATTRS: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.POSTCODE: {"inputmode": "numeric", "size": "9"},
    Kind.PHONE: {"type": "tel", "inputmode": "tel", "size": "18"},
    Kind.EMAIL: {"type": "email", "inputmode": "email", "autocapitalize": "none"},
    Kind.NUMBER: {"inputmode": "numeric", "size": "12"},
}


class AnswersForm(forms.Form):
    """The items of one page. ``known`` are keys whose value comes from the account, ``told`` those
    whose value comes from the guide: they are marked. ``edit`` is that of the case as it was shown.

    Blanks are taken: what is missing is said before sending, so that a page can be left half done.
    What is marked as required is what sending will ask for.
    """

    use_required_attribute = False
    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        *args: Any,
        asked: Sequence[Asked],
        values: Mapping[str, str],
        known: Collection[str] = (),
        told: Collection[str] = (),
        edit: int = 0,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {
            "edit": edit,
            **{name_of(each): values.get(each.key, "") for each in asked},
        }
        super().__init__(*args, **kwargs)
        self.asked = tuple(asked)
        for each in asked:
            origin = FROM_GUIDE if each.key in told else FROM_ACCOUNT if each.key in known else ""
            hint = _hint(each, origin)
            self.fields[name_of(each)] = field_of(each, hint=hint)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for each in self.asked:
            name = name_of(each)
            if not cleaned.get(name):
                continue
            try:
                cleaned[name] = identity.check(each.item, cleaned[name])
            except Unfit as unfit:
                if unfit.code == "empty":
                    cleaned[name] = ""
                else:
                    self.add_error(name, identity.reason(unfit))
        return cleaned

    def values(self) -> dict[str, str]:
        """What was written, by the key under which it is kept."""
        return {each.key: self.cleaned_data.get(name_of(each)) or "" for each in self.asked}

    def add_problems(self, wrong: Mapping[str, Unfit]) -> None:
        """What the operation found wrong."""
        names = {each.key: name_of(each) for each in self.asked}
        for key, unfit in wrong.items():
            self.add_error(names.get(key), identity.reason(unfit))


def name_of(asked: Asked) -> str:
    """The name of an item's field: keys have dots, which forms do not mind, but styles do."""
    return asked.key.replace(".", "__")


def anchor_of(asked: Asked) -> str:
    """The id of an item's first control, to lead to it from another page."""
    field = AnswersForm(asked=[asked], values={})[name_of(asked)]
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


def field_of(asked: Asked, *, hint: str | SafeString) -> forms.Field:
    """The field for an item."""
    shared: dict[str, Any] = {
        "label": label_of(asked),
        "help_text": hint,
        "required": asked.is_required and not is_of_other(asked.subject),
    }
    kind = asked.item.kind
    if kind is Kind.DATE:
        return DayAnswer(autocomplete=asked.item.autocomplete, **shared)
    if kind in {Kind.CHOICE, Kind.YES_NO}:
        return _choice(asked, shared)
    attrs = {**_ATTRS.get(kind, {}), "autocomplete": asked.item.autocomplete or "off"}
    widget: forms.Widget = forms.TextInput(attrs=attrs)
    if kind is Kind.LONG_TEXT:
        widget = forms.Textarea(attrs={**attrs, "rows": 4})
    return TextAnswer(widget=widget, longest=LONGEST[kind], **shared)


class MayBeBlank(forms.Field):
    """A field that is marked as required and takes a blank all the same."""

    def clean(self, value: Any) -> Any:
        parts = value if isinstance(value, list) else [value]
        return "" if not any(parts) else super().clean(value)


class TextAnswer(MayBeBlank, forms.CharField):
    """A text as it was typed: `identity.check` says what is wrong with it, in one place for
    pages and the counter."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(strip=False, **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002 # Django's
        return {"maxlength": str(2 * self.longest)}  # browsers count a selector twice


class ChoiceAnswer(MayBeBlank, forms.ChoiceField):
    """One of several answers, or none yet."""


class DayAnswer(DayField):
    """A day, or none yet."""

    def clean(self, value: Any) -> str:
        return super().clean(value) if any((value or [""])[1:]) else ""


def _choice(asked: Asked, shared: Mapping[str, Any]) -> forms.Field:
    choices = [(choice.code, choice.label) for choice in identity.choices(asked.item)]
    if len(choices) <= MOST_RADIOS:
        return ChoiceAnswer(choices=choices, widget=forms.RadioSelect, **shared)
    return ChoiceAnswer(choices=[("", "–"), *choices], **shared)


def _hint(asked: Asked, origin: StrOrPromise) -> str | SafeString:
    own = hint_of(asked) or str(_HINTS.get(asked.item.kind, ""))
    if not origin:
        return format_html("{}", own) if own else ""
    return format_html('{}<span class="p-known">{}</span>', own, origin)


class SendForm(forms.Form):
    """The last page: where messages go, and what is kept for the next time."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    mail_to = forms.CharField(
        label=gettext_lazy("Mail address for messages"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "We write to it when something happens with your applications. You may leave it blank: "
            "everything can be read on the page as well."
        ),
        widget=forms.TextInput(
            attrs={
                "type": "email",
                "inputmode": "email",
                "autocomplete": "email",
                "autocapitalize": "none",
            }
        ),
    )
    keeps = forms.BooleanField(
        label=gettext_lazy("Keep what I wrote about myself in my account for the next time"),
        required=False,
    )

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_account:
            del self.fields["keeps"]

    def clean_mail_to(self) -> str:
        text = self.cleaned_data["mail_to"]
        try:
            return identity.check(identity.VOCABULARY["applicant.email"], text) if text else ""
        except Unfit as unfit:
            raise ValidationError(identity.reason(unfit)) from unfit


class FileForm(forms.Form):
    """A file for one document."""

    file = forms.FileField(
        label=gettext_lazy("Choose a file or take a picture"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput(
            attrs={"accept": "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"}
        ),
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is None:
            raise ValidationError(_("Choose a file first."))
        return file


class DocumentForm(FileForm):
    """A file, and which of the procedure's documents it is."""

    document = forms.ChoiceField(
        label=gettext_lazy("Which document it is"), widget=forms.RadioSelect
    )
    field_order = ("document", "file")

    def __init__(self, *args: Any, documents: Sequence[DocumentUse], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["document"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(each.code, each.title) for each in documents]
        if len(documents) == 1:
            field.initial = documents[0].code


class TrackForm(forms.Form):
    """What opens a case: the tracking code, with the reception number where it is at hand."""

    code = forms.CharField(
        label=gettext_lazy("Tracking code"),
        max_length=60,
        help_text=gettext_lazy("16 letters and digits, such as ABCD-1234-EFGH-5678."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "size": "22",
            }
        ),
    )
    number = forms.CharField(
        label=gettext_lazy("Reception number (if you know it)"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("8 letters and digits, such as AB12-CD34."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "size": "12"}
        ),
    )


class EditForm(forms.Form):
    """A button that acts on what was shown."""

    edit = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
