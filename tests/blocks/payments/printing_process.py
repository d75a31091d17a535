"""``print_slips`` in a process of its own, with the fee kinds of tests: it can be killed."""

import os
from multiprocessing.connection import Connection
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from tests.blocks.payments.factories import KINDS


def work(arguments: list[str], database: str, *, data: Path, output: Path, ready: Connection):
    """Run the command on the database of this name; ``ready`` is told when the work begins."""
    connections["default"].settings_dict["NAME"] = database
    settings.DATA_DIR = data
    for kind in KINDS:
        fee_kinds.register(kind)
    for number, kept in ((1, output), (2, output.with_suffix(".errors"))):
        with kept.open("wb") as file:
            os.dup2(file.fileno(), number)
    ready.send("ready")
    call_command("print_slips", *arguments)
