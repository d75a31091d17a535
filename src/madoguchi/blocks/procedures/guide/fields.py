"""Reading the fields of a table of the rule file: each taken once, every slip remarked upon."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Final

from madoguchi.blocks.procedures.guide.model import NO_TEXT, Level, Remark, Text
from madoguchi.blocks.procedures.guide.tree import Leaf, Node, Row, Table

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
FORM: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")
LINK: Final = re.compile(r"https://[^\s<>\"']{3,500}")
RESERVED: Final = frozenset({"any", "all", "not", "yes", "no", "none"})


class Remarks:
    """What is wrong with the file, gathered as it is read."""

    def __init__(self) -> None:
        self.found: list[Remark] = []

    def add(self, code: str, place: str, line: int, /, **values: object) -> None:
        self.found.append(Remark(Level.ERROR, code, place, line, values))


class Fields:
    """One table. Whatever was not taken when `close` is called is unknown to the format."""

    def __init__(self, node: Node | None, place: str, remarks: Remarks, line: int = 0) -> None:
        self.place = place
        self.remarks = remarks
        self.line = node.line if node is not None else line
        self._left: dict[str, Node] = {}
        self._lines: dict[str, int] = {}
        if isinstance(node, Table):
            self._left = dict(node.values)
            self._lines = dict(node.lines)
        elif node is not None and not _is_nothing(node):
            remarks.add("not_a_table", place, node.line)

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def remark(self, code: str, key: str = "", line: int = 0, /, **values: object) -> None:
        place = f"{self.place}.{key}" if key else self.place
        self.remarks.add(code, place, line or self._lines.get(key, self.line), **values)

    def take(self, key: str) -> Node | None:
        return self._left.pop(key, None)

    def text(self, key: str, *, is_required: bool = False) -> str:
        node = self.take(key)
        if isinstance(node, Leaf) and (node.text or not is_required):
            return node.text
        if node is not None and not (_is_nothing(node) and not is_required):
            self.remark("no_text", key, node.line)
        elif is_required:
            self.remark("missing", key, key=key)
        return ""

    def texts(self, key: str) -> tuple[tuple[str, int], ...]:
        """Texts of a list, with their lines."""
        node = self.take(key)
        if node is None or _is_nothing(node):
            return ()
        if not isinstance(node, Row):
            self.remark("no_list", key, node.line)
            return ()
        found = []
        for item in node.items:
            if isinstance(item, Leaf) and item.text:
                found.append((item.text, item.line))
            else:
                self.remark("no_text", key, item.line)
        return tuple(found)

    def codes(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        """Codes of a list, each known and there once."""
        found: list[str] = []
        for text, line in self.texts(key):
            if text not in known:
                self.remark("unknown_code", key, line, code=text)
            elif text in found:
                self.remark("repeated", key, line, code=text)
            else:
                found.append(text)
        return tuple(found)

    def number(self, key: str, default: int) -> int:
        line = self._lines.get(key, self.line)
        text = self.text(key)
        if not text:
            return default
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            self.remark("no_number", key, line, found=text)
            return default
        return int(text)

    def flag(self, key: str) -> bool:
        line = self._lines.get(key, self.line)
        text = self.text(key).lower()
        if text not in {"", "true", "false", "yes", "no"}:
            self.remark("no_flag", key, line, found=text)
        return text in {"true", "yes"}

    def one_of[E: StrEnum](self, key: str, kinds: type[E], default: E) -> E:
        line = self._lines.get(key, self.line)
        text = self.text(key)
        if not text:
            return default
        if text not in {kind.value for kind in kinds}:
            known = ", ".join(kind.value for kind in kinds)
            self.remark("not_one_of", key, line, found=text, known=known)
            return default
        return kinds(text)

    def table(self, key: str) -> "Fields":
        node = self.take(key)
        return Fields(node, f"{self.place}.{key}", self.remarks, self._lines.get(key, self.line))

    def entries(self, key: str) -> Iterator[tuple[str, "Fields"]]:
        """The entries of a table of tables, by their codes."""
        node = self.take(key)
        if node is None or _is_nothing(node):
            return
        if not isinstance(node, Table):
            self.remark("not_a_table", key, node.line)
            return
        for code, value in node.values.items():
            place = f"{key}.{code}"
            line = node.lines[code]
            if not CODE.fullmatch(code) or code in RESERVED:
                self.remarks.add("bad_code", place, line, code=code)
            entry = Fields(value, place, self.remarks, line)
            entry.line = line
            yield code, entry

    def close(self) -> None:
        for key in self._left:
            self.remark("unknown_key", key, key=key)


class Bilingual:
    """Texts of a table, with their English beside them in `english:`."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self.english = fields.table("english")

    def text(self, key: str, *, is_required: bool = False) -> Text:
        ja = self._fields.text(key, is_required=is_required)
        en = self.english.text(key)
        if en and not ja:
            self.english.remark("english_alone", key, key=key)
        return Text(ja, en) if ja or en else NO_TEXT

    def texts(self, key: str) -> tuple[Text, ...]:
        ja = [text for text, _line in self._fields.texts(key)]
        en = [text for text, _line in self.english.texts(key)]
        if en and len(en) != len(ja):
            self.english.remark("english_differs", key, key=key)
            en = []
        return tuple(Text(*pair) for pair in zip(ja, en or [""] * len(ja), strict=True))

    def close(self) -> None:
        self.english.close()
        self._fields.close()


def whole_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def day_number(text: str) -> int | None:
    """The ordinal of an ISO date."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


MEASURES: Final[dict[str, Callable[[str], int | None]]] = {
    "number": whole_number,
    "date": day_number,
}


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Leaf) and not node.text
