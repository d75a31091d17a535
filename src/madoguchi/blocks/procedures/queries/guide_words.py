"""The words for what the guide's engine says in codes: remarks, answers, deadlines, fees."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from madoguchi.blocks.procedures.guide.model import (
    UNKNOWN,
    YES,
    Answer,
    Counting,
    Deadline,
    Fee,
    Kind,
    Level,
    Question,
    Remark,
    Text,
    Unit,
)
from madoguchi.kernel.pages.templatetags.components import yen

REMARKS: Final[dict[str, Promise]] = {
    # the file
    "too_large": gettext_lazy("The file is larger than %(limit)s MB."),
    "not_utf8": gettext_lazy("The file is not in UTF-8. Save it as UTF-8 and try again."),
    "empty": gettext_lazy("The file is empty."),
    "syntax": gettext_lazy(
        "This is not well-formed YAML. Look at the indentation, the blank after a colon, and "
        "quotation marks. (%(problem)s)"
    ),
    "sign": gettext_lazy("There is a sign that a text file cannot hold."),
    "alias": gettext_lazy("Anchors (&) and aliases (*) are not allowed. Write the value out."),
    "tag": gettext_lazy("Tags (!) are not allowed."),
    "deep": gettext_lazy("It is nested more than %(limit)s levels deep."),
    "many": gettext_lazy("The file has more than %(limit)s values."),
    "long": gettext_lazy("The text is longer than %(limit)s characters."),
    "two_documents": gettext_lazy("A second document begins here (---). One file is one guide."),
    "key": gettext_lazy("A name on the left of a colon must be a plain word."),
    "twice": gettext_lazy("“%(key)s” is there twice; first in line %(first)s."),
    # the form
    "format": gettext_lazy("The format is %(found)s; this guide reads format %(known)s."),
    "not_a_table": gettext_lazy("Names with values are expected here."),
    "no_list": gettext_lazy("A list is expected here."),
    "no_text": gettext_lazy("A text is expected here."),
    "no_number": gettext_lazy("“%(found)s” is not a whole number."),
    "no_date": gettext_lazy("“%(found)s” is not a date such as 2026-04-01."),
    "no_flag": gettext_lazy("“%(found)s” is neither true nor false."),
    "no_link": gettext_lazy("“%(found)s” is not an address that begins with https://."),
    "no_options": gettext_lazy(
        "The question needs 1 to %(limit)s options, a code and a text each."
    ),
    "missing": gettext_lazy("“%(key)s” is missing."),
    "unknown_key": gettext_lazy("The format does not know “%(key)s” here."),
    "unknown_code": gettext_lazy("“%(code)s” is not defined in this file."),
    "unknown_question": gettext_lazy("There is no question “%(code)s”."),
    "unknown_option": gettext_lazy("The question “%(question)s” has no option “%(found)s”."),
    "repeated": gettext_lazy("“%(code)s” is there twice."),
    "not_one_of": gettext_lazy("“%(found)s” is not one of: %(known)s."),
    "bad_code": gettext_lazy(
        "“%(code)s” is no code: small letters, digits and _ are, beginning with a letter, at most "
        "60 of them; any, all, not, yes, no and none mean something else."
    ),
    "bounds_crossed": gettext_lazy("The smallest number, %(low)s, is above the largest, %(high)s."),
    "many_questions": gettext_lazy("A life event asks at most %(limit)s questions."),
    "no_condition": gettext_lazy("“%(found)s” is no condition. Write it as {question: answer}."),
    "no_bounds": gettext_lazy(
        "“%(question)s” needs a value, or bounds: at_least, over, at_most, under for a number; "
        "from, after, until, before for a date."
    ),
    "no_date_question": gettext_lazy("“%(code)s” is not a question for a date."),
    "deadline_unclear": gettext_lazy(
        "A deadline is one of days, months or years, or “none: true” with words."
    ),
    "amount": gettext_lazy("%(found)s is more than %(limit)s."),
    "counting": gettext_lazy("Counted from the day itself, a deadline is at least 1 long."),
    "online_unclear": gettext_lazy("Online is one of a form, a link, or “none: true” with words."),
    "english_alone": gettext_lazy("“%(key)s” has an English text but no Japanese one."),
    "english_differs": gettext_lazy("“%(key)s” has not as many lines in English as in Japanese."),
    # what it means
    "circle_of_questions": gettext_lazy(
        "The questions wait for one another in a circle, so that none is ever asked: %(way)s."
    ),
    "circle_of_procedures": gettext_lazy(
        "The procedures come after one another in a circle, so that none can be first: %(way)s."
    ),
    "unused_counter": gettext_lazy("No procedure is done at this counter."),
    "unused_document": gettext_lazy("No procedure asks for this document."),
    "question_in_no_event": gettext_lazy("The question is in no life event, so it is never asked."),
    "event_without_procedures": gettext_lazy("The life event has no procedure."),
    "no_events": gettext_lazy("The guide has no life event."),
    "procedure_in_no_event": gettext_lazy(
        "The procedure is in no life event, so it is on nobody's list."
    ),
    "deadline_missing": gettext_lazy(
        "The deadline is missing. Where there is none, say so with “none: true” and words."
    ),
    "summary_missing": gettext_lazy("There is no sentence about what the procedure is for."),
    "fee_missing": gettext_lazy("The fee is missing."),
    "online_missing": gettext_lazy("It does not say whether it can be done online."),
    "legal_basis_missing": gettext_lazy("The legal basis is missing."),
    "fills_unknown": gettext_lazy("The shared vocabulary has no item “%(item)s”."),
    "fills_unfit": gettext_lazy(
        "Not every answer is a value of the item “%(item)s”: a date fills a date, a number a "
        "number, yes or no and one of several options what they mean by “values”."
    ),
    "fills_twice": gettext_lazy(
        "In the life event %(event)s this question and %(other)s can both be asked, and both fill "
        "“%(item)s”: the same thing is asked twice."
    ),
    "too_intricate": gettext_lazy(
        "The condition is too intricate to be decided for all answers (life event %(event)s). "
        "Say it in fewer parts, or make two procedures of it."
    ),
    "question_needs_another": gettext_lazy(
        "In the life event %(event)s the question is never asked: it depends on %(other)s, which "
        "is not asked there."
    ),
    "question_never_asked": gettext_lazy(
        "In the life event %(event)s the question is never asked: what it depends on cannot hold."
    ),
    "question_idle": gettext_lazy(
        "In the life event %(event)s the question is never asked: no answer to it changes the "
        "list or a deadline."
    ),
    "procedure_needs_question": gettext_lazy(
        "In the life event %(event)s the procedure is on nobody's list: it depends on %(other)s, "
        "which is not asked there."
    ),
    "procedure_never": gettext_lazy(
        "In the life event %(event)s the procedure is on nobody's list: its conditions contradict "
        "one another."
    ),
    "bring_never": gettext_lazy(
        "In the life event %(event)s nobody is told to bring “%(document)s”: its condition cannot "
        "hold together with that of the procedure."
    ),
    "deadline_without_date": gettext_lazy(
        "In the life event %(event)s the deadline has no day to count from: %(other)s is not "
        "asked there."
    ),
    "deadline_sometimes_without_date": gettext_lazy(
        "In the life event %(event)s, with some answers, %(other)s is not asked and the deadline "
        "has no day to count from. Ask it always, or add words that say when it is due."
    ),
    "part_never": gettext_lazy("This part of the condition can never hold."),
    "part_always": gettext_lazy("This part of the condition always holds."),
    "after_never": gettext_lazy("It comes after “%(other)s”, but no list has both."),
}
"""By code. Each may name what is in the remark's values."""


