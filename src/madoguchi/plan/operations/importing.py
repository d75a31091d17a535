"""Storing a plan that was read from a file. Either all of it is stored or nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused
from madoguchi.plan.document.diff import Difference
from madoguchi.plan.document.errors import place_text
from madoguchi.plan.document.model import PlanDocument, Summary, summarise
from madoguchi.plan.document.validity import check_document
from madoguchi.plan.models import ImportRecord, Plan, PlanYear
from madoguchi.plan.operations.storing import Storing
from madoguchi.plan.queries.importing import (
    Pending,
    difference_data,
    ended_years,
    pending_import,
    remark_data,
    title_of,
)

MOST_NAMED = 5


class SettledYearChanged(Refused):
    """The file differs in years that were reported here; ``differences`` says where."""

    message = _(
        "The file changes %(count)d entries of years that are closed or being reported: "
        "%(places)s. Nothing was stored. What was closed is corrected by dated entries."
    )

    def __init__(self, differences: tuple[Difference, ...]) -> None:
        places = [place_text(each.place) for each in differences[:MOST_NAMED]]
        more = ["…"] if len(differences) > MOST_NAMED else []
        super().__init__(count=len(differences), places="、".join(places + more))
        self.differences = differences


class SlugTaken(Refused):
    message = _("There is already a plan at the address “%(slug)s”.")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """``changes`` were made, ``kept`` were left because their removal was not confirmed."""

    plan: Plan
    summary: Summary
    is_new: bool
    changes: tuple[Difference, ...]
    kept: tuple[Difference, ...]

    @property
    def is_changed(self) -> bool:
        return self.is_new or bool(self.changes)


@transaction.atomic
def import_document(
    *,
    document: PlanDocument,
    plan: Plan | None,
    by: User | None,
    title: str = "",
    slug: str = "",
    filename: str = "",
    sha256: str = "",
    confirm_removals: bool = False,
) -> ImportResult:
    """Store ``document`` as a new plan, or bring ``plan`` in step with it.

    What the plan has and the document lacks goes only with ``confirm_removals``. Importing the
    same again writes nothing but an audit entry that says so. Years that are over and have
    results come in as closed, ready to be published. Raises PlanUnreadable for a document that
    cannot be stored, SettledYearChanged, SlugTaken and identity's errors.
    """
    check_document(document)
    if plan is not None:
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
    pending = pending_import(plan, document)
    refused = (*pending.refused, *(pending.refused_removals if confirm_removals else ()))
    if refused:
        raise SettledYearChanged(refused)
    changes = pending.differences if confirm_removals else pending.changes
    summary = summarise(document)
    retitled = plan is not None and bool(title) and title != plan.title
    if plan is not None and not changes and not retitled:
        audit.record(by=by, action="plan.import_unchanged", subject=f"plan.plan:{plan.pk}")
        return ImportResult(plan, summary, is_new=False, changes=(), kept=pending.removals)
    stored = plan or _new_plan(pending.document, title=title, slug=slug)
    if retitled:
        stored.title = title
        stored.save(update_fields=["title"])
    Storing(stored, by=by).store(pending, with_removals=confirm_removals)
    _keep_years(stored, pending.document)
    _record(stored, pending, changes, filename=filename, sha256=sha256, by=by)
    return ImportResult(
        plan=stored,
        summary=summary,
        is_new=plan is None,
        changes=changes,
        kept=() if confirm_removals else pending.removals,
    )


def _new_plan(document: PlanDocument, *, title: str, slug: str) -> Plan:
    years = document.fiscal_years
    address = slug or _free_slug(years[0])
    try:
        with transaction.atomic():
            return Plan.objects.create(
                slug=address,
                title=title_of(document, title),
                first_year=years[0],
                last_year=years[-1],
            )
    except IntegrityError as error:
        raise SlugTaken(slug=address) from error


def _free_slug(first_year: int) -> str:
    taken = set(Plan.objects.values_list("slug", flat=True))
    candidates = (
        f"plan-{first_year}" + (f"-{count}" if count > 1 else "") for count in range(1, 10_000)
    )
    return next(slug for slug in candidates if slug not in taken)


def _keep_years(plan: Plan, document: PlanDocument) -> None:
    """A PlanYear for every year; those that are over and reported come in as closed."""
    years = document.fiscal_years
    first, last = min(plan.first_year, years[0]), max(plan.last_year, years[-1])
    if (first, last) != (plan.first_year, plan.last_year):
        plan.first_year, plan.last_year = first, last
        plan.save(update_fields=["first_year", "last_year"])
    now = clock.now()
    ended = ended_years(document)
    known = set(PlanYear.objects.filter(plan=plan).values_list("fiscal_year", flat=True))
    PlanYear.objects.bulk_create(
        PlanYear(plan=plan, fiscal_year=year) for year in plan.fiscal_years if year not in known
    )
    PlanYear.objects.filter(
        plan=plan, fiscal_year__in=ended, status=PlanYear.Status.PLANNED, opened_at__isnull=True
    ).update(status=PlanYear.Status.CLOSED, closed_at=now)


def _record(
    plan: Plan,
    pending: Pending,
    changes: tuple[Difference, ...],
    *,
    filename: str,
    sha256: str,
    by: User | None,
) -> None:
    counts = asdict(summarise(pending.document))
    ImportRecord.objects.create(
        plan=plan,
        filename=filename[:200],
        sha256=sha256,
        summary=counts,
        remarks=remark_data(pending.document.remarks),
        differences=difference_data(changes),
        at=clock.now(),
        by=by,
    )
    detail: Mapping[str, object] = {
        "is_new": pending.is_new,
        "sha256": sha256,
        "changes": len(changes),
        **counts,
    }
    audit.record(by=by, action="plan.imported", subject=f"plan.plan:{plan.pk}", detail=detail)
