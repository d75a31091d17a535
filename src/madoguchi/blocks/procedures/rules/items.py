"""Asking once: the items of several procedures as one list, each of them once.

A value is kept under its key: the reference of a shared item, or `<procedure>.own.<code>` for one
that only that procedure asks for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from madoguchi.blocks.identity.rules.vocabulary import (
    LONGEST,
    SUBJECTS,
    VOCABULARY,
    Item,
    Kind,
    Unfit,
    check,
)
from madoguchi.blocks.procedures.rules.definition import Definition, OwnItem

OWN: Final = "own."
_LATER_CHILDREN: Final = frozenset({"child2", "child3"})
LONGEST_VALUE: Final = max(LONGEST.values())


@dataclass(frozen=True, slots=True)
class Asked:
    """An item that is asked for. `procedures` are those that take it, in their order.

    Of a person who may not be there (`is_of_other`) nothing is required unless anything is given.
    """

    key: str
    item: Item
    is_required: bool
    is_guarded: bool
    procedures: tuple[str, ...]
    own: OwnItem | None = None

    @property
    def subject(self) -> str:
        """Under which heading it is asked; "" for a procedure's own."""
        return "" if self.own is not None else self.item.subject


def key_of(procedure: str, ref: str) -> str:
    return f"{procedure}.{ref}" if ref.startswith(OWN) else ref


def items_of(procedure: str, definition: Definition) -> tuple[Asked, ...]:
    """What one procedure asks for, in the order of its form."""
    found = []
    for use in definition.items:
        own = None
        if use.ref.startswith(OWN):
            own = definition.own_item(use.ref.removeprefix(OWN))
            item = Item(use.ref, Kind(own.kind), own.choices)
        else:
            item = VOCABULARY[use.ref]
        found.append(
            Asked(
                key=key_of(procedure, use.ref),
                item=item,
                is_required=use.is_required,
                is_guarded=item.is_guarded if use.is_guarded is None else use.is_guarded,
                procedures=(procedure,),
                own=own,
            )
        )
    return tuple(found)


def asked_once(definitions: Mapping[str, Definition]) -> tuple[Asked, ...]:
    """The items of all procedures, each once: subject by subject as the vocabulary has them, then
    what each procedure asks besides. Required and guarded are what one of them says is."""
    found: dict[str, Asked] = {}
    for procedure, definition in definitions.items():
        for asked in items_of(procedure, definition):
            known = found.get(asked.key)
            found[asked.key] = (
                asked
                if known is None
                else replace(
                    known,
                    is_required=known.is_required or asked.is_required,
                    is_guarded=known.is_guarded or asked.is_guarded,
                    procedures=(*known.procedures, procedure),
                )
            )
    return in_order(tuple(found.values()))


def in_order(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """As they are asked: what procedures ask besides comes last, as it stood."""
    return tuple(sorted(asked, key=_place))


def _place(asked: Asked) -> tuple[int, int]:
    if asked.own is not None:
        return len(SUBJECTS), 0
    return _SUBJECT_PLACES[asked.item.subject], _ITEM_PLACES[asked.key]


_SUBJECT_PLACES: Final = {subject: place for place, subject in enumerate(SUBJECTS)}
_ITEM_PLACES: Final = {ref: place for place, ref in enumerate(VOCABULARY)}


def checked(
    asked: Sequence[Asked], given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Unfit]]:
    """Values as they are kept, and what is wrong with the others, by key.

    Only what is asked for is taken; what is blank is kept as "". Whether something is missing is
    `missing`'s to say.
    """
    kept: dict[str, str] = {}
    wrong: dict[str, Unfit] = {}
    for each in asked:
        if each.key not in given:
            continue
        try:
            kept[each.key] = check(each.item, given[each.key])
        except Unfit as unfit:
            if unfit.code == "empty":
                kept[each.key] = ""
            else:
                wrong[each.key] = unfit
    return kept, wrong


def missing(asked: Sequence[Asked], values: Mapping[str, str]) -> tuple[Asked, ...]:
    """What is required and not there."""
    named = {each.subject for each in asked if values.get(each.key)}
    return tuple(
        each
        for each in asked
        if each.is_required
        and not values.get(each.key)
        and (not is_of_other(each.subject) or each.subject in named)
    )


def is_of_other(subject: str) -> bool:
    """A further member of the household or child: one who may not be there at all."""
    return subject.startswith("member") or subject in _LATER_CHILDREN


def taken(asked: Sequence[Asked], values: Mapping[str, str]) -> dict[str, str]:
    """Of all values those that these items ask for, where there are any."""
    return {each.key: values[each.key] for each in asked if values.get(each.key)}


def newly_typed(before: Mapping[str, str], after: Mapping[str, str]) -> int:
    """How many values somebody wrote: they are there now and were not there like this before."""
    return sum(bool(value) and before.get(key, "") != value for key, value in after.items())
