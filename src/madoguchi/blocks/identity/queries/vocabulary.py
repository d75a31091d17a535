"""The shared vocabulary in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from madoguchi.blocks.identity.rules.vocabulary import SUBJECTS, VOCABULARY, Item, Kind, Unfit
from madoguchi.kernel.pages.templatetags.components import day

_SUBJECTS: Final[Mapping[str, StrOrPromise]] = {
    "applicant": _("You, who apply"),
    "partner": _("Spouse"),
    "child": _("Child"),
    "child2": _("Second child"),
    "child3": _("Third child"),
    "deceased": _("The person who died"),
    "cared": _("The person who is cared for"),
    "member": _("Member of the household %(number)s"),
    "move": _("The move"),
    "death": _("The death"),
    "marriage": _("The marriage"),
    "birth": _("Pregnancy and birth"),
    "work": _("Work"),
    "insurance": _("Health insurance"),
    "pension": _("National pension"),
    "care": _("Care insurance"),
    "disability": _("Disability handbook"),
    "school": _("School"),
    "water": _("Water"),
    "bank": _("Bank account for payments to you"),
    "visit": _("Your visit to the counter"),
    "consent": _("Records that the city looks up"),
}
_ITEMS: Final[Mapping[str, StrOrPromise]] = {
    "name": _("Full name"),
    "kana": _("Name in kana"),
    "birth_date": _("Birth date"),
    "sex": _("Sex"),
    "relation": _("Relation to you"),
    "postcode": _("Postcode"),
    "address": pgettext_lazy("of a person", "Address"),
    "phone": _("Telephone"),
    "email": _("Mail address"),
    "honseki": _("Registered domicile"),
    "hittosha": _("Head of the family register"),
    "applicant.address": _("Present address"),
    "move.date": _("Day of the move"),
    "move.old_postcode": _("Postcode before the move"),
    "move.old_address": _("Address before the move"),
    "move.old_head": _("Head of the household before the move"),
    "move.new_postcode": _("Postcode after the move"),
    "move.new_address": _("Address after the move"),
    "move.new_head": _("Head of the household after the move"),
    "move.abroad": _("Do you move abroad?"),
    "death.date": _("Day of the death"),
    "death.place": _("Place of the death"),
    "death.funeral_on": _("Day of the funeral"),
    "marriage.date": _("Day of the marriage"),
    "marriage.new_surname": _("Whose surname is borne"),
    "marriage.new_honseki": _("New registered domicile"),
    "birth.due_on": _("Day on which the birth is expected"),
    "birth.babies": _("Number of babies"),
    "work.name": _("Employer"),
    "work.left_on": _("Last day of work"),
    "work.joined_on": _("First day of work"),
    "insurance.kind": _("Health insurance until now"),
    "insurance.number": _("Symbol and number of the insurance"),
    "pension.number": _("Basic pension number"),
    "care.number": _("Number of the care insurance card"),
    "disability.book": _("Kind of handbook"),
    "disability.number": _("Number of the handbook"),
    "disability.grade": _("Grade in the handbook"),
    "school.name": _("Name of the school"),
    "school.grade": _("Grade"),
    "grade": _("Grade"),
    "school.stage": _("Which school the child enters"),
    "water.start_on": _("Day from which water is used"),
    "water.stop_on": _("Day on which water use ends"),
    "water.customer_number": _("Customer number of the water works"),
    "bank.name": _("Bank"),
    "bank.branch": _("Branch"),
    "bank.account_kind": _("Kind of account"),
    "bank.account_number": _("Account number"),
    "bank.holder_kana": _("Account holder in kana"),
    "visit.date": _("Day on which you would like to come"),
    "visit.time": _("Time of day"),
    "consent.registers": _("May the city look up your resident, tax and income records for this?"),
}
_CHOICES: Final[Mapping[str, Mapping[str, StrOrPromise]]] = {
    "sex": {
        "female": _("female"),
        "male": _("male"),
        "unsaid": _("not said"),
    },
    "relation": {
        "self": pgettext_lazy("relation", "myself"),
        "spouse": pgettext_lazy("relation", "spouse"),
        "child": pgettext_lazy("relation", "child"),
        "parent": pgettext_lazy("relation", "parent"),
        "sibling": pgettext_lazy("relation", "brother or sister"),
        "other": pgettext_lazy("relation", "other"),
    },
    "marriage.new_surname": {
        "husband": _("the husband's"),
        "wife": _("the wife's"),
    },
    "insurance.kind": {
        "national": _("National health insurance"),
        "employees": _("Employees' health insurance"),
        "association": _("Mutual aid association"),
        "late": _("Insurance for those of 75 and older"),
        "none": pgettext_lazy("insurance", "none"),
    },
    "disability.book": {
        "body": _("Physical disability"),
        "intellect": _("Intellectual disability"),
        "mind": _("Mental disability"),
    },
    "school.stage": {
        "primary": _("Primary school"),
        "junior": _("Junior high school"),
    },
    "visit.time": {
        "morning": _("from 9 to 11"),
        "noon": _("from 11 to 14"),
        "afternoon": _("from 14 to 17"),
    },
    "bank.account_kind": {
        "ordinary": pgettext_lazy("account", "ordinary"),
        "current": pgettext_lazy("account", "current"),
    },
}
_PLACES: Final = {
    ref: (SUBJECTS.index(item.subject), place)
    for place, (ref, item) in enumerate(VOCABULARY.items())
}
_YES_NO: Final[Mapping[str, StrOrPromise]] = {"yes": _("Yes"), "no": _("No")}

REASONS: Final[Mapping[str, StrOrPromise]] = {
    "empty": _("Please fill this in."),
    "long": _("This is too long for the register."),
    "control": _("This has a sign that cannot be printed. Please type it again."),
    "kana": _("Please write this in hiragana or katakana only."),
    "date": _("There is no such day. Please check year, month and day."),
    "postcode": _("A postcode has seven digits, such as 123-4567."),
    "phone": _("A telephone number has 9 to 15 digits."),
    "email": _("This is no mail address. An example: name@example.jp"),
    "number": _("Please write digits only."),
    "choice": _("Please choose one of the answers."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: str


def subject_label(subject: str) -> str:
    if subject.startswith("member"):
        return str(_SUBJECTS["member"]) % {"number": subject.removeprefix("member")}
    return str(_SUBJECTS[subject])


def item_label(item: Item) -> str:
    """What the item is, without whose: that is the heading above it."""
    return str(_ITEMS.get(item.ref) or _ITEMS[item.name])


def full_label(item: Item) -> str:
    """What and whose, for a place without a heading."""
    if item.ref in _ITEMS:
        return item_label(item)
    parts = {"whose": subject_label(item.subject), "what": item_label(item)}
    return str(_("%(whose)s: %(what)s")) % parts


def choices(item: Item) -> tuple[Choice, ...]:
    labels = _labels(item)
    codes = ("yes", "no") if item.kind is Kind.YES_NO else item.choices
    return tuple(Choice(code, str(labels.get(code, code))) for code in codes)


def shown(item: Item, value: str) -> str:
    """A kept value as a reader expects it: dates in words, codes as their label."""
    if not value:
        return ""
    if item.kind is Kind.DATE:
        return day(date.fromisoformat(value))
    return str(_labels(item).get(value, value))


def reason(problem: Unfit) -> str:
    return str(REASONS[problem.code])


def in_order(refs: list[str]) -> list[str]:
    """References as they are asked: subject by subject, and as the vocabulary lists them. What is
    no part of it comes last, in the order given."""
    return sorted(refs, key=lambda ref: _PLACES.get(ref, (len(SUBJECTS), 0)))


def _labels(item: Item) -> Mapping[str, StrOrPromise]:
    if item.kind is Kind.YES_NO:
        return _YES_NO
    return _CHOICES.get(item.ref) or _CHOICES.get(item.name, {})
