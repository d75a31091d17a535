"""Windows and the ways of serving at them: dated, laid down by those who compose procedures."""

from datetime import date

from django.db import IntegrityError, transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import Department, User
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.services.onestop.models import ServingRule, Window
from madoguchi.services.onestop.operations import errors
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import Way


def add_window(
    *,
    code: str,
    title: str,
    department: Department,
    place: str,
    hours: str,
    seats: int,
    opened_on: date,
    by: User,
) -> Window:
    """Open a window from a day on. Raises CodeTaken, NotYours."""
    _may_lay_down(by)
    try:
        with transaction.atomic():
            window = Window.objects.create(
                code=code,
                title=title,
                department=department,
                place=place,
                hours=hours,
                seats=seats,
                opened_on=opened_on,
            )
            _record(window, "onestop.window_added", by, {"from": opened_on, "seats": seats})
    except IntegrityError:
        raise errors.CodeTaken(code=code) from None
    return window


@transaction.atomic
def change_window(
    *,
    window: Window,
    title: str,
    place: str,
    hours: str,
    seats: int,
    closed_on: date | None,
    by: User,
) -> Window:
    """Change what residents are told of it, or close it from a day on. Raises NotYours."""
    _may_lay_down(by)
    locked = Window.objects.select_for_update().get(pk=window.pk)
    given = {
        "title": title,
        "place": place,
        "hours": hours,
        "seats": seats,
        "closed_on": closed_on,
    }
    changed = [name for name, value in given.items() if getattr(locked, name) != value]
    if changed:
        for name in changed:
            setattr(locked, name, given[name])
        locked.save(update_fields=changed)
        _record(locked, "onestop.window_changed", by, {"fields": sorted(changed)})
    return locked


def add_rule(
    *,
    window: Window,
    way: Way,
    from_on: date,
    by: User,
    department: Department | None = None,
    event: str = "",
    procedure: str = "",
) -> ServingRule:
    """Lay down a way of serving from a day on; earlier days keep theirs. Raises DayTaken,
    NotYours."""
    _may_lay_down(by)
    try:
        with transaction.atomic():
            rule = ServingRule.objects.create(
                window=window,
                department=department,
                event=event,
                procedure=procedure,
                way=way.value,
                from_on=from_on,
                added_at=clock.now(),
                added_by=by,
            )
            detail: dict[str, object] = {
                "way": way.value,
                "from": from_on,
                "event": event,
                "procedure": procedure,
            }
            if department is not None:
                detail["department"] = department.pk
            _record(window, "onestop.rule_added", by, detail)
    except IntegrityError:
        raise errors.DayTaken from None
    return rule


def _may_lay_down(by: User) -> None:
    if not access.may_lay_down(identity.acting_as(by)):
        raise errors.NotYours


def _record(window: Window, action: str, by: User, detail: dict[str, object]) -> None:
    audit.record(by=by, action=action, subject=f"onestop.window:{window.code}", detail=detail)
