"""What the audit entries of procedures mean, in words."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.procedures.queries.composing_words import SECTION_LABELS
from madoguchi.blocks.procedures.rules.composing import Section
from madoguchi.kernel.registries import AuditParticular

ACTIONS: Mapping[str, StrOrPromise] = {
    "procedures.case_begun": _("Applications were begun"),
    "procedures.case_sent": _("Applications were sent"),
    "procedures.step_taken": _("An application came into another state"),
    "procedures.identity_checked": _("At the window it was checked who applies"),
    "procedures.values_corrected": _("Answers of an application were put right"),
    "procedures.letter_replaced": _("A decision letter was replaced"),
    "procedures.code_issued": _("A new tracking code was issued, after checking who asked"),
    "procedures.document_added": _("A document was attached"),
    "procedures.document_removed": _("A document was taken back"),
    "procedures.case_erased": _("What a case said of people was erased"),
    "procedures.mail_address_erased": _("The mail address of a case was erased"),
    "procedures.guide_drafted": _("A draft of the guide was made"),
    "procedures.guide_changed": _("A draft of the guide was changed"),
    "procedures.guide_published": _("A version of the guide was published"),
    "procedures.guide_withdrawn": _("A version of the guide was withdrawn"),
    "procedures.procedure_added": _("A procedure was added"),
    "procedures.draft_started": _("A draft of a procedure was begun"),
    "procedures.draft_saved": _("A draft of a procedure was changed"),
    "procedures.version_published": _("A version of a procedure was published"),
    "procedures.draft_discarded": _("A draft of a procedure was thrown away"),
    "procedures.intake_changed": _("The intake of a procedure was changed"),
    "procedures.shipped_installed": _("Shipped procedures were installed"),
}
_WORDS: Mapping[str, StrOrPromise] = {
    "edit": _("Count of saves"),
    "version": _("Number of the version"),
    "was_published": _("was published already"),
    "starts_on": _("in force from"),
    "digest": _("Digest of the rules"),
    "case": _("Case"),
    "checked_by": _("checked by"),
    "items": _("items"),
    "letter": _("Letter"),
    "channel": _("Channel"),
    "document": _("Document"),
    "procedure": _("Procedure"),
    "procedures": _("Procedures"),
    "sha256": _("Digest of the file"),
    "state": _("State"),
    "step": _("Step"),
}


def particulars() -> list[AuditParticular]:
    sections = AuditParticular(
        "procedures.sections", pgettext_lazy("audit log", "sections"), _sections
    )
    return [*AuditParticular.of("procedures", _WORDS), sections]


def _sections(codes: str) -> str:
    """Sections of a definition, listed by their codes."""
    return re.sub("[a-z_]+", lambda found: str(SECTION_LABELS[Section(found[0])]), codes)
