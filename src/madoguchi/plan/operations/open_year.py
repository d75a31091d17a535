"""What may change only while its year is open holds the year's row until it is stored."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import PlanYear, ScheduleRow
from madoguchi.plan.rules import cycle


class YearNotOpen(Refused):
    message = _("The fiscal year is not open for reports.")


def lock_open_year(row: ScheduleRow) -> PlanYear:
    """The open year of that row, locked until the transaction ends. Raises YearNotOpen."""
    return lock_open_year_of(plan=row.initiative.theme.plan_id, fiscal_year=row.fiscal_year)


def lock_open_year_of(*, plan: int, fiscal_year: int) -> PlanYear:
    """The same for a plan's primary key and a fiscal year."""
    year = (
        PlanYear.objects.select_for_update()
        .filter(plan_id=plan, fiscal_year=fiscal_year, status=cycle.YearStatus.OPEN)
        .first()
    )
    if year is None:
        raise YearNotOpen
    return year
