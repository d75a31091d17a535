from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures.operations.erasure import discard_old
from madoguchi.kernel import clock


class Command(BaseCommand):
    help = (
        "Erase what people wrote in sets of applications that were never sent (after 30 days), and "
        "in sent ones whose years of keeping are over. Numbers and history stay. Run it daily."
    )

    def handle(self, **_options: Any) -> None:
        drafts, ended = discard_old(today=clock.today())
        self.stdout.write(
            _("%(drafts)d drafts and %(ended)d ended cases erased.")
            % {"drafts": drafts, "ended": ended}
        )
