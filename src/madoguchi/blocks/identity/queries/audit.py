"""Audit entries in words that an auditor reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.identity.models import User
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.registries import audit_actions, roles

PARTICULARS = {
    "below": gettext_lazy("below"),
    "department": gettext_lazy("department"),
    "fields": gettext_lazy("fields"),
    "from": gettext_lazy("in use from"),
    "name": gettext_lazy("name"),
    "on": gettext_lazy("closed on"),
    "order": gettext_lazy("order"),
    "role": gettext_lazy("role"),
}
"""Keys of the details of identity's and the city's own entries."""


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
                (str(PARTICULARS.get(name, name)), labels.get(str(value), _shown(value)))
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
    pk = User.objects.filter(username__iexact=username.strip()).values_list("pk", flat=True).first()
    return str(pk) if pk is not None else "-"


def _shown(value: object) -> str:
    if isinstance(value, list):
        return _(", ").join(map(str, value))
    return str(value)
