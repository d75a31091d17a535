"""Removing what people sent: drafts at any time, sent cases when nothing obliges to keep them."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import (
    Application,
    Attachment,
    Case,
    Letter,
    Message,
)
from madoguchi.blocks.procedures.queries.keeping import ended_at
from madoguchi.blocks.procedures.rules import codes, keeping
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit


@transaction.atomic
def erase_case(*, case: Case, by: User | None) -> int:
    """Remove what a case says of people, as far as it may be removed today; how many rows changed.

    A draft goes at once, and what has been kept for long enough. Of another only the mail address
    goes: the application is a document of the city (`rules.keeping`). Numbers, procedures, states
    and the history stay: they name nobody.
    """
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if locked.stage == Case.Stage.ERASED:
        return 0
    may_go = locked.stage == Case.Stage.DRAFT or keeping.may_be_erased(
        ended_at(locked), clock.today()
    )
    rows = _empty(locked) if may_go else _forget_mail(locked)
    if rows:
        audit.record(
            by=by,
            action="procedures.case_erased" if may_go else "procedures.mail_address_erased",
            subject=f"procedures.case:{locked.number}",
        )
    return rows


def erase_by_number(number: str) -> int:
    """The erasure hook: of a case without an account its number, however it is written; of an
    account its cases are found by identity's own data."""
    case = Case.objects.filter(number=codes.scanned(number)).first()
    return 0 if case is None else erase_case(case=case, by=None)


def erase_cases_of(user: AbstractBaseUser) -> int:
    """What may be removed of a resident's cases; those that stay belong to no account any more."""
    resident = User.objects.get(pk=user.pk)
    cases = list(Case.objects.filter(resident=resident).order_by("pk"))
    rows = sum(erase_case(case=case, by=resident) for case in cases)
    return rows + Case.objects.filter(resident=resident).update(resident=None)


def discard_old(*, today: date) -> tuple[int, int]:
    """Remove drafts that nobody sent, and sent cases whose years are over; how many of each."""
    begun_before = clock.now() - timedelta(days=keeping.DRAFT_DAYS)
    drafts = Case.objects.filter(stage=Case.Stage.DRAFT, begun_at__lt=begun_before)
    oldest = date(today.year - keeping.YEARS_KEPT, 12, 31)
    sent = Case.objects.filter(stage=Case.Stage.SENT, sent_at__date__lte=oldest)
    over = [case for case in sent if keeping.may_be_erased(ended_at(case), today)]
    return _erase_all(drafts), _erase_all(over)


def _erase_all(cases: Iterable[Case]) -> int:
    return sum(bool(erase_case(case=case, by=None)) for case in cases)


def _empty(case: Case) -> int:
    applications = list(case.applications.all())
    rows = 1 + len(applications)
    Application.objects.filter(case=case).update(values={})
    for attachment in Attachment.objects.filter(application__in=applications):
        _drop(attachment)
        rows += 1
    for letter in Letter.objects.filter(application__in=applications):
        _drop_letter(letter)
        rows += 1
    rows += Message.objects.filter(event__application__in=applications).update(
        text="", note="", mail_to=""
    )
    case.values, case.answers, case.mail_to, case.resident = {}, {}, "", None
    case.stage, case.erased_at = Case.Stage.ERASED, clock.now()
    case.save(update_fields=["values", "answers", "mail_to", "resident", "stage", "erased_at"])
    return rows


def _forget_mail(case: Case) -> int:
    messages = Message.objects.filter(event__application__case=case).exclude(mail_to="")
    rows = messages.update(mail_to="")
    if case.mail_to:
        case.mail_to = ""
        case.save(update_fields=["mail_to"])
        rows += 1
    return rows


def _drop(attachment: Attachment) -> None:
    if attachment.file:
        storage, path = attachment.file.storage, str(attachment.file.name)
        transaction.on_commit(partial(storage.delete, path))
    attachment.name, attachment.file = "", ""
    attachment.removed_at = attachment.removed_at or clock.now()
    attachment.save(update_fields=["name", "file", "removed_at"])


def _drop_letter(letter: Letter) -> None:
    if letter.file:
        storage, path = letter.file.storage, str(letter.file.name)
        transaction.on_commit(partial(storage.delete, path))
    letter.addressee, letter.body, letter.notice, letter.reason, letter.file = "", "", "", "", ""
    letter.save(update_fields=["addressee", "body", "notice", "reason", "file"])
