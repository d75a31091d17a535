"""The work list: what somebody must decide, oldest first; one matter a page."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.blocks.identity.service import Acting
from madoguchi.blocks.payments.forms.work import FilterForm, FindBillForm, StepForm
from madoguchi.blocks.payments.models import Bill, WorkItem
from madoguchi.blocks.payments.queries.lookup import find_bill
from madoguchi.blocks.payments.queries.work import (
    Filters,
    Step,
    WorkPage,
    count_open,
    next_open,
    rows,
    work_items,
    work_page,
)
from madoguchi.blocks.payments.queries.work_words import DO_WORDS, DONE_WORDS
from madoguchi.blocks.payments.rules import access
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.blocks.payments.views.staff_access import (
    readable_kinds,
    require_any_role,
    require_treasury,
)
from madoguchi.blocks.payments.views.work_steps import (
    RefundNotSent,
    form_of,
    take_step,
    warning_of,
)
from madoguchi.kernel.refused import Refused

PER_PAGE = 50
CONFLICT = 409


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """What must be done, oldest first; with a filter also what was done."""
    actor = require_any_role(request)
    kinds = _kinds(actor)
    form = _filter_form(request, kinds)
    filters = form.filters
    page = Paginator(work_items(filters, kinds=kinds), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": rows(list(page)),
        "is_done": filters.is_done,
        "is_filtered": filters not in (Filters(), Filters(is_done=True)),
        "open_count": count_open(kinds),
        "query": _query(request),
        "may_work": access.may_manage(actor),
    }
    return render(request, "payments/staff/work.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def work_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: what happened, the usual step, the others."""
    actor = require_any_role(request)
    item = _item(pk, _kinds(actor))
    if request.method == "POST":
        require_treasury(request)
        return _take(request, item, actor)
    return _show(request, item, actor)


def _kinds(actor: Acting) -> list[str] | None:
    """The fee kinds whose matters a person may see; None: all of them."""
    if access.reads_everything(actor):
        return None
    return readable_kinds(actor, [kind.code for kind in fee_kinds])


def _item(pk: int, kinds: list[str] | None) -> WorkItem:
    found = WorkItem.objects.select_related("payment", "bill", "resolved_by")
    if kinds is not None:
        found = found.filter(bill__fee_kind__in=kinds)
    return get_object_or_404(found, pk=pk)


def _filter_form(request: HttpRequest, kinds: list[str] | None) -> FilterForm:
    shown = [kind for kind in fee_kinds if kinds is None or kind.code in kinds]
    return FilterForm(request.GET, fee_kinds=[(kind.code, kind.label) for kind in shown])


def _query(request: HttpRequest) -> str:
    """The filters of the list, to go on with them."""
    kept = request.GET.copy()
    for name in ("bill", "page"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}" if kept else ""


def _take(request: HttpRequest, item: WorkItem, actor: Acting) -> HttpResponse:
    step = request.POST.get("step", "")
    page = work_page(item, candidate=_looked_up(request))
    if item.resolved_at is not None:
        messages.warning(request, _("Somebody dealt with this matter meanwhile."))
        return redirect("payments_staff:work_item", item.pk)
    if step not in Step.values:
        raise Http404
    form = form_of(step, page, request.POST)
    if not form.is_valid():
        return _show(request, item, actor, form=form, status=422)
    warning = warning_of(form, page)
    if warning and not form.cleaned_data["confirmed"]:
        return _confirm(request, form, page, warning)
    try:
        take_step(item, form, require_treasury(request))
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, _item(item.pk, None), actor, form=form, status=CONFLICT)
    except RefundNotSent:
        messages.warning(
            request,
            _(
                "The refund was decided, but could not be sent to the card provider. Send it "
                "again from the bill."
            ),
        )
        return _go_on(request, item, actor)
    messages.success(request, str(DONE_WORDS[step]))
    return _go_on(request, item, actor)


def _go_on(request: HttpRequest, item: WorkItem, actor: Acting) -> HttpResponseRedirect:
    """To the next matter of the same filters; to the list after the last."""
    following = _following(request, item, actor)
    if following is None:
        return HttpResponseRedirect(reverse("payments_staff:work") + _query(request))
    address = reverse("payments_staff:work_item", args=[following.pk])
    return HttpResponseRedirect(address + _query(request))


def _following(request: HttpRequest, item: WorkItem, actor: Acting) -> WorkItem | None:
    kinds = _kinds(actor)
    filters = _filter_form(request, kinds).filters
    return None if filters.is_done else next_open(item, filters, kinds=kinds)


def _looked_up(request: HttpRequest) -> Bill | None:
    form = FindBillForm(request.GET)
    number = form.cleaned_data["bill"] if form.is_valid() else ""
    return find_bill(number) if number else None


def _confirm(request: HttpRequest, form: StepForm, page: WorkPage, warning: str) -> HttpResponse:
    """What will happen, with the same values to be sent once more."""
    kept = [
        (name, value)
        for name, value in request.POST.items()
        if name in form.fields and name != "confirmed"
    ]
    context = {
        "item": page.item,
        "warning": warning,
        "kept": kept,
        "button": DO_WORDS[form.cleaned_data["step"]],
        "query": _query(request),
    }
    return render(request, "payments/staff/work_check.html", context)


def _show(
    request: HttpRequest,
    item: WorkItem,
    actor: Acting,
    *,
    form: StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    looked_up = _looked_up(request)
    page = work_page(item, candidate=looked_up)
    may_work = access.may_manage(actor) and item.resolved_at is None
    sent = form.data.get("step") if form is not None else None
    context = {
        "page": page,
        "item": item,
        "may_work": may_work,
        "steps": _steps(page, form, sent) if may_work else [],
        "sent_form": form,
        "find": FindBillForm(request.GET if "bill" in request.GET else None),
        "is_not_found": bool(request.GET.get("bill")) and looked_up is None,
        "query": _query(request),
        "following": _following(request, item, actor),
    }
    return render(request, "payments/staff/work_item.html", context, status=status)


def _steps(page: WorkPage, sent_form: StepForm | None, sent: object) -> list[dict[str, object]]:
    """Each step that can be taken, with its form: the one that was sent keeps what was typed."""
    return [
        {
            "code": step,
            "label": Step(step).label,
            "button": DO_WORDS[step],
            "form": sent_form if sent_form is not None and step == sent else form_of(step, page),
            "is_sent": step == sent,
        }
        for step in page.steps
    ]
