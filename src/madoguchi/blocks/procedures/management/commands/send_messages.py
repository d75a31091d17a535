from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures.operations import messages
from madoguchi.blocks.procedures.tasks import mail_message


class Command(BaseCommand):
    help = (
        "Mail the messages about applications that wait: those whose mail failed, and those that a "
        "worker left when it was stopped. Safe at any time, and beside workers. Run it every few "
        "minutes."
    )

    def handle(self, **_options: Any) -> None:
        waiting = messages.waiting()
        mailed = sum(mail_message(pk) for pk in waiting)
        self.stdout.write(
            _("%(mailed)d messages mailed, %(left)d left for later.")
            % {"mailed": mailed, "left": messages.left()}
        )
