"""HTML to lines and grids, and the text of a cell that has markup in it.

lxml's parser reports the events: it closes what was left open, fetches nothing and knows no
entities but HTML's own.
"""

import re
from typing import Final

from lxml import etree

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.grid import Block, Cell, Grid, Notice, Row, TextLine
from madoguchi.plan.document.limits import MAX_CELLS
from madoguchi.plan.document.marks import outcome_of

_BREAKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt",
     "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
     "main", "nav", "ol", "p", "pre", "section", "ul"}
)  # fmt: skip
_INLINE: Final = frozenset({"span", "b", "strong", "em", "i", "u", "font", "mark", "ins"})
_REMOVED: Final = frozenset({"script", "style", "template", "object", "iframe", "noscript"})
_ORDERED_SIGNS: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_MAX_DEPTH: Final = 200
_MAX_SPAN: Final = 500


class TextBuilder:
    """Collects the text of one cell or paragraph from the events of a parser."""

    def __init__(self) -> None:
        self.text = ""
        self.raw = ""
        self.removed: list[str] = []
        self._inline: list[tuple[str, int]] = []
        self._removing: list[str] = []
        self._lists: list[int | None] = []

    def start(self, tag: str) -> None:
        if self._removing or tag in _REMOVED:
            if not self._removing:
                self.removed.append("")
            if tag in _REMOVED:
                self._removing.append(tag)
            return
        if tag in _INLINE or tag == "br":
            self.raw += f"<{tag}>"
        if tag in _BREAKS:
            self.text += "\n"
        if tag in _INLINE and len(self._inline) < _MAX_DEPTH:
            self._inline.append((tag, len(self.text)))
        if tag in ("ol", "ul"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._start_list_item()

    def end(self, tag: str) -> None:
        if self._removing:
            if tag == self._removing[-1]:
                self._removing.pop()
            return
        if tag in _INLINE:
            self.raw += f"</{tag}>"
        if tag in _BREAKS and tag != "br":
            self.text += "\n"
        if tag in ("ol", "ul") and self._lists:
            self._lists.pop()
        if tag in _INLINE and any(open_tag == tag for open_tag, _ in self._inline):
            while self._inline:
                open_tag, start = self._inline.pop()
                if open_tag == tag:
                    self._isolate_outcome(start)
                    break

    def data(self, data: str) -> None:
        if self._removing:
            self.removed[-1] += data
        else:
            text = re.sub(r"[\r\n\t]+", " ", data)
            self.text += text
            self.raw += text

    def _start_list_item(self) -> None:
        """A numbered list of HTML is written out, as ①②③ would be."""
        if not self._lists or self._lists[-1] is None:
            return
        count = self._lists[-1]
        self._lists[-1] = count + 1
        self.text += _ORDERED_SIGNS[count] if count < len(_ORDERED_SIGNS) else f"({count + 1})"

    def _isolate_outcome(self, start: int) -> None:
        """A box around 取組終了 is as good as a line of its own."""
        inside = self.text[start:]
        if outcome_of(inside) is not None:
            self.text = f"{self.text[:start]}\n{inside.strip()}\n"

    @property
    def lines(self) -> str:
        return "\n".join(filter(None, (line.strip() for line in self.text.split("\n"))))


class _Table:
    """A table on its way: cells go to the next free column, spans cover what they span."""

    def __init__(self) -> None:
        self.rows: list[dict[int, Cell]] = []
        self.lines: list[int | None] = []
        self.covered: dict[int, int] = {}
        self.size = 0

    def _grow(self, by: int) -> None:
        self.size += by
        if self.size > MAX_CELLS:
            raise PlanUnreadable("spreadsheet_too_large", limit=MAX_CELLS)

    def start_row(self, line: int | None) -> None:
        self._grow(1 + len(self.covered))
        self.rows.append({})
        self.lines.append(line)
        for column, left in list(self.covered.items()):
            self.rows[-1][column] = Cell(covered=True)
            if left <= 1:
                del self.covered[column]
            else:
                self.covered[column] = left - 1

    def add(self, cell: Cell, colspan: int, rowspan: int) -> None:
        if not self.rows:
            self.start_row(None)
        self._grow(colspan)
        row = self.rows[-1]
        column = next(index for index in range(len(row) + 1) if index not in row)
        for offset in range(colspan):
            row[column + offset] = cell if offset == 0 else Cell()
            if rowspan > 1:
                self.covered[column + offset] = rowspan - 1

    def grid(self) -> Grid:
        rows = []
        for row, line in zip(self.rows, self.lines, strict=True):
            width = max(row, default=-1) + 1
            rows.append(Row(tuple(row.get(column, Cell()) for column in range(width)), line))
        return Grid(tuple(rows))


class _HtmlTarget:
    """What lxml's parser reports to. Nested tables become text of the cell around them."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.builder = TextBuilder()
        self.table: _Table | None = None
        self.cell: tuple[int, int] | None = None
        self.depth = 0
        self.nested = 0
        self.heading = ""

    def start(self, tag: str, attrib: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise PlanUnreadable("nested_too_deeply")
        if tag == "table":
            self._start_table()
        elif self.table is not None and not self.nested and tag == "tr":
            self._end_cell()
            self.table.start_row(None)
        elif self.table is not None and not self.nested and tag in ("td", "th"):
            self._end_cell()
            self._flush()
            self.cell = (_span(attrib, "colspan"), _span(attrib, "rowspan"))
        elif tag in ("h1", "title"):
            self._flush()
            self.heading = tag
        else:
            self.builder.start("br" if self.nested and tag in ("tr", "td", "th") else tag)

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "table":
            self._end_table()
        elif tag in ("td", "th", "tr") and not self.nested:
            self._end_cell()
        elif tag in ("h1", "title"):
            self._flush()
            self.heading = ""
        else:
            self.builder.end(tag)

    def data(self, data: str) -> None:
        self.builder.data(data)

    def comment(self, data: str) -> None:
        if data.strip():
            self.builder.removed.append(f"<!--{data}-->")

    def close(self) -> list[Block]:
        self._end_cell()
        self._flush()
        return self.blocks

    def _start_table(self) -> None:
        if self.table is not None:
            self.nested += 1
            return
        self._flush()
        self.table = _Table()

    def _end_table(self) -> None:
        if self.nested:
            self.nested -= 1
            return
        self._end_cell()
        if self.table is not None:
            self._flush_removed()
            self.blocks.append(self.table.grid())
            self.table = None

    def _end_cell(self) -> None:
        if self.table is None or self.cell is None:
            return
        builder, self.builder = self.builder, TextBuilder()
        cell = Cell(builder.lines, builder.raw, removed=tuple(builder.removed))
        self.table.add(cell, *self.cell)
        self.cell = None

    def _flush(self) -> None:
        """Text outside the tables, up to here (a caption stands in the table's place)."""
        if self.cell is not None:
            return
        for line in self.builder.lines.split("\n"):
            if line:
                self.blocks.append(TextLine(line, None, bool(self.heading)))
        self._flush_removed()
        self.builder = TextBuilder()

    def _flush_removed(self) -> None:
        for found in self.builder.removed:
            if found.strip():
                self.blocks.append(Notice("markup_removed", found))
        self.builder.removed = []


def _span(attrib: dict[str, str], name: str) -> int:
    value = attrib.get(name, "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def read_html(text: str, *, first_line: int | None = None) -> list[Block]:
    """The lines and tables of an HTML document or fragment.

    ``first_line`` gives every row of a fragment the line at which the fragment begins.
    """
    parser = etree.HTMLParser(
        target=_HtmlTarget(),  # type: ignore[arg-type] # the stubs think a target may get bytes
        encoding="utf-8",
        no_network=True,
        remove_pis=True,
        huge_tree=False,
    )
    data = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode()
    if not data.strip():
        return []
    try:
        blocks: list[Block] = etree.fromstring(data, parser)  # type: ignore[assignment] # the target's close() is returned
    except etree.XMLSyntaxError as error:
        raise PlanUnreadable("no_sheet") from error
    if first_line is None:
        return blocks
    return [
        Grid(tuple(Row(row.cells, first_line) for row in block.rows), block.sheet)
        if isinstance(block, Grid)
        else block
        for block in blocks
    ]
