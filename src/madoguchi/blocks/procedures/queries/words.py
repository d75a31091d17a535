"""Items of applications in words: shared ones as the vocabulary has them, others as composed."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.service import Unfit
from madoguchi.blocks.procedures.models import Application
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.rules.items import Asked, items_of
from madoguchi.kernel import fiscal


def label_of(asked: Asked) -> str:
    """Without whose it is: that is the heading above it."""
    return asked.own.label if asked.own else identity.item_label(asked.item)


def full_label_of(asked: Asked) -> str:
    """What and whose, for a place without a heading."""
    return asked.own.label if asked.own else identity.full_label(asked.item)


def hint_of(asked: Asked) -> str:
    return asked.own.hint if asked.own else ""


def shown_value(asked: Asked, value: str) -> str:
    """A kept value as a reader expects it; a birth date with its era, and without its weekday."""
    if value and asked.item.name == "birth_date" and (get_language() or "").startswith("ja"):
        day = date.fromisoformat(value)
        era = fiscal.era_date(day).partition("年")[0]
        return f"{day.year}年{day.month}月{day.day}日（{era}年）"
    return identity.shown(asked.item, value)


def reason_of(unfit: Unfit) -> str:
    return identity.reason(unfit)


def shown_values(application: Application, definition: Definition) -> dict[str, str]:
    """All values of an application in words, by the reference that a letter names."""
    asked = items_of(application.procedure, definition)
    return {
        each.item.ref: shown_value(each, application.values.get(each.key, "")) for each in asked
    }


def labels(asked: Mapping[str, Asked]) -> dict[str, str]:
    return {key: full_label_of(each) for key, each in asked.items()}
