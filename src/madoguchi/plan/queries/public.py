"""What the public pages of a plan show: plans, the overview, departments, effect amounts.

Results count only in years that are published, and only reports that were accepted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity.models import Department
from madoguchi.blocks.identity.service import department_names
from madoguchi.kernel import clock, fiscal
from madoguchi.plan.document.model import Outcome
from madoguchi.plan.models import (
    Initiative,
    InitiativeDepartment,
    Plan,
    PlanItem,
    ResultItem,
    ScheduleRow,
    Theme,
)
from madoguchi.plan.queries.years import YearState, public_reports, year_states
from madoguchi.plan.rules.progress import Standing, YearFacts, YearProgress, progress, standing
from madoguchi.plan.rules.timeline import Lane


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan in the list of plans."""

    slug: str
    title: str
    first_year: int
    last_year: int
    initiatives: int
    finished: int
    carried_over: int
    is_running: bool


@dataclass(frozen=True, slots=True)
class ShownDepartment:
    """A department in charge: the words of the sheet, and today's name where it was renamed."""

    pk: int
    written_as: str
    url: str
    name_now: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    fiscal_year: int
    progress: YearProgress
    is_planned: bool
    is_done: bool


@dataclass(frozen=True, slots=True)
class InitiativeLine:
    """An initiative as one line of the overview."""

    pk: int
    theme: int
    number: int
    name: str
    url: str
    departments: tuple[ShownDepartment, ...]
    cells: tuple[Cell, ...]
    standing: Standing

    @property
    def code(self) -> str:
        return f"{self.theme}-{self.number}"

    @property
    def department_ids(self) -> frozenset[int]:
        return frozenset(department.pk for department in self.departments)


