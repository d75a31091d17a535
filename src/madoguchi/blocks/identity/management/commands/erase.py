"""`madoguchi erase`: what the apps hold on a person, erased on request."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.kernel.refused import Refused
from madoguchi.kernel.registries import erasure_hooks


class Command(BaseCommand):
    help = "Erase what is held on a person; without arguments, list what can be erased."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", help="one of what the command lists")
        parser.add_argument("reference", nargs="?", help="the number or name that it is kept by")
        parser.add_argument("--yes", action="store_true", help="do not ask again")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["what"] is None:
            for each in erasure_hooks:
                self.stdout.write(f"{each.code:<16} {each.label}")
            return
        hook = erasure_hooks.get(options["what"])
        if hook is None or not options["reference"]:
            raise CommandError(
                _("Name what to erase, and by which number. Known: %(codes)s.")
                % {"codes": ", ".join(each.code for each in erasure_hooks)}
            )
        if not options["yes"] and not self._is_meant(str(hook.label), options["reference"]):
            raise CommandError(_("Nothing was erased."))
        try:
            count = hook.erase(options["reference"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            ngettext("%(count)d record was erased.", "%(count)d records were erased.", count)
            % {"count": count}
        )

    def _is_meant(self, label: str, reference: str) -> bool:
        """Asked once more: what is erased cannot be brought back."""
        self.stdout.write(f"{label}: {reference}")
        self.stdout.write(_("This cannot be undone. Type the number or name once more:"))
        try:
            return input().strip() == reference
        except EOFError:
            return False
