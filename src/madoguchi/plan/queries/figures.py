"""Figures of result lines: what they are worth now, and how a line is shown with them.

Live figures are measured once a call for each (code, fiscal year), however many lines name them.
"""

import logging
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import DatabaseError
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from madoguchi.kernel import clock, evidence
from madoguchi.plan.models import FrozenFigure, Milestone, Report
from madoguchi.plan.rules import figures

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure as it is at one moment."""

    code: str
    label: str
    unit: str
    value: Decimal
    rows: tuple[evidence.EvidenceRow, ...]
    source_url: str
    measured_at: datetime

    @property
    def text(self) -> str:
        """``12,300人``; a milestone as ``what happened（date）``."""
        return _text(self.code, self.label, self.unit, self.value, self.rows)


@dataclass(frozen=True, slots=True)
class ShownSegment:
    """A piece of a result line as people read it.

    Words have neither ``code`` nor ``url``. A figure links to its records (``url``); one that was
    corrected has the value before (``was``) and when the correction was made
    (``corrected_at``). ``is_unknown`` marks a reference that leads nowhere, shown as written.
    """

    text: str
    code: str = ""
    url: str = ""
    label: str = ""
    measured_at: datetime | None = None
    is_frozen: bool = False
    was: str = ""
    was_url: str = ""
    corrected_at: datetime | None = None
    is_unknown: bool = False


class LiveFigures:
    """Reads figures as they are now, each once. ``lines`` tells which milestones to fetch."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._milestones = milestones_of(lines)
        self._read: dict[tuple[str, int], Reading | None] = {}
        self._shared: dict[Hashable, Any] = {}

    def read(self, code: str, fiscal_year: int) -> Reading | None:
        """The figure's present value, or None where there is no such figure."""
        key = (code, fiscal_year)
        if key not in self._read:
            self._read[key] = self._measure(code, fiscal_year)
        return self._read[key]

    def _measure(self, code: str, fiscal_year: int) -> Reading | None:
        if (milestone := figures.Figure(code).milestone) is not None:
            found = self._milestones.get(milestone)
            return _of_milestone(found) if found else None
        with evidence.measuring_together(self._shared):
            return measure(code, fiscal_year)


def measure(code: str, fiscal_year: int) -> Reading | None:
    """An indicator's present value, or None where no indicator has that code.

    None too where the app that measures it fails: pages show the rest, the log has the error,
    and a year cannot be closed with it.
    """
    try:
        measured = evidence.measure(code, fiscal_year)
    except evidence.UnknownIndicator:
        return None
    except DatabaseError:
        raise  # the transaction cannot go on
    except Exception:  # whatever a service's own code may raise
        logger.exception("indicator %s cannot be measured for %s", code, fiscal_year)
        return None
    indicator = evidence.indicators[code]
    return Reading(
        code=code,
        label=str(indicator.label),
        unit=str(indicator.unit),
        value=Decimal(measured.value),
        rows=measured.rows,
        source_url=measured.source_url,
        measured_at=clock.now(),
    )


def milestones_of(lines: Iterable[str]) -> dict[int, Milestone]:
    """The milestones that lines refer to. One query."""
    wanted = {
        number
        for code in figures.codes(lines)
        if (number := figures.Figure(code).milestone) is not None
    }
    return Milestone.objects.in_bulk(wanted) if wanted else {}


def known_codes(initiative: int, lines: Iterable[str]) -> frozenset[str]:
    """What these lines of an initiative may refer to: indicators, and its own milestones."""
    own = (
        f"m:{pk}" for pk, found in milestones_of(lines).items() if found.initiative_id == initiative
    )
    return frozenset(indicator.code for indicator in evidence.indicators) | frozenset(own)


def shown_lines(reports: Iterable[Report]) -> dict[int, tuple[ShownSegment, ...]]:
    """Each result item (by primary key) as people read it: frozen figures, else live ones.

    Prefetch ``items`` and select ``row``; two queries besides, and those of the live measures.
    """
    wanted = list(reports)
    texts = [item.text for report in wanted for item in report.items.all()]
    if not any("{" in text for text in texts):
        return {item.pk: _words(item.text) for report in wanted for item in report.items.all()}
    frozen = frozen_figures([report.pk for report in wanted])
    live = LiveFigures(texts)
    return {
        item.pk: tuple(
            _shown(piece, frozen.get(report.pk, {}), live, report.row.fiscal_year)
            for piece in figures.parse(item.text)
        )
        for report in wanted
        for item in report.items.all()
    }


