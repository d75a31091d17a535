"""The plan in the site's search: in which field (どの欄) of which sheet words are found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madoguchi.blocks.identity.service import department_names
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.registries import SearchHit
from madoguchi.kernel.text import excerpt, fold
from madoguchi.plan.models import (
    Initiative,
    InitiativeDepartment,
    Milestone,
    PlanItem,
    Report,
    ResultItem,
    Transfer,
)
from madoguchi.plan.queries.years import published_years, short_label

EXCERPT_WIDTH = 80
MOST_TERMS = 8
"""Of a pasted page only the first words are looked for."""


class Weight(IntEnum):
    """Where a hit is worth more; lower comes first."""

    NUMBER = 0
    NAME = 1
    DEPARTMENT = 2
    SCHEDULE = 3
    PROSE = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a sheet, found by the public once the year ``published_with`` is published.

    What no year can publish, since its report is not accepted, is not ``is_final``.
    """

    label: str
    text: str
    weight: Weight
    fiscal_year: int | None = None
    published_with: int | None = None
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class SearchedSheet:
    """A sheet with every searched field, in the order of the sheet."""

    initiative: Initiative
    parts: tuple[Part, ...]
    charges: tuple[tuple[int, str], ...]
    """The departments in charge: primary key and the words of the sheet."""

    def key(self) -> str:
        """What ``Initiative.search_text`` should be: the key of each part, one a line."""
        return "\n".join(fold(part.text) for part in self.parts)

    def keys(self) -> list[str]:
        """The key of each part, as stored; made anew where what is stored is out of step."""
        stored = self.initiative.search_text.split("\n")
        return stored if len(stored) == len(self.parts) else self.key().split("\n")


def searched_sheets(initiatives: QuerySet[Initiative]) -> list[SearchedSheet]:
    """These initiatives as search sees them. Six queries."""
    found = list(initiatives.select_related("theme__plan"))
    ids = [initiative.pk for initiative in found]
    charges: dict[int, list[tuple[int, str]]] = {}
    for pk, department, written_as in (
        InitiativeDepartment.objects.filter(initiative__in=ids)
        .order_by("position")
        .values_list("initiative_id", "department_id", "written_as")
    ):
        charges.setdefault(pk, []).append((department, written_as))
    transfers, schedule, milestones = _transfers(ids), _schedule(ids), _milestones(ids)
    number, name, theme = _("Number"), _("Initiative's name"), _("Theme")
    in_charge, goal = _("Departments in charge"), _("Goal")
    problem, content = _("Present state and problem"), _("What will be done")
    return [
        SearchedSheet(
            initiative,
            parts=(
                Part(number, f"No.{code_of(initiative)}", Weight.NUMBER),
                Part(name, initiative.name, Weight.NAME),
                Part(theme, initiative.theme.name, Weight.PROSE),
                *(
                    Part(in_charge, written_as, Weight.DEPARTMENT)
                    for _department, written_as in charges.get(initiative.pk, ())
                ),
                Part(problem, initiative.problem, Weight.PROSE),
                Part(content, initiative.content, Weight.PROSE),
                *transfers.get(initiative.pk, ()),
                Part(goal, initiative.goal, Weight.PROSE),
                *schedule.get(initiative.pk, ()),
                *milestones.get(initiative.pk, ()),
            ),
            charges=tuple(charges.get(initiative.pk, ())),
        )
        for initiative in found
    ]


def _transfers(ids: Sequence[int]) -> dict[int, list[Part]]:
    label = _("Moved parts")
    found: dict[int, list[Part]] = {}
    for pk, subject, name in (
        Transfer.objects.filter(initiative__in=ids)
        .order_by("position")
        .values_list("initiative_id", "subject", "name")
    ):
        found.setdefault(pk, []).append(Part(label, f"{subject} {name}", Weight.PROSE))
    return found


def _schedule(ids: Sequence[int]) -> dict[int, list[Part]]:
    """Year by year the plan and then the result. Two queries."""
    planned, done = pgettext("schedule", "Plan"), pgettext("schedule", "Result")
    found: dict[int, list[Part]] = {}
    for pk, year, text in (
        PlanItem.objects.filter(row__initiative__in=ids)
        .order_by("position")
        .values_list("row__initiative_id", "row__fiscal_year", "text")
    ):
        found.setdefault(pk, []).append(Part(planned, text, Weight.SCHEDULE, year))
    for pk, year, text, status in (
        ResultItem.objects.filter(report__row__initiative__in=ids)
        .order_by("position")
        .values_list(
            "report__row__initiative_id", "report__row__fiscal_year", "text", "report__status"
        )
    ):
        is_final = status == Report.Status.ACCEPTED
        part = Part(done, text, Weight.SCHEDULE, year, published_with=year, is_final=is_final)
        found.setdefault(pk, []).append(part)
    for parts in found.values():
        parts.sort(key=lambda part: part.fiscal_year or 0)  # within a year, plans came first
    return found


