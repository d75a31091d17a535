"""Who may open which of these addresses, and something behind each of those for staff."""

from madoguchi.blocks.procedures.operations.attachments import attach
from madoguchi.blocks.procedures.rules.access import AUDITOR, CLERK, DECIDER, OPERATOR
from tests.blocks.procedures.factories import (
    BENEFIT,
    make_application,
    make_draft,
    make_procedure,
    picture,
)

DESK = (CLERK, DECIDER, OPERATOR, AUDITOR)
WORKERS = (CLERK, DECIDER, OPERATOR)
READERS = (CLERK, DECIDER, AUDITOR)
CITY = (CLERK, DECIDER)

_WINDOW = (
    "window",
    "window_afresh",
    "window_fill",
    "window_check",
    "window_documents",
    "window_take_back",
    "window_pdf",
    "window_done",
    "window_leave",
)

ACCESS: dict[str, str | tuple[str, ...]] = {
    **{
        f"procedures_staff:{name}": DESK
        for name in ("desk", "find", "case", "application", "file", "form_pdf")
    },
    **{f"procedures_staff:{name}": WORKERS for name in ("step", "attach", *_WINDOW)},
    "procedures_staff:letter": READERS,
    "procedures_staff:letter_replace": (DECIDER,),
    "procedures_staff:new_code": CITY,
    "procedures_staff:values": CITY,
    "procedures_staff:withdraw": CITY,
}
CHANGES: dict[str, tuple[str, ...]] = {}


def args(department):
    """Arguments by the whole name of an address; ``department`` is the tester's own."""
    make_procedure(BENEFIT, department=department)
    application = make_application(BENEFIT)
    file = attach(
        application=application, document="insurance", name="a.png", content=picture(), by=None
    )
    number, begun = application.case.number, make_draft(BENEFIT).case
    draft = begun.number
    scan = attach(
        application=begun.applications.get(),
        document="insurance",
        name="a.png",
        content=picture(),
        by=None,
    )
    of_draft = ("window_fill", "window_check", "window_documents", "window_pdf", "window_done")
    of_application = (
        "application",
        "form_pdf",
        "letter",
        "letter_replace",
        "values",
        "attach",
        "withdraw",
    )
    return {
        "procedures_staff:case": [number],
        "procedures_staff:new_code": [number],
        **{f"procedures_staff:{name}": [number, BENEFIT] for name in of_application},
        "procedures_staff:file": [number, BENEFIT, file.public_id],
        "procedures_staff:step": [number, BENEFIT, "examine"],
        **{f"procedures_staff:{name}": [draft] for name in of_draft},
        "procedures_staff:window_leave": [draft, BENEFIT],
        "procedures_staff:window_take_back": [draft, scan.public_id],
    }
