"""How the plan's states, verdicts and figures look: ``{% load plan %}``."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import (
    get_language,
    gettext,
    ngettext,
    override,
    pgettext,
    pgettext_lazy,
)
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from madoguchi.kernel import fiscal
from madoguchi.kernel.money import thousands
from madoguchi.kernel.pages.templatetags.components import status_tag
from madoguchi.kernel.pages.templatetags.icons import PATHS
from madoguchi.plan.document.model import Outcome
from madoguchi.plan.forms.public import STANDINGS
from madoguchi.plan.queries.public import Cell
from madoguchi.plan.queries.years import short_label
from madoguchi.plan.rules.comparison import Match, Slips, Verdict
from madoguchi.plan.rules.progress import Standing, YearProgress
from madoguchi.plan.rules.timeline import Lane, draw, runs

register = template.Library()

CELLS: dict[YearProgress, tuple[str, StrOrPromise, StrOrPromise]] = {
    YearProgress.PLANNED: (
        "clock",
        pgettext_lazy("year of an initiative", "Planned"),
        _("planned; its result is not published yet"),
    ),
    YearProgress.DONE: (
        "progress",
        pgettext_lazy("year of an initiative", "Done"),
        _("a result is reported"),
    ),
    YearProgress.FINISHED: (
        "success",
        pgettext_lazy("year of an initiative", "Finished"),
        _("the initiative was finished in this year"),
    ),
    YearProgress.CARRIED_OVER: (
        "moved",
        pgettext_lazy("year of an initiative", "Carried over"),
        _("the initiative goes on in the next plan"),
    ),
    YearProgress.UNREPORTED: (
        "neutral",
        pgettext_lazy("year of an initiative", "No result"),
        _("planned, but no result is written"),
    ),
}
"""Icon, word and meaning of a year; a year with nothing has a dash."""

STANDING_ICONS = {
    Standing.NOT_STARTED: "clock",
    Standing.UNDER_WAY: "progress",
    Standing.FINISHED: "success",
    Standing.CARRIED_OVER: "moved",
}

VERDICTS: dict[Verdict, tuple[str, StrOrPromise, StrOrPromise]] = {
    Verdict.AS_PLANNED: ("success", _("As planned"), _("done in the year it was planned for")),
    Verdict.EARLIER: ("success", _("Earlier"), _("done before the year it was planned for")),
    Verdict.LATER: ("warning", _("Later"), _("done after the year it was planned for")),
    Verdict.DROPPED: ("neutral", _("No result found"), _("no result is written that answers it")),
    Verdict.CARRIED_OVER: (
        "moved",
        _("Goes on"),
        _("the next plan or a ↓ carries it on, and no single result answers it"),
    ),
    Verdict.CONDITIONAL: (
        "neutral",
        _("Conditional"),
        _("planned in brackets, depending on something else"),
    ),
    Verdict.OPEN: ("clock", _("Still open"), _("its result is not published yet")),
    Verdict.ADDED: ("info", _("Added"), _("done without standing in the plan")),
}
"""Icon, word and meaning of each verdict, in the order of pages."""


@register.simple_tag
def matrix_icons() -> SafeString:
    """The drawings of the matrix, once a page; ``year_cell`` refers to them."""
    symbols = "".join(
        format_html(
            '<symbol id="p-{}" viewBox="0 0 24 24"><path d="{}"/></symbol>',
            progress.value,
            PATHS[icon],
        )
        for progress, (icon, _word, _meaning) in CELLS.items()
    )
    return format_html(
        '<svg class="p-symbols" aria-hidden="true" focusable="false">{}</svg>',
        SafeString(symbols),
    )


@register.simple_tag
def year_cell(cell: Cell) -> SafeString:
    """A year of an initiative: icon and word."""
    return _cell(cell.progress, get_language())


@cache  # a matrix has hundreds of them, in six sorts
def _cell(progress: YearProgress, language: str | None) -> SafeString:
    with override(language):
        if progress not in CELLS:
            return format_html(
                '<span class="p-cell p-cell--nothing"><span aria-hidden="true">–</span>'
                '<span class="u-hidden">{}</span></span>',
                gettext("nothing planned"),
            )
        return format_html(
            '<span class="p-cell p-cell--{0}"><svg class="m-icon" aria-hidden="true">'
            '<use href="#p-{0}"/></svg>{1}</span>',
            progress.value,
            CELLS[progress][1],
        )


@register.inclusion_tag("plan/parts/legend.html")
def matrix_legend() -> dict[str, Any]:
    """What the words of the matrix mean."""
    return {
        "entries": [
            (_cell(progress, get_language()), meaning)
            for progress, (_icon, _word, meaning) in CELLS.items()
        ]
    }


@register.simple_tag
def standing_tag(standing: Standing) -> SafeString:
    return status_tag(STANDING_ICONS[standing], str(STANDINGS[standing]))


@register.simple_tag
def outcome_mark(outcome: Outcome) -> SafeString:
    """The boxed words that end an initiative, as on paper."""
    words = {
        Outcome.FINISHED: gettext("Initiative finished"),
        Outcome.CARRIED_OVER: gettext("Goes on in the next plan"),
    }
    return format_html('<strong class="p-outcome">{}</strong>', words[outcome])


@register.simple_tag
def verdict_tag(match: Match) -> SafeString:
    """What became of an item, with the years of a slip and whether the office said so."""
    kind, word, meaning = VERDICTS[match.verdict]
    label = f"{word}{_shift(match)}"
    title = str(meaning)
    if match.is_override:
        title = gettext("%(meaning)s (decided by the plan office)") % {"meaning": title}
    return format_html(
        '<span class="p-verdict" title="{}">{}</span>', title, status_tag(kind, label, plain=True)
    )


def _shift(match: Match) -> str:
    if not match.shift:
        return ""
    return ngettext(" (by %(years)d year)", " (by %(years)d years)", abs(match.shift)) % {
        "years": abs(match.shift)
    }


@register.inclusion_tag("plan/parts/verdicts.html")
def verdict_counts(slips: Slips) -> dict[str, Any]:
    """How many items got which verdict, those that occur."""
    return {
        "entries": [
            (status_tag(kind, str(word), plain=True), slips.count(verdict), meaning)
            for verdict, (kind, word, meaning) in VERDICTS.items()
            if slips.count(verdict)
        ],
        "slips": slips,
    }


@register.simple_tag
def verdict_heads() -> list[tuple[str, SafeString, StrOrPromise]]:
    """Code, tag and meaning of the verdicts, as the columns of a table."""
    return [
        (verdict.value, status_tag(kind, str(word), plain=True), meaning)
        for verdict, (kind, word, meaning) in VERDICTS.items()
    ]


@register.filter
def verdict_cells(slips: Slips) -> list[int]:
    """The counts of ``slips`` in the order of ``verdict_heads``."""
    return [slips.count(verdict) for verdict in VERDICTS]


@register.filter
def short_year(year: int) -> SafeString:
    """``R元``, for the head of a narrow column; in full for machines and on hover."""
    words = year_words(year)
    return format_html('<data value="{}" title="{}">{}</data>', year, words, short_label(year))


@register.filter
def year_mark(year: int) -> str:
    """``R元`` as plain text: for attributes and drawings."""
    return short_label(year)


@register.filter
def year_words(year: int) -> str:
    """``令和元年度（2019年度）``, or ``FY2019``, as plain text."""
    if (get_language() or "").startswith("ja"):
        return f"{fiscal.label(year)}（{fiscal.label(year, 'western')}）"
    return f"FY{year}"


@register.filter
def amount(value: int | None) -> str:
    """``1,234``, or a dash where nothing was reported."""
    return "–" if value is None else thousands(value)


@register.simple_tag
def timeline_chart(
    lanes: Sequence[Lane], years: Sequence[int], title: str, level: int = 2
) -> SafeString:
    """The chart of plan against result with its sentence and table; nothing without lanes."""
    if not any(lane.planned or lane.done for lane in lanes):
        return SafeString("")
    return SafeString(
        render_to_string(
            "plan/parts/timeline.html",
            {
                "timeline": draw(lanes, years),
                "title": title,
                "level": level,
                "sentence": _timeline_sentence(lanes),
                "heads": [
                    pgettext("chart", "What"),
                    gettext("Planned for"),
                    gettext("Result in"),
                    gettext("End"),
                ],
                "rows": [
                    (lane.label, _years(lane.planned), _years(lane.done), lane.end_label or "–")
                    for lane in lanes
                ],
            },
        )
    )


def _years(years: frozenset[int]) -> str:
    spans = [
        short_label(first) if first == last else f"{short_label(first)}–{short_label(last)}"
        for first, last in runs(years)
    ]
    return pgettext("between names of fields", ", ").join(spans) or "–"


def _timeline_sentence(lanes: Sequence[Lane]) -> str:
    answered = sum(bool(lane.done) for lane in lanes)
    if not answered:
        return gettext("No result is published yet.")
    in_time = sum(bool(lane.done) and lane.done <= lane.planned for lane in lanes)
    return gettext(
        "Of %(count)d lines %(answered)d have a result; in %(in_time)d of them"
        " every result falls into a planned year."
    ) % {"count": len(lanes), "answered": answered, "in_time": in_time}
