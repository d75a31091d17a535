"""The rules of the guide in words, as staff read them: conditions, and every field of an entry."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.guide.model import (
    ALWAYS,
    YES,
    All,
    AnyOf,
    Bring,
    Closed,
    Condition,
    Deadline,
    Fee,
    Fill,
    Guide,
    Is,
    Kind,
    Not,
    Online,
    Option,
    Question,
    Text,
    Within,
)
from madoguchi.blocks.procedures.queries.guide_words import (
    day_words,
    deadline_rule,
    fee_words,
    said_plainly,
)

KINDS: Final[dict[Kind, Promise]] = {
    Kind.YES_NO: gettext_lazy("yes or no"),
    Kind.CHOICE: gettext_lazy("one of several"),
    Kind.CHOICES: gettext_lazy("any number of several"),
    Kind.NUMBER: gettext_lazy("a number"),
    Kind.DATE: gettext_lazy("a date"),
}
ENTRIES: Final[dict[str, Promise]] = {
    "events": gettext_lazy("Life event"),
    "procedures": gettext_lazy("Procedure"),
    "questions": gettext_lazy("Question"),
    "counters": pgettext_lazy("where procedures are done", "Counter"),
    "documents": gettext_lazy("What to bring"),
}
FIELDS: Final[dict[str, Promise]] = {
    "title": gettext_lazy("Title"),
    "text": pgettext_lazy("of a question", "Wording"),
    "summary": gettext_lazy("What it is for"),
    "hint": gettext_lazy("Hint"),
    "short": gettext_lazy("Short name"),
    "note": gettext_lazy("Note"),
    "kind": pgettext_lazy("of a question", "Kind of answer"),
    "options": gettext_lazy("Options"),
    "low": gettext_lazy("Smallest number"),
    "high": gettext_lazy("Largest number"),
    "is_optional": gettext_lazy("Who cannot say may say so"),
    "ask_when": gettext_lazy("Asked when"),
    "fills": gettext_lazy("Taken over into forms as"),
    "questions": gettext_lazy("Questions"),
    "order": gettext_lazy("Place in the order"),
    "counter": pgettext_lazy("where procedures are done", "Counter"),
    "events": gettext_lazy("Life events"),
    "when": gettext_lazy("On the list when"),
    "bring": gettext_lazy("What to bring"),
    "deadline": pgettext_lazy("procedure", "Until"),
    "fee": pgettext_lazy("procedure", "Fee"),
    "online": pgettext_lazy("procedure", "Online"),
    "legal_basis": gettext_lazy("Legal basis"),
    "after": pgettext_lazy("procedure", "Before that"),
    "steps": gettext_lazy("How it goes"),
    "department": gettext_lazy("Department"),
    "place": gettext_lazy("Place"),
    "hours": gettext_lazy("Hours"),
    "phone": gettext_lazy("Telephone"),
}


def condition_words(condition: Condition, questions: Mapping[str, Question]) -> str:
    """A condition as a sentence; "" where there is none."""
    return "" if condition == ALWAYS else _condition(condition, questions)


def _condition(condition: Condition, questions: Mapping[str, Question]) -> str:
    match condition:
        case All(parts=parts):
            return _joined(parts, questions, _(" and "))
        case AnyOf(parts=parts):
            return _joined(parts, questions, _(" or "))
        case Not(part=part):
            return _("not (%(condition)s)") % {"condition": _condition(part, questions)}
        case Is():
            return _is(condition, questions[condition.question])
        case Within():
            return _within(condition, questions[condition.question])


def _joined(parts: Sequence[Condition], questions: Mapping[str, Question], word: str) -> str:
    if not parts:
        return _("always")
    if len(parts) == 1:
        return _condition(parts[0], questions)
    said = [
        _("(%(condition)s)") % {"condition": _condition(part, questions)}
        if isinstance(part, All | AnyOf) and len(part.parts) > 1
        else _condition(part, questions)
        for part in parts
    ]
    return word.join(said)


def _is(condition: Is, question: Question) -> str:
    if question.kind is Kind.YES_NO:
        both = len(condition.codes) > 1
        answer = _("Yes or no") if both else _("Yes") if YES in condition.codes else _("No")
        chosen = [answer]
    else:
        chosen = [
            said_plainly(option.text)
            for option in question.options
            if option.code in condition.codes
        ]
    said = {"question": said_plainly(question.name), "answer": _("” or “").join(chosen)}
    return _("“%(question)s” is “%(answer)s”") % said


def _within(condition: Within, question: Question) -> str:
    shown: Callable[[int], str] = str
    if question.kind is Kind.DATE:
        shown = lambda day: day_words(date.fromordinal(day))  # noqa: E731 # beside str, which it stands for
    low, high = condition.low, condition.high
    said = {
        "question": said_plainly(question.name),
        "low": "" if low is None else shown(low),
        "high": "" if high is None else shown(high),
    }
    if low is not None and low == high:
        return _("“%(question)s” is %(low)s") % said
    is_date = question.kind is Kind.DATE
    if high is None:
        after = _("“%(question)s” is %(low)s or later")
        return (after if is_date else _("“%(question)s” is %(low)s or more")) % said
    if low is None:
        before = _("“%(question)s” is %(high)s or earlier")
        return (before if is_date else _("“%(question)s” is %(high)s or less")) % said
    return _("“%(question)s” is from %(low)s to %(high)s") % said


def value_words(name: str, value: Any, guide: Guide) -> str:
    """A field's value in words; what is named by a code by its title."""
    said = _value(name, value, guide)
    return said or "–"


