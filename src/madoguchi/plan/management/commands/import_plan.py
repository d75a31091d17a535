import hashlib
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madoguchi.kernel.refused import Refused
from madoguchi.plan.document.errors import PlanUnreadable, place_text
from madoguchi.plan.document.limits import MAX_FILE, MEGABYTE
from madoguchi.plan.document.model import PlanDocument, summarise
from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.document.validity import check_document
from madoguchi.plan.models import Plan
from madoguchi.plan.operations.cycle import publish_year
from madoguchi.plan.operations.importing import ImportResult, SettledYearChanged, import_document
from madoguchi.plan.queries.import_words import (
    DIFFERENCES,
    ERRORS,
    REMARKS,
    say,
    unknown_figure_words,
)
from madoguchi.plan.queries.importing import (
    Pending,
    difference_data,
    pending_import,
    place_data,
    plan_for,
    publishable_years,
    remark_data,
    unknown_figures,
)

MOST_SHOWN = 20


class Stopped(Exception):  # named for what happened
    """Ends the command with one message. ``place`` is plain data."""

    def __init__(self, message: str, place: dict[str, Any] | None = None) -> None:
        self.message = message
        self.place = place
        super().__init__(message)


class Command(BaseCommand):
    help = (
        "Read a plan from a file (Markdown, HTML, docx, xlsx, CSV, or a JSON export) and store it, "
        "or show what would change. Importing the same file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="read and compare, store nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--plan",
            metavar="SLUG",
            default="",
            help="the plan to bring in step, or the address of a new one "
            "(without it: the plan that this file made, else a new one)",
        )
        parser.add_argument("--title", default="", help="the plan's title")
        parser.add_argument(
            "--confirm-removals",
            action="store_true",
            help="remove what the plan has and the file lacks",
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help="show the results of years that are over to the public at once",
        )

    def handle(self, **options: Any) -> None:
        try:
            self._import(options)
        except Stopped as stopped:
            if options["json"]:
                error: dict[str, Any] = {"error": stopped.message, "stored": False}
                if stopped.place is not None:
                    error["place"] = stopped.place
                self.stdout.write(json.dumps(error, ensure_ascii=False, indent=2))
            self.stderr.write(stopped.message)
            sys.exit(1)

    def _import(self, options: dict[str, Any]) -> None:
        file: Path = options["file"]
        data = _read(file)
        document = _document(data, file.name)
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            if _is_new_database():
                self._set_up()
            plan = _plan(document, options["plan"], filename=file.name, sha256=sha256)
            pending = pending_import(plan, document)
            if options["dry_run"]:
                self._report(pending, None, options)
                return
            result = import_document(
                document=document,
                plan=plan,
                by=None,
                title=options["title"],
                slug="" if plan else options["plan"],
                filename=file.name,
                sha256=sha256,
                confirm_removals=options["confirm_removals"],
            )
            if options["publish"]:
                for year in publishable_years(result.plan):
                    publish_year(year=year, by=None)
        except SettledYearChanged as error:
            raise Stopped(str(error), place_data(error.differences[0].place)) from error
        except Refused as error:
            raise Stopped(str(error)) from error
        except DatabaseError as error:
            raise Stopped(_database_message(error)) from error
        self._report(pending, result, options)

    def _set_up(self) -> None:
        """Give a database without a single table what the command needs: nothing can be lost."""
        self.stderr.write(_("The database is empty. Setting it up first…"))
        call_command("migrate", verbosity=0)

    def _report(
        self, pending: Pending, result: ImportResult | None, options: dict[str, Any]
    ) -> None:
        if options["json"]:
            text = json.dumps(_data(pending, result, options), ensure_ascii=False, indent=2)
            self.stdout.write(text)
        else:
            self._say(pending, result, options)

    def _say(self, pending: Pending, result: ImportResult | None, options: dict[str, Any]) -> None:
        counts = asdict(summarise(pending.document))
        self.stdout.write(
            _(
                "%(themes)d themes, %(initiatives)d initiatives (%(finished)d finished, "
                "%(carried_over)d carried over), %(rows)d schedule rows, %(plan_items)d planned "
                "and %(result_items)d reported items, %(remarks)d remarks."
            )
            % counts
        )
        for remark in pending.document.remarks:
            said = {
                "number": remark.number,
                "place": place_text(remark.place),
                "words": REMARKS[remark.code],
                "found": remark.found,
            }
            line = _("%(number)4d. %(place)s: %(words)s: %(found)s") % said
            self.stdout.write(f"{line} → {remark.read_as}" if remark.read_as else line)
        for place, code in unknown_figures(pending.document):
            self.stdout.write(unknown_figure_words(place, code))
        self._say_differences(pending, with_removals=options["confirm_removals"])
        self._say_outcome(result)

    def _say_differences(self, pending: Pending, *, with_removals: bool) -> None:
        if not pending.is_new:
            for each in pending.changes:
                self.stdout.write(
                    f"~ {place_text(each.place)} {DIFFERENCES[each.code]}: "
                    f"{each.before or '-'} → {each.after}"
                )
            for each in pending.removals:
                words = _("is removed") if with_removals else _("is not in the file, and stays")
                self.stdout.write(
                    f"- {place_text(each.place)} {DIFFERENCES[each.code]}: {each.before} ({words})"
                )
        refused = (*pending.refused, *(pending.refused_removals if with_removals else ()))
        if refused:
            self.stdout.write(str(SettledYearChanged(refused)))

    def _say_outcome(self, result: ImportResult | None) -> None:
        if result is None:
            self.stdout.write(_("Only read: nothing was stored (--dry-run)."))
        elif not result.is_changed:
            self.stdout.write(
                _("“%(plan)s” says the same already. Nothing was changed.")
                % {"plan": result.plan.title}
            )
        elif result.is_new:
            self.stdout.write(
                _("Stored as “%(plan)s” at /plan/%(slug)s/.")
                % {"plan": result.plan.title, "slug": result.plan.slug}
            )
        else:
            count = len(result.changes)
            self.stdout.write(
                ngettext(
                    "Stored %(count)d change in “%(plan)s”.",
                    "Stored %(count)d changes in “%(plan)s”.",
                    count,
                )
                % {"count": count, "plan": result.plan.title}
            )
        if result is not None and result.kept:
            self.stdout.write(_("What the file lacks was kept. --confirm-removals removes it."))


