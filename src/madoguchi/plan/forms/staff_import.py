"""Forms of the import: a file, what its columns are, the decision."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import clock, fiscal
from madoguchi.plan.document.mapping import ROLES, YEARLY, ColumnMapping
from madoguchi.plan.document.reading import Columns
from madoguchi.plan.models import Plan
from madoguchi.plan.queries.import_words import ROLE_WORDS

FROM_FILE = "auto"
NEW = "new"
ACCEPTED = ".md,.txt,.html,.htm,.docx,.xlsx,.csv,.tsv,.json"
_YEARS_BACK, _YEARS_AHEAD = 15, 11


class UploadForm(forms.Form):
    """A file and the plan that it belongs to."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "Markdown, HTML, Word (.docx), Excel (.xlsx), CSV, or a JSON export. "
            "Nothing is stored before you have seen what was read."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        allow_empty_file=True,
    )
    plan = forms.ChoiceField(
        label=gettext_lazy("Plan"),
        help_text=gettext_lazy("A file that was imported before finds its plan by itself."),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("Of a new plan. Left empty, the file's own title is taken."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, plans: Iterable[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plans = {str(plan.pk): plan for plan in plans}
        choices = self.fields["plan"]
        assert isinstance(choices, forms.ChoiceField)  # noqa: S101 # declared above
        choices.choices = [
            (FROM_FILE, _("As the file says")),
            (NEW, _("A new plan")),
            *((pk, plan.title) for pk, plan in self.plans.items()),
        ]

    def clean_file(self) -> "UploadedFile[Any]":
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        most = settings.MADOGUCHI_MAX_UPLOAD_BYTES
        if (upload.size or 0) > most:
            raise forms.ValidationError(
                _("The file is larger than %(megabytes)d MB.") % {"megabytes": most // 2**20}
            )
        return upload

    @property
    def chosen_plan(self) -> Plan | None:
        return self.plans.get(self.cleaned_data["plan"])


class ColumnsForm(forms.Form):
    """One question a column: what does it hold?"""

    save_as = forms.CharField(
        label=gettext_lazy("Keep these answers under a name"),
        help_text=gettext_lazy("Then the next file of the same layout needs no answers."),
        max_length=80,
        required=False,
    )

    def __init__(
        self, *args: Any, columns: Columns, known: ColumnMapping | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        roles = dict((known or columns.guess).columns)
        choices = _role_choices()
        for index, heading in enumerate(columns.headings):
            samples = [row[index] for row in columns.samples if index < len(row) and row[index]]
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=heading or _("Column %(number)d") % {"number": index + 1},
                help_text=_("For example: %(samples)s") % {"samples": " ・ ".join(samples)}
                if samples
                else "",
                choices=choices,
                initial=roles.get(heading, ""),
                required=False,
            )
        self.order_fields([f"column_{index}" for index in range(len(columns.headings))])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen: dict[str, str] = {}
        for index, heading in enumerate(self.columns.headings):
            role = cleaned.get(f"column_{index}", "")
            if role in chosen.values():
                self.add_error(f"column_{index}", _("Another column has this answer already."))
            if role and heading:
                chosen[heading] = role
        self.mapping = ColumnMapping.from_json(chosen)
        missing = self.mapping.missing
        if missing and not self.errors:
            words = [str(ROLE_WORDS[role]) for role in missing]
            raise forms.ValidationError(
                _("Say also which column holds: %(roles)s.") % {"roles": _(", ").join(words)}
            )
        return cleaned


def _role_choices() -> Sequence[tuple[Any, Any]]:
    this_year = fiscal.fiscal_year_of(clock.today())
    years = range(this_year - _YEARS_BACK, this_year + _YEARS_AHEAD)
    whole = [(role, ROLE_WORDS[role]) for role in ROLES]
    yearly = [
        (
            ROLE_WORDS[role],
            [(f"{role}:{year}", f"{fiscal.label(year)} {ROLE_WORDS[role]}") for year in years],
        )
        for role in YEARLY
    ]
    return [("", _("Not needed")), (_("Columns of the list"), whole), *yearly]


class StoreForm(forms.Form):
    """The decision on what was previewed."""

    confirm_removals = forms.BooleanField(
        label=gettext_lazy("Remove what the file lacks"),
        help_text=gettext_lazy("Without this mark it stays as it is."),
        required=False,
    )
    publish = forms.BooleanField(
        label=gettext_lazy("Show the results of years that are over to the public at once"),
        help_text=gettext_lazy("You can also publish them year by year later."),
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, *args: Any, has_removals: bool, has_ended_years: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not has_removals:
            del self.fields["confirm_removals"]
        if not has_ended_years:
            del self.fields["publish"]
