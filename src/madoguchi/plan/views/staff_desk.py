"""The desk of each role, the overdue list, the effect amounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from madoguchi.blocks.identity.service import user_of
from madoguchi.kernel import clock
from madoguchi.plan.models import Plan
from madoguchi.plan.queries.desk import desk_of, effects_of, overdue_by_department
from madoguchi.plan.rules import access
from madoguchi.plan.views.staff_access import require_any_role, require_reader_of_all


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What must be done now, oldest first."""
    actor = require_any_role(request)
    today = clock.today()
    context = {
        "desk": desk_of(actor, member=user_of(request).pk, today=today),
        "today": today,
        "is_office": access.may_manage(actor),
        "reads_everything": access.reads_everything(actor),
    }
    return render(request, "plan/staff/desk.html", context)


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """Who is late with what."""
    require_reader_of_all(request)
    groups = overdue_by_department(today=clock.today())
    context = {"groups": groups, "count": sum(len(group.rows) for group in groups)}
    return render(request, "plan/staff/overdue.html", context)


@require_safe
def effects(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Effect amounts by year, of the newest plan or of the one that is named."""
    require_reader_of_all(request)
    plans = list(Plan.objects.all())
    plan = get_object_or_404(Plan, slug=slug) if slug else next(iter(plans), None)
    context = {"plan": plan, "plans": plans, "effects": effects_of(plan) if plan else None}
    return render(request, "plan/staff/effects.html", context)
