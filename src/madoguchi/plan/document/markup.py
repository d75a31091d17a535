"""Markdown with pipe tables and inline HTML, to lines and grids.

The tags inside a cell are read by the standard library's parser, which takes ``20<30`` for what
it is; a whole HTML table among the Markdown goes to ``hypertext``.
"""

import html
import re
from html.parser import HTMLParser
from typing import Final

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.grid import Block, Cell, Grid, Notice, Row, TextLine, plain
from madoguchi.plan.document.hypertext import TextBuilder, read_html
from madoguchi.plan.document.limits import MAX_CELL_TEXT
from madoguchi.plan.document.marks import outcome_of


class _InlineParser(HTMLParser):
    """The tags inside a Markdown cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TextBuilder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 # the parser's interface
        self.builder.start(tag)

    def handle_endtag(self, tag: str) -> None:
        self.builder.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 # the parser's interface
        self.builder.start(tag)
        if tag not in ("br", "hr"):
            self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)

    def handle_comment(self, data: str) -> None:
        if data.strip():
            self.builder.removed.append(f"<!--{data}-->")


_MOST_TAGS: Final = 1_000
"""In one cell; the standard library's parser takes long over thousands that never close."""


def inline_cell(raw: str) -> Cell:
    """A cell of a pipe table: inline HTML, Markdown's bold and its escapes."""
    raw = raw.strip()
    if len(raw) > MAX_CELL_TEXT:
        raise PlanUnreadable("text_too_long", limit=MAX_CELL_TEXT, found=raw[:30])
    if raw.count("<") > _MOST_TAGS:
        raise PlanUnreadable("nested_too_deeply")
    if "<" not in raw and "&" not in raw and "*" not in raw and "\\" not in raw:
        return plain(raw)
    removed: tuple[str, ...] = ()
    if "<" not in raw:
        text = html.unescape(raw)
    else:
        parser = _InlineParser()
        parser.feed(raw)
        parser.close()
        text, removed = parser.builder.lines, tuple(parser.builder.removed)
    return Cell(text=_unescape(_unbold(text)).strip(), raw=raw, removed=removed)


def _unbold(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        return f"\n{match[1]}\n" if outcome_of(match[1]) is not None else match[1]

    return re.sub(r"\*\*(?!\s)([^*\n]+?)(?<!\s)\*\*", replace, text)


def _unescape(text: str) -> str:
    return re.sub(r"\\([\\|*_`<>\[\]{}()#+.!~-])", r"\1", text)


# --- Markdown -----------------------------------------------------------------------------

_DELIMITER: Final = re.compile(r"\|?:?-+:?(?:\|:?-+:?)*\|?")
_PIPE: Final = re.compile(r"(?<!\\)(?:\\\\)*\|")
_HTML_TABLE: Final = re.compile(r"<table\b", re.IGNORECASE)
_HTML_TABLE_END: Final = re.compile(r"</table\s*>", re.IGNORECASE)
_HEADING: Final = re.compile(r"#{1,6}(?!#)")


def read_markdown(text: str) -> list[Block]:
    """Lines and pipe tables, and any HTML table that stands among them."""
    return _MarkdownReader(text.split("\n")).read()


class _MarkdownReader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.blocks: list[Block] = []

    def read(self) -> list[Block]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if _HTML_TABLE.search(line):
                self._html_table()
            elif self._is_table_row(self.at):
                self._pipe_table()
            else:
                self._text(line)
                self.at += 1
        return self.blocks

    def _is_table_row(self, at: int) -> bool:
        line = self.lines[at]
        if line.lstrip().startswith("|"):
            return True
        following = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        return bool(_PIPE.search(line) and "|" in following and _is_delimiter(following))

    def _html_table(self) -> None:
        start = self.at
        while self.at < len(self.lines) and not _HTML_TABLE_END.search(self.lines[self.at]):
            self.at += 1
        self.at += 1
        self.blocks += read_html("\n".join(self.lines[start : self.at]), first_line=start + 1)

    def _text(self, line: str) -> None:
        stripped = line.strip()
        heading = _HEADING.match(stripped)
        cell = inline_cell(stripped.strip("#").strip() if heading else stripped)
        if cell.is_empty:
            return
        title = bool(heading and len(heading[0]) == 1)
        for part in cell.text.split("\n") or [""]:
            self.blocks.append(TextLine(part.strip(), self.at + 1, title))
        self._removed(cell, self.at + 1)

    def _removed(self, cell: Cell, line: int) -> None:
        for found in cell.removed:
            self.blocks.append(Notice("markup_removed", found, line=line))

    def _pipe_table(self) -> None:
        rows: list[Row] = []
        while self.at < len(self.lines) and "|" in self.lines[self.at]:
            number, line = self.at + 1, self._whole_row()
            if not _is_delimiter(line):
                rows.append(Row(tuple(map(inline_cell, split_pipes(line))), number))
            self.at += 1
        self.blocks.append(Grid(tuple(rows)))

    def _whole_row(self) -> str:
        """The row at hand, with the lines that an editor broke off it."""
        line = self.lines[self.at]
        if not line.lstrip().startswith("|") or line.rstrip().endswith("|"):
            return line
        for ahead in range(self.at + 1, min(self.at + 40, len(self.lines))):
            following = self.lines[ahead]
            if not following.strip() or following.lstrip().startswith("|"):
                return line
            if following.rstrip().endswith("|"):
                whole = "<br>".join(part.strip() for part in self.lines[self.at : ahead + 1])
                self.blocks.append(Notice("row_broken", whole, line=self.at + 1))
                self.at = ahead
                return whole
        return line


def _is_delimiter(line: str) -> bool:
    return _DELIMITER.fullmatch("".join(line.split())) is not None


def split_pipes(line: str) -> list[str]:
    """The cells of a pipe row; ``\\|`` is a pipe in a cell."""
    inner = line.strip()
    inner = inner.removeprefix("|")
    cells, start = [], 0
    for pipe in _PIPE.finditer(inner):
        cells.append(inner[start : pipe.end() - 1])
        start = pipe.end()
    rest = inner[start:]
    return [*cells, rest] if rest.strip() else cells
