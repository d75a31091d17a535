"""The API's reference in words, made from its OpenAPI description."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_PAGED: Final = "Paged"
_UNSAID: Final = frozenset({"Input", "Problem", "Refusal", "Refused"})
"""Shapes that the page has words for instead: pages of a list, errors."""
_KINDS: Final = {
    "string": gettext_lazy("text"),
    "integer": gettext_lazy("whole number"),
    "number": gettext_lazy("decimal number"),
    "boolean": gettext_lazy("true or false"),
    "object": gettext_lazy("numbers by name"),
    "date": gettext_lazy("day (ISO 8601)"),
    "date-time": gettext_lazy("time (ISO 8601)"),
    "null": gettext_lazy("null"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter or a field; ``shape`` names what it holds where that has a table of its own."""

    name: str
    kind: str
    description: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    address: str
    summary: str
    parameters: tuple[Named, ...]
    shape: str
    is_list: bool

    @property
    def example(self) -> str:
        """The address, where it can be opened as it stands."""
        return "" if "{" in self.address else self.address


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    fields: tuple[Named, ...]


def endpoints(schema: Mapping[str, Any]) -> Iterator[Endpoint]:
    """Every address with what may be asked of it."""
    for address, methods in schema["paths"].items():
        asked = methods["get"]
        answer = asked["responses"][200]["content"]["application/json"]["schema"]
        name = _name(answer)
        yield Endpoint(
            address=address,
            summary=_(asked["summary"]),
            parameters=tuple(
                _named(found["name"], {**_given(found["schema"]), **_said(found)}, schema)
                for found in asked["parameters"]
            ),
            shape=name.removeprefix(_PAGED),
            is_list=name.startswith(_PAGED),
        )


def shapes(schema: Mapping[str, Any]) -> Iterator[Shape]:
    """Every kind of object in the answers."""
    for name, found in schema["components"]["schemas"].items():
        if "properties" in found and not name.startswith(_PAGED) and name not in _UNSAID:
            fields = (_named(key, part, schema) for key, part in found["properties"].items())
            yield Shape(name, tuple(fields))


def _given(part: Mapping[str, Any]) -> dict[str, Any]:
    """The part without its null: a parameter that is not wanted is left out."""
    choices = [each for each in part.get("anyOf", ()) if each.get("type") != "null"]
    return {**part, "anyOf": choices} if choices else dict(part)


def _said(found: Mapping[str, Any]) -> dict[str, str]:
    return {"description": found["description"]} if "description" in found else {}


def _named(name: str, part: Mapping[str, Any], schema: Mapping[str, Any]) -> Named:
    description = part.get("description", "")
    return Named(
        name=name,
        kind=_kind(part, schema),
        description=_(description) if description else "",
        shape=next(_shapes_in(part, schema), ""),
    )


def _kind(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in part:
        found = schema["components"]["schemas"][_name(part)]
        return _kind(found, schema) if "enum" in found else _name(part)
    if choices := part.get("enum"):
        return _any_of(choices)
    if "anyOf" in part:
        return _any_of([_kind(each, schema) for each in part["anyOf"]])
    if part.get("type") == "array":
        return _("list of %(kind)s") % {"kind": _kind(part["items"], schema)}
    return str(_KINDS[part.get("format", part["type"])])


def _any_of(kinds: Sequence[str]) -> str:
    return " | ".join(map(str, kinds))


def _shapes_in(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    """Names of the shapes that a part refers to, however deep."""
    if "$ref" in part and "properties" in schema["components"]["schemas"][_name(part)]:
        yield _name(part)
    for inner in (*part.get("anyOf", ()), *([part["items"]] if "items" in part else [])):
        yield from _shapes_in(inner, schema)


def _name(part: Mapping[str, Any]) -> str:
    return str(part["$ref"]).rsplit("/", 1)[-1]
