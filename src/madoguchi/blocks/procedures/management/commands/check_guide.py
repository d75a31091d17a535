import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures.guide import checking, reading, tree
from madoguchi.blocks.procedures.guide.model import Guide, Remark, is_fit
from madoguchi.blocks.procedures.queries.guide_words import remark_line


class Command(BaseCommand):
    help = (
        "Check a rule file of the life-event guide (docs/guide-format.md) and print every remark "
        "with its line. Ends with 1 where an error keeps it from being published."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, **options: Any) -> None:
        file: Path = options["file"]
        try:
            guide, remarks = _checked(file)
        except OSError as error:
            words = _("%(file)s cannot be read: %(reason)s.")
            self.stderr.write(words % {"file": file, "reason": error.strerror})
            sys.exit(1)
        for remark in remarks:
            self.stdout.write(remark_line(remark))
        if guide is not None:
            said = {
                "events": len(guide.events),
                "questions": len(guide.questions),
                "procedures": len(guide.procedures),
                "remarks": len(remarks),
            }
            self.stdout.write(
                _(
                    "%(events)d life events, %(questions)d questions, %(procedures)d procedures; "
                    "%(remarks)d remarks."
                )
                % said
            )
        if not is_fit(remarks):
            sys.exit(1)


def _checked(file: Path) -> tuple[Guide | None, tuple[Remark, ...]]:
    """Raises OSError."""
    try:
        with file.open("rb") as opened:
            guide = reading.read(tree.decode(opened.read(tree.MAX_BYTES + 1)))
    except tree.Unreadable as unreadable:
        return None, unreadable.remarks
    return guide, tuple(checking.check(guide))
