"""An uploaded file on its way: kept until somebody decides, then stored or thrown away."""

import hashlib
import secrets
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.db import transaction

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.plan.document.mapping import ColumnMapping
from madoguchi.plan.document.model import PlanDocument
from madoguchi.plan.models import ColumnMappingRecord, ImportDraft, Plan
from madoguchi.plan.operations.cycle import publish_year
from madoguchi.plan.operations.importing import ImportResult, import_document
from madoguchi.plan.queries.importing import publishable_years


@transaction.atomic
def keep_draft(
    *, filename: str, content: bytes, plan: Plan | None, title: str, by: User | None
) -> ImportDraft:
    """Keep an uploaded file for its preview, which may be left and come back to."""
    name = PurePosixPath(filename.replace("\\", "/")).name[-200:]
    draft = ImportDraft(
        public_id=secrets.token_hex(6),
        plan=plan,
        title=title,
        filename=name,
        at=clock.now(),
        by=by,
    )
    draft.file.save(f"{draft.public_id}{PurePosixPath(name).suffix.lower()}", ContentFile(content))
    audit.record(
        by=by,
        action="plan.import_uploaded",
        subject=f"plan.import_draft:{draft.public_id}",
        detail={"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)},
    )
    return draft


@transaction.atomic
def map_columns(
    *, draft: ImportDraft, mapping: ColumnMapping, save_as: str, by: User | None
) -> None:
    """Say what the draft's columns are; under a name the answer can be used again."""
    draft.columns = mapping.to_json()
    draft.save(update_fields=["columns"])
    if save_as:
        ColumnMappingRecord.objects.update_or_create(
            name=save_as, defaults={"columns": draft.columns, "at": clock.now(), "by": by}
        )
        audit.record(by=by, action="plan.column_mapping_saved", subject="plan.column_mapping")


@transaction.atomic
def store_draft(
    *,
    draft: ImportDraft,
    document: PlanDocument,
    plan: Plan | None,
    sha256: str,
    confirm_removals: bool,
    publish: bool,
    by: User | None,
) -> ImportResult:
    """Import what was previewed and drop the draft. Raises what ``import_document`` raises."""
    result = import_document(
        document=document,
        plan=plan,
        by=by,
        title=draft.title,
        filename=draft.filename,
        sha256=sha256,
        confirm_removals=confirm_removals,
    )
    if publish:
        for year in publishable_years(result.plan):
            publish_year(year=year, by=by)
    _drop(draft)
    return result


@transaction.atomic
def discard_draft(*, draft: ImportDraft, by: User | None) -> None:
    """Throw an uploaded file away."""
    audit.record(
        by=by,
        action="plan.import_discarded",
        subject=f"plan.import_draft:{draft.public_id}",
    )
    _drop(draft)


def _drop(draft: ImportDraft) -> None:
    storage, name = draft.file.storage, str(draft.file.name)
    draft.delete()
    transaction.on_commit(lambda: storage.delete(name))
