"""What is held on a resident with an account, for the one whom it is about."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.queries.applicants import cases_of
from madoguchi.blocks.procedures.queries.drafts import check_groups, draft_of
from madoguchi.blocks.procedures.queries.keeping import ended_at
from madoguchi.blocks.procedures.queries.sheets import ApplicationSheet, sheets_of
from madoguchi.blocks.procedures.rules import codes, keeping
from madoguchi.kernel import clock


def my_part(request: HttpRequest) -> str:
    """The applications on a resident's own page."""
    resident = identity.resident_of(request)
    if resident is None:
        return ""
    lines = cases_of(resident)
    return render_to_string("procedures/parts/my_cases.html", {"lines": lines}, request)


def export(user: AbstractBaseUser) -> Mapping[str, object]:
    """All cases of a resident, keys in words."""
    cases = _cases_of(user)
    return {_("Applications"): [_case(case) for case in cases]} if cases else {}


def kept(user: AbstractBaseUser) -> Sequence[str]:
    """What must stay when the account goes, and why."""
    today = clock.today()
    staying = [
        case
        for case in _cases_of(user)
        if case.stage == Case.Stage.SENT and not keeping.may_be_erased(ended_at(case), today)
    ]
    if not staying:
        return ()
    words = ngettext(
        "An application that you sent (%(numbers)s) stays for %(years)d years after it has ended: "
        "the city must be able to show how it decided. Your mail address is removed from it.",
        "%(count)d sets of applications that you sent (%(numbers)s) stay for %(years)d years after "
        "they have ended: the city must be able to show how it decided. Your mail address is "
        "removed from them.",
        len(staying),
    )
    return (
        words
        % {
            "count": len(staying),
            "numbers": _(", ").join(codes.shown(case.number) for case in staying),
            "years": keeping.YEARS_KEPT,
        },
    )


def _cases_of(user: AbstractBaseUser) -> list[Case]:
    found = Case.objects.filter(resident_id=user.pk).exclude(stage=Case.Stage.ERASED)
    return list(found.order_by("pk"))


def _case(case: Case) -> dict[str, Any]:
    about: dict[str, Any] = {
        _("Reception number"): codes.shown(case.number),
        pgettext("own data", "Begun at"): case.begun_at.astimezone(clock.TOKYO).isoformat(),
    }
    if case.mail_to:
        about[_("Mail address for messages")] = case.mail_to
    if case.sent_at is None:
        draft = draft_of(case)
        about[_("Procedures")] = list(draft.titles)
        about[pgettext("own data", "What you wrote")] = {
            group.section.heading: {row.label: row.shown for row in group.rows}
            for group in check_groups(draft)
        }
        return about
    about[_("Sent at")] = case.sent_at.astimezone(clock.TOKYO).isoformat()
    applications = list(case.applications.select_related("case", "version").order_by("pk"))
    sheets = sheets_of(applications, for_operator=False)
    about[_("Procedures")] = [_application(sheet) for sheet in sheets]
    return about


def _application(sheet: ApplicationSheet) -> dict[str, Any]:
    return {
        _("Procedure"): sheet.title,
        _("Department"): sheet.department,
        _("State"): sheet.state,
        pgettext("own data", "What you wrote"): {
            group.heading: {row.label: row.shown for row in group.rows} for group in sheet.groups
        },
        _("Documents"): [file.name for row in sheet.documents for file in row.files],
        _("History"): [
            {
                _("When"): event.at.astimezone(clock.TOKYO).isoformat(),
                pgettext("own data", "What"): event.words,
                _("Told to you"): event.message.text if event.message else "",
                pgettext("own data", "Note"): event.message.note if event.message else "",
            }
            for event in sheet.events
        ],
    }
