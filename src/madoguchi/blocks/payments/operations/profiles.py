"""Rows of the dated tables: added for a day to come, never changed once they are in force."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.payments.queries.profiles import PROFILE_TABLES, DatedRow
from madoguchi.kernel import clock
from madoguchi.kernel.audit.operations import record
from madoguchi.kernel.refused import Refused


class FromPast(Refused):
    message = _("A row begins today or later: what was in force stays as it was.")


class RowExists(Refused):
    message = _("There is a row for this already that begins on that day.")


class InForce(Refused):
    message = _("This row is in force or was. Add one that follows it.")


class RowUsed(Refused):
    message = _("A debit run was made under this row.")


@transaction.atomic
def add_row(
    model: type[DatedRow], *, from_on: date, values: Mapping[str, Any], by: User | None
) -> DatedRow:
    """Let a row of a dated table be in force from a day on. Raises FromPast, RowExists."""
    if from_on < clock.today():
        raise FromPast
    try:
        with transaction.atomic():
            row = model._default_manager.create(from_on=from_on, **values)
    except IntegrityError:
        raise RowExists from None
    record(
        by=by,
        action="payments.profile_added",
        subject=_subject(row),
        detail={"from_on": from_on, **{name: str(value) for name, value in values.items()}},
    )
    return row


def add_profile(
    table: str, *, from_on: date, values: Mapping[str, Any], by: User | None
) -> DatedRow:
    """`add_row` for a table by its code (``store``), as other apps call it."""
    return add_row(PROFILE_TABLES[table], from_on=from_on, values=values, by=by)


@transaction.atomic
def withdraw_row(row: DatedRow, *, by: User | None) -> None:
    """Take back a row that has not begun. Raises InForce, RowUsed."""
    if row.from_on <= clock.today():
        raise InForce
    subject = _subject(row)
    try:
        row.delete()
    except ProtectedError:
        raise RowUsed from None
    record(
        by=by,
        action="payments.profile_withdrawn",
        subject=subject,
        detail={"from_on": row.from_on, "fee_kind": row.fee_kind},
    )


def _subject(row: DatedRow) -> str:
    return f"payments.{row._meta.model_name}:{row.pk}"