def _milestones(ids: Sequence[int]) -> dict[int, list[Part]]:
    label = _("Milestones")
    found: dict[int, list[Part]] = {}
    for pk, on, text in (
        Milestone.objects.filter(initiative__in=ids)
        .order_by("on", "id")
        .values_list("initiative_id", "on", "text")
    ):
        year = fiscal.fiscal_year_of(on)
        found.setdefault(pk, []).append(Part(label, text, Weight.SCHEDULE, published_with=year))
    return found


def code_of(initiative: Initiative) -> str:
    """``1-12``, as people say it."""
    return f"{initiative.theme.number}-{initiative.number}"


def terms_of(query: str) -> list[str]:
    """The words of a query, each of which must be found; era years with a blank stay whole."""
    words = query.replace("\u3000", " ").split()
    return [word for word in words[:MOST_TERMS] if fold(word)]


def search_plan(query: str, limit: int) -> Sequence[SearchHit]:
    """Sheets of public plans in which every word of the query is found, best first.

    What stands in results that are not published yet is not found. Constant number of queries.
    """
    terms = terms_of(query)
    if not terms:
        return []
    renamed = _departments_called(terms)
    candidates = Initiative.objects.filter(theme__plan__is_public=True)
    for term in terms:
        wanted = Q(search_text__contains=fold(term))
        if renamed.get(term):
            wanted |= Q(charges__department_id__in=renamed[term])
        candidates = candidates.filter(wanted)
    ids = set(candidates.values_list("pk", flat=True))
    if not ids:
        return []
    published = published_years()
    names_now = {pk: name for names in renamed.values() for pk, name in names.items()}
    keys = [fold(term) for term in terms]
    found = [
        hit
        for sheet in searched_sheets(Initiative.objects.filter(pk__in=ids))
        if (hit := _found(sheet, keys, published, names_now))
    ]
    found.sort(key=lambda hit: hit.order)
    return [_shown(hit, terms) for hit in found[:limit]]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A sheet in which every word was found; ``parts`` are where, the ``best`` is quoted."""

    order: tuple[int, ...]
    initiative: Initiative
    parts: tuple[Part, ...]
    best: Part


def _departments_called(terms: Sequence[str]) -> dict[str, dict[int, str]]:
    """For each term, the departments in charge of something that bear it in today's name."""
    ids = set(InitiativeDepartment.objects.values_list("department_id", flat=True).distinct())
    names = department_names(ids, on=clock.today()) if ids else {}
    keys = {pk: fold(name) for pk, name in names.items()}
    return {
        term: {pk: names[pk] for pk, key in keys.items() if fold(term) in key} for term in terms
    }


def _found(
    sheet: SearchedSheet,
    terms: Sequence[str],
    published: frozenset[tuple[int, int]],
    names_now: dict[int, str],
) -> _Hit | None:
    """Where the keys ``terms`` stand in what the public may read of a sheet."""
    initiative = sheet.initiative
    plan = initiative.theme.plan
    hits: list[tuple[Part, int]] = []
    missing = set(terms)
    for part, key in (
        *zip(sheet.parts, sheet.keys(), strict=True),
        *_names_today(sheet, names_now),
    ):
        inside = {term for term in terms if term in key}
        if not inside or not _is_public(part, plan.pk, published):
            continue
        missing -= inside
        hits.append((part, len(inside)))
    if missing or not hits:
        return None
    return _Hit(
        order=(
            min(part.weight for part, _count in hits),
            -plan.first_year,
            -len(hits),
            initiative.theme.number,
            initiative.number,
        ),
        initiative=initiative,
        parts=tuple(part for part, _count in hits),
        best=min(hits, key=lambda hit: (-hit[1], hit[0].weight))[0],
    )


def _is_public(part: Part, plan: int, published: frozenset[tuple[int, int]]) -> bool:
    if part.published_with is None:
        return True
    return part.is_final and (plan, part.published_with) in published


def _shown(hit: _Hit, terms: Sequence[str]) -> SearchHit:
    initiative = hit.initiative
    plan = initiative.theme.plan
    return SearchHit(
        title=f"No.{code_of(initiative)} {initiative.name}",
        url=reverse("plan:sheet", args=[plan.slug, initiative.theme.number, initiative.number]),
        kind=plan.title,
        excerpt=excerpt(hit.best.text, terms, EXCERPT_WIDTH),
        where=_where(hit.parts),
    )


def _where(found: Iterable[Part]) -> str:
    """The names of the fields, the schedule with its years: ``目標、結果（H27、R元）``."""
    comma = pgettext("between names of fields", ", ")
    years: dict[str, list[str]] = {}
    for part in found:
        of_label = years.setdefault(part.label, [])
        if part.fiscal_year is not None:
            of_label.append(short_label(part.fiscal_year))
    return comma.join(
        f"{label}（{comma.join(dict.fromkeys(each))}）" if each else label
        for label, each in years.items()
    )


def _names_today(sheet: SearchedSheet, names_now: dict[int, str]) -> Iterator[tuple[Part, str]]:
    """Departments that are called otherwise today, with the keys of their names."""
    for department, written_as in sheet.charges:
        name = names_now.get(department)
        if name and name != written_as:
            label = _("Departments in charge (today's name)")
            yield Part(label, name, Weight.DEPARTMENT), fold(name)
