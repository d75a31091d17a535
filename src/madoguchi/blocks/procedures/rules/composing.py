"""Composing a procedure: its sections, codes that nobody types, what two definitions differ in."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

from madoguchi.blocks.procedures.rules.definition import Definition, ItemUse, OwnItem

OWN: Final = "own."
LONGEST_CODE: Final = 60
RESERVED_CODES: Final = frozenset({"add"})
"""They stand in addresses beside those of procedures."""


class Section(StrEnum):
    """The parts in which a procedure is composed, in their order."""

    FACTS = "facts"
    ITEMS = "items"
    OWN_ITEMS = "own_items"
    DOCUMENTS = "documents"
    STATES = "states"
    STEPS = "steps"
    LETTERS = "letters"


FACTS: Final = (
    "title",
    "form_title",
    "summary",
    "legal_basis",
    "fee",
    "addressee",
    "notes",
)


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    """The same rows in another order."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``key`` is the code of a row (of a shared item its reference), "" for the section itself;
    ``field`` what changed in it."""

    section: Section
    change: Change
    key: str = ""
    field: str = ""
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class OwnRow:
    """An item of the procedure's own together with its use."""

    item: OwnItem
    is_required: bool = True
    is_guarded: bool | None = None


def code_from(title: str, taken: Collection[str]) -> str:
    """A code for a procedure of that title which is not taken yet."""
    plain = unicodedata.normalize("NFKC", title).lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_CODE - 5].strip("-")
    if base and base not in {*taken, *RESERVED_CODES}:
        return base
    return free_code(f"{base or 'procedure'}-", taken)


def free_code(prefix: str, taken: Collection[str]) -> str:
    """The prefix with the first number that no code has; numbers given once do not come back
    as long as what had them is among ``taken``."""
    numbers = [
        int(code.removeprefix(prefix))
        for code in taken
        if code.startswith(prefix) and code.removeprefix(prefix).isdecimal()
    ]
    return f"{prefix}{max(numbers, default=0) + 1}"


def shared_items(definition: Definition) -> tuple[ItemUse, ...]:
    return tuple(use for use in definition.items if not use.ref.startswith(OWN))


def own_rows(definition: Definition) -> tuple[OwnRow, ...]:
    """Own items that are asked for, in their order."""
    uses = {use.ref: use for use in definition.items}
    return tuple(
        OwnRow(item, uses[OWN + item.code].is_required, uses[OWN + item.code].is_guarded)
        for item in definition.own_items
        if OWN + item.code in uses
    )


def with_shared_items(definition: Definition, uses: Sequence[ItemUse]) -> dict[str, Any]:
    """The parts of a definition that asks for these shared items, and its own as before."""
    own = [use for use in definition.items if use.ref.startswith(OWN)]
    return {"items": (*uses, *own)}


def with_own_rows(definition: Definition, rows: Sequence[OwnRow]) -> dict[str, Any]:
    """The parts of a definition with these own items, and the shared ones as before."""
    uses = [ItemUse(OWN + row.item.code, row.is_required, row.is_guarded) for row in rows]
    return {
        "own_items": tuple(row.item for row in rows),
        "items": (*shared_items(definition), *uses),
    }


def changed(definition: Definition, parts: Mapping[str, Any]) -> Definition:
    return replace(definition, **parts)


def differences(old: Definition, new: Definition) -> list[Difference]:
    """What was changed from one to the other, section by section."""
    found = [
        Difference(Section.FACTS, Change.CHANGED, "", name, getattr(old, name), getattr(new, name))
        for name in FACTS
        if getattr(old, name) != getattr(new, name)
    ]
    for section in Section:
        if section is not Section.FACTS:
            found += _of_rows(section, _rows(old, section), _rows(new, section))
        if section is Section.STATES and old.first != new.first:
            found.append(
                Difference(section, Change.CHANGED, "", "first", old.first, new.first),
            )
    return found


def _rows(definition: Definition, section: Section) -> dict[str, Any]:
    if section is Section.ITEMS:
        return {use.ref: use for use in shared_items(definition)}
    if section is Section.OWN_ITEMS:
        return {row.item.code: row for row in own_rows(definition)}
    return {row.code: row for row in getattr(definition, section.value)}


def _of_rows(section: Section, old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    found = [
        Difference(section, Change.REMOVED, key, before=old[key]) for key in old if key not in new
    ]
    for key, row in new.items():
        if key not in old:
            found.append(Difference(section, Change.ADDED, key, after=row))
            continue
        before, after = _values(old[key]), _values(row)
        found += [
            Difference(section, Change.CHANGED, key, name, before[name], after[name])
            for name in after
            if before[name] != after[name]
        ]
    if [key for key in old if key in new] != [key for key in new if key in old]:
        found.append(Difference(section, Change.MOVED))
    return found


def _values(row: Any) -> dict[str, Any]:
    """Field by field; of an own item those of the item and of its use alike."""
    if isinstance(row, OwnRow):
        return _values(row.item) | {"is_required": row.is_required, "is_guarded": row.is_guarded}
    return {field.name: getattr(row, field.name) for field in fields(row)}