def remark_words(remark: Remark) -> str:
    return str(REMARKS[remark.code]) % remark.values


def remark_line(remark: Remark) -> str:
    """A remark as one line of text: where, how bad, what."""
    level = _("error") if remark.level is Level.ERROR else _("warning")
    said = {"line": remark.line, "level": level, "words": remark_words(remark)}
    if remark.place:
        said |= {"place": remark.place.strip(".")}
        return _("line %(line)d: %(level)s: %(place)s: %(words)s") % said
    return _("line %(line)d: %(level)s: %(words)s") % said


def is_japanese() -> bool:
    """The page is in Japanese."""
    return (get_language() or "ja").startswith("ja")


def said_plainly(text: Text) -> str:
    """In the reader's language; Japanese where there is no other."""
    return text.ja if is_japanese() or not text.en else text.en


def option_words(question: Question) -> list[tuple[str, str]]:
    """The options of a question with what people read."""
    return [(option.code, said_plainly(option.text)) for option in question.options]


def answer_words(question: Question, answer: Answer) -> str:
    """An answer as people say it."""
    if isinstance(answer, list):
        chosen = [words for code, words in option_words(question) if code in answer]
        return _(", ").join(chosen) or _("None of these")
    if answer == UNKNOWN:
        return _("I cannot say yet")
    match question.kind:
        case Kind.YES_NO:
            return _("Yes") if answer == YES else _("No")
        case Kind.CHOICE:
            return dict(option_words(question)).get(str(answer), str(answer))
        case Kind.DATE:
            return day_words(date.fromisoformat(str(answer)))
        case _:
            return str(answer)


