"""Forms of the guide: one answer, a search, and what staff do with versions."""

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.procedures.guide import tree
from madoguchi.blocks.procedures.guide.model import NO, UNKNOWN, YES, Answer, Kind, Question
from madoguchi.blocks.procedures.queries.guide_words import option_words, remark_words
from madoguchi.kernel import clock

EARLIEST: Final = date(1900, 1, 1)
YEARS_AHEAD: Final = timedelta(days=3 * 366)
DATE_FORMATS: Final = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


class AnswerForm(forms.Form):
    """The one field ``answer``, as the question asks for it.

    ``unknown`` is the button of those who cannot say, where the question allows it.
    """

    def __init__(
        self,
        question: Question,
        data: QueryDict | None = None,
        *,
        given: Answer | None = None,
        prefix: str | None = None,
    ) -> None:
        initial = {} if given is None else {"answer": given}
        super().__init__(data, initial=initial, prefix=prefix)
        self.question = question
        self.was_unknown = question.is_optional and given == UNKNOWN
        self.fields["answer"] = _field(question)
        self.fields["answer"].label = ""  # the question itself is, on the page

    @property
    def is_unknown(self) -> bool:
        return self.question.is_optional and self.add_prefix("unknown") in self.data

    def full_clean(self) -> None:
        """Whatever else was written beside "I cannot say" does not count."""
        if self.is_bound and self.is_unknown:
            self._errors = ErrorDict()
            self.cleaned_data = {"answer": UNKNOWN}
        else:
            super().full_clean()

    def answer(self) -> Answer:
        """What was answered, as the engine takes it. After ``is_valid``."""
        value: Any = self.cleaned_data["answer"]
        return value.isoformat() if isinstance(value, date) else value


def _field(question: Question) -> forms.Field:
    match question.kind:
        case Kind.YES_NO:
            return _choice([(YES, _("Yes")), (NO, _("No"))])
        case Kind.CHOICE:
            return _choice(option_words(question))
        case Kind.CHOICES:
            return forms.MultipleChoiceField(
                choices=option_words(question),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("Choose from the answers on this page.")},
            )
        case Kind.NUMBER:
            return _number(question)
        case Kind.DATE:
            return _DayField()


def _choice(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one answer."),
            "invalid_choice": _("Choose from the answers on this page."),
        },
    )


def _number(question: Question) -> forms.IntegerField:
    range_words = _("Write a whole number from %(low)d to %(high)d.") % {
        "low": question.low,
        "high": question.high,
    }
    kinds = ("required", "invalid", "min_value", "max_value")
    return forms.IntegerField(
        min_value=question.low,
        max_value=question.high,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "size": 6, "maxlength": 12}
        ),
        error_messages=dict.fromkeys(kinds, range_words),
    )


class _DayField(forms.DateField):
    def __init__(self) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        wrong = _("Write a date, such as %(day)s.") % {"day": "2026-04-01"}
        super().__init__(
            widget=widget,
            input_formats=DATE_FORMATS,
            error_messages={"required": wrong, "invalid": wrong},
        )

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        last = clock.today() + YEARS_AHEAD
        if isinstance(day, date) and not EARLIEST <= day <= last:
            raise forms.ValidationError(
                _("Write a date from %(first)s to %(last)s.")
                % {"first": EARLIEST.isoformat(), "last": last.isoformat()}
            )
        return day


class FindForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Part of a name, or what it is about"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class NoteField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("What changes"),
            help_text=gettext_lazy("One sentence for those who look for this version later."),
            max_length=200,
            required=False,
        )


class DraftForm(forms.Form):
    """A new draft: a copy of what is in force, or a file."""

    note = NoteField()
    file = forms.FileField(
        label=gettext_lazy("Rule file"),
        help_text=gettext_lazy(
            "YAML in UTF-8, at most 2 MB. Without a file, the draft begins as a copy of the version"
            " in force."
        ),
        required=False,
        allow_empty_file=True,
    )

    def clean_file(self) -> str | None:
        """The text of the file."""
        return _text_of(self.cleaned_data.get("file"))


class RulesForm(forms.Form):
    """The rules of a draft in one field; ``edit`` is that of the draft as it was shown."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
    note = NoteField()
    source = forms.CharField(
        label=gettext_lazy("Rules"),
        strip=False,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 30, "spellcheck": "false", "wrap": "off", "autocapitalize": "off"}
        ),
    )

    def clean_source(self) -> str:
        source = self.cleaned_data["source"].replace("\r\n", "\n").replace("\r", "\n")
        return str(source)


class ReplaceForm(forms.Form):
    """A file in the place of a draft's rules."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("Rule file"),
        help_text=gettext_lazy("YAML in UTF-8, at most 2 MB. It takes the place of the rules."),
        allow_empty_file=True,
    )

    def clean_file(self) -> str | None:
        return _text_of(self.cleaned_data.get("file"))


def _text_of(upload: "UploadedFile[bytes] | None") -> str | None:
    if upload is None:
        return None
    if upload.size is not None and upload.size > tree.MAX_BYTES:
        limit = tree.MAX_BYTES // 2**20
        raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit})
    try:
        return tree.decode(upload.read()).replace("\r\n", "\n")
    except tree.Unreadable as unreadable:
        raise forms.ValidationError(
            [remark_words(remark) for remark in unreadable.remarks]
        ) from None


class PublishForm(forms.Form):
    edit = forms.IntegerField(widget=forms.HiddenInput)
    starts_on = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Today or later. Until then residents see what is in force now."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class EditForm(forms.Form):
    """Nothing but which state of a draft was looked at."""

    edit = forms.IntegerField(widget=forms.HiddenInput)
