"""A city whose card payments Stripe takes, with one bill: ``python -m … PORT``.

Started by a journey with the settings in the environment. Prints how the payer gets in, then
serves until it is stopped.
"""

import json
import sys

import django


def main(port: int) -> None:
    django.setup()
    # nothing of Django's is there before
    from django.core.management import call_command  # noqa: PLC0415 # as above
    from django.core.servers.basehttp import run  # noqa: PLC0415 # as above
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 # as above

    from madoguchi.blocks.payments.queries.payer import access_code  # noqa: PLC0415 # as above
    from madoguchi.blocks.payments.rules import payer_access  # noqa: PLC0415 # as above
    from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds  # noqa: PLC0415 # as above
    from tests.blocks.payments.factories import KINDS, make_bill  # noqa: PLC0415 # as above

    for kind in KINDS:
        fee_kinds.register(kind)
    directory = payer_access.PayerDirectory("test", "試験", lambda number: f"test:{number}")
    payer_access.payer_directories.register(directory)
    call_command("migrate", verbosity=0)
    bill = make_bill(12_300, payer="test:0004711")
    said = {"bill": bill.number, "number": "0004711", "code": access_code(bill.payer)}
    print(json.dumps(said), flush=True)  # noqa: T201 # whoever started it reads this
    run("127.0.0.1", port, get_wsgi_application(), threading=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
