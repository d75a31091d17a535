from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from madoguchi.kernel import clock
from madoguchi.plan.operations.reminders import remind


class Command(BaseCommand):
    help = "Queue the reminder mails that are due today. Run it once a day; more does no harm."

    def handle(self, **options: Any) -> None:  # noqa: ARG002 # Django's signature
        count = remind(today=clock.today())
        self.stdout.write(_("%(count)d reminders queued.") % {"count": count})
