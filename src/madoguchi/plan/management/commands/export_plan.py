import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from madoguchi.plan.document.write_csv import CharacterUnwritable, write_csv
from madoguchi.plan.document.write_xlsx import TextTooLong
from madoguchi.plan.models import Plan
from madoguchi.plan.queries.exporting import (
    Format,
    PendingExport,
    UnknownTheme,
    Unprintable,
    prepare_export,
)

BINARY = frozenset({Format.PDF, Format.XLSX})
ENCODINGS = ("utf-8", "cp932")


class Command(BaseCommand):
    help = (
        "Write a plan to a file, or to standard output where no file is named. Holds all accepted "
        "results, those of years that are not published yet included; with --public only what "
        "the public may see. CSV is UTF-8 with a mark that Excel understands."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--format",
            required=True,
            choices=[each.value for each in Format],
            help="pdf is the official sheet form; the others can be imported again",
        )
        parser.add_argument(
            "--plan", metavar="SLUG", help="which plan (the latest, where there are several)"
        )
        parser.add_argument("--theme", type=int, metavar="N", help="only this theme")
        parser.add_argument(
            "--output", metavar="FILE", help="where to; - is standard output, and so is none"
        )
        parser.add_argument("--public", action="store_true", help="only results of published years")
        parser.add_argument(
            "--encoding", choices=ENCODINGS, default="utf-8", help="of CSV (cp932: Shift_JIS)"
        )

    def handle(self, **options: Any) -> None:
        format_ = Format(options["format"])
        file = None if options["output"] in {None, "-"} else Path(options["output"])
        if file is None and format_ in BINARY and sys.stdout.isatty():
            raise CommandError(_("Name a file with --output: this format is not for a screen."))
        pending = self._prepare(format_, options)
        content = _content(pending, options["encoding"])
        if file is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return
        try:
            file.write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be written: %(reason)s.")
                % {"file": file, "reason": error.strerror}
            ) from error
        said = {"file": file, "count": len(pending.stored.document.initiatives)}
        self.stderr.write(_("%(file)s: %(count)d initiatives.") % said)

    def _prepare(self, format_: Format, options: dict[str, Any]) -> PendingExport:
        plan = self._plan(options["plan"])
        try:
            return prepare_export(
                plan, format_, theme=options["theme"], only_published=options["public"]
            )
        except UnknownTheme as unknown:
            known = ", ".join(map(str, unknown.known))
            raise CommandError(
                _("“%(plan)s” has no theme %(number)s. Its themes: %(known)s.")
                % {"plan": plan.title, "number": unknown.number, "known": known}
            ) from unknown

    def _plan(self, slug: str | None) -> Plan:
        plans = {plan.slug: plan for plan in Plan.objects.all()}
        if not plans:
            raise CommandError(_("There is no plan yet. Read one with: madoguchi import_plan FILE"))
        if slug is not None and slug not in plans:
            raise CommandError(
                _("There is no plan “%(slug)s”. There are: %(known)s.")
                % {"slug": slug, "known": ", ".join(plans)}
            )
        latest = next(iter(plans))
        if slug is None and len(plans) > 1:
            said = {"slug": latest, "known": ", ".join(plans)}
            self.stderr.write(
                _("Taking the latest plan, %(slug)s, of: %(known)s (--plan takes another).") % said
            )
        return plans[slug or latest]


def _content(pending: PendingExport, encoding: str) -> bytes:
    stored = pending.stored
    try:
        if pending.format is Format.CSV and encoding != "utf-8":
            return write_csv(stored.document, stored.edition, encoding=encoding)
        return pending.write().content
    except Unprintable as unprintable:
        raise CommandError(unprintable.message) from unprintable
    except CharacterUnwritable as unwritable:
        raise CommandError(
            _("%(place)s has the character “%(character)s”, which %(encoding)s lacks.")
            % {
                "place": unwritable.place,
                "character": unwritable.character,
                "encoding": unwritable.encoding,
            }
        ) from unwritable
    except TextTooLong as too_long:
        raise CommandError(
            _("A text is too long for a cell of Excel: %(place)s.") % {"place": too_long.place}
        ) from too_long
