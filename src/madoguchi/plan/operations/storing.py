"""Writing a document into the tables of a plan: new sheets in bulk, known ones where they differ.

Items whose text is still there keep their record, so that what refers to them (the office's
word on a match) is kept too.
"""

from collections.abc import Sequence

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import Department, User
from madoguchi.kernel import clock, fiscal
from madoguchi.plan.document import model
from madoguchi.plan.document.diff import without_removals
from madoguchi.plan.models import (
    Initiative,
    InitiativeDepartment,
    Plan,
    PlanItem,
    Report,
    ResultItem,
    ScheduleRow,
    Theme,
    Transfer,
)
from madoguchi.plan.operations.lines import store_lines
from madoguchi.plan.operations.search_text import refresh_search_text
from madoguchi.plan.queries.importing import Pending
from madoguchi.plan.rules.departments import department_path

BATCH = 500


class Storing:
    """One import on its way into ``plan``; use ``store`` once, inside a transaction."""

    def __init__(self, plan: Plan, *, by: User | None) -> None:
        self.plan = plan
        self.by = by
        self.now = clock.now()
        self.departments: dict[tuple[str, ...], Department] = {}

    def store(self, pending: Pending, *, with_removals: bool) -> None:
        """Bring the plan in step with the document, or with what is in it at all."""
        target = pending.document
        if not with_removals:
            target = without_removals(pending.stored, target)
        themes = self._themes(pending.stored, target)
        before = {sheet.code: sheet for sheet in pending.stored.initiatives}
        known = self._known()
        new = [sheet for sheet in target.initiatives if sheet.code not in before]
        changed = [
            sheet
            for sheet in target.initiatives
            if sheet.code in before and sheet != before[sheet.code]
        ]
        if with_removals:
            gone = set(before) - {sheet.code for sheet in target.initiatives}
            Initiative.objects.filter(pk__in=[known[code].pk for code in gone]).delete()
        created = self._create(new, themes)
        for sheet in changed:
            self._update(known[sheet.code], before[sheet.code], sheet)
        touched = [known[sheet.code].pk for sheet in changed]
        refresh_search_text([*(one.pk for one in created), *touched])
        if with_removals:
            numbers = [theme.number for theme in target.themes]
            Theme.objects.filter(plan=self.plan).exclude(number__in=numbers).delete()

    # --- themes and sheets ------------------------------------------------------------

    def _themes(self, old: model.PlanDocument, new: model.PlanDocument) -> dict[int, Theme]:
        names = {theme.number: theme.name for theme in old.themes}
        Theme.objects.bulk_create(
            Theme(plan=self.plan, number=theme.number, name=theme.name)
            for theme in new.themes
            if theme.number not in names
        )
        renamed = {
            theme.number: theme.name
            for theme in new.themes
            if theme.number in names and theme.name != names[theme.number]
        }
        themes = {theme.number: theme for theme in Theme.objects.filter(plan=self.plan)}
        for number, name in renamed.items():
            themes[number].name = name
            themes[number].save(update_fields=["name"])
        return themes

    def _known(self) -> dict[str, Initiative]:
        sheets = Initiative.objects.filter(theme__plan=self.plan).select_related("theme")
        return {f"{sheet.theme.number}-{sheet.number}": sheet for sheet in sheets}

    def _create(
        self, sheets: Sequence[model.Initiative], themes: dict[int, Theme]
    ) -> list[Initiative]:
        created = Initiative.objects.bulk_create(
            [
                Initiative(
                    theme=themes[sheet.theme],
                    number=sheet.number,
                    name=sheet.name,
                    problem="\n\n".join(sheet.problem),
                    content="\n\n".join(sheet.content),
                    goal="\n\n".join(sheet.goal),
                )
                for sheet in sheets
            ],
            batch_size=BATCH,
        )
        pairs = list(zip(created, sheets, strict=True))
        InitiativeDepartment.objects.bulk_create(
            (charge for stored, sheet in pairs for charge in self._charges(stored, sheet)),
            batch_size=BATCH,
        )
        Transfer.objects.bulk_create(
            (moved for stored, sheet in pairs for moved in _transfers(stored, sheet)),
            batch_size=BATCH,
        )
        self._create_rows([(stored, row) for stored, sheet in pairs for row in sheet.rows])
        return created

    def _charges(self, stored: Initiative, sheet: model.Initiative) -> list[InitiativeDepartment]:
        charges = []
        previous: tuple[str, ...] = ()
        for position, written in enumerate(sheet.departments):
            previous = department_path(written, previous)
            charges.append(
                InitiativeDepartment(
                    initiative=stored,
                    department=self._department(previous),
                    position=position,
                    written_as=written,
                )
            )
        return charges

    def _department(self, path: tuple[str, ...]) -> Department:
        found = self.departments.get(path)
        if found is None:
            day = fiscal.first_day(self.plan.first_year)
            found = identity.department_for(path=path, on=day, by=self.by)
            self.departments[path] = found
        return found

    def _update(self, stored: Initiative, old: model.Initiative, new: model.Initiative) -> None:
        stored.name = new.name
        stored.problem = "\n\n".join(new.problem)
        stored.content = "\n\n".join(new.content)
        stored.goal = "\n\n".join(new.goal)
        stored.save(update_fields=["name", "problem", "content", "goal"])
        if old.departments != new.departments:
            stored.charges.all().delete()
            InitiativeDepartment.objects.bulk_create(self._charges(stored, new))
        if old.transfers != new.transfers:
            stored.transfers.all().delete()
            Transfer.objects.bulk_create(_transfers(stored, new))
        before = {row.fiscal_year: row for row in old.rows}
        years = {row.fiscal_year for row in new.rows}
        stored.rows.filter(fiscal_year__in=set(before) - years).delete()
        self._create_rows([(stored, row) for row in new.rows if row.fiscal_year not in before])
        for row in new.rows:
            if row.fiscal_year in before and row != before[row.fiscal_year]:
                self._update_row(stored, before[row.fiscal_year], row)

    # --- rows -------------------------------------------------------------------------

    def _create_rows(self, pairs: Sequence[tuple[Initiative, model.ScheduleRow]]) -> None:
        rows = ScheduleRow.objects.bulk_create(
            [
                ScheduleRow(initiative=stored, fiscal_year=row.fiscal_year, continues=row.continues)
                for stored, row in pairs
            ],
            batch_size=BATCH,
        )
        said = [(kept, row) for kept, (_, row) in zip(rows, pairs, strict=True)]
        PlanItem.objects.bulk_create(
            (
                PlanItem(row=kept, position=position, text=text)
                for kept, row in said
                for position, text in enumerate(row.plan)
            ),
            batch_size=BATCH,
        )
        reported = [(kept, row) for kept, row in said if _has_report(row)]
        reports = Report.objects.bulk_create(
            [self._report(kept, row) for kept, row in reported], batch_size=BATCH
        )
        ResultItem.objects.bulk_create(
            (
                ResultItem(report=report, position=position, text=text)
                for report, (_, row) in zip(reports, reported, strict=True)
                for position, text in enumerate(row.result)
            ),
            batch_size=BATCH,
        )

    def _report(self, kept: ScheduleRow, row: model.ScheduleRow) -> Report:
        return Report(
            row=kept,
            status=Report.Status.ACCEPTED,
            outcome=row.outcome or "",
            effect=row.effect,
            accepted_at=self.now,
            updated_at=self.now,
            updated_by=self.by,
        )

    def _update_row(
        self, stored: Initiative, old: model.ScheduleRow, new: model.ScheduleRow
    ) -> None:
        row = stored.rows.get(fiscal_year=new.fiscal_year)
        if row.continues != new.continues:
            row.continues = new.continues
            row.save(update_fields=["continues"])
        if old.plan != new.plan:
            store_lines(row.plan_items.all(), new.plan, row=row)
        if (old.result, old.outcome, old.effect) != (new.result, new.outcome, new.effect):
            self._update_report(row, new)

    def _update_report(self, row: ScheduleRow, new: model.ScheduleRow) -> None:
        report, is_new = Report.objects.get_or_create(
            row=row, defaults={"status": Report.Status.ACCEPTED, "accepted_at": self.now}
        )
        report.status = Report.Status.ACCEPTED
        report.outcome = new.outcome or ""
        report.effect = new.effect
        report.accepted_at = report.accepted_at or self.now
        report.version += not is_new
        report.updated_at, report.updated_by = self.now, self.by
        report.save()
        store_lines(report.items.all(), new.result, report=report)


def _has_report(row: model.ScheduleRow) -> bool:
    return bool(row.result or row.outcome or row.effect is not None)


def _transfers(stored: Initiative, sheet: model.Initiative) -> list[Transfer]:
    return [
        Transfer(
            initiative=stored,
            position=position,
            subject=moved.subject,
            theme_number=moved.theme,
            number=moved.number,
            name=moved.name,
        )
        for position, moved in enumerate(sheet.transfers)
    ]
