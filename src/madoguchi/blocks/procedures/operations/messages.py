"""Mail of messages: claimed by one worker, sent, marked; what a dead worker left is sent later.

A worker takes a message with a lease (one update decides who) and marks it as mailed right after
the mail server took it. A worker that dies before has sent nothing; the lease ends and the next
one sends. A failed mail is tried again, each time later, and shown with its reason.
"""

import logging
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from madoguchi.blocks.procedures.models import Case, Message
from madoguchi.kernel import clock

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
"""Longer than a mail server may take."""
WAITS: Final = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Until each further try; after these, once a day."""
MOST_TRIES: Final = 12


def mail_on_commit(case: Case) -> None:
    """Have the messages of a case that wait mailed in the background, once they are certain."""
    if case.mail_to:
        # the task imports these operations
        from madoguchi.blocks.procedures import tasks  # noqa: PLC0415 # as above

        transaction.on_commit(partial(tasks.mail_messages.enqueue, case.pk))


def waiting(case_id: int | None = None) -> list[int]:
    """Messages to be mailed that nobody is mailing, the oldest first."""
    found = Message.objects.filter(_is_free(), mailed_at=None, tries__lt=MOST_TRIES)
    found = found.exclude(mail_to="")
    if case_id is not None:
        found = found.filter(event__application__case_id=case_id)
    return list(found.order_by("pk").values_list("pk", flat=True))


def left() -> int:
    """How many messages are not mailed yet, whoever has them."""
    return Message.objects.filter(mailed_at=None).exclude(mail_to="").count()


def claim(message_id: int) -> bool:
    """Take a message to mail it; False where somebody else has it or it is mailed."""
    free = Message.objects.filter(_is_free(), pk=message_id, mailed_at=None)
    until = clock.now() + LEASE
    return bool(free.update(claimed_until=until, tries=F("tries") + 1))


def mark_mailed(message_id: int) -> None:
    Message.objects.filter(pk=message_id).update(
        mailed_at=clock.now(), claimed_until=None, problem=""
    )


def mark_failed(message_id: int, problem: str) -> None:
    """Note why, and from when on it may be tried again."""
    tries = Message.objects.values_list("tries", flat=True).get(pk=message_id)
    place = min(tries, len(WAITS)) - 1
    wait = WAITS[place] if tries <= len(WAITS) else timedelta(days=1)
    Message.objects.filter(pk=message_id).update(
        claimed_until=clock.now() + wait, problem=problem[:60]
    )


def _is_free() -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lte=clock.now())
