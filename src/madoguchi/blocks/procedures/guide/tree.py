"""YAML as a small tree that knows its lines: texts, lists, maps, and nothing else.

The file comes from people and over the network, so what could do harm or say two things is
refused: anchors and aliases, tags, more than one document, a key that stands twice, texts that
are too long, nesting that is too deep. Every value is text as it was written: `no` stays `no`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from madoguchi.blocks.procedures.guide.model import Level, Remark

MAX_BYTES: Final = 2 * 2**20
DEEPEST: Final = 16
LONGEST: Final = 2000
"""Of one text, in characters."""
MOST: Final = 200_000
"""Values in one file."""

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """The file is no guide. `remarks` say where and why."""

    def __init__(self, remarks: list[Remark]) -> None:
        super().__init__(f"{len(remarks)} remarks")
        self.remarks = tuple(sorted(remarks, key=lambda remark: remark.line))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text. `is_quoted` tells `""` from nothing."""

    text: str
    line: int
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """`lines` of the keys."""

    values: dict[str, "Node"]
    lines: dict[str, int]
    line: int


type Node = Leaf | Row | Table


def decode(data: bytes) -> str:
    """The text of a file. Raises Unreadable: too large, or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise refusal("too_large", 0, limit=MAX_BYTES // 2**20)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refusal("not_utf8", line) from None


def parse(text: str) -> Node:
    """Raises Unreadable."""
    if len(text) > MAX_BYTES:
        raise refusal("too_large", 0, limit=MAX_BYTES // 2**20)
    try:
        events = _Events(yaml.parse(text.removeprefix("\ufeff"), Loader=_LOADER))
        node = events.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refusal("syntax", mark.line + 1 if mark else 0, problem=error.problem or "") from None
    except (yaml.YAMLError, UnicodeError) as error:
        place = getattr(error, "position", 0)
        line = text.count("\n", 0, place if isinstance(place, int) else 0) + 1
        raise refusal("sign", line) from None
    return node


def refusal(code: str, line: int, **values: object) -> Unreadable:
    return Unreadable([Remark(Level.ERROR, code, "", line, values)])


class _Events:
    """Reads the tree from the events of the YAML parser, which never recurses."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self._count = 0

    def document(self) -> Node:
        event = next(self._events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(self._events)
        if isinstance(event, yaml.StreamEndEvent):
            raise refusal("empty", 0)
        node = self._node(event, 0)
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise refusal("two_documents", _line(event))
        return node

    def _node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        self._count += 1
        _distrust(event, line, depth, self._count)
        if isinstance(event, yaml.ScalarEvent):
            if len(event.value) > LONGEST:
                raise refusal("long", line, limit=LONGEST)
            return Leaf(event.value.strip(), line, event.style in ("'", '"'))
        if isinstance(event, yaml.SequenceStartEvent):
            return Row(tuple(self._items(depth)), line)
        return self._table(line, depth)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _table(self, line: int, depth: int) -> Table:
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Leaf):
                raise refusal("key", key.line)
            if key.text in values:
                raise refusal("twice", key.line, key=key.text, first=lines[key.text])
            lines[key.text] = key.line
            values[key.text] = self._node(next(self._events), depth + 1)
        return Table(values, lines, line)


def _distrust(event: Any, line: int, depth: int, count: int) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise refusal("alias", line)
    if event.tag is not None:
        raise refusal("tag", line)
    if depth > DEEPEST:
        raise refusal("deep", line, limit=DEEPEST)
    if count > MOST:
        raise refusal("many", line, limit=MOST)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
