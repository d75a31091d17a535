"""Audit entries in words that an auditor reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from madoguchi.blocks.identity.models import User
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.registries import audit_actions, audit_particulars, roles

PARTICULARS = {
    "amount": pgettext_lazy("audit log", "yen"),
    "below": gettext_lazy("below"),
    "bill": pgettext_lazy("audit log", "bill"),
    "bills": pgettext_lazy("audit log", "bills"),
    "count": pgettext_lazy("audit log", "number"),
    "department": gettext_lazy("department"),
    "digest": gettext_lazy("digest"),
    "due_months": gettext_lazy("months due"),
    "fields": gettext_lazy("fields"),
    "fiscal_year": gettext_lazy("fiscal year"),
    "from": gettext_lazy("in use from"),
    "last": gettext_lazy("last number"),
    "name": gettext_lazy("name"),
    "new": pgettext_lazy("audit log", "new"),
    "on": pgettext_lazy("audit log", "on"),
    "order": gettext_lazy("order"),
    "reason": gettext_lazy("reason"),
    "role": gettext_lazy("role"),
    "work_items": gettext_lazy("work items"),
}
"""Keys that mean the same in the entries of every app; others an app names with its actions."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry with its actor by name, its action in words and its detail as pairs."""

    sequence: int
    at: datetime
    actor: str
    roles: str
    action: str
    code: str
    subject: str
    detail: tuple[tuple[str, str], ...]
    digest: str


def audit_rows(entries: Iterable[AuditEntry]) -> tuple[AuditRow, ...]:
    """One query for the names of all actors."""
    entries = list(entries)
    people = User.objects.in_bulk([int(e.actor) for e in entries if e.actor.isdigit()])
    names = {str(pk): person.get_full_name() for pk, person in people.items()}
    labels = {found.code: str(found.label) for found in roles}
    actions = {found.code: str(found.label) for found in audit_actions}
    return tuple(
        AuditRow(
            sequence=entry.sequence,
            at=entry.at,
            actor=names.get(entry.actor, entry.actor) if entry.actor else _("The system"),
            roles=_(", ").join(labels.get(code, code) for code in entry.actor_roles),
            action=actions.get(entry.action, entry.action),
            code=entry.action,
            subject=entry.subject,
            detail=tuple(
                _particular(entry.action, name, value, labels)
                for name, value in entry.detail.items()
            ),
            digest=entry.digest,
        )
        for entry in entries
    )


def audit_areas() -> list[str]:
    """The apps that have written entries: the part of the action before its dot. One query."""
    actions = AuditEntry.objects.order_by().values_list("action", flat=True).distinct()
    return sorted({action.partition(".")[0] for action in actions})


def actor_of(username: str) -> str:
    """How the log names the person of a user name; a sign that nobody has where there is none."""
    staff = User.objects.filter(kind=User.Kind.STAFF, username__iexact=username.strip())
    pk = staff.values_list("pk", flat=True).first()
    return str(pk) if pk is not None else "-"


def _particular(
    action: str, name: str, value: object, labels: Mapping[str, str]
) -> tuple[str, str]:
    known = audit_particulars.get(f"{action.partition('.')[0]}.{name}")
    if known is not None:
        return str(known.label), str(known.show(_shown(value)))
    return str(PARTICULARS.get(name, name)), labels.get(str(value), _shown(value))


def _shown(value: object) -> str:
    if isinstance(value, list):
        return _(", ").join(map(str, value))
    if isinstance(value, bool):
        return pgettext("audit log", "yes") if value else pgettext("audit log", "no")
    return "–" if value in {None, ""} else str(value)
