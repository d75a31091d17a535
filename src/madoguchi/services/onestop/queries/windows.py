"""Windows of a day, and how departments serve at them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import Department
from madoguchi.services.onestop.models import ServingRule, Window
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.planning import Serving
from madoguchi.services.onestop.rules.states import Way


def is_open_on(window: Window, day: date) -> bool:
    return window.opened_on <= day and (window.closed_on is None or day < window.closed_on)


def windows_on(day: date) -> list[Window]:
    """Those that are open on a day. One query."""
    return list(
        Window.objects.filter(opened_on__lte=day)
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))
        .select_related("department")
    )


def windows_for(actor: access.Actor, day: date) -> list[Window]:
    """Those that somebody serves, or may look at."""
    found = windows_on(day)
    if access.AUDITOR in actor.roles:
        return found
    return [window for window in found if access.may_serve(actor, window.department_id)]


def servings_of(window: Window) -> tuple[Serving, ...]:
    """The window's rules as plain values. One query."""
    return tuple(
        Serving(
            way=Way(rule.way),
            from_on=rule.from_on,
            department=rule.department_id,
            event=rule.event,
            procedure=rule.procedure,
        )
        for rule in ServingRule.objects.filter(window=window)
    )


def own_departments(window: Window) -> frozenset[int]:
    """The window's department and all below it. One query."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    below = {window.department_id}
    while more := {pk for pk, parent in parents.items() if parent in below} - below:
        below |= more
    return frozenset(below)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A way of serving in words; ``is_present``: no later one of the same matter has begun."""

    rule: ServingRule
    department: str
    event: str
    procedure: str
    is_present: bool


def rule_rows(window: Window, on: date, words: dict[str, dict[str, str]]) -> list[RuleRow]:
    """The window's rules, those in force first. ``words`` are titles of the guide's ``events`` and
    ``procedures`` by their codes. Three queries."""
    rules = list(ServingRule.objects.filter(window=window))
    names = department_words((each.department_id for each in rules), on)
    latest: dict[tuple[object, ...], date] = {}
    for rule in rules:
        if rule.from_on <= on:
            key = (rule.department_id, rule.event, rule.procedure)
            latest[key] = max(latest.get(key, rule.from_on), rule.from_on)
    rows = [
        RuleRow(
            rule=rule,
            department=names.get(rule.department_id or 0, ""),
            event=words["events"].get(rule.event, rule.event),
            procedure=words["procedures"].get(rule.procedure, rule.procedure),
            is_present=latest.get((rule.department_id, rule.event, rule.procedure)) == rule.from_on,
        )
        for rule in rules
    ]
    return sorted(rows, key=lambda row: (not row.is_present, row.department, row.rule.from_on))


def department_words(ids: Iterable[int | None], on: date) -> dict[int, str]:
    """Full names of departments on a day. Two queries."""
    return identity.department_names({pk for pk in ids if pk is not None}, on=on)
