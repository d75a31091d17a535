"""The council's scores."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import CouncilScore, PlanYear, ScheduleRow
from madoguchi.plan.queries.cycle import status_of
from madoguchi.plan.rules import cycle


class NotToBeScored(Refused):
    message = _("Only accepted reports are scored, and only until the year is published.")


@transaction.atomic
def give_score(*, row: ScheduleRow, score: int, comment: str, by: User) -> CouncilScore:
    """Set the member's own score (1 to 5) of a row, over an earlier one. Raises NotToBeScored."""
    year = PlanYear.objects.select_for_update().get(
        plan=row.initiative.theme.plan_id, fiscal_year=row.fiscal_year
    )
    if not cycle.may_score(cycle.YearStatus(year.status), status_of(row)):
        raise NotToBeScored
    given, is_new = CouncilScore.objects.update_or_create(
        row=row,
        member=by,
        defaults={"score": score, "comment": comment.strip(), "at": clock.now()},
    )
    audit.record(
        by=by,
        action="plan.score_given" if is_new else "plan.score_changed",
        subject=f"plan.score:{given.pk}",
        detail={"row": row.pk, "score": score},
    )
    return given
