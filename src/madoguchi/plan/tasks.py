"""Mail that goes out in the background."""

from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from madoguchi.blocks.identity import service as identity
from madoguchi.kernel import clock, fiscal
from madoguchi.plan.models import Reminder
from madoguchi.plan.queries.cycle import due_rows
from madoguchi.plan.rules import cycle


@task
def send_reminder(reminder_id: int) -> None:
    """Send one reminder, once: whoever marks it sends it, and a failed sending unmarks it.

    A reminder that has become pointless (all handed in, year closed, person gone) is dropped.
    """
    waiting = Reminder.objects.filter(pk=reminder_id, sent_at=None)
    if not waiting.update(sent_at=clock.now()):
        return
    reminder = Reminder.objects.select_related("year__plan", "user").get(pk=reminder_id)
    with translation.override(settings.LANGUAGE_CODE):
        message = _message(reminder)
    if message is None:
        reminder.delete()
        return
    try:
        message.send()
    except OSError:
        Reminder.objects.filter(pk=reminder_id).update(sent_at=None)
        raise


def _message(reminder: Reminder) -> EmailMessage | None:
    year, user = reminder.year, reminder.user
    if year.status != cycle.YearStatus.OPEN or year.due_on is None or not user.email:
        return None
    departments = identity.acting_as(user).departments
    rows = [
        row
        for row in due_rows([year], today=clock.today(), departments=departments)
        if row.is_outstanding
    ]
    if not rows:
        return None
    context = {
        "greeting": user.get_full_name(),
        "plan": year.plan.title,
        "year": fiscal.label(year.fiscal_year),
        "due_on": date_format(cycle.last_day(year.due_on), "DATE_FORMAT"),
        "rows": rows,
        "url": settings.BASE_URL.rstrip("/") + reverse("plan_staff:desk"),
    }
    body = render_to_string(f"plan/mail/{reminder.occasion}.txt", context)
    return EmailMessage(_subject(reminder.occasion, context), body, to=[user.email])


def _subject(occasion: str, context: Mapping[str, object]) -> str:
    subjects = {
        Reminder.Occasion.OPENED: _("%(year)s: please report by %(due_on)s"),
        Reminder.Occasion.DUE_SOON: _("%(year)s: reports are due on %(due_on)s"),
        Reminder.Occasion.OVERDUE: _("%(year)s: reports were due on %(due_on)s"),
    }
    return subjects[Reminder.Occasion(occasion)] % context
