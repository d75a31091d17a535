"""``print_slips`` in a process of its own, with the fee kinds of tests: it can be killed.

Says ``ready`` on standard error when Django is up and the work begins.
"""

import sys

import django

if __name__ == "__main__":
    django.setup()

    from django.core.management import call_command

    from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
    from tests.blocks.payments.factories import KINDS

    for kind in KINDS:
        fee_kinds.register(kind)
    sys.stderr.write("ready\n")
    sys.stderr.flush()
    call_command("print_slips", *sys.argv[1:])
