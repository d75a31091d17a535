"""What came after a year was published: comments, a corrected figure, the office's matches."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from madoguchi.demo import content
from madoguchi.demo.operations.people import Cast
from madoguchi.demo.operations.years import at
from madoguchi.demo.rules import corrected_on
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.calendar import add_business_days
from madoguchi.plan.models import (
    FrozenFigure,
    Initiative,
    ItemMatch,
    Plan,
    ResidentComment,
    ResultItem,
    ScheduleRow,
)
from madoguchi.plan.operations import comments, comparison, figures

CORRECTED = "plan.reports_on_time"
REASON = "期限までに紙で提出されていた1件の受付日を改めました（見本）。"


def correct_a_figure(plan: Plan, *, on: date, cast: Cast) -> None:
    """One more report had come in on time than was counted when the year was closed."""
    frozen = FrozenFigure.objects.filter(
        report__row__initiative__theme__plan=plan, code=CORRECTED, corrects=None
    ).first()
    if frozen is None or FrozenFigure.objects.filter(corrects=frozen).exists():
        return
    with clock.frozen(at(corrected_on(on), 0)):
        figures.correct_figure(
            figure=frozen, value=frozen.value + Decimal(1), reason=REASON, by=cast.office
        )


def decide_matches(*, cast: Cast) -> None:
    """Where the words of plan and result differ, the office says which result answers the plan."""
    for match in content.city().matches:
        sheet = _initiative(Plan.objects.get(slug=match.plan), match.initiative)
        row = ScheduleRow.objects.get(initiative=sheet, fiscal_year=match.fiscal_year)
        item = row.plan_items.get(text=match.item)
        if ItemMatch.objects.filter(plan_item=item).exists():
            continue
        with clock.frozen(at(fiscal.last_day(match.fiscal_year + 1), 0)):
            comparison.choose_match(
                plan_item=item,
                result_item=ResultItem.objects.get(report__row=row, text=match.result),
                reason=match.reason,
                by=cast.office,
            )


def send_comments(*, on: date, cast: Cast) -> None:
    """The residents' comments, oldest first, with what the office decided."""
    told = sorted(content.city().comments, key=lambda each: -each.days_ago)
    for index, comment in enumerate(told):
        if not ResidentComment.objects.filter(text=comment.text).exists():
            _send(comment, on=on, index=index, cast=cast)


@transaction.atomic
def _send(comment: content.Comment, *, on: date, index: int, cast: Cast) -> None:
    plan = Plan.objects.get(slug=comment.plan)
    sheet = _initiative(plan, comment.initiative)
    sent_on = add_business_days(on, -comment.days_ago)
    with clock.frozen(at(sent_on, index)):
        sent = comments.send_comment(
            plan=plan, initiative=sheet, name=comment.name, text=comment.text, by=None
        )
    if comment.decision != "waiting":
        with clock.frozen(at(add_business_days(sent_on, 1), index)):
            comments.decide_comment(
                comment=sent,
                is_shown=comment.decision == "shown",
                reply=comment.reply,
                by=cast.office,
            )


def _initiative(plan: Plan, code: str) -> Initiative | None:
    if not code:
        return None
    theme, number = code.split("-")
    return Initiative.objects.get(theme__plan=plan, theme__number=theme, number=number)
