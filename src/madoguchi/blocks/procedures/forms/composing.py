"""Forms of composing a procedure: what it is, and which shared items it asks for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madoguchi.blocks.identity.queries.vocabulary import item_label, subject_label
from madoguchi.blocks.identity.rules.vocabulary import SUBJECTS, VOCABULARY, Item
from madoguchi.blocks.procedures.rules.composing import (
    FACTS,
    LONGEST_CODE,
    RESERVED_CODES,
    with_shared_items,
)
from madoguchi.blocks.procedures.rules.definition import Definition, ItemUse

LONGEST_TITLE = 100
MOST_FEE = 1_000_000
MOST_NOTES = 20


def lines(text: str) -> tuple[str, ...]:
    """One entry a line; blank lines count for nothing."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class AddForm(forms.Form):
    """A new procedure: what it is called, who receives it, what it begins with."""

    title = forms.CharField(
        label=gettext_lazy("Title of the procedure"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("As residents know it, such as “Dog registration”."),
    )
    department = forms.ChoiceField(
        label=gettext_lazy("Department that receives it"),
    )
    basis = forms.ChoiceField(
        label=gettext_lazy("Begin with"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("States, steps and letters are filled in; all can be changed."),
    )
    copy_of = forms.ChoiceField(
        label=gettext_lazy("Procedure to copy"),
        required=False,
        help_text=gettext_lazy("Only where a copy is chosen above."),
    )
    code = forms.RegexField(
        label=pgettext_lazy("procedure", "Code"),
        regex=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
        max_length=LONGEST_CODE,
        required=False,
        error_messages={
            "invalid": gettext_lazy("Use small letters, digits and hyphens, like dog-registration.")
        },
        help_text=gettext_lazy(
            "Stands in the address of the form, and the guide names it. Leave it empty, and one "
            "is made of the title. It cannot be changed later."
        ),
    )

    def __init__(
        self,
        *args: Any,
        departments: Iterable[tuple[str, str]],
        bases: Iterable[tuple[str, str]],
        copies: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("department", [("", _("Please choose")), *departments])
        self._offer("basis", bases)
        self._offer("copy_of", [("", _("None")), *copies])

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED_CODES:
            raise ValidationError(_("This code has a meaning of its own. Choose another."))
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("basis") == "copy" and not given.get("copy_of"):
            self.add_error("copy_of", _("Choose the procedure to copy."))
        return given


class IntakeForm(forms.Form):
    """Who receives new applications, and whether there may be any."""

    department = forms.ChoiceField(
        label=gettext_lazy("Department that receives it"),
        help_text=gettext_lazy("Applications that were sent stay with the department they have."),
    )
    is_open = forms.BooleanField(
        label=gettext_lazy("Open for applications"),
        required=False,
        help_text=gettext_lazy(
            "Where it is closed, nobody can begin a new application; those that were begun or sent "
            "go on."
        ),
    )

    def __init__(self, *args: Any, departments: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(departments)


class FactsForm(forms.Form):
    """What the procedure is."""

    title = forms.CharField(label=gettext_lazy("Title of the procedure"), max_length=LONGEST_TITLE)
    summary = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One or two plain sentences, shown above the form."),
    )
    form_title = forms.CharField(
        label=gettext_lazy("Heading of the printed form"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=gettext_lazy("Leave it empty, and the title stands there."),
    )
    addressee = forms.CharField(
        label=gettext_lazy("Addressed to"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Leave it empty, and it is the mayor."),
    )
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The act or ordinance with its article."),
    )
    fee = forms.IntegerField(
        label=gettext_lazy("Fee (yen)"),
        min_value=0,
        max_value=MOST_FEE,
        initial=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("0 is free of charge."),
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes at the foot of the form"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One note a line."),
    )

    def clean_notes(self) -> tuple[str, ...]:
        found = lines(self.cleaned_data["notes"])
        if len(found) > MOST_NOTES:
            raise ValidationError(_("At most %(most)d notes have room.") % {"most": MOST_NOTES})
        return found

    @staticmethod
    def initial_of(definition: Definition) -> dict[str, Any]:
        found = {name: getattr(definition, name) for name in FACTS}
        return found | {"notes": "\n".join(definition.notes)}

    def parts(self, _definition: Definition) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A shared item with its three boxes."""

    item: Item
    label: str
    ask: Any
    required: Any
    guard: Any


@dataclass(frozen=True, slots=True)
class ItemGroup:
    subject: str
    label: str
    lines: Sequence[ItemLine]
    chosen: int


class ItemsForm(forms.Form):
    """Every shared item with three boxes: asked for, required, kept from operators."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for ref, item in VOCABULARY.items():
            self.fields[f"ask:{ref}"] = forms.BooleanField(required=False)
            self.fields[f"must:{ref}"] = forms.BooleanField(required=False, initial=True)
            self.fields[f"guard:{ref}"] = forms.BooleanField(
                required=False, initial=item.is_guarded
            )

    @staticmethod
    def initial_of(definition: Definition) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for use in definition.items:
            item = VOCABULARY.get(use.ref)
            if item is not None:
                guarded = item.is_guarded if use.is_guarded is None else use.is_guarded
                found[f"ask:{use.ref}"] = True
                found[f"must:{use.ref}"] = use.is_required
                found[f"guard:{use.ref}"] = guarded
        return found

    def parts(self, definition: Definition) -> dict[str, Any]:
        return with_shared_items(definition, list(self._uses()))

    def _uses(self) -> Iterator[ItemUse]:
        given: Mapping[str, Any] = self.cleaned_data
        for subject in SUBJECTS:
            for ref, item in VOCABULARY.items():
                if item.subject == subject and given[f"ask:{ref}"]:
                    guarded = given[f"guard:{ref}"]
                    yield ItemUse(
                        ref,
                        is_required=given[f"must:{ref}"],
                        is_guarded=None if guarded == item.is_guarded else guarded,
                    )

    def groups(self) -> list[ItemGroup]:
        """By subject, in the order in which they are asked."""
        found = []
        for subject in SUBJECTS:
            rows = [self._line(item) for item in VOCABULARY.values() if item.subject == subject]
            chosen = sum(bool(row.ask.value()) for row in rows)
            found.append(ItemGroup(subject, subject_label(subject), rows, chosen))
        return found

    def _line(self, item: Item) -> ItemLine:
        return ItemLine(
            item,
            item_label(item),
            self[f"ask:{item.ref}"],
            self[f"must:{item.ref}"],
            self[f"guard:{item.ref}"],
        )
