"""The way in for applicants: their account, or a case that this browser has begun or opened."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Attachment, Case
from madoguchi.blocks.procedures.queries.codes import case_for_number, digest_of, is_code_of
from madoguchi.kernel import clock

CASES: Final = "procedures_cases"
"""Numbers of the cases that this browser may see, each with the moment until when (seconds since
1970)."""
CODES: Final = "procedures_codes"
"""Tracking codes in clear, by number, of cases that were begun in this browser."""
SECONDS_IDLE: Final = 2 * 60 * 60

type CaseView[**P] = Callable[Concatenate[HttpRequest, Case, P], HttpResponseBase]


def for_applicant[**P](
    view: CaseView[P],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Give the view the case of the number in its address, where it may be seen from here; send
    others to where a case is opened, whether there is one or not."""

    def inner(
        request: HttpRequest, number: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        case = case_in(request, number)
        if case is None:
            return redirect(f"{reverse('procedures:track')}?number={number}")
        return view(request, case, *args, **kwargs)

    update_wrapper(inner, view)
    return never_cache(inner)  # type: ignore[return-value] # addresses name the number


def for_draft[**P](
    view: CaseView[P],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """As ``for_applicant``, for what can be done before a case is sent only."""

    def inner(
        request: HttpRequest, case: Case, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if case.stage != Case.Stage.DRAFT:
            return redirect("procedures:case", case.number)
        return view(request, case, *args, **kwargs)

    update_wrapper(inner, view)
    return for_applicant(inner)  # type: ignore[arg-type] # as above


def case_in(request: HttpRequest, number: str) -> Case | None:
    """The case, where this browser or the account that is signed in may see it."""
    case = case_for_number(number)
    if case is None:
        return None
    resident = identity.resident_of(request)
    if resident is not None and case.resident_id == resident.pk:
        return case
    until = _opened(request).get(case.number)
    if until is None or until <= clock.now().timestamp():
        return None
    if not is_code_of(case, code_of(request, case)):  # another one was issued since
        return None
    let_in(request, case)
    return case


def let_in(request: HttpRequest, case: Case, *, code: str = "") -> None:
    """Let this browser see a case for a while; ``code`` is kept to be shown again."""
    kept = _opened(request)
    kept[case.number] = int(clock.now().timestamp()) + SECONDS_IDLE
    request.session[CASES] = kept
    if code:
        request.session[CODES] = {**request.session.get(CODES, {}), case.number: code}


def code_of(request: HttpRequest, case: Case) -> str:
    """The tracking code, where this browser still knows it."""
    return str(request.session.get(CODES, {}).get(case.number, ""))


def opened_cases(request: HttpRequest) -> QuerySet[Case]:
    """The cases that this browser has begun or opened, and may still see."""
    now = clock.now().timestamp()
    numbers = [number for number, until in _opened(request).items() if until > now]
    kept = request.session.get(CODES, {})
    digests = [digest_of(kept[number]) for number in numbers if number in kept]
    return Case.objects.filter(number__in=numbers, code_digest__in=digests)


def forget_cases(request: HttpRequest) -> None:
    for key in (CASES, CODES):
        request.session.pop(key, None)


def sender_of(request: HttpRequest, case: Case) -> User | None:
    """Whom the history names: the account to which the case belongs, else nobody."""
    resident = identity.resident_of(request)
    return resident if resident is not None and case.resident_id == resident.pk else None


def _opened(request: HttpRequest) -> dict[str, int]:
    kept = request.session.get(CASES)
    return dict(kept) if isinstance(kept, dict) else {}


def attachment_in(case: Case, public_id: str) -> Attachment | None:
    found = Attachment.objects.filter(application__case=case, removed_at=None)
    return found.filter(public_id=public_id).first()