def _value(name: str, value: Any, guide: Guide) -> str:
    if isinstance(value, tuple):
        return "\n".join(_item(name, each, guide) for each in value)
    if isinstance(value, All | AnyOf | Not | Is | Within):
        return condition_words(value, guide.questions) or _("always")
    shown = _SHOWN.get(type(value))
    if shown is not None:
        return shown(value, guide)
    return "" if value is None else _named(name, str(value), guide)


def _item(name: str, value: Any, guide: Guide) -> str:
    """One of several."""
    if isinstance(value, Option):
        return f"{value.code}: {_value(name, value.text, guide)}"
    if isinstance(value, Fill):
        return _filled(value)
    if not isinstance(value, Bring):
        return _value(name, value, guide)
    title = _title(guide.documents, value.document)
    when = condition_words(value.when, guide.questions)
    return _("%(title)s (when %(when)s)") % {"title": title, "when": when} if when else title


def _filled(fill: Fill) -> str:
    item = identity.VOCABULARY.get(fill.item)
    if item is None:
        return fill.item
    meant = [f"{answer} → {identity.shown(item, value)}" for answer, value in fill.values]
    return _("%(label)s [%(parts)s]") % {
        "label": identity.full_label(item),
        "parts": _(", ").join((fill.item, *meant)),
    }


def _named(name: str, code: str, guide: Guide) -> str:
    """What a code in this field stands for."""
    if name == "questions":
        return said_plainly(guide.questions[code].name)
    known: dict[str, Mapping[str, Any]] = {
        "counter": guide.counters,
        "after": guide.procedures,
        "events": guide.events,
    }
    return _title(known[name], code) if name in known else code


def _title(entries: Mapping[str, Any], code: str) -> str:
    return said_plainly(entries[code].title) if code in entries else code


def deadline_words(deadline: Deadline, guide: Guide) -> str:
    """The whole rule: how long, how a closed day counts, whether by law, and its words."""
    lines = [deadline_rule(deadline, guide.questions)]
    if deadline.unit is not None:
        lines += [str(_CLOSED[deadline.closed])]
        if deadline.is_statutory:
            lines += [pgettext("deadline", "set by law")]
        lines += [said_plainly(deadline.words)]
    return "\n".join(filter(None, lines))


_CLOSED: Final[dict[Closed, Promise | str]] = {
    Closed.NEXT: gettext_lazy("a closed day: until the next open one"),
    Closed.PREVIOUS: gettext_lazy("a closed day: until the open one before it"),
    Closed.AS_IT_IS: gettext_lazy("a closed day counts"),
}


def online_words(online: Online | None) -> str:
    if online is None:
        return ""
    words = said_plainly(online.words)
    if online.form:
        return _("here: %(form)s") % {"form": online.form} + (f"\n{words}" if words else "")
    if online.link:
        return f"{online.link}\n{words}".strip()
    return _("not possible: %(why)s") % {"why": words}


_SHOWN: Final[dict[type, Callable[[Any, Guide], str]]] = {
    Text: lambda text, _guide: f"{text.ja}\n{text.en}" if text.en else text.ja,
    Deadline: deadline_words,
    Fee: lambda fee, _guide: fee_words(fee),
    Online: lambda online, _guide: online_words(online),
    Kind: lambda kind, _guide: str(KINDS[kind]),
    bool: lambda flag, _guide: _("Yes") if flag else _("No"),
}
