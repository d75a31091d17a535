from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from madoguchi.blocks.payments.operations.runs import discard_files
from madoguchi.kernel import clock

DAYS = 90


class Command(BaseCommand):
    help = (
        "Remove the files of billing runs that finished long ago from the data folder: they bear "
        "names and addresses. The slips themselves stay and can be printed again one by one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after-days",
            type=int,
            default=DAYS,
            metavar="N",
            help="days after a run finished (default: %(default)s)",
        )

    def handle(self, **options: Any) -> None:
        before = clock.today() - timedelta(days=max(options["after_days"], 0))
        removed = discard_files(finished_before=before, by=None)
        self.stdout.write(_("%(count)d files removed.") % {"count": removed})
