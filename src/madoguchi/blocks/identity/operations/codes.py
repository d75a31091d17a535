"""Proving a mail address: a code goes there, and whoever types it has read it."""

import hmac
import logging
from hashlib import sha256
from smtplib import SMTPException
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings

from madoguchi.blocks.identity.operations import errors
from madoguchi.blocks.identity.operations.mails import send_mail
from madoguchi.blocks.identity.rules import codes
from madoguchi.kernel import clock, visitors

MOST_TO_ADDRESS: Final = 6
MOST_FROM_ORIGIN: Final = 100
"""Codes an hour. A whole mobile network may stand behind one origin."""

logger = logging.getLogger(__name__)


def send_code(*, email: str, origin: str, after: str, is_change: bool = False) -> codes.Proof:
    """Send a fresh code to any address, whether it has an account or not.

    ``origin`` is where the request comes from. Raises TooManyCodes, MailNotSent.
    """
    email = email.strip().lower()
    too_many = (
        visitors.count_up("identity.code_to", email) > MOST_TO_ADDRESS
        or visitors.count_up("identity.code_from", origin) > MOST_FROM_ORIGIN
    )
    if too_many:
        raise errors.TooManyCodes
    code = get_adapter().generate_login_code()
    context = {"code": codes.grouped(code), "minutes": int(codes.LIFE.total_seconds()) // 60}
    try:
        send_mail("account/email/login_code", email, context)
    except (OSError, SMTPException) as error:
        logger.warning("a code could not be sent: %s", type(error).__name__)
        raise errors.MailNotSent from error
    return codes.Proof(
        email=email,
        digest=_digest(email, code),
        sent_at=clock.now().timestamp(),
        after=after,
        is_change=is_change,
    )


def check_code(*, proof: codes.Proof, typed: str) -> None:
    """Whether this is the code that was sent. Raises CodeWrong, and CodeOver once it is too late.

    The tries are counted where requests at the same moment see one another: a session would let
    each of them begin with the first.
    """
    tries = visitors.count_up("identity.code_try", proof.digest)
    if tries > codes.MOST_TRIES or not proof.is_open(clock.now()):
        raise errors.CodeOver
    if not hmac.compare_digest(proof.digest, _digest(proof.email, codes.plain(typed))):
        raise errors.CodeOver if tries == codes.MOST_TRIES else errors.CodeWrong


def _digest(email: str, code: str) -> str:
    """A session that leaks tells no code."""
    text = f"identity.code {email} {code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, sha256).hexdigest()
