"""What tests of residents' pages share: the mail that came, and a browser that has signed in."""

import re

from django.core import mail
from django.test import Client

SIGN_IN = "/my/sign-in/"
CODE = "/my/sign-in/code/"


def code_in_mail(number=-1):
    """The code of a mail, the last one unless told."""
    return re.search(r"^(\d{4} \d{4})$", mail.outbox[number].body, re.MULTILINE)[1]


def come_in(email, client=None, after=""):
    """A browser in which the resident of that address has signed in by mail code."""
    client = client or Client()
    asked = client.post(SIGN_IN, {"email": email, "next": after})
    assert asked.url == CODE, asked.content.decode()
    entered = client.post(CODE, {"code": code_in_mail()})
    assert entered.status_code == 302, entered.content.decode()
    return client


def words(response):
    return response.content.decode()