def preview(lines: Sequence[str], fiscal_year: int) -> list[tuple[ShownSegment, ...]]:
    """Lines that are not stored yet, with live figures."""
    live = LiveFigures(lines)
    return [
        tuple(_shown(piece, {}, live, fiscal_year) for piece in figures.parse(line))
        for line in lines
    ]


def frozen_figures(reports: Iterable[int]) -> dict[int, dict[str, list[FrozenFigure]]]:
    """By report and code, the entry frozen at closing followed by its corrections. One query."""
    found: dict[int, dict[str, list[FrozenFigure]]] = {}
    for entry in FrozenFigure.objects.filter(report_id__in=list(reports)).order_by("pk"):
        found.setdefault(entry.report_id, {}).setdefault(entry.code, []).append(entry)
    return found


def figure_text(figure: FrozenFigure) -> str:
    """A frozen figure as people read it."""
    return _text(figure.code, figure.label, figure.unit, figure.value, frozen_rows(figure))


def frozen_rows(figure: FrozenFigure) -> tuple[evidence.EvidenceRow, ...]:
    """What was counted when the figure was frozen."""
    return tuple(
        evidence.EvidenceRow(
            text=row["text"],
            url=row["url"],
            on=date.fromisoformat(row["on"]) if row["on"] else None,
        )
        for row in figure.rows
    )


def is_intact(figure: FrozenFigure) -> bool:
    """Whether the stored figure still has the digest of its freezing. Select ``report__row``."""
    return figure.digest == evidence.digest(
        figure.code,
        figure.report.row.fiscal_year,
        figure.value,
        figure.unit,
        frozen_rows(figure),
        figure.measured_at,
    )


def live_url(code: str, fiscal_year: int) -> str:
    """Where the records behind a figure can be seen while it is live."""
    milestone = figures.Figure(code).milestone
    if milestone is not None:
        return reverse("plan:milestone", args=[milestone])
    return reverse("plan:evidence", args=[code, fiscal_year])


def _words(text: str) -> tuple[ShownSegment, ...]:
    return tuple(
        ShownSegment(piece.text)
        for piece in figures.parse(text)
        if isinstance(piece, figures.Words)
    )


def _shown(
    piece: figures.Segment,
    frozen: dict[str, list[FrozenFigure]],
    live: LiveFigures,
    fiscal_year: int,
) -> ShownSegment:
    if isinstance(piece, figures.Words):
        return ShownSegment(piece.text)
    if chain := frozen.get(piece.code):
        return _frozen_segment(chain)
    reading = live.read(piece.code, fiscal_year)
    if reading is None:
        return ShownSegment(f"{{{piece.code}}}", code=piece.code, is_unknown=True)
    return ShownSegment(
        reading.text,
        code=reading.code,
        url=live_url(piece.code, fiscal_year),
        label=reading.label,
        measured_at=reading.measured_at,
    )


def _frozen_segment(chain: list[FrozenFigure]) -> ShownSegment:
    first, last = chain[0], chain[-1]
    is_corrected = len(chain) > 1
    return ShownSegment(
        figure_text(last),
        code=last.code,
        url=_figure_url(last),
        label=last.label,
        measured_at=last.measured_at,
        is_frozen=True,
        was=figure_text(first) if is_corrected else "",
        was_url=_figure_url(first) if is_corrected else "",
        corrected_at=last.measured_at if is_corrected else None,
    )


def _figure_url(figure: FrozenFigure) -> str:
    return reverse("plan:figure", args=[figure.public_id])


def _of_milestone(milestone: Milestone) -> Reading:
    return Reading(
        code=f"m:{milestone.pk}",
        label=milestone.text,
        unit="",
        value=Decimal(1),
        rows=(evidence.EvidenceRow(milestone.text, milestone.link, milestone.on),),
        source_url=reverse("plan:milestone", args=[milestone.pk]),
        measured_at=clock.now(),
    )


def _text(
    code: str,
    label: str,
    unit: str,
    value: Decimal,
    rows: Sequence[evidence.EvidenceRow],
) -> str:
    if figures.Figure(code).milestone is None:
        return figures.with_unit(value, unit)
    on = rows[0].on if rows else None
    if on is None:
        return label
    return _("%(what)s (%(date)s)") % {"what": label, "date": date_format(on, "DATE_FORMAT")}
