"""Forms of composing a procedure: its own items, documents, states, steps and letters, as rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from madoguchi.blocks.identity.rules.vocabulary import Kind
from madoguchi.blocks.procedures.forms.composing import lines
from madoguchi.blocks.procedures.queries.composing_words import (
    KIND_LABELS,
    RIGHT_LABELS,
    STATE_KIND_LABELS,
)
from madoguchi.blocks.procedures.rules.access import Right
from madoguchi.blocks.procedures.rules.composing import (
    OwnRow,
    Section,
    free_code,
    own_rows,
    with_own_rows,
)
from madoguchi.blocks.procedures.rules.definition import (
    Definition,
    DocumentUse,
    Letter,
    OwnItem,
    State,
    StateKind,
    Step,
)
from madoguchi.blocks.procedures.rules.problems import MOST_DAYS

MOST_ROWS: Final = 60
LONGEST_LABEL: Final = 100
LONGEST_HINT: Final = 300
LONGEST_TEXT: Final = 4000


def _text(label: Any, *, most: int = LONGEST_LABEL, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, **more)


def _prose(label: Any, *, rows: int, most: int = LONGEST_TEXT, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class RowForm(forms.Form):
    """A row: ``code`` names it for the program and is never typed."""

    code = forms.RegexField(regex=r"\A[a-z0-9_-]{1,40}\Z", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)


class OwnItemRow(RowForm):
    label = _text(gettext_lazy("What is asked"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of answer"), initial=Kind.TEXT)
    hint = _text(pgettext_lazy("form field", "Hint"), most=LONGEST_HINT, required=False)
    choices = _prose(gettext_lazy("Choices, one a line"), rows=3, most=2000, required=False)
    is_required = forms.BooleanField(
        label=gettext_lazy("Must be filled in"), required=False, initial=True
    )
    is_guarded = forms.BooleanField(
        label=gettext_lazy("Kept from contracted operators"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("kind", [(str(kind), label) for kind, label in KIND_LABELS.items()])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        choices = lines(given.get("choices") or "")
        if given.get("kind") == Kind.CHOICE and len(choices) < 2:
            self.add_error("choices", _("Write at least two choices, one a line."))
        if any(len(choice) > LONGEST_LABEL for choice in choices):
            self.add_error(
                "choices", _("A choice has at most %(most)d characters.") % {"most": LONGEST_LABEL}
            )
        if len(set(choices)) < len(choices):
            self.add_error("choices", _("The same choice stands here twice."))
        return given


class DocumentRow(RowForm):
    title = _text(gettext_lazy("Document"))
    hint = _text(pgettext_lazy("form field", "Hint"), most=LONGEST_HINT, required=False)
    is_required = forms.BooleanField(
        label=gettext_lazy("Must be attached"), required=False, initial=True
    )
    is_guarded = forms.BooleanField(
        label=gettext_lazy("Kept from contracted operators"), required=False
    )


class StateRow(RowForm):
    title = _text(pgettext_lazy("application", "State"), most=40)
    kind = forms.ChoiceField(label=gettext_lazy("What it means"), initial=StateKind.OPEN)
    days = forms.IntegerField(
        label=gettext_lazy("Deadline (days)"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    message = _prose(gettext_lazy("What the applicant is told"), rows=3, most=2000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("kind", [(str(kind), label) for kind, label in STATE_KIND_LABELS.items()])


class StepRow(RowForm):
    source = forms.ChoiceField(label=pgettext_lazy("step", "From"))
    title = _text(gettext_lazy("Step (words of the button)"), most=40)
    target = forms.ChoiceField(label=pgettext_lazy("step", "To"))
    right = forms.ChoiceField(label=gettext_lazy("Who may"), initial=Right.PREPARE)
    letter = forms.ChoiceField(label=gettext_lazy("Decision letter"), required=False)
    needs_note = forms.BooleanField(
        label=gettext_lazy("A note to the applicant is needed"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [("", _("Please choose"))]
        states += [(state.code, state.title) for state in self.definition.states]
        letters = [("", pgettext("letter", "None"))]
        letters += [(letter.code, letter.title) for letter in self.definition.letters]
        self._offer("source", states)
        self._offer("target", states)
        self._offer("letter", letters)
        self._offer("right", [(str(right), label) for right, label in RIGHT_LABELS.items()])


class LetterRow(RowForm):
    title = _text(gettext_lazy("Title of the letter"))
    body = _prose(gettext_lazy("Text of the letter"), rows=10)
    notice = _prose(gettext_lazy("How to object, at the foot"), rows=5, required=False)


class Rows(BaseFormSet):  # type: ignore[type-arg] # the form differs by section
    """Rows of a section in the order that was given to them, without those taken away."""

    code_prefix = "row"

    def kept(self) -> list[dict[str, Any]]:
        """What was typed, each row with a code."""
        rows = [form.cleaned_data for form in self.ordered_forms]
        taken = {row["code"] for row in rows if row["code"]} | _codes_before(self)
        for row in rows:
            if not row["code"]:
                row["code"] = free_code(self.code_prefix, taken)
                taken.add(row["code"])
        return rows

    def clean(self) -> None:
        codes = [form.cleaned_data.get("code") for form in self.forms if form.is_valid()]
        given = [code for code in codes if code]
        if len(set(given)) < len(given):
            raise ValidationError(_("The rows were mixed up on their way. Open the page again."))


def _codes_before(rows: Rows) -> set[str]:
    return {row["code"] for row in rows.initial or () if row.get("code")}


@dataclass(frozen=True, slots=True)
class RowSection:
    """How a section is laid out as rows: from a definition, and back into its parts."""

    section: Section
    form: type[RowForm]
    code_prefix: str
    initial: Callable[[Definition], list[dict[str, Any]]]
    parts: Callable[[Definition, list[dict[str, Any]]], dict[str, Any]]

    def rows(self, data: Any, definition: Definition, *, blank: int = 1) -> Rows:
        made: type[Any] = formset_factory(
            self.form,
            formset=Rows,
            extra=blank,
            can_order=True,
            can_delete=True,
            max_num=MOST_ROWS,
            absolute_max=MOST_ROWS,
        )
        rows: Rows = made(
            data,
            prefix="rows",
            initial=self.initial(definition),
            form_kwargs={"definition": definition},
        )
        rows.code_prefix = self.code_prefix
        return rows


def _own_initial(definition: Definition) -> list[dict[str, Any]]:
    return [
        {
            "code": row.item.code,
            "label": row.item.label,
            "kind": row.item.kind,
            "hint": row.item.hint,
            "choices": "\n".join(row.item.choices),
            "is_required": row.is_required,
            "is_guarded": bool(row.is_guarded),
        }
        for row in own_rows(definition)
    ]


def _own_parts(definition: Definition, rows: list[dict[str, Any]]) -> dict[str, Any]:
    made = [
        OwnRow(
            OwnItem(
                code=row["code"],
                label=row["label"],
                kind=row["kind"],
                hint=row["hint"],
                choices=lines(row["choices"]) if row["kind"] == Kind.CHOICE else (),
            ),
            is_required=row["is_required"],
            is_guarded=row["is_guarded"] or None,
        )
        for row in rows
    ]
    return with_own_rows(definition, made)


def _plain(part: str, kind: Any, *names: str) -> tuple[Any, Any]:
    """Rows whose fields are those of the form."""

    def initial(definition: Definition) -> list[dict[str, Any]]:
        return [
            {name: getattr(row, name) for name in ("code", *names)}
            for row in getattr(definition, part)
        ]

    def parts(_definition: Definition, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {part: tuple(kind(**{name: row[name] for name in ("code", *names)}) for row in rows)}

    return initial, parts


ROW_SECTIONS: Final = {
    section.section: section
    for section in (
        RowSection(
            Section.OWN_ITEMS,
            OwnItemRow,
            "item",
            _own_initial,
            _own_parts,
        ),
        RowSection(
            Section.DOCUMENTS,
            DocumentRow,
            "document",
            *_plain("documents", DocumentUse, "title", "hint", "is_required", "is_guarded"),
        ),
        RowSection(
            Section.STATES,
            StateRow,
            "state",
            *_plain("states", State, "title", "kind", "days", "message"),
        ),
        RowSection(
            Section.STEPS,
            StepRow,
            "step",
            *_plain("steps", Step, "source", "title", "target", "right", "letter", "needs_note"),
        ),
        RowSection(
            Section.LETTERS,
            LetterRow,
            "letter",
            *_plain("letters", Letter, "title", "body", "notice"),
        ),
    )
}


class FirstForm(forms.Form):
    """The state into which an application is sent."""

    first = forms.ChoiceField(label=gettext_lazy("State of an application that was just sent"))

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["first"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (state.code, state.title)
                for state in definition.states
                if state.kind is StateKind.OPEN
            ]