def day_words(day: date) -> str:
    return date_format(day, pgettext("date format", "D j F Y"))


def deadline_rule(deadline: Deadline, questions: Mapping[str, Question]) -> str:
    """The rule of a deadline in words, whatever the day is from which it is counted."""
    if deadline.unit is None:
        return said_plainly(deadline.words)
    named = [_day_name(questions[code]) for code in deadline.sources]
    said = {"day": _(" or ").join(named), "n": abs(deadline.amount)}
    if deadline.amount == 0:
        rule = _("by %(day)s") % said
    else:
        rule = _SPANS[deadline.unit, deadline.amount > 0](said)
    if deadline.counting is Counting.SAME_DAY:
        rule = _("%(rule)s (that day counts as the first)") % {"rule": rule}
    return rule


def _day_name(question: Question) -> str:
    if question.short:
        return said_plainly(question.short)
    return _("the day of “%(question)s”") % {"question": said_plainly(question.text)}


_SPANS: Final[dict[tuple[Unit, bool], Callable[[dict[str, Any]], str]]] = {
    (Unit.DAYS, True): lambda said: (
        ngettext("within %(n)d day of %(day)s", "within %(n)d days of %(day)s", said["n"]) % said
    ),
    (Unit.MONTHS, True): lambda said: (
        ngettext("within %(n)d month of %(day)s", "within %(n)d months of %(day)s", said["n"])
        % said
    ),
    (Unit.YEARS, True): lambda said: (
        ngettext("within %(n)d year of %(day)s", "within %(n)d years of %(day)s", said["n"]) % said
    ),
    (Unit.DAYS, False): lambda said: (
        ngettext("by %(n)d day before %(day)s", "by %(n)d days before %(day)s", said["n"]) % said
    ),
    (Unit.MONTHS, False): lambda said: (
        ngettext("by %(n)d month before %(day)s", "by %(n)d months before %(day)s", said["n"])
        % said
    ),
    (Unit.YEARS, False): lambda said: (
        ngettext("by %(n)d year before %(day)s", "by %(n)d years before %(day)s", said["n"]) % said
    ),
}


def fee_words(fee: Fee | None) -> str:
    if fee is None:
        return _("Please ask at the counter.")
    if fee.yen is None:
        return said_plainly(fee.words)
    amount = _("Free of charge") if fee.yen == 0 else yen(fee.yen)
    if not fee.words:
        return amount
    return _("%(amount)s (%(words)s)") % {"amount": amount, "words": said_plainly(fee.words)}
