"""Where figures come from: indicators, frozen figures, milestones, public attachments."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madoguchi.blocks.identity.service import acting_as
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.evidence import indicators
from madoguchi.plan.queries import evidence
from madoguchi.plan.rules import access

PAGE_SIZE = 50


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """All figures that the city's services measure."""
    context = {
        "indicators": list(indicators),
        "fiscal_year": fiscal.fiscal_year_of(clock.today()),
    }
    return render(request, "plan/evidence_list.html", context)


@require_safe
def show_indicator(request: HttpRequest, code: str, fiscal_year: int) -> HttpResponse:
    """An indicator's value in a fiscal year as it is now, with the records behind it."""
    if not fiscal.FIRST_FISCAL_YEAR < fiscal_year < fiscal.LAST_FISCAL_YEAR:
        raise Http404
    page = evidence.indicator_page(code, fiscal_year, sees_all=_sees_all(request))
    if page is None:
        raise Http404
    rows = page.reading.rows if page.reading else ()
    context = {
        "page": page,
        "rows": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "previous_year": fiscal_year - 1,
        "next_year": fiscal_year + 1,
    }
    return render(request, "plan/evidence.html", context)


@require_safe
def show_figure(request: HttpRequest, public_id: str) -> HttpResponse:
    """A frozen figure: value, time, records, corrections, and whether its digest still holds."""
    figure = evidence.public_figure(public_id)
    if figure is None:
        raise Http404
    page = evidence.figure_page(figure)
    rows = Paginator(page.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "plan/figure.html", {"page": page, "rows": rows})


@require_safe
def show_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """A dated fact that no service measures."""
    page = evidence.milestone_page(pk, sees_all=_sees_all(request))
    if page is None:
        raise Http404
    return render(request, "plan/milestone.html", {"page": page})


@require_safe
def attachment(request: HttpRequest, pk: int) -> FileResponse:  # noqa: ARG001 # Django's signature
    """A file that a department shows as evidence; always saved, never run by the browser."""
    found = evidence.public_attachment(pk)
    if found is None:
        raise Http404
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type=found.media_type,
    )


def _sees_all(request: HttpRequest) -> bool:
    """Staff of the plan see what is not published yet."""
    return access.may_enter(acting_as(request.user))
