import json
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from madoguchi.blocks.payments.models import CardReconciliation
from madoguchi.blocks.payments.operations.card_reconciliation import is_settled, reconcile_cards
from madoguchi.blocks.payments.queries.card_desk import difference_rows
from madoguchi.blocks.payments.rules.cards import ProviderUnavailable
from madoguchi.kernel import clock, money
from madoguchi.kernel.refused import Refused


class Command(BaseCommand):
    help = (
        "Lay a day of the card provider beside ours: what is missing here is booked, what differs "
        "is named, and the exit code is 1 where somebody must look. Run it every morning; more "
        "does no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", help="such as 2026-11-23; yesterday where it is left out")
        parser.add_argument("--json", action="store_true", help="write the result as JSON")

    def handle(self, **options: Any) -> None:
        try:
            made = reconcile_cards(day=_day(options["day"]), by=None)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except ProviderUnavailable as failure:
            raise CommandError(
                _("The card provider does not answer: try again later.")
            ) from failure
        self.stdout.write(_json(made) if options["json"] else _words(made))
        if not is_settled(made):
            raise SystemExit(1)


def _day(text: str | None) -> date:
    if text is None:
        return clock.today() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%(text)s” is no day that there is.") % {"text": text}) from None


def _json(made: CardReconciliation) -> str:
    told = {
        "provider": made.provider,
        "day": made.day.isoformat(),
        "ok": is_settled(made),
        "at_provider": {"payments": made.provider_count, "yen": made.provider_amount},
        "booked": {"payments": made.booked_count, "yen": made.booked_amount},
        "differences": made.differences,
    }
    return json.dumps(told, ensure_ascii=False)


def _words(made: CardReconciliation) -> str:
    lines = [
        _(
            "%(day)s: %(there)s yen in %(there_count)d payments at the provider, "
            "%(here)s yen in %(here_count)d here."
        )
        % {
            "day": made.day.isoformat(),
            "there": money.thousands(made.provider_amount),
            "there_count": made.provider_count,
            "here": money.thousands(made.booked_amount),
            "here_count": made.booked_count,
        }
    ]
    lines += [
        f"{row.reference} {row.bill} {row.label} {row.to_do}" for row in difference_rows(made)
    ]
    return "\n".join(lines)
