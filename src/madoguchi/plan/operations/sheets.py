"""Writing the plan itself: plans, themes, and sheets with what is planned for each year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import (
    Initiative,
    InitiativeDepartment,
    Plan,
    PlanItem,
    PlanYear,
    ScheduleRow,
    Theme,
)
from madoguchi.plan.operations.lines import store_lines
from madoguchi.plan.operations.search_text import refresh_search_text
from madoguchi.plan.queries.sheets import SheetText, YearPlan, sheet_text
from madoguchi.plan.rules import cycle


@dataclass(frozen=True, slots=True)
class PlanText:
    title: str
    introduction: str = ""
    is_public: bool = True


class AddressTaken(Refused):
    message = _("Another plan has the address “%(slug)s”.")


class NumberTaken(Refused):
    message = _("The number %(number)d is taken.")


class SheetChanged(Refused):
    """Somebody stored the sheet in between; ``theirs`` is what they stored."""

    message = _("Somebody else stored this sheet while you were writing.")

    def __init__(self, theirs: SheetText) -> None:
        super().__init__()
        self.theirs = theirs


class PlanOfClosedYear(Refused):
    """What was planned stands once the year is closed."""

    message = _("%(year)s is closed: what was planned for it cannot be changed any more.")


@transaction.atomic
def add_plan(
    *, slug: str, first_year: int, last_year: int, text: PlanText, by: User | None
) -> Plan:
    """Start a plan; its years wait to be opened. Raises AddressTaken."""
    try:
        with transaction.atomic():
            plan = Plan.objects.create(
                slug=slug,
                first_year=first_year,
                last_year=last_year,
                title=text.title,
                introduction=text.introduction,
                is_public=text.is_public,
            )
    except IntegrityError:
        raise AddressTaken(slug=slug) from None
    PlanYear.objects.bulk_create(
        PlanYear(plan=plan, fiscal_year=year) for year in plan.fiscal_years
    )
    _record("plan.plan_added", f"plan.plan:{plan.pk}", by)
    return plan


@transaction.atomic
def change_plan(*, plan: Plan, text: PlanText, by: User | None) -> Plan:
    plan.title, plan.introduction, plan.is_public = text.title, text.introduction, text.is_public
    plan.save(update_fields=["title", "introduction", "is_public"])
    _record("plan.plan_changed", f"plan.plan:{plan.pk}", by)
    return plan


@transaction.atomic
def add_theme(*, plan: Plan, number: int, name: str, by: User | None) -> Theme:
    """Raises NumberTaken."""
    try:
        with transaction.atomic():
            theme = Theme.objects.create(plan=plan, number=number, name=name)
    except IntegrityError:
        raise NumberTaken(number=number) from None
    _record("plan.theme_added", f"plan.theme:{theme.pk}", by)
    return theme


@transaction.atomic
def rename_theme(*, theme: Theme, name: str, by: User | None) -> Theme:
    theme.name = name
    theme.save(update_fields=["name"])
    refresh_search_text(theme.initiatives.values_list("pk", flat=True))
    _record("plan.theme_renamed", f"plan.theme:{theme.pk}", by)
    return theme


@transaction.atomic
def add_sheet(*, theme: Theme, number: int, text: SheetText, by: User | None) -> Initiative:
    """Add an initiative with a row for every year of its plan.

    Raises NumberTaken, PlanOfClosedYear.
    """
    try:
        with transaction.atomic():
            initiative = Initiative.objects.create(theme=theme, number=number, name=text.name)
    except IntegrityError:
        raise NumberTaken(number=number) from None
    before = sheet_text(initiative)
    _store(initiative, before, text)
    _record("plan.sheet_added", f"plan.initiative:{initiative.pk}", by)
    return initiative


@transaction.atomic
def change_sheet(
    *, initiative: Initiative, seen: str, text: SheetText, by: User | None
) -> Initiative:
    """Store a sheet over what its writer saw (``SheetText.fingerprint``).

    Raises SheetChanged, PlanOfClosedYear.
    """
    locked = (
        Initiative.objects.select_for_update(of=("self",))
        .select_related("theme__plan")
        .get(pk=initiative.pk)
    )
    before = sheet_text(locked)
    if before.fingerprint != seen:
        raise SheetChanged(before)
    _store(locked, before, text)
    _record("plan.sheet_changed", f"plan.initiative:{locked.pk}", by)
    return locked


def _store(initiative: Initiative, before: SheetText, text: SheetText) -> None:
    _refuse_closed_years(initiative.theme.plan, before.years, text.years)
    for field in ("name", "problem", "content", "goal"):
        setattr(initiative, field, getattr(text, field))
    initiative.save(update_fields=["name", "problem", "content", "goal"])
    if before.departments != text.departments:
        _store_departments(initiative, text.departments)
    for year, planned in text.years.items():
        _store_year(initiative, year, planned)
    refresh_search_text([initiative.pk])


def _refuse_closed_years(
    plan: Plan, before: Mapping[int, YearPlan], after: Mapping[int, YearPlan]
) -> None:
    closed = PlanYear.objects.filter(plan=plan, status__in=cycle.CORRECTED_YEARS)
    for year in closed.values_list("fiscal_year", flat=True):
        if before.get(year, YearPlan()) != after.get(year, YearPlan()):
            raise PlanOfClosedYear(year=fiscal.label(year))


def _store_departments(initiative: Initiative, departments: Sequence[int]) -> None:
    """Those that stay keep the words of the sheet; new ones are called as they are today."""
    words = dict(initiative.charges.values_list("department_id", "written_as"))
    names = identity.department_names(departments, on=clock.today())
    initiative.charges.all().delete()
    InitiativeDepartment.objects.bulk_create(
        InitiativeDepartment(
            initiative=initiative,
            department_id=department,
            position=position,
            written_as=words.get(department, names[department]),
        )
        for position, department in enumerate(departments)
    )


def _store_year(initiative: Initiative, fiscal_year: int, planned: YearPlan) -> None:
    row, _is_new = ScheduleRow.objects.get_or_create(initiative=initiative, fiscal_year=fiscal_year)
    if row.continues != planned.continues:
        row.continues = planned.continues
        row.save(update_fields=["continues"])
    store_lines(PlanItem.objects.filter(row=row), planned.items, row=row)


def _record(action: str, subject: str, by: User | None) -> None:
    audit.record(by=by, action=action, subject=subject)
