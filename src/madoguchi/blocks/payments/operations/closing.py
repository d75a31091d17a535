"""Closing a day, once it is over, in order."""

from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.models import DailyClose, DailyCloseLine
from madoguchi.blocks.payments.operations import series
from madoguchi.blocks.payments.operations.booking import LINE
from madoguchi.blocks.payments.operations.work import open_overdue_provisional
from madoguchi.blocks.payments.queries.closing import close_of, days_due, last_close
from madoguchi.blocks.payments.rules import closing
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused


class DayNotOver(Refused):
    message = _("This day is not over yet.")


class DayClosed(Refused):
    message = _("This day is closed already.")


class EarlierDayOpen(Refused):
    """``day`` is the first that has to be closed before."""

    message = _("Close %(day)s first.")


@transaction.atomic
def close_day(*, day: date, by: User | None) -> DailyClose:
    """Draw up a day and keep it; a day that does not come to zero is kept with what does not fit.

    Days without any movement need no close. Waits for files that are being booked. Raises
    DayNotOver, DayClosed, EarlierDayOpen.
    """
    if day >= clock.today():
        raise DayNotOver
    series.stand_in_line(LINE)
    last = last_close()
    if last is not None and day <= last.day:
        raise DayClosed
    due = days_due()
    if due and due[0] < day:
        raise EarlierDayOpen(day=due[0].isoformat())
    drawn = close_of(day)
    close = _keep(drawn, last.digest if last else "", by)
    opened = open_overdue_provisional(today=clock.today())
    audit.record(
        by=by,
        action="payments.day_closed",
        subject=f"payments.close:{day.isoformat()}",
        detail={
            "is_balanced": close.is_balanced,
            "differences": len(close.differences),
            "digest": close.digest,
            "work_items": opened,
        },
    )
    return close


def _keep(drawn: closing.Close, previous: str, by: User | None) -> DailyClose:
    close = DailyClose.objects.create(
        day=drawn.day,
        closed_at=clock.now(),
        closed_by=by,
        is_balanced=drawn.is_balanced,
        differences=[dict(each) for each in drawn.differences],
        standing=[asdict(each) for each in drawn.standing],
        digest=closing.digest(drawn, previous),
    )
    DailyCloseLine.objects.bulk_create(
        DailyCloseLine(close=close, **asdict(line)) for line in drawn.lines
    )
    return close
