"""Mail that goes out in the background."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures.models import Message
from madoguchi.blocks.procedures.operations import messages
from madoguchi.blocks.procedures.rules import codes
from madoguchi.kernel.city.queries import current_city

log = logging.getLogger(__name__)


@task
def mail_messages(case_id: int) -> int:
    """Mail what waits of a case; says how many. Safe to repeat, and beside others."""
    return sum(mail_message(pk) for pk in messages.waiting(case_id))


def mail_message(message_id: int) -> bool:
    """Mail one message where nobody else does; whether the mail server took it."""
    if not messages.claim(message_id):
        return False
    mail = mail_of(message_id)
    try:
        mail.send()
    except OSError as error:
        log.warning("message %s was not mailed (%s)", message_id, type(error).__name__)
        messages.mark_failed(message_id, type(error).__name__)
        return False
    messages.mark_mailed(message_id)
    return True


def mail_of(message_id: int) -> EmailMessage:
    """The mail of a message. What it says in particular stands on the page only: mail is read by
    others too."""
    message = Message.objects.select_related("event__application__case__resident").get(
        pk=message_id
    )
    case = message.event.application.case
    title = message.event.application.version.title
    with translation.override(case.language):
        city = current_city()
        context = {
            "city": city,
            "text": message.text,
            "title": title,
            "has_note": bool(message.note),
            "number": codes.shown(case.number),
            "url": settings.BASE_URL.rstrip("/") + reverse("procedures:track"),
        }
        subject = _("%(title)s (%(number)s)") % context
        body = render_to_string("procedures/mail/message.txt", context)
    return EmailMessage(
        subject,
        body,
        to=[message.mail_to],
        headers={"Message-ID": f"<procedures-{message.pk}-{case.number}@{_host()}>"},
    )


def _host() -> str:
    return settings.DEFAULT_FROM_EMAIL.partition("@")[2].strip(" >") or "localhost"
