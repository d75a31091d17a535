"""The addresses of the API. Everything may be read by anyone; nothing can be written."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from ninja.pagination import PaginationBase, paginate

from madoguchi.kernel import evidence as kernel_evidence
from madoguchi.plan.api import answers, schemas
from madoguchi.plan.models import Plan
from madoguchi.plan.queries import comparison, evidence, public, sheet
from madoguchi.plan.queries.documents import UnknownTheme, stored_plan

router = Router()
REFUSED = {422: schemas.Refused}
NOT_FOUND = {404: schemas.Problem, **REFUSED}


class Pages(PaginationBase):
    """``limit`` and ``offset`` in, ``items`` and the ``count`` of all out."""

    class Input(Schema):
        limit: int = Field(
            100, ge=1, le=500, description=gettext_noop("At most so many; 100 if not said.")
        )
        offset: int = Field(
            0, ge=0, le=10_000_000, description=gettext_noop("So many are left out first.")
        )

    class Output(Schema):
        items: list[Any]
        count: int

    def paginate_queryset(
        self,
        queryset: Any,
        pagination: Input,
        request: HttpRequest,  # noqa: ARG002 # ninja's signature
        **params: Any,  # noqa: ARG002 # ninja's signature
    ) -> dict[str, Any]:
        """One page of a list; ninja calls whatever an address gives a queryset."""
        start = pagination.offset
        return {"items": queryset[start : start + pagination.limit], "count": len(queryset)}


@router.get(
    "plans/",
    response={200: list[schemas.PlanSummary], **REFUSED},
    summary=gettext_noop("All plans"),
    url_name="plans",
)
@paginate(Pages)
def plans(request: HttpRequest) -> list[schemas.PlanSummary]:
    return [answers.plan_summary(request, card) for card in public.plan_cards()]


@router.get(
    "plans/{slug}/",
    response={200: schemas.PlanDetail, **NOT_FOUND},
    summary=gettext_noop("A plan with its years and themes"),
    url_name="plan",
)
def plan(request: HttpRequest, slug: schemas.Slug) -> schemas.PlanDetail:
    found = _plan(slug)
    [card] = [card for card in public.plan_cards() if card.slug == found.slug]
    return answers.plan_detail(request, card, public.overview_of(found))


@router.get(
    "plans/{slug}/initiatives/",
    response={200: list[schemas.InitiativeSummary], **NOT_FOUND},
    summary=gettext_noop("The initiatives of a plan, with their state in each year"),
    url_name="initiatives",
)
@paginate(Pages)
def initiatives(
    request: HttpRequest,
    slug: schemas.Slug,
    theme: schemas.ThemeFilter = None,
    department: schemas.DepartmentFilter = None,
    standing: schemas.StandingFilter = None,
) -> list[schemas.InitiativeSummary]:
    def is_wanted(line: public.InitiativeLine) -> bool:
        return (
            theme in {None, line.theme}
            and (department is None or department in line.department_ids)
            and standing in {None, line.standing}
        )

    lines = public.overview_of(_plan(slug)).filtered(is_wanted).lines
    return [answers.initiative_summary(request, line) for line in lines]


@router.get(
    "plans/{slug}/initiatives/{int:theme}-{int:number}/",
    response={200: schemas.Sheet, **NOT_FOUND},
    summary=gettext_noop("An initiative in full: its sheet"),
    url_name="sheet",
)
def initiative(
    request: HttpRequest, slug: schemas.Slug, theme: schemas.ThemeNumber, number: schemas.Number
) -> schemas.Sheet:
    found = sheet.initiative_at(_plan(slug), theme, number)
    if found is None:
        raise HttpError(404, _("This plan has no initiative of that number."))
    return answers.sheet_in_full(request, sheet.sheet_of(found))


@router.get(
    "plans/{slug}/rows/",
    response={200: list[schemas.Row], **NOT_FOUND},
    summary=gettext_noop("Every initiative in every year as plain text"),
    url_name="rows",
)
@paginate(Pages)
def rows(
    request: HttpRequest,  # noqa: ARG001 # ninja's signature
    slug: schemas.Slug,
    theme: schemas.ThemeFilter = None,
    fiscal_year: schemas.YearFilter = None,
) -> list[schemas.Row]:
    try:
        stored = stored_plan(_plan(slug), theme=theme, only_published=True)
    except UnknownTheme as unknown:
        raise HttpError(404, _("This plan has no theme of that number.")) from unknown
    return answers.rows(stored, fiscal_year)


@router.get(
    "plans/{slug}/comparison/",
    response={200: schemas.Comparison, **NOT_FOUND},
    summary=gettext_noop("What became of the plan: as planned, earlier, later, added, dropped"),
    url_name="comparison",
)
def compare(
    request: HttpRequest,  # noqa: ARG001 # ninja's signature
    slug: schemas.Slug,
) -> schemas.Comparison:
    return answers.compared(comparison.plan_slips(public.overview_of(_plan(slug))))


@router.get(
    "indicators/",
    response={200: list[schemas.Indicator], **REFUSED},
    summary=gettext_noop("All indicators that the city's services measure"),
    url_name="indicators",
)
@paginate(Pages)
def indicators(
    request: HttpRequest,  # noqa: ARG001 # ninja's signature
) -> list[schemas.Indicator]:
    return [answers.indicator(found) for found in kernel_evidence.indicators]


@router.get(
    "indicators/{code}/{fiscal_year}/",
    response={200: schemas.Measured, **NOT_FOUND},
    summary=gettext_noop("An indicator for one fiscal year, with its records"),
    url_name="indicator",
)
def indicator(
    request: HttpRequest, code: schemas.Code, fiscal_year: schemas.FiscalYear
) -> schemas.Measured:
    page = evidence.indicator_page(code, fiscal_year, sees_all=False)
    if page is None:
        raise HttpError(404, _("No service measures an indicator of that code."))
    return answers.measured(request, page, reverse("plan:evidence", args=[code, fiscal_year]))


@router.get(
    "figures/{public_id}/",
    response={200: schemas.FrozenFigure, **NOT_FOUND},
    summary=gettext_noop("A frozen figure, with all that is needed to check it"),
    url_name="figure",
)
def figure(request: HttpRequest, public_id: schemas.PublicId) -> schemas.FrozenFigure:
    found = evidence.public_figure(public_id)
    if found is None:
        raise HttpError(404, _("No published result has a figure of that number."))
    page = evidence.figure_page(found)
    return answers.frozen_figure(request, page, reverse("plan:figure", args=[public_id]))


def _plan(slug: str) -> Plan:
    found = public.public_plans().filter(slug=slug).first()
    if found is None:
        raise HttpError(404, _("There is no public plan of that name."))
    return found
