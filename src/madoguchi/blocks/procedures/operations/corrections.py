"""Answers of an application that staff put right."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import Application, Case
from madoguchi.blocks.procedures.operations import events
from madoguchi.blocks.procedures.operations.applications import locked_open, mend_case
from madoguchi.blocks.procedures.operations.refusals import Incomplete, StepForbidden, Unfits
from madoguchi.blocks.procedures.queries.definitions import definition_under
from madoguchi.blocks.procedures.rules import access, items
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.refused import Refused


class NothingChanged(Refused):
    message = _("Nothing is different from what was there.")


@transaction.atomic
def correct_values(
    *, application: Application, values: Mapping[str, str], edit: int, by: User
) -> Application:
    """Put answers right that are wrong on paper or were misread; the others stay.

    History and audit log say which items, never what stood in them. Raises AlreadyDecided,
    AlreadyWithdrawn, Stale, StepForbidden (operators correct nothing that was sent), Unfits,
    Incomplete, NothingChanged.
    """
    locked = locked_open(application, edit)
    if not access.may_correct(identity.acting_as(by), locked.department_id):
        raise StepForbidden
    asked = items.items_of(locked.procedure, definition_under(locked))
    kept, wrong = items.checked(asked, values)
    if wrong:
        raise Unfits(wrong)
    after = items.taken(asked, {**locked.values, **kept})
    if lacking := items.missing(asked, after):
        raise Incomplete(lacking)
    changed = sorted(
        key for key in {*after, *locked.values} if after.get(key) != locked.values.get(key)
    )
    if not changed:
        raise NothingChanged
    mend_case(locked.case_id, {key: after.get(key, "") for key in changed})
    locked.values = after
    locked.edit += 1
    locked.save(update_fields=["values", "edit"])
    _tell(locked, changed, by)
    return locked


def _tell(application: Application, changed: list[str], by: User) -> None:
    case = Case.objects.get(pk=application.case_id)
    happened = events.Happened(application, "values_changed", detail={"items": changed})
    roles = {application.department_id: events.role_of(by, application.department_id)}
    events.record_events(case, [happened], by=by, roles=roles, now=clock.now())
    audit.record(
        by=by,
        action="procedures.values_corrected",
        subject=f"procedures.application:{application.pk}",
        detail={"case": case.number, "procedure": application.procedure, "items": changed},
    )
