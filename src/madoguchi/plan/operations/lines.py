"""Ordered items that are written as lines: of a plan's year, of a report."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Model, QuerySet


def store_lines(items: QuerySet[Any], lines: Sequence[str], **owner: Model) -> None:
    """Make the items say ``lines`` in that order.

    A line that stays keeps its record, and with it what refers to it (the office's word on a
    match). ``owner`` is the foreign key that new items get.
    """
    kept = list(items)
    by_text: dict[str, list[Any]] = {}
    for item in kept:
        by_text.setdefault(item.text, []).append(item)
    chosen = [by_text[line].pop(0) if by_text.get(line) else None for line in lines]
    staying = {item.pk for item in chosen if item is not None}
    items.exclude(pk__in=staying).delete()
    # out of the way of the positions that are given out next
    highest = max((item.position for item in kept), default=0)
    items.update(position=F("position") + highest + len(lines) + 1)
    for position, (line, item) in enumerate(zip(lines, chosen, strict=True)):
        if item is None:
            items.model.objects.create(position=position, text=line, **owner)
        else:
            items.filter(pk=item.pk).update(position=position)
