"""What is wrong with a composed procedure, in words for whoever composes it."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.procedures.rules.problems import Problem

PARTS: Final[Mapping[str, StrOrPromise]] = {
    "procedure": pgettext_lazy("part of a procedure", "procedure"),
    "item": pgettext_lazy("part of a procedure", "item"),
    "own_item": pgettext_lazy("part of a procedure", "own item"),
    "document": pgettext_lazy("part of a procedure", "document"),
    "state": pgettext_lazy("part of a procedure", "state"),
    "step": pgettext_lazy("part of a procedure", "step"),
    "letter": pgettext_lazy("part of a procedure", "letter"),
}
WORDS: Final[Mapping[str, StrOrPromise]] = {
    "no_title": _("The procedure has no title."),
    "no_items": _("The procedure asks for nothing. Choose at least one item."),
    "negative_fee": _("The fee is less than nothing."),
    "first_unknown": _("Applications are sent into the state “%(name)s”, which does not exist."),
    "first_not_open": _("Applications are sent into “%(name)s”, in which the city does not work."),
    "repeated": _("The code “%(name)s” stands twice (%(part)s)."),
    "bad_code": _(
        "The code “%(name)s” (%(part)s) must be 1 to 40 small letters, digits, “-” or “_”."
    ),
    "taken_code": _("A step may not have the code “%(name)s”: the platform uses it."),
    "unknown_item": _("There is no item “%(name)s”, neither shared nor of this procedure's own."),
    "own_item_not_asked": _("The own item “%(name)s” is defined but not asked for."),
    "no_label": _("“%(name)s” (%(part)s) has no title."),
    "unknown_kind": _("The own item “%(name)s” has a kind that does not exist: “%(other)s”."),
    "too_few_choices": _("The own item “%(name)s” needs at least two answers to choose from."),
    "needless_choices": _("The own item “%(name)s” lists answers, but is no choice."),
    "repeated_choice": _("The own item “%(name)s” lists “%(other)s” twice."),
    "bad_days": _("The days of the state “%(name)s” must be between 1 and 3,650."),
    "days_at_end": _("The state “%(name)s” is an end, so that it can have no days."),
    "never_decided": _("No state grants or refuses: an application would never be decided."),
    "unreachable": _("No way leads to the state “%(name)s”."),
    "end_left": _("The state “%(name)s” is an end, but a step leads out of it."),
    "dead_end": _("No step leads out of the state “%(name)s”, and it is no end."),
    "no_end": _("From the state “%(name)s” no end can be reached."),
    "unknown_state": _("The step “%(name)s” names a state that does not exist: “%(other)s”."),
    "same_state": _("The step “%(name)s” leads back into its own state “%(other)s”."),
    "unknown_letter": _("The step “%(name)s” sends a letter that does not exist: “%(other)s”."),
    "decision_without_right": _(
        "The step “%(name)s” leads to the decision “%(other)s”, so that it needs the right to "
        "decide."
    ),
    "withdrawn_by_others": _("Only the applicant withdraws: the step “%(name)s” is not theirs."),
    "applicant_may_not": _(
        "The applicant takes the step “%(name)s”, which may only send again or withdraw."
    ),
    "letter_by_applicant": _("The step “%(name)s” is the applicant's and can send no letter."),
    "no_way_back": _("From “%(name)s” the applicant has no step to send again."),
    "resent_unasked": _("From “%(name)s” the applicant could send again without being asked."),
    "two_ways": _("From “%(name)s” the applicant has two steps that do the same."),
    "empty_letter": _("The letter “%(name)s” has no text."),
    "unused_letter": _("No step sends the letter “%(name)s”."),
    "unknown_hole": _("“%(name)s” (%(part)s) names something that is not known: {%(other)s}."),
}


def problem_words(problem: Problem) -> str:
    """One sentence that says what is wrong and where."""
    named = {
        "name": problem.name,
        "other": problem.other,
        "part": str(PARTS.get(problem.part, problem.part)),
    }
    return str(WORDS[problem.code]) % named
