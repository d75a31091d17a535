"""`madoguchi verify_audit`: prove that the audit log is whole."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext, ngettext

from madoguchi.kernel.audit import queries


class Command(BaseCommand):
    help = "Check every entry of the audit log; ends with 1 where the chain is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *_: Any, **options: Any) -> None:
        found = queries.verify()
        message = self._words(found.entries) if found.broken is None else ""
        if found.broken is not None:
            message = gettext("The audit log is broken: %(reason)s") % {
                "reason": queries.explain(found.broken)
            }
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "ok": found.is_sound,
                        "entries": found.entries,
                        "head": found.head,
                        "broken": found.broken
                        and {"sequence": found.broken.sequence, "kind": found.broken.kind},
                        "message": message,
                    },
                    ensure_ascii=False,
                )
            )
        else:
            (self.stdout if found.is_sound else self.stderr).write(message)
        if not found.is_sound:
            raise SystemExit(1)

    @staticmethod
    def _words(count: int) -> str:
        return ngettext(
            "The audit log is whole: %(count)d entry.",
            "The audit log is whole: %(count)d entries.",
            count,
        ) % {"count": count}
