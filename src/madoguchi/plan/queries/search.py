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
from madoguchi.plan.models import Initiative, InitiativeDepartment
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
    """A field of a sheet, found by the public once the year ``published_with`` is published."""

    label: str
    text: str
    weight: Weight
    fiscal_year: int | None = None
    published_with: int | None = None


def with_searched_parts(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """The same initiatives with everything that ``parts`` reads; a constant number of queries."""
    return initiatives.select_related("theme__plan").prefetch_related(
        "charges",
        "transfers",
        "milestones",
        "rows__plan_items",
        "rows__report__items",
    )


def parts(initiative: Initiative) -> Iterator[Part]:
    """Every searched field of a sheet, in the order of the sheet."""
    yield Part(_("Number"), f"No.{code_of(initiative)}", Weight.NUMBER)
    yield Part(_("Initiative's name"), initiative.name, Weight.NAME)
    yield Part(_("Theme"), initiative.theme.name, Weight.PROSE)
    for charge in initiative.charges.all():
        yield Part(_("Departments in charge"), charge.written_as, Weight.DEPARTMENT)
    yield Part(_("Present state and problem"), initiative.problem, Weight.PROSE)
    yield Part(_("What will be done"), initiative.content, Weight.PROSE)
    for transfer in initiative.transfers.all():
        yield Part(_("Moved parts"), f"{transfer.subject} {transfer.name}", Weight.PROSE)
    yield Part(_("Goal"), initiative.goal, Weight.PROSE)
    yield from _schedule_parts(initiative)
    for milestone in initiative.milestones.all():
        yield Part(
            _("Milestones"),
            milestone.text,
            Weight.SCHEDULE,
            published_with=fiscal.fiscal_year_of(milestone.on),
        )


def _schedule_parts(initiative: Initiative) -> Iterator[Part]:
    for row in initiative.rows.all():
        year = row.fiscal_year
        for item in row.plan_items.all():
            yield Part(pgettext("schedule", "Plan"), item.text, Weight.SCHEDULE, year)
        report = getattr(row, "report", None)
        if report is None:
            continue
        for result in report.items.all():
            label = pgettext("schedule", "Result")
            yield Part(label, result.text, Weight.SCHEDULE, year, published_with=year)


def folded_text(initiative: Initiative) -> str:
    """The search key of a whole sheet, one line a field."""
    return "\n".join(fold(part.text) for part in parts(initiative))


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
    found = [
        hit
        for initiative in with_searched_parts(Initiative.objects.filter(pk__in=ids))
        if (hit := _found(initiative, terms, published, names_now))
    ]
    found.sort(key=lambda hit: hit.order)
    return [hit.shown for hit in found[:limit]]


@dataclass(frozen=True, slots=True)
class _Hit:
    order: tuple[int, ...]
    shown: SearchHit


def _departments_called(terms: Sequence[str]) -> dict[str, dict[int, str]]:
    """For each term, the departments in charge of something that bear it in today's name."""
    ids = set(InitiativeDepartment.objects.values_list("department_id", flat=True).distinct())
    names = department_names(ids, on=clock.today()) if ids else {}
    keys = {pk: fold(name) for pk, name in names.items()}
    return {
        term: {pk: names[pk] for pk, key in keys.items() if fold(term) in key} for term in terms
    }


def _found(
    initiative: Initiative,
    terms: Sequence[str],
    published: frozenset[tuple[int, int]],
    names_now: dict[int, str],
) -> _Hit | None:
    plan = initiative.theme.plan
    shown = [
        part
        for part in (*parts(initiative), *_names_today(initiative, names_now))
        if part.published_with is None or (plan.pk, part.published_with) in published
    ]
    keys = [fold(term) for term in terms]
    hits: list[tuple[Part, int]] = []
    missing = set(keys)
    for part in shown:
        text = fold(part.text)
        inside = {key for key in keys if key in text}
        missing -= inside
        if inside:
            hits.append((part, len(inside)))
    if missing or not hits:
        return None
    best = min(hits, key=lambda hit: (-hit[1], hit[0].weight))[0]
    return _Hit(
        order=(
            min(part.weight for part, _count in hits),
            -plan.first_year,
            -len(hits),
            initiative.theme.number,
            initiative.number,
        ),
        shown=SearchHit(
            title=f"No.{code_of(initiative)} {initiative.name}",
            url=reverse("plan:sheet", args=[plan.slug, initiative.theme.number, initiative.number]),
            kind=_("Initiative in “%(plan)s”") % {"plan": plan.title},
            excerpt=excerpt(best.text, terms, EXCERPT_WIDTH),
            where=_where(part for part, _count in hits),
        ),
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


def _names_today(initiative: Initiative, names_now: dict[int, str]) -> Iterator[Part]:
    for charge in initiative.charges.all():
        name = names_now.get(charge.department_id)
        if name and name != charge.written_as:
            yield Part(_("Departments in charge (today's name)"), name, Weight.DEPARTMENT)
