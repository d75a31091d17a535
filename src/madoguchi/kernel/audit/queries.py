"""Reading the audit log, and proving that it is whole."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext

from madoguchi.kernel.audit import rules
from madoguchi.kernel.audit.models import GENESIS, AuditEntry, AuditHead

READ_AT_ONCE = 2000


def entries(
    *,
    subject: str | None = None,
    action: str | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    """The newest entries first, one query.

    `action` is a whole code, or with a dot at its end (`plan.`) the app whose actions are
    wanted; `until` is exclusive; `before` is the number of the last entry of the page before.
    """
    found = AuditEntry.objects.order_by("-sequence")
    if subject is not None:
        found = found.filter(subject=subject)
    if action is not None and action.endswith("."):
        found = found.filter(action__startswith=action)
    elif action is not None:
        found = found.filter(action=action)
    if actor is not None:
        found = found.filter(actor=actor)
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    if before is not None:
        found = found.filter(sequence__lt=before)
    return list(found[:limit])


def verify() -> rules.Verification:
    """Walk the whole chain while others go on appending to it.

    An entry and its head are committed together. So the entries up to a head that was read
    first must be there, and a head that is read after the highest number must cover it.
    """
    head = _head()
    sound = rules.verify(_sealed(head.sequence if head else None), head, GENESIS)
    highest = AuditEntry.objects.aggregate(highest=Max("sequence"))["highest"] or 0
    later = _head()
    if sound.is_sound and (later is None or highest > later.sequence):
        broken = rules.Break(sound.entries, rules.BreakKind.HEAD)
        return rules.Verification(sound.entries, sound.head, broken)
    return sound


def explain(broken: rules.Break) -> str:
    """What is wrong at a broken place, in words."""
    words = {
        rules.BreakKind.GAP: gettext("Entry %(sequence)d is missing."),
        rules.BreakKind.LINK: gettext("Entry %(sequence)d does not follow from the one before it."),
        rules.BreakKind.DIGEST: gettext("Entry %(sequence)d was changed after it was written."),
        rules.BreakKind.TRUNCATED: gettext(
            "Entry %(sequence)d and everything after it is missing at the end."
        ),
        rules.BreakKind.HEAD: gettext(
            "The end of the chain is not where it was recorded; the last sound entry is "
            "%(sequence)d."
        ),
    }
    return words[broken.kind] % {"sequence": broken.sequence}


def _head() -> rules.Head | None:
    head = AuditHead.objects.first()
    return None if head is None else rules.Head(head.sequence, head.digest)


def _sealed(last: int | None) -> Iterator[rules.Sealed]:
    """Entries in order up to `last` (all for None), read in portions."""
    found = AuditEntry.objects.order_by("sequence")
    if last is not None:
        found = found.filter(sequence__lte=last)
    for entry in found.iterator(chunk_size=READ_AT_ONCE):
        yield rules.Sealed(
            rules.Content(
                sequence=entry.sequence,
                at=entry.at,
                actor=entry.actor,
                actor_roles=entry.actor_roles,
                action=entry.action,
                subject=entry.subject,
                detail=entry.detail,
                previous_digest=entry.previous_digest,
            ),
            entry.digest,
        )
