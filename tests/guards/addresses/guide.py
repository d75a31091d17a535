"""Who may open which of these addresses, and something behind each of those for staff."""

from madoguchi.blocks.procedures.operations.guide import keep_draft
from madoguchi.blocks.procedures.rules.access import AUDITOR, CLERK, COMPOSER, DECIDER
from tests.blocks.procedures.guide.samples import SMALL

PUBLIC = "public"
READERS = (COMPOSER, CLERK, DECIDER, AUDITOR)
COMPOSERS = (COMPOSER,)

ACCESS: dict[str, str | tuple[str, ...]] = {
    "procedures:index": PUBLIC,
    "procedures:about": PUBLIC,
    "procedures:start": PUBLIC,
    "procedures:ask": PUBLIC,
    "procedures:question": PUBLIC,
    "procedures:list": PUBLIC,
    "procedures:deadlines": PUBLIC,
    "procedures:again": PUBLIC,
    "procedures_staff:guide": READERS,
    "procedures_staff:guide_version": READERS,
    "procedures_staff:guide_event": READERS,
    "procedures_staff:guide_download": READERS,
    "procedures_staff:guide_changes": READERS,
    "procedures_staff:guide_try": READERS,
    "procedures_staff:guide_add": COMPOSERS,
    "procedures_staff:guide_edit": COMPOSERS,
    "procedures_staff:guide_replace": COMPOSERS,
    "procedures_staff:guide_publish": COMPOSERS,
    "procedures_staff:guide_withdraw": COMPOSERS,
}
CHANGES: dict[str, tuple[str, ...]] = {}


def args(department):  # noqa: ARG001 # every area's part is called alike
    """Arguments by the whole name of an address; ``department`` is the tester's own."""
    draft = keep_draft(source=SMALL, note="", by=None)
    names = ("version", "download", "changes", "edit", "replace", "publish", "withdraw")
    return {
        **{f"procedures_staff:guide_{name}": [draft.number] for name in names},
        "procedures_staff:guide_event": [draft.number, "moving"],
        "procedures_staff:guide_try": [draft.number, "moving"],
    }
