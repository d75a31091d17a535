"""The guide as staff lay it down: drafts of its rule file, published with a day of beginning."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.guide import checking, reading, tree
from madoguchi.blocks.procedures.guide.model import Remark, is_fit
from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused


class GuideTooLarge(Refused):
    message = _("The file is larger than %(limit)s MB.")


class DraftChanged(Refused):
    """``draft`` is how it stands now."""

    message = _("Somebody else changed this draft meanwhile. Nothing of yours was stored yet.")

    def __init__(self, draft: GuideVersion) -> None:
        super().__init__()
        self.draft = draft


class NoDraft(Refused):
    message = _("This draft is no more: it was published or withdrawn.")


class NotFit(Refused):
    """``remarks`` say what is wrong."""

    message = _("The rules cannot be published yet: they have errors.")

    def __init__(self, remarks: Sequence[Remark]) -> None:
        super().__init__()
        self.remarks = tuple(remarks)


class BeginsInPast(Refused):
    message = _("A version begins today or later: what was in force stays as it was.")


class DayTaken(Refused):
    message = _("Another version begins on that day already. Choose another day.")


class GuideInForce(Refused):
    message = _("This version is in force or was. Publish one that follows it.")


@transaction.atomic
def keep_draft(*, source: str, note: str, by: User | None) -> GuideVersion:
    """Take a rule file in as a new draft, errors and all. Raises GuideTooLarge."""
    _require_size(source)
    for left in (2, 1, 0):
        number = (GuideVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        try:
            with transaction.atomic():
                draft = GuideVersion.objects.create(
                    number=number,
                    source=source,
                    digest=_digest(source),
                    note=note,
                    made_at=clock.now(),
                    made_by=by,
                )
                break
        except IntegrityError:  # somebody took the number at the same moment
            if not left:
                raise
    _record("procedures.guide_drafted", draft, by, {"digest": draft.digest})
    return draft


@transaction.atomic
def save_draft(
    *, version: GuideVersion, source: str, note: str, edit: int, by: User | None
) -> GuideVersion:
    """Put other rules in the place of a draft's. ``edit`` is that of the draft as it was shown.

    Raises GuideTooLarge, NoDraft, DraftChanged.
    """
    _require_size(source)
    draft = _locked(version, edit)
    if (draft.source, draft.note) == (source, note):
        return draft
    draft.source, draft.digest, draft.note = source, _digest(source), note
    draft.edit += 1
    draft.save(update_fields=["source", "digest", "note", "edit"])
    _record("procedures.guide_changed", draft, by, {"digest": draft.digest, "edit": draft.edit})
    return draft


@transaction.atomic
def publish_guide(
    *, version: GuideVersion, starts_on: date, by: User | None, edit: int | None = None
) -> GuideVersion:
    """Let a draft be in force from a day on, today or later; ``edit`` is what was looked at.

    Raises NoDraft, DraftChanged, NotFit with every remark, BeginsInPast, DayTaken.
    """
    draft = _locked(version, edit)
    remarks = _remarks(draft.source)
    if not is_fit(remarks):
        raise NotFit(remarks)
    if starts_on < clock.today():
        raise BeginsInPast
    draft.starts_on = starts_on
    draft.published_at, draft.published_by = clock.now(), by
    try:
        with transaction.atomic():
            draft.save(update_fields=["starts_on", "published_at", "published_by"])
    except IntegrityError:
        raise DayTaken from None
    _record(
        "procedures.guide_published",
        draft,
        by,
        {"starts_on": starts_on, "digest": draft.digest},
    )
    return draft


@transaction.atomic
def withdraw_draft(
    *, version: GuideVersion, by: User | None, edit: int | None = None
) -> GuideVersion:
    """Take back a draft, or what was published and has not begun.

    Raises NoDraft for what was withdrawn, DraftChanged, GuideInForce.
    """
    found = GuideVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if found.withdrawn_at is not None:
        raise NoDraft
    if edit is not None and found.edit != edit:
        raise DraftChanged(found)
    is_published = found.published_at is not None
    if is_published and found.starts_on is not None and found.starts_on <= clock.today():
        raise GuideInForce
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    _record("procedures.guide_withdrawn", found, by, {"was_published": is_published})
    return found


def _locked(version: GuideVersion, edit: int | None) -> GuideVersion:
    draft = GuideVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if draft.published_at is not None or draft.withdrawn_at is not None:
        raise NoDraft
    if edit is not None and draft.edit != edit:
        raise DraftChanged(draft)
    return draft


def _remarks(source: str) -> tuple[Remark, ...]:
    try:
        return tuple(checking.check(reading.read(source)))
    except tree.Unreadable as unreadable:
        return unreadable.remarks


def _require_size(source: str) -> None:
    if len(source.encode("utf-8", "surrogatepass")) > tree.MAX_BYTES:
        raise GuideTooLarge(limit=tree.MAX_BYTES // 2**20)


def _digest(source: str) -> str:
    return sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def _record(action: str, version: GuideVersion, by: User | None, detail: dict[str, Any]) -> None:
    audit.record(
        by=by,
        action=action,
        subject=f"procedures.guide:{version.number}",
        detail={"version": version.number, **detail},
    )
