"""Mails of identity: a subject and a text from two templates of one name."""

from collections.abc import Mapping

from django.core.mail import EmailMessage
from django.template.loader import render_to_string


def send_mail(template: str, address: str, context: Mapping[str, object]) -> None:
    """Send ``<template>_subject.txt`` and ``<template>_message.txt`` in the language of now.

    Raises OSError or SMTPException where the mail server does not take it.
    """
    given = dict(context)
    subject = " ".join(render_to_string(f"{template}_subject.txt", given).split())
    body = render_to_string(f"{template}_message.txt", given).strip() + "\n"
    EmailMessage(subject, body, to=[address]).send()
