"""The sandbox's messages: sent to the city's own address as a provider outside would."""

import json
import logging
import urllib.request
from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPException
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.urls import reverse

from madoguchi.blocks.cardsandbox import rules
from madoguchi.blocks.cardsandbox.queries import message_of, message_secret
from madoguchi.kernel import clock

log = logging.getLogger(__name__)

SECONDS_TO_ANSWER: Final = 10
WAITS: Final = (10, 60, 600, 3600)
"""Seconds until each further try."""


def send_on_commit(reference: str) -> None:
    """Tell the city how the payment, saving or refund of this name stands, once it is certain."""
    transaction.on_commit(lambda: send_message.enqueue(reference))


@task
def send_message(reference: str, tries: int = 0) -> bool:
    """Send it now; says whether it was taken. What was not taken is tried again later.

    The receiver takes a message once however often it comes, so that a repetition is harmless.
    """
    message = message_of(reference)
    try:
        _post(message)
    except (OSError, HTTPException) as error:
        log.warning(
            "message %s of the card sandbox was not taken (%s)", message["id"], type(error).__name__
        )
        _try_later(reference, tries)
        return False
    return True


def _post(message: Mapping[str, Any]) -> None:
    body = json.dumps(message).encode()
    made = rules.signature(body, at=int(clock.now().timestamp()), secret=message_secret())
    address = settings.BASE_URL.rstrip("/") + reverse("payments:webhook", args=["sandbox"])
    request = urllib.request.Request(  # noqa: S310 # our own address, from the settings
        address,
        data=body,
        headers={"Content-Type": "application/json", rules.SIGNATURE_HEADER: made},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER):  # noqa: S310 # as above
        pass


def _try_later(reference: str, tries: int) -> None:
    if tries >= len(WAITS) or not send_message.get_backend().supports_defer:
        return
    later = clock.now() + timedelta(seconds=WAITS[tries])
    send_message.using(run_after=later).enqueue(reference, tries + 1)
