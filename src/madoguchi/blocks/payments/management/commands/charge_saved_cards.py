import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from madoguchi.blocks.payments.operations.card_charges import Charged, charge_saved_cards
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.kernel import clock, money
from madoguchi.kernel.refused import Refused


class Command(BaseCommand):
    help = (
        "Charge bills that are due to the cards that payers registered. Run it once a day; more "
        "does no harm: a bill is charged once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fee-kind", action="append", default=[], help="only this one; may be repeated"
        )
        parser.add_argument("--json", action="store_true", help="write the result as JSON")

    def handle(self, **options: Any) -> None:
        known = [kind.code for kind in fee_kinds]
        for wanted in options["fee_kind"]:
            if wanted not in known:
                raise CommandError(_("There is no fee kind “%(code)s”.") % {"code": wanted})
        try:
            charged = charge_saved_cards(
                fee_kinds=options["fee_kind"] or known, on=clock.today(), by=None
            )
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(json.dumps(asdict(charged)) if options["json"] else _words(charged))


def _words(charged: Charged) -> str:
    return _(
        "Paid: %(paid)d bills, %(amount)s yen. Declined: %(declined)d. To be confirmed by the "
        "payer: %(must_confirm)d. Card expired: %(expired)d. Without an answer: %(unclear)d."
    ) % {**asdict(charged), "amount": money.thousands(charged.amount)}
