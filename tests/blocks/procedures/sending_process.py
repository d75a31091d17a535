"""A process that sends cases, each of them twice: ``python -m … FIRST COUNT``, run by tests."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")


def main() -> None:
    import django  # noqa: PLC0415 # settings come from the environment

    django.setup()
    from madoguchi.blocks.procedures.models import Case  # noqa: PLC0415 # as above
    from madoguchi.blocks.procedures.operations import cases  # noqa: PLC0415 # as above
    from tests.blocks.procedures.factories import ANSWERS, NOTICE  # noqa: PLC0415 # as above

    first, count = (int(text) for text in sys.argv[1:])
    print("ready", flush=True)  # noqa: T201 # whoever started it waits for this line
    for number in range(first, first + count):
        begun = cases.begin_case(procedures=[NOTICE], channel=Case.Channel.HOME)
        values = {**ANSWERS, "applicant.name": f"住民 {number}"}
        case = cases.save_values(case=begun.case, values=values, edit=0)
        for _ in range(2):
            cases.send_case(case=case, edit=case.edit, mail_to=f"resident{number}@example.org")


if __name__ == "__main__":
    main()
