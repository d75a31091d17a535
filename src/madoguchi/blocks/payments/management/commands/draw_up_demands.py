from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from madoguchi.blocks.payments.operations.dunning import draw_up_demands
from madoguchi.blocks.payments.queries.dunning import due_demands, grouped
from madoguchi.blocks.payments.queries.labels import fee_kind_label
from madoguchi.kernel import clock


class Command(BaseCommand):
    help = (
        "Draw up the demands that are due. Nothing is sent: the treasury looks at them first. "
        "Run it once a day; more does no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", help="the day, 2026-11-24; today where it is left out")
        parser.add_argument("--dry-run", action="store_true", help="say what would be drawn up")

    def handle(self, **options: Any) -> None:
        on = _day(options["on"])
        for group in grouped(due_demands(on)):
            self.stdout.write(
                _("%(fee)s, stage %(stage)d: %(count)d bills, %(amount)s yen")
                % {
                    "fee": fee_kind_label(group.fee_kind),
                    "stage": group.stage,
                    "count": group.count,
                    "amount": f"{group.amount:,}",
                }
            )
        if options["dry_run"]:
            self.stdout.write(_("Nothing was drawn up: dry run."))
            return
        drawn = draw_up_demands(on=on, by=None)
        self.stdout.write(
            _("%(count)d demands drawn up, %(amount)s yen.")
            % {"count": drawn.count, "amount": f"{drawn.amount:,}"}
        )


def _day(text: str | None) -> date:
    today = clock.today()
    if text is None:
        return today
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%(text)s” is no day that there is.") % {"text": text}) from None
    if on > today:
        raise CommandError(_("Demands are not drawn up before their day."))
    return on