@dataclass(frozen=True, slots=True)
class ThemeLines:
    pk: int
    number: int
    name: str
    url: str
    lines: tuple[InitiativeLine, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A plan as initiative × year."""

    plan: Plan
    years: tuple[YearState, ...]
    themes: tuple[ThemeLines, ...]

    @property
    def lines(self) -> tuple[InitiativeLine, ...]:
        return tuple(line for theme in self.themes for line in theme.lines)

    def count(self, wanted: Standing) -> int:
        return sum(line.standing is wanted for line in self.lines)

    @property
    def open_year(self) -> YearState | None:
        return next((year for year in self.years if year.is_open), None)

    @property
    def last_published(self) -> YearState | None:
        return next((year for year in reversed(self.years) if year.is_published), None)

    def departments(self) -> dict[int, str]:
        """Departments in charge of anything, by today's name where they were renamed."""
        found = {
            department.pk: department.name_now or department.written_as
            for line in self.lines
            for department in line.departments
        }
        return dict(sorted(found.items(), key=lambda pair: pair[1]))

    def filtered(self, keep: Callable[[InitiativeLine], bool]) -> "Overview":
        themes = (
            ThemeLines(
                theme.pk, theme.number, theme.name, theme.url, tuple(filter(keep, theme.lines))
            )
            for theme in self.themes
        )
        return Overview(self.plan, self.years, tuple(theme for theme in themes if theme.lines))


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A department with what it is in charge of."""

    pk: int
    name: str
    url: str
    lines: tuple[InitiativeLine, ...]


@dataclass(frozen=True, slots=True)
class EffectLine:
    """Effect amounts (thousand yen) of one initiative, one for each year of the plan."""

    code: str
    name: str
    url: str
    amounts: tuple[int | None, ...]

    @property
    def total(self) -> int:
        return sum(amount or 0 for amount in self.amounts)


@dataclass(frozen=True, slots=True)
class Effects:
    years: tuple[int, ...]
    lines: tuple[EffectLine, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(
            sum(line.amounts[at] or 0 for line in self.lines) for at in range(len(self.years))
        )

    @property
    def total(self) -> int:
        return sum(self.totals)


def lanes_of(lines: Iterable[InitiativeLine]) -> tuple[Lane, ...]:
    """Initiatives as lanes of a timeline."""
    return tuple(_lane(line) for line in lines)


def _lane(line: InitiativeLine) -> Lane:
    end = next((cell for cell in reversed(line.cells) if cell.progress in _ENDS), None)
    return Lane(
        label=f"{line.code} {line.name}",
        planned=frozenset(cell.fiscal_year for cell in line.cells if cell.is_planned),
        done=frozenset(cell.fiscal_year for cell in line.cells if cell.is_done),
        url=line.url,
        end_year=end.fiscal_year if end else None,
        end_label=str(_ENDS[end.progress]) if end else "",
    )


_ENDS = {
    YearProgress.FINISHED: pgettext_lazy("year of an initiative", "Finished"),
    YearProgress.CARRIED_OVER: pgettext_lazy("year of an initiative", "Carried over"),
}


def public_plans() -> QuerySet[Plan]:
    return Plan.objects.filter(is_public=True)


def plan_cards() -> list[PlanCard]:
    """All public plans, the latest first. Two queries."""
    plans = public_plans().annotate(initiatives=Count("themes__initiatives", distinct=True))
    ends = {
        (found["row__initiative__theme__plan"], found["outcome"]): found["count"]
        for found in public_reports()
        .filter(outcome__gt="")
        .values("row__initiative__theme__plan", "outcome")
        .annotate(count=Count("row__initiative", distinct=True))
    }
    this_year = fiscal.fiscal_year_of(clock.today())
    return [
        PlanCard(
            slug=plan.slug,
            title=plan.title,
            first_year=plan.first_year,
            last_year=plan.last_year,
            initiatives=plan.initiatives,
            finished=ends.get((plan.pk, Outcome.FINISHED), 0),
            carried_over=ends.get((plan.pk, Outcome.CARRIED_OVER), 0),
            is_running=this_year in plan.fiscal_years,
        )
        for plan in plans
    ]


def overview_of(plan: Plan) -> Overview:
    """The whole plan as lines. Eight queries, whatever its size."""
    years = tuple(year_states(plan).values())
    themes = list(Theme.objects.filter(plan=plan))
    initiatives = Initiative.objects.filter(theme__plan=plan).order_by("theme__number", "number")
    facts = _facts(plan, {year.fiscal_year for year in years if year.is_published})
    departments = departments_in_charge(plan)
    lines: dict[int, list[InitiativeLine]] = {theme.pk: [] for theme in themes}
    numbers = {theme.pk: theme.number for theme in themes}
    for initiative in initiatives.only("pk", "theme_id", "number", "name"):
        known = [facts.get((initiative.pk, year.fiscal_year), YearFacts()) for year in years]
        states = progress(known)
        number = numbers[initiative.theme_id]
        lines[initiative.theme_id].append(
            InitiativeLine(
                pk=initiative.pk,
                theme=number,
                number=initiative.number,
                name=initiative.name,
                url=sheet_url(plan, number, initiative.number),
                departments=departments.get(initiative.pk, ()),
                cells=tuple(
                    Cell(year.fiscal_year, state, each.is_planned, each.is_done)
                    for year, state, each in zip(years, states, known, strict=True)
                ),
                standing=standing(states),
            )
        )
    return Overview(
        plan,
        years,
        tuple(
            ThemeLines(
                theme.pk,
                theme.number,
                theme.name,
                reverse("plan:theme", args=[plan.slug, theme.number]),
                tuple(lines[theme.pk]),
            )
            for theme in themes
        ),
    )


def sheet_url(plan: Plan, theme: int, number: int) -> str:
    return reverse("plan:sheet", args=[plan.slug, theme, number])


def _facts(plan: Plan, published: set[int]) -> dict[tuple[int, int], YearFacts]:
    """What each row says, by initiative and fiscal year. One query."""
    rows = ScheduleRow.objects.filter(initiative__theme__plan=plan).annotate(
        has_plan=Exists(PlanItem.objects.filter(row=OuterRef("pk"))),
        has_result=Exists(
            ResultItem.objects.filter(
                report__row=OuterRef("pk"), report__in=public_reports().values("pk")
            )
        ),
    )
    found: dict[tuple[int, int], YearFacts] = {}
    is_carried: dict[int, bool] = {}
    for row in rows.order_by("initiative_id", "-fiscal_year").values(
        "initiative_id",
        "fiscal_year",
        "continues",
        "has_plan",
        "has_result",
        "report__outcome",
        "report__status",
    ):
        initiative = row["initiative_id"]
        # a ↓ below keeps every year up to its plan planned, through cells that are blank
        below = is_carried.get(initiative, False)
        is_planned = row["has_plan"] or row["continues"] or below
        is_carried[initiative] = (row["continues"] or below) and not row["has_plan"]
        is_public = row["fiscal_year"] in published
        outcome = row["report__outcome"] if row["report__status"] == "accepted" else ""
        found[initiative, row["fiscal_year"]] = YearFacts(
            is_planned=is_planned,
            is_public=is_public,
            has_result=row["has_result"],
            outcome=Outcome(outcome) if outcome and is_public else None,
        )
    return found


def departments_in_charge(
    plan: Plan, initiatives: Iterable[int] | None = None
) -> dict[int, tuple[ShownDepartment, ...]]:
    """Departments by initiative in the order of the sheet. Five queries at most."""
    charges = InitiativeDepartment.objects.filter(initiative__theme__plan=plan)
    if initiatives is not None:
        charges = charges.filter(initiative_id__in=list(initiatives))
    found = list(
        charges.order_by("initiative_id", "position").values_list(
            "initiative_id", "department_id", "written_as"
        )
    )
    ids = {department for _initiative, department, _words in found}
    renamed = _renamed(plan, ids)
    urls = {pk: department_url(plan, pk) for pk in ids}
    shown: dict[int, tuple[ShownDepartment, ...]] = {}
    for initiative, pk, written_as in found:
        department = ShownDepartment(
            pk=pk, written_as=written_as, url=urls[pk], name_now=renamed.get(pk, "")
        )
        shown[initiative] = (*shown.get(initiative, ()), department)
    return shown


def department_url(plan: Plan, department: int) -> str:
    return reverse("plan:department", args=[plan.slug, department])


def _renamed(plan: Plan, ids: set[int]) -> Mapping[int, str]:
    """Today's names of those departments that are called otherwise than when the plan began."""
    if not ids:
        return {}
    then = department_names(ids, on=fiscal.first_day(plan.first_year))
    now = department_names(ids, on=clock.today())
    return {pk: name for pk, name in now.items() if name != then[pk]}


def department_lines(overview: Overview) -> list[DepartmentLine]:
    """Departments of a plan in the order of the city's tree, each with its initiatives."""
    ids = {pk for line in overview.lines for pk in line.department_ids}
    names = department_names(ids, on=clock.today()) if ids else {}
    order = Department.objects.filter(pk__in=ids).order_by("order", "pk")
    return [
        DepartmentLine(
            pk=pk,
            name=names[pk],
            url=department_url(overview.plan, pk),
            lines=tuple(line for line in overview.lines if pk in line.department_ids),
        )
        for pk in order.values_list("pk", flat=True)
    ]


def effects_of(plan: Plan) -> Effects:
    """Effect amounts of published years, by initiative. One query."""
    years = tuple(plan.fiscal_years)
    amounts: dict[tuple[int, int, str], dict[int, int]] = {}
    reports = public_reports().filter(row__initiative__theme__plan=plan, effect__isnull=False)
    for theme, number, name, year, amount in (
        reports.values_list(
            "row__initiative__theme__number",
            "row__initiative__number",
            "row__initiative__name",
            "row__fiscal_year",
        )
        .annotate(amount=Sum("effect"))
        .order_by("row__initiative__theme__number", "row__initiative__number")
    ):
        amounts.setdefault((theme, number, name), {})[year] = amount
    lines = (
        EffectLine(
            code=f"{theme}-{number}",
            name=name,
            url=sheet_url(plan, theme, number),
            amounts=tuple(by_year.get(year) for year in years),
        )
        for (theme, number, name), by_year in amounts.items()
    )
    return Effects(years, tuple(lines))
