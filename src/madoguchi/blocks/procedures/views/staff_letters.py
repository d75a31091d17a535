"""A decision letter that was wrong is replaced by a new one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.forms.desk import ReplaceLetterForm
from madoguchi.blocks.procedures.operations.letters import NoLetter
from madoguchi.blocks.procedures.operations.refusals import Stale
from madoguchi.blocks.procedures.operations.replacing import ReplacingUnclear, replace_letter
from madoguchi.blocks.procedures.rules import access
from madoguchi.blocks.procedures.views.staff_cases import Opened, opened_or_404
from madoguchi.blocks.procedures.views.staff_desk import address_of, query_of
from madoguchi.blocks.procedures.views.staff_steps import look_again, page_head, show_now
from madoguchi.kernel import clock
from madoguchi.kernel.pages.forms import posted
from madoguchi.kernel.refused import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, number: str, procedure: str) -> HttpResponse:
    """The letter as it is, to be put right, and why."""
    opened = opened_or_404(request, number, procedure)
    if not opened.may_decide:
        raise PermissionDenied(identity.needed_roles(access.DECIDER))
    letter = opened.sheet.letter
    if letter is None or not letter.body:
        return show_now(request, opened, str(NoLetter()))
    first = {
        "edit": opened.application.edit,
        "addressee": letter.addressee,
        "body": letter.body,
    }
    form = ReplaceLetterForm(posted(request), initial=first)
    if request.method != "POST":
        return _page(request, opened, form)
    if not form.is_valid():
        return _page(request, opened, form, status=422)
    return _replace(request, opened, form)


def _replace(request: HttpRequest, opened: Opened, form: ReplaceLetterForm) -> HttpResponse:
    try:
        replace_letter(
            application=opened.application,
            by=opened.user,
            today=clock.today(),
            **form.cleaned_data,
        )
    except ReplacingUnclear as refused:
        form.add_error(None, str(refused))
        return _page(request, opened, form, status=422)
    except Stale as stale:
        again = look_again(request, opened)
        kept = request.POST.copy()
        kept["edit"] = str(again.application.edit)
        return _page(request, again, ReplaceLetterForm(kept), status=409, problem=str(stale))
    except Refused as refused:
        return show_now(request, opened, str(refused))
    messages.success(request, _("The letter was replaced, and the applicant is told."))
    return HttpResponseRedirect(address_of(opened.application) + query_of(request))


def _page(
    request: HttpRequest,
    opened: Opened,
    form: ReplaceLetterForm,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    context = {**page_head(request, opened), "form": form, "problem": problem}
    return render(request, "procedures/desk/replace_letter.html", context, status=status)
