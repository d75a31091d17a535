"""Forms in which the office writes the plan itself."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import fiscal
from madoguchi.plan.models import Plan
from madoguchi.plan.queries.sheets import SheetText, YearPlan

CONTINUES = "↓"
LONGEST_ITEM = 500
MOST_ITEMS = 1000
MOST_YEARS = 20
RESERVED = frozenset({"evidence", "figures", "milestones", "files", "comments"})
"""First words of public addresses that are no plan's."""


class PlanForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    introduction = forms.CharField(
        label=gettext_lazy("Introduction"), widget=forms.Textarea(attrs={"rows": 5}), required=False
    )
    is_public = forms.BooleanField(label=gettext_lazy("Show it to the public"), required=False)


class NewPlanForm(PlanForm):
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Small letters, digits and hyphens, such as plan-2030."),
        max_length=50,
    )
    first_year = forms.IntegerField(
        label=gettext_lazy("First fiscal year"),
        help_text=gettext_lazy("The western year, such as 2030."),
        min_value=1989,
        max_value=2200,
    )
    last_year = forms.IntegerField(
        label=gettext_lazy("Last fiscal year"), min_value=1989, max_value=2200
    )

    field_order = ("title", "slug", "first_year", "last_year", "introduction", "is_public")

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in RESERVED:
            raise ValidationError(_("This address is used for something else."))
        return slug

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and not first <= last < first + MOST_YEARS:
            self.add_error(
                "last_year",
                _("A plan has 1 to %(most)d years, the last not before the first.")
                % {"most": MOST_YEARS},
            )
        return cleaned


class ThemeForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the theme"), max_length=200)


class NewThemeForm(ThemeForm):
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=1, max_value=999)

    field_order = ("number", "name")


def _prose(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("An empty line begins a new paragraph."),
        max_length=20_000,
        required=False,
    )


class SheetForm(forms.Form):
    """A sheet's own text. ``plan_<year>`` holds one planned item a line, or ↓ alone."""

    name = forms.CharField(label=gettext_lazy("Name of the initiative"), max_length=200)
    departments = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Departments in charge"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    problem = _prose(gettext_lazy("Present state and problem"))
    content = _prose(gettext_lazy("What will be done"))
    goal = _prose(gettext_lazy("Goal"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        departments: list[tuple[int, str]],
        closed_years: frozenset[int] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.years = tuple(plan.fiscal_years)
        self.fields["departments"].choices = departments  # type: ignore[attr-defined] # a choice field
        for year in self.years:
            self.fields[f"plan_{year}"] = forms.CharField(
                label=_("Plan of %(year)s") % {"year": fiscal.label(year)},
                help_text=_("The year is closed.") if year in closed_years else "",
                widget=forms.Textarea(attrs={"rows": 3}),
                disabled=year in closed_years,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for year in self.years:
            lines = lines_of(cleaned.get(f"plan_{year}", ""))
            if len(lines) > MOST_ITEMS:
                self.add_error(f"plan_{year}", _("At most %(most)d lines.") % {"most": MOST_ITEMS})
            for line in lines:
                if len(line) > LONGEST_ITEM:
                    message = _("A line is longer than %(most)d characters.")
                    self.add_error(f"plan_{year}", message % {"most": LONGEST_ITEM})
        return cleaned

    @property
    def text(self) -> SheetText:
        """The sheet as it was written; after validation."""
        given = self.cleaned_data
        return SheetText(
            name=given["name"],
            problem=_paragraphs(given["problem"]),
            content=_paragraphs(given["content"]),
            goal=_paragraphs(given["goal"]),
            departments=self._ordered(given["departments"]),
            years={year: _year_plan(given[f"plan_{year}"]) for year in self.years},
        )

    def _ordered(self, chosen: list[int]) -> tuple[int, ...]:
        """Departments that stood on the sheet keep their order, new ones follow."""
        before = [pk for pk in self.initial.get("departments", ()) if pk in chosen]
        return (*before, *(pk for pk in chosen if pk not in before))


class NewSheetForm(SheetForm):
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=1, max_value=999)

    field_order = ("number", "name", "departments", "problem", "content", "goal")


def initial_of(text: SheetText) -> Mapping[str, Any]:
    """What a form shows of a stored sheet."""
    shown: dict[str, Any] = {
        "name": text.name,
        "problem": text.problem,
        "content": text.content,
        "goal": text.goal,
        "departments": list(text.departments),
        "seen": text.fingerprint,
    }
    for year, planned in text.years.items():
        mark = (CONTINUES,) if planned.continues else ()
        shown[f"plan_{year}"] = "\n".join((*mark, *planned.items))
    return shown


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _year_plan(text: str) -> YearPlan:
    lines = lines_of(text)
    return YearPlan(tuple(line for line in lines if line != CONTINUES), CONTINUES in lines)


def _paragraphs(text: str) -> str:
    """One empty line between paragraphs, whatever was typed."""
    parts = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    return "\n\n".join(part for part in parts if part)
