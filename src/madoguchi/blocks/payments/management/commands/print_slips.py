import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from madoguchi.blocks.payments.models import BillingRun
from madoguchi.blocks.payments.operations import runs
from madoguchi.blocks.payments.queries.run_words import problem_words
from madoguchi.blocks.payments.queries.runs import (
    Preview,
    Selection,
    batches_of,
    open_run,
    preview,
    run_progress,
    run_sums,
)
from madoguchi.blocks.payments.rules.fee_kinds import FeeKind, fee_kinds
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.refused import Refused


class Command(BaseCommand):
    help = (
        "Make the payment slips of bills that have none yet and write them as PDF files, A4, a "
        "slip a page, each payer's together. Killed anywhere, the same command goes on where it "
        "was; each bill gets exactly one slip."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kind", required=True, metavar="CODE", help="the fee kind, such as water"
        )
        parser.add_argument(
            "--fiscal-year", required=True, type=_fiscal_year, metavar="YEAR", help="2026 or R8年度"
        )
        parser.add_argument(
            "--instalment",
            type=int,
            nargs="+",
            default=[],
            metavar="N",
            help="only these instalments",
        )
        parser.add_argument("--output", required=True, type=Path, metavar="DIR", help="where to")
        parser.add_argument(
            "--batch-size",
            type=_batch_size,
            default=runs.BATCH_SIZE,
            metavar="N",
            help="slips in a file, at least; a payer's slips stay in one (default: %(default)s)",
        )
        parser.add_argument("--title", default="", help="the run's title, also that of the files")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        try:
            run = self._run(options)
        except (Refused, OSError) as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            self.stderr.write(str(error))
            sys.exit(1)
        if run is None:
            self._say_all_printed(options)
        else:
            self._report(run, options)

    def _run(self, options: dict[str, Any]) -> BillingRun | None:
        """The run, brought to its end; None where every bill has its slip already."""
        kind = _kind(options["kind"])
        selection = Selection(
            kind.code, options["fiscal_year"], tuple(sorted(set(options["instalment"])))
        )
        folder = options["output"].resolve()
        folder.mkdir(parents=True, exist_ok=True)
        run = open_run(kind.code)
        if run is None or Selection.of(run) != selection or run.folder != str(folder):
            if run is None and _is_all_printed(selection):
                return None
            run = runs.start_run(
                fee_kind=selection.fee_kind,
                title=options["title"] or f"{kind.label} {fiscal.label(selection.fiscal_year)}",
                fiscal_year=selection.fiscal_year,
                instalments=selection.instalments,
                folder=folder,
                batch_size=options["batch_size"],
                by=None,
            )
        return runs.continue_run(run_id=run.pk, tick=self._tick)

    def _tick(self, run: BillingRun) -> None:
        if not self.stderr.isatty():
            return
        found = run_progress(run.pk, now=clock.now())
        left = "" if found.seconds_left is None else _("%d s left") % found.seconds_left
        self.stderr.write(f"\r{found.made or found.prepared} / {found.total} {left}  ", ending="")

    def _say_all_printed(self, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({"run": None, "slips": 0, "files": []}))
        else:
            self.stdout.write(_("Every one of these bills has its slip already."))

    def _report(self, run: BillingRun, options: dict[str, Any]) -> None:
        sums = run_sums(run)
        files = [
            {
                "file": str(Path(run.folder, each["batch"].file_name)),
                "slips": each["batch"].slips,
                "sha256": each["batch"].digest,
            }
            for each in batches_of(run)
        ]
        if options["json"]:
            report = {
                "run": run.public_id,
                "slips": run.total,
                "payers": sums.payers,
                "amount": sums.amount,
                "without_barcode": sums.without_barcode,
                "left_out": run.problems,
                "files": files,
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        said = {"slips": run.total, "files": len(files), "amount": f"{sums.amount:,}"}
        self.stdout.write(_("%(slips)d slips over %(amount)s yen in %(files)d files.") % said)
        for problem in run.problems:
            self.stdout.write(f"{problem['bill']}: {problem_words(problem)}")


def _kind(code: str) -> FeeKind:
    kind = fee_kinds.get(code)
    if kind is None:
        known = ", ".join(each.code for each in fee_kinds)
        raise CommandError(
            _("There is no fee kind “%(code)s”. There are: %(known)s.")
            % {"code": code, "known": known}
        )
    return kind


def _is_all_printed(selection: Selection) -> bool:
    found: Preview = preview(selection, on=clock.today())
    return not found.slips and not found.problems and bool(found.left_out["has_slip"])


def _fiscal_year(text: str) -> int:
    return fiscal.parse_fiscal_year(text)


def _batch_size(text: str) -> int:
    size = int(text)
    if not 0 < size <= runs.LARGEST_BATCH:
        raise ValueError
    return size
