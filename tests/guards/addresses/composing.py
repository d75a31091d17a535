"""Who may open which of these addresses, and something behind each of those for staff."""

from madoguchi.blocks.procedures.operations import composing
from madoguchi.blocks.procedures.rules.access import AUDITOR, CLERK, COMPOSER, DECIDER
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.rules.flows import with_flow

READERS = (COMPOSER, CLERK, DECIDER, AUDITOR)
COMPOSER_ONLY = (COMPOSER,)
CODE = "composed"

ACCESS: dict[str, str | tuple[str, ...]] = {
    "procedures_staff:compose": READERS,
    "procedures_staff:compose_procedure": READERS,
    "procedures_staff:compose_version": READERS,
    "procedures_staff:compose_form": READERS,
    "procedures_staff:compose_form_pdf": READERS,
    "procedures_staff:compose_letter_pdf": READERS,
    "procedures_staff:compose_add": COMPOSER_ONLY,
    "procedures_staff:compose_start": COMPOSER_ONLY,
    "procedures_staff:compose_intake": COMPOSER_ONLY,
    "procedures_staff:compose_publish": COMPOSER_ONLY,
    "procedures_staff:compose_discard": COMPOSER_ONLY,
    "procedures_staff:compose_section": COMPOSER_ONLY,
}
CHANGES: dict[str, tuple[str, ...]] = {}


def args(department):
    """Arguments by the whole name of an address; ``department`` is the tester's own."""
    composing.add_procedure(
        code=CODE,
        department=department,
        definition=with_flow(Definition(title="作成中の手続き"), "application"),
        by=None,
    )
    of_procedure = (
        "compose_procedure",
        "compose_start",
        "compose_intake",
        "compose_publish",
        "compose_discard",
    )
    return {
        **{f"procedures_staff:{name}": [CODE] for name in of_procedure},
        **{
            f"procedures_staff:{name}": [CODE, 1]
            for name in ("compose_version", "compose_form", "compose_form_pdf")
        },
        "procedures_staff:compose_letter_pdf": [CODE, 1, "granted"],
        "procedures_staff:compose_section": [CODE, "facts"],
    }
