"""The office's own word on what became of a plan item."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.models import Initiative, ItemMatch, PlanItem, ResultItem


class OtherSheet(Refused):
    message = _("This result stands on another sheet.")


class ResultTaken(Refused):
    message = _("This result was chosen for “%(text)s” already.")


class MatchReasonMissing(Refused):
    message = _("Say why the rule is not followed here.")


@transaction.atomic
def choose_match(
    *, plan_item: PlanItem, result_item: ResultItem | None, reason: str, by: User | None
) -> ItemMatch:
    """Say which result belongs to a plan item, None for none; an earlier word is replaced.

    Raises MatchReasonMissing, OtherSheet, ResultTaken.
    """
    if not reason.strip():
        raise MatchReasonMissing
    initiative = plan_item.row.initiative_id
    # two choices on one sheet wait for one another, so that a result is given once
    Initiative.objects.select_for_update().get(pk=initiative)
    if result_item is not None:
        _refuse_unfit(plan_item, result_item, initiative)
    match, _created = ItemMatch.objects.update_or_create(
        plan_item=plan_item,
        defaults={
            "result_item": result_item,
            "reason": reason.strip(),
            "at": clock.now(),
            "by": by,
        },
    )
    audit.record(
        by=by,
        action="plan.match_chosen",
        subject=f"plan.initiative:{initiative}",
        detail={
            "plan_item": plan_item.pk,
            "result_item": result_item.pk if result_item else None,
            "reason": reason.strip(),
        },
    )
    return match


@transaction.atomic
def follow_rule(*, plan_item: PlanItem, by: User | None) -> bool:
    """Take the office's word back, so that the rule decides again; False where there was none."""
    removed, _by_model = ItemMatch.objects.filter(plan_item=plan_item).delete()
    if removed:
        audit.record(
            by=by,
            action="plan.match_withdrawn",
            subject=f"plan.initiative:{plan_item.row.initiative_id}",
            detail={"plan_item": plan_item.pk},
        )
    return bool(removed)


def _refuse_unfit(plan_item: PlanItem, result_item: ResultItem, initiative: int) -> None:
    if result_item.report.row.initiative_id != initiative:
        raise OtherSheet
    taken = (
        ItemMatch.objects.filter(result_item=result_item)
        .exclude(plan_item=plan_item)
        .select_related("plan_item")
        .first()
    )
    if taken is not None:
        raise ResultTaken(text=taken.plan_item.text)
