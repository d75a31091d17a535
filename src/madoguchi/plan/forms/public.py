"""What visitors of the public pages may choose and write."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.plan.models import ResidentComment
from madoguchi.plan.rules.progress import Standing

STANDINGS = {
    Standing.NOT_STARTED: _("No result yet"),
    Standing.UNDER_WAY: _("Under way"),
    Standing.FINISHED: pgettext_lazy("initiative", "Finished"),
    Standing.CARRIED_OVER: _("Carried into the next plan"),
}


class OverviewFilter(forms.Form):
    """Narrows the overview by department in charge and by where the initiative stands."""

    department = forms.TypedChoiceField(
        label=_("Department in charge"), required=False, coerce=int, empty_value=None
    )
    standing = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All states")),
            *((each.value, STANDINGS[each]) for each in Standing),
        ],
    )

    def __init__(self, *args: Any, departments: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("All departments")), *departments.items()]


class CommentForm(forms.Form):
    """A resident's comment. ``website`` is a trap: people do not see it and leave it empty."""

    name = forms.CharField(
        label=_("Name to be shown"),
        required=False,
        max_length=40,
        help_text=_("You may leave it empty, or write a pen name. It is shown with the comment."),
    )
    text = forms.CharField(
        label=_("Comment"),
        max_length=1000,
        help_text=_(
            "Up to 1,000 characters. Please leave out what tells who somebody is:"
            " addresses, telephone numbers, names of others."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    website = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("This field must stay empty."))
        return ""


class DecisionForm(forms.Form):
    """The office's word on a comment: show or refuse it, with an answer or a reason."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (ResidentComment.Status.SHOWN, _("Show it")),
            (ResidentComment.Status.REFUSED, _("Do not show it")),
        ],
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(
        label=_("Answer of the city, or the reason for not showing it"),
        required=False,
        max_length=2000,
        help_text=_("An answer is shown below the comment. A reason stays within the office."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_refused = cleaned.get("decision") == ResidentComment.Status.REFUSED
        if is_refused and not cleaned.get("reply", "").strip():
            self.add_error("reply", _("Say why the comment is not shown."))
        return cleaned


class MatchForm(forms.Form):
    """What became of a plan item, in the word of the office: by the rule, a result, or nothing."""

    BY_RULE = "rule"
    NOTHING = "nothing"

    result = forms.ChoiceField(label=_("What became of it"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Shown to the staff only. Needed where you do not follow the rule."),
    )

    def __init__(self, *args: Any, results: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["result"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (self.BY_RULE, _("As the rule says")),
                (self.NOTHING, _("No result belongs to it")),
                *((str(pk), text) for pk, text in results.items()),
            ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_own_word = cleaned.get("result") not in (None, self.BY_RULE)
        if is_own_word and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why the rule is not followed here."))
        return cleaned

    @property
    def chosen(self) -> int | None:
        """The result item's primary key, or None where nothing belongs to the plan item."""
        value = str(self.cleaned_data["result"])
        return int(value) if value.isdigit() else None
