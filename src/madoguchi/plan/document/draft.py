"""A sheet on its way: what its fields say, with the remarks on them."""

import re
from dataclasses import dataclass, field
from typing import Final

from madoguchi.kernel.text import join_split_words, squeeze
from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.grid import Cell
from madoguchi.plan.document.labels import Label
from madoguchi.plan.document.limits import MAX_NAME
from madoguchi.plan.document.marks import find_transfers, notes_on_words
from madoguchi.plan.document.model import Initiative, Place, ScheduleRow, Transfer
from madoguchi.plan.document.remarks import Noted
from madoguchi.plan.document.schedule import ScheduleReader
from madoguchi.plan.rules.departments import department_path, is_collective, is_incomplete

PROSE: Final = (Label.PROBLEM, Label.CONTENT, Label.GOAL)
_DEPARTMENT_SEPARATOR: Final = re.compile(r"[、，,／/;；\n]|及び|並びに")
_LIST_SIGNS: Final = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")


@dataclass(slots=True)
class SheetDraft:
    """``take`` reads a field's value; ``freeze`` gives the finished sheet."""

    theme: int
    number: int
    line: int | None
    sheet: str
    noted: list[Noted]
    schedule: ScheduleReader
    name: str = ""
    departments: list[str] = field(default_factory=list)
    prose: dict[Label, list[str]] = field(default_factory=lambda: {label: [] for label in PROSE})
    transfers: list[Transfer] = field(default_factory=list)
    seen: set[Label] = field(default_factory=set)

    @property
    def code(self) -> str:
        return f"{self.theme}-{self.number}"

    def place(self, where: str = "", line: int | None = None) -> Place:
        return Place(self.code, where, self.line if line is None else line, self.sheet)

    def note(self, code: str, place: Place, found: str, read_as: str = "") -> None:
        self.noted.append((code, place, found, read_as))

    def freeze(self, rows: tuple[ScheduleRow, ...]) -> Initiative:
        return Initiative(
            theme=self.theme,
            number=self.number,
            name=self.name,
            departments=tuple(self.departments),
            problem=tuple(self.prose[Label.PROBLEM]),
            content=tuple(self.prose[Label.CONTENT]),
            goal=tuple(self.prose[Label.GOAL]),
            rows=rows,
            transfers=tuple(self.transfers),
        )

    def take(self, label: Label, cell: Cell, place: Place) -> None:
        """Read the value of a field."""
        if label is Label.DEPARTMENTS:
            self._take_departments(cell.text, place)
            return
        lines = [line.strip() for line in cell.text.split("\n") if line.strip()]
        texts = [join_split_words(squeeze(line)) for line in lines]
        for code, found, read_as in (note for line in lines for note in notes_on_words(line)):
            self.note(code, place, found, read_as)
        if label is Label.NAME:
            self._take_name("".join(texts), place)
            return
        numbered = [text for text in texts if text[0] in _LIST_SIGNS]
        if len(numbered) > 1:
            signs = "".join(text[0] for text in numbered)
            self.note("list_in_prose", place, signs, " ⏎ ".join(numbered))
        self.prose[label] += texts
        for text in texts:
            for found, transfer in find_transfers(text):
                self.transfers.append(transfer)
                target = f"No.{transfer.theme}-{transfer.number} {transfer.name}".strip()
                self.note("transfer", place, found, f"{transfer.subject} → {target}")

    def _take_name(self, name: str, place: Place) -> None:
        if len(name) > MAX_NAME:
            raise PlanUnreadable("text_too_long", place, limit=MAX_NAME, found=name[:30])
        if self.name and name and self.name != name:
            self.note("name_differs", place, self.name, name)
        self.name = name or self.name

    def _take_departments(self, text: str, place: Place) -> None:
        previous: tuple[str, ...] = ()
        for part in _DEPARTMENT_SEPARATOR.split(text):
            written = join_split_words(squeeze(part))
            if not written:
                continue
            if len(written) > MAX_NAME:
                raise PlanUnreadable("text_too_long", place, limit=MAX_NAME, found=written[:30])
            if written != squeeze(part):
                self.note("blanks_in_words", place, squeeze(part), written)
            path = department_path(written, previous)
            if is_collective(written):
                self.note("department_collective", place, written)
            elif is_incomplete(written):
                self.note("department_incomplete", place, written, " › ".join(path))
            previous = path
            self.departments.append(written)
