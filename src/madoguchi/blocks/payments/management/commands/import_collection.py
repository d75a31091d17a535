import json
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.blocks.payments.collection.profiles import LAYOUTS
from madoguchi.blocks.payments.operations.collection import (
    CollectionResult,
    FileFaulty,
    read_collection,
)
from madoguchi.blocks.payments.queries.collection import kind_lines, layout_label, notes_of
from madoguchi.blocks.payments.queries.collection_words import fault_reason, say_fault
from madoguchi.blocks.payments.rules.channels import FactKind
from madoguchi.kernel import money


class Command(BaseCommand):
    help = (
        "Read a collection file (収納データ) and book what it says. Where anything in it is "
        "wrong, each line is named with its reason, nothing is booked, and the exit code is 1. "
        "The same file again books nothing new."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--layout",
            choices=LAYOUTS,
            help="a or b (120 bytes a record), or csv; without it the layout is found by itself",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        file: Path = options["file"]
        try:
            with file.open("rb") as stream:
                result = read_collection(
                    name=_readable(file.name), stream=stream, layout=options["layout"], by=None
                )
        except OSError as error:
            said = {"file": _readable(str(file)), "reason": error.strerror}
            self._stop(_("%(file)s cannot be read: %(reason)s.") % said, options)
        except FileFaulty as faulty:
            self._refuse(faulty, options)
        else:
            self._report(result, options)

    def _stop(self, message: str, options: dict[str, Any]) -> None:
        if options["json"]:
            self._print({"error": message, "booked": False})
        self.stderr.write(message)
        sys.exit(1)

    def _refuse(self, faulty: FileFaulty, options: dict[str, Any]) -> None:
        faults = faulty.faults
        if options["json"]:
            listed = [
                {"line": fault.line, "code": fault.code, "reason": fault_reason(fault)}
                for fault in faults.named
            ]
            self._print(
                {
                    "error": str(faulty),
                    "layout": faulty.layout,
                    "fault_count": faults.count,
                    "faults": listed,
                    "booked": False,
                }
            )
        for fault in faults.named:
            self.stderr.write(say_fault(fault))
        rest = faults.count - len(faults.named)
        if rest:
            text = ngettext("… and %(count)d more fault.", "… and %(count)d more faults.", rest)
            self.stderr.write(text % {"count": rest})
        self.stderr.write(str(faulty))
        sys.exit(1)

    def _report(self, result: CollectionResult, options: dict[str, Any]) -> None:
        if options["json"]:
            self._print(_data(result))
            return
        file = result.file
        if result.is_known:
            said = {"name": file.name, "at": f"{localtime(file.read_at):%Y-%m-%d %H:%M}"}
            self.stdout.write(
                _("This file was read before, as “%(name)s” at %(at)s. Nothing new was booked.")
                % said
            )
            return
        self.stdout.write(f"{file.name}: {layout_label(file)}")
        for line in kind_lines(file.summary):
            amount = money.thousands(line.amount)
            self.stdout.write(
                _("%(kind)s: %(count)d, %(amount)s yen")
                % {"kind": line.label, "count": line.count, "amount": amount}
            )
        self.stdout.write(
            _("New: %(new)d. Known already: %(known)d. Work items opened: %(items)d.")
            % {"new": result.new, "known": result.known, "items": result.work_items}
        )
        for note in notes_of(file):
            self.stdout.write(note)

    def _print(self, data: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))


def _readable(name: str) -> str:
    """A file's name as text: agents' systems write names in Shift_JIS, too."""
    raw = os.fsencode(name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp932", errors="replace")


def _data(result: CollectionResult) -> dict[str, Any]:
    file = result.file
    return {
        "file": file.name,
        "layout": file.layout,
        "digest": file.digest,
        "read_before": result.is_known,
        "booked": not result.is_known,
        "records": file.records,
        "amount": file.amount,
        "kinds": {
            kind.value: dict(
                zip(("count", "amount"), file.summary.get(kind.value, (0, 0)), strict=True)
            )
            for kind in FactKind
        },
        "new": result.new,
        "known": result.known,
        "work_items": result.work_items,
        "notes": notes_of(file),
    }