def _is_new_database() -> bool:
    return not connection.introspection.table_names()


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE:
            message = str(ERRORS["too_large"]) % {"limit": MAX_FILE // MEGABYTE}
            raise Stopped(f"{file.name}: {message}")
        return file.read_bytes()
    except OSError as error:
        said = {"file": file, "reason": error.strerror}
        raise Stopped(_("%(file)s cannot be read: %(reason)s.") % said) from error


def _document(data: bytes, filename: str) -> PlanDocument:
    try:
        document = read_plan(data, filename=filename)
        check_document(document)
    except PlanUnreadable as error:
        raise Stopped(f"{filename}: {say(error)}", place_data(error.place)) from error
    return document


def _plan(document: PlanDocument, slug: str, *, filename: str, sha256: str) -> Plan | None:
    if slug:
        return Plan.objects.filter(slug=slug).first()
    return plan_for(document, filename=filename, sha256=sha256)


def _database_message(error: DatabaseError) -> str:
    text = str(error)
    if "no such table" in text or "does not exist" in text or "no such column" in text:
        return _("The database has not been set up yet. Run: madoguchi migrate")
    return _("The database does not answer: %(reason)s") % {"reason": text}


def _data(pending: Pending, result: ImportResult | None, options: dict[str, Any]) -> dict[str, Any]:
    """What --json prints. Differences are to what was stored before this run."""
    changes = () if pending.is_new else pending.changes
    removals = pending.removals
    refused = (
        *pending.refused,
        *(pending.refused_removals if options["confirm_removals"] else ()),
    )
    return {
        **asdict(summarise(pending.document)),
        "title": pending.document.title,
        "fiscal_years": list(pending.document.fiscal_years),
        "remark_list": remark_data(pending.document.remarks),
        "differences": [
            *({"removal": False, **each} for each in difference_data(changes)),
            *({"removal": True, **each} for each in difference_data(removals)),
        ],
        "refused": difference_data(refused),
        "unknown_figures": [
            {"place": place_data(place), "code": code}
            for place, code in unknown_figures(pending.document)
        ],
        "dry_run": result is None,
        "stored": result is not None and result.is_changed,
        "is_new": pending.is_new,
        "plan": _slug(pending, result),
    }


def _slug(pending: Pending, result: ImportResult | None) -> str | None:
    if result is not None:
        return result.plan.slug
    return pending.plan.slug if pending.plan is not None else None
