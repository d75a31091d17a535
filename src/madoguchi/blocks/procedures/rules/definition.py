"""A procedure as it is composed, without code: items, documents, states, steps, letters.

`read` makes a definition of the JSON that a version keeps; `problems.problems` says what is wrong
with it. A definition that has no problems can be published.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from madoguchi.blocks.procedures.rules.access import Right

_STRICT: Final = ConfigDict(extra="forbid", str_max_length=4000)


class StateKind(StrEnum):
    """What a state means to the platform, whatever the procedure calls it."""

    OPEN = "open"
    """The city works."""
    RETURNED = "returned"
    """The applicant must mend something."""
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


FINAL: Final = frozenset({StateKind.GRANTED, StateKind.REFUSED, StateKind.WITHDRAWN})
DECIDED: Final = frozenset({StateKind.GRANTED, StateKind.REFUSED})


@dataclass(frozen=True, slots=True, config=_STRICT)
class ItemUse:
    """An item that the procedure asks for: of the shared vocabulary, or `own.<code>` of its own.

    `is_guarded` None takes the vocabulary's word for it.
    """

    ref: str
    is_required: bool = True
    is_guarded: bool | None = None


@dataclass(frozen=True, slots=True, config=_STRICT)
class OwnItem:
    """An item that only this procedure asks for. `kind` as in the vocabulary; `choices` are what
    people read, in order, and are kept as they are."""

    code: str
    label: str
    kind: str = "text"
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class DocumentUse:
    """A document to attach."""

    code: str
    title: str
    hint: str = ""
    is_required: bool = True
    is_guarded: bool = False


@dataclass(frozen=True, slots=True, config=_STRICT)
class State:
    """`days`: how long the city (or, where returned, the applicant) may take; None: no limit.
    `message`: what the applicant is told on entering it, with holes for `filling.FACTS`; ""
    tells nothing."""

    code: str
    title: str
    kind: StateKind = StateKind.OPEN
    days: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True, config=_STRICT)
class Step:
    """A way from a state to another. `letter` is the code of the letter that it sends out."""

    code: str
    title: str
    source: str
    target: str
    right: Right
    letter: str = ""
    needs_note: bool = False


@dataclass(frozen=True, slots=True, config=_STRICT)
class Letter:
    """A decision letter. `body` and `notice` may name items and facts in braces:
    `{applicant.name}`, `{number}`, `{decided_on}`, `{note}`, `{title}`, `{city}` (`filling.FACTS`
    and `DECISION_FACTS`). `notice` tells how to object (教示): it stands at the foot."""

    code: str
    title: str
    body: str
    notice: str = ""


@dataclass(frozen=True, slots=True, config=_STRICT)
class Definition:
    """`first` is the code of the state into which an application is sent."""

    title: str
    form_title: str = ""
    """What the official form is headed; "" takes the title."""
    summary: str = ""
    addressee: str = ""
    """To whom the form is addressed; "" is the mayor of the city."""
    legal_basis: str = ""
    fee: int = 0
    """In yen."""
    items: tuple[ItemUse, ...] = ()
    own_items: tuple[OwnItem, ...] = ()
    documents: tuple[DocumentUse, ...] = ()
    states: tuple[State, ...] = ()
    steps: tuple[Step, ...] = ()
    letters: tuple[Letter, ...] = ()
    first: str = "submitted"
    notes: tuple[str, ...] = field(default_factory=tuple)
    """Printed at the foot of the form."""

    def state(self, code: str) -> State:
        """Raises KeyError."""
        return {state.code: state for state in self.states}[code]

    def own_item(self, code: str) -> OwnItem:
        """Raises KeyError."""
        return {item.code: item for item in self.own_items}[code]

    def document(self, code: str) -> DocumentUse:
        """Raises KeyError."""
        return {document.code: document for document in self.documents}[code]

    def letter(self, code: str) -> Letter:
        """Raises KeyError."""
        return {letter.code: letter for letter in self.letters}[code]

    def step(self, code: str) -> Step:
        """Raises KeyError."""
        return {step.code: step for step in self.steps}[code]

    def steps_from(self, code: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.source == code)

    def applicants_step(self, code: str, target: StateKind) -> Step | None:
        """How the applicant goes from a state to one of that kind: withdraws, or sends again."""
        found = (
            step
            for step in self.steps_from(code)
            if step.right is Right.APPLICANT and self.state(step.target).kind is target
        )
        return next(found, None)


_ADAPTER: Final = TypeAdapter(Definition)


def read(kept: Mapping[str, Any]) -> Definition:
    """Raises pydantic's ValidationError."""
    return _ADAPTER.validate_python(kept)


def written(definition: Definition) -> dict[str, Any]:
    """The definition as JSON can hold it; `read` gives it back."""
    kept: dict[str, Any] = _ADAPTER.dump_python(definition, mode="json")
    return kept
