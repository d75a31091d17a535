"""Appending to the audit log. Call `record` inside the transaction of what it records."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from madoguchi.kernel import clock
from madoguchi.kernel.audit import rules
from madoguchi.kernel.audit.models import AuditEntry, AuditHead
from madoguchi.kernel.registries import actor_roles


class DetailNotExact(ValueError):
    """Detail holds a number that does not survive every database unchanged: write it as text."""


@transaction.atomic
def record(
    *,
    by: AbstractBaseUser | None,
    action: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append what `by` (None: the system) did. Everybody else who appends waits for the commit.

    `action` is a stable code (`plan.report_submitted`), `subject` names a record
    (`plan.report:12`). `detail` is plain data without personal data; dates, decimals and lazily
    translated words become text. Raises DetailNotExact for a float.
    """
    roles = _roles_of(by)
    kept_detail = _plain(detail or {})
    head = AuditHead.objects.select_for_update().get()
    content = rules.Content(
        sequence=head.sequence + 1,
        at=clock.now(),
        actor="" if by is None else str(by.pk),
        actor_roles=roles,
        action=action,
        subject=subject,
        detail=kept_detail,
        previous_digest=head.digest,
    )
    entry = AuditEntry.objects.create(**vars(content), digest=rules.digest(content))
    head.sequence, head.digest = entry.sequence, entry.digest
    head.save(update_fields=["sequence", "digest"])
    return entry


def _roles_of(user: AbstractBaseUser | None) -> list[str]:
    if user is None:
        return []
    return sorted({role for source in actor_roles for role in source.load(user)})


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as any database gives it back."""
    text = json.dumps(detail, cls=DjangoJSONEncoder)
    plain: dict[str, Any] = json.loads(text, parse_float=_refuse, parse_constant=_refuse)
    return plain


def _refuse(number: str) -> NoReturn:
    raise DetailNotExact(f"{number} is no exact number")
