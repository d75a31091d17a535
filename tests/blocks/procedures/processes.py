"""What processes do that tests start: send cases, or mail messages as the worker does."""

from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations import cases
from tests.blocks.procedures.factories import ANSWERS, NOTICE


def _settle(database, mailers):
    """As an installation is set up: messages are tasks for a worker, in this database."""
    connections["default"].settings_dict["NAME"] = database
    tasks = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    override_settings(TASKS=tasks, MAILERS=mailers).enable()


def send(database, mailers, *, first, count):
    """Send cases, each of them twice, as a button is pressed twice."""
    _settle(database, mailers)
    for number in range(first, first + count):
        begun = cases.begin_case(procedures=[NOTICE], channel=Case.Channel.HOME)
        values = {**ANSWERS, "applicant.name": f"住民 {number}"}
        case = cases.save_values(case=begun.case, values=values, edit=0)
        for _ in range(2):
            cases.send_case(case=case, edit=case.edit, mail_to=f"resident{number}@example.org")


def work(database, mailers):
    """The worker, until it is killed."""
    _settle(database, mailers)
    call_command("db_worker", interval=0.1)


def send_messages(database, mailers):
    """What the command does that runs every few minutes."""
    _settle(database, mailers)
    call_command("send_messages")
