"""Remarks on their way: gathered sheet by sheet, numbered at the end in document order."""

from collections.abc import Iterable

from madoguchi.plan.document.errors import PlanUnreadable
from madoguchi.plan.document.grid import Notice
from madoguchi.plan.document.limits import MAX_REMARKS
from madoguchi.plan.document.model import Place, Remark

type Noted = tuple[str, Place, str, str]


class Remarks:
    """Sections in document order; each may still grow after the next one has begun."""

    def __init__(self) -> None:
        self._sections: list[list[Noted]] = [[]]
        self._added = 0

    def section(self) -> list[Noted]:
        """Begin a section, and give it to whoever fills it."""
        self._sections.append([])
        return self._sections[-1]

    def add(self, code: str, place: Place, found: str, read_as: str = "") -> None:
        self._added += 1
        if self._added > MAX_REMARKS:
            raise PlanUnreadable("too_many_remarks", place, limit=MAX_REMARKS)
        self._sections[-1].append((code, place, found, read_as))

    def add_notice(self, notice: Notice) -> None:
        self.add(
            notice.code, Place(line=notice.line, sheet=notice.sheet), notice.found, notice.read_as
        )

    def numbered(self) -> tuple[Remark, ...]:
        return number(noted for section in self._sections for noted in section)


def number(noted: Iterable[Noted]) -> tuple[Remark, ...]:
    return tuple(
        Remark(index, code, place, found, read_as)
        for index, (code, place, found, read_as) in enumerate(noted, start=1)
    )
