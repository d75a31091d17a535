"""The shared vocabulary: what a city asks a person, each thing under one name.

A reference is a subject and an item, `applicant.name` or `child.birth_date`. Whatever asks for it
asks for the same thing, so that it is answered once. Values are texts as the person writes them:
names are never normalised, variation selectors stay. Dates are ISO, choices are codes, a number is
ASCII digits. Labels are in `queries/vocabulary.py`.

Items of the resident record: 住民基本台帳法 art. 7. The individual number (個人番号) is left out on
purpose: it is written at the counter, and never stored here (番号法 art. 19, 20).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

MOST_PEOPLE: Final = 8
"""Members of a household that one set of applications can name: `member1` to `member8`."""


class Kind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"
    KANA = "kana"
    DATE = "date"
    POSTCODE = "postcode"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"


LONGEST: Final = {
    Kind.TEXT: 100,
    Kind.LONG_TEXT: 2000,
    Kind.NAME: 100,
    Kind.KANA: 100,
    Kind.DATE: 10,
    Kind.POSTCODE: 8,
    Kind.ADDRESS: 200,
    Kind.PHONE: 20,
    Kind.EMAIL: 254,
    Kind.NUMBER: 12,
    Kind.CHOICE: 40,
    Kind.YES_NO: 3,
}
"""Code points, not bytes: a kanji with its selector is two."""


@dataclass(frozen=True, slots=True)
class Item:
    """`choices` are codes; `autocomplete` is the HTML token for the person at the keyboard.

    `is_guarded`: an operator who only takes in does not see it unless the procedure says so.
    """

    ref: str
    kind: Kind
    choices: tuple[str, ...] = ()
    autocomplete: str = ""
    is_guarded: bool = False

    @property
    def subject(self) -> str:
        return self.ref.partition(".")[0]

    @property
    def name(self) -> str:
        return self.ref.partition(".")[2]


class Unfit(ValueError):
    """A text is no value of an item. `code`: ``empty``, ``long``, ``control``, ``kana``,
    ``date``, ``postcode``, ``phone``, ``email``, ``number``, ``choice``."""

    def __init__(self, code: str, item: Item) -> None:
        super().__init__(code, item.ref)
        self.code = code
        self.item = item


_RELATIONS: Final = ("spouse", "child", "parent", "sibling", "other")
_PERSON: Final[tuple[tuple[str, Kind, tuple[str, ...]], ...]] = (
    ("name", Kind.NAME, ()),
    ("kana", Kind.KANA, ()),
    ("birth_date", Kind.DATE, ()),
    ("sex", Kind.CHOICE, ("female", "male", "unsaid")),
    ("relation", Kind.CHOICE, ("self", *_RELATIONS)),
)
_SELF: Final[tuple[tuple[str, Kind, str], ...]] = (
    ("postcode", Kind.POSTCODE, "postal-code"),
    ("address", Kind.ADDRESS, "street-address"),
    ("phone", Kind.PHONE, "tel"),
    ("email", Kind.EMAIL, "email"),
)
_REGISTER: Final = (("honseki", Kind.ADDRESS), ("hittosha", Kind.NAME))
_AUTOCOMPLETE: Final = {"name": "name", "birth_date": "bday"}

SUBJECTS: Final = (
    "applicant",
    "partner",
    "child",
    "child2",
    "child3",
    "deceased",
    "cared",
    *(f"member{number}" for number in range(1, MOST_PEOPLE + 1)),
    "move",
    "death",
    "marriage",
    "birth",
    "work",
    "insurance",
    "pension",
    "care",
    "disability",
    "school",
    "water",
    "bank",
    "visit",
    "consent",
)
"""In the order in which they are asked."""


def _person(subject: str) -> list[Item]:
    """What is asked of everybody. Who has died is nobody's own self."""
    return [
        Item(
            f"{subject}.{name}",
            kind,
            _RELATIONS if (subject, name) == ("deceased", "relation") else choices,
        )
        for name, kind, choices in _PERSON
    ]


def _people() -> list[Item]:
    found = [
        Item(f"applicant.{name}", kind, choices, _AUTOCOMPLETE.get(name, ""))
        for name, kind, choices in _PERSON
    ]
    found += [Item(f"applicant.{name}", kind, (), token) for name, kind, token in _SELF]
    for subject in ("partner", "child", "deceased", "cared"):
        found += _person(subject)
        found += [Item(f"{subject}.address", Kind.ADDRESS), Item(f"{subject}.phone", Kind.PHONE)]
    for subject in ("child2", "child3"):
        found += _person(subject)
        found.append(Item(f"{subject}.grade", Kind.NUMBER))
    for subject in ("applicant", "partner", "child", "deceased"):
        found += [Item(f"{subject}.{name}", kind, (), "", True) for name, kind in _REGISTER]
    for number in range(1, MOST_PEOPLE + 1):
        found += _person(f"member{number}")
    return found


_MATTERS: Final = (
    Item("move.date", Kind.DATE),
    Item("move.old_postcode", Kind.POSTCODE),
    Item("move.old_address", Kind.ADDRESS),
    Item("move.old_head", Kind.NAME),
    Item("move.new_postcode", Kind.POSTCODE),
    Item("move.new_address", Kind.ADDRESS),
    Item("move.new_head", Kind.NAME),
    Item("move.abroad", Kind.YES_NO),
    Item("death.date", Kind.DATE),
    Item("death.place", Kind.ADDRESS),
    Item("death.funeral_on", Kind.DATE),
    Item("marriage.date", Kind.DATE),
    Item("marriage.new_surname", Kind.CHOICE, ("husband", "wife")),
    Item("marriage.new_honseki", Kind.ADDRESS, (), "", True),
    Item("birth.due_on", Kind.DATE),
    Item("birth.babies", Kind.NUMBER),
    Item("work.name", Kind.TEXT),
    Item("work.left_on", Kind.DATE),
    Item("work.joined_on", Kind.DATE),
    Item("insurance.kind", Kind.CHOICE, ("national", "employees", "association", "late", "none")),
    Item("insurance.number", Kind.TEXT, (), "", True),
    Item("pension.number", Kind.TEXT, (), "", True),
    Item("care.number", Kind.TEXT, (), "", True),
    Item("disability.book", Kind.CHOICE, ("body", "intellect", "mind"), "", True),
    Item("disability.number", Kind.TEXT, (), "", True),
    Item("disability.grade", Kind.TEXT, (), "", True),
    Item("school.name", Kind.TEXT),
    Item("school.grade", Kind.NUMBER),
    Item("school.stage", Kind.CHOICE, ("primary", "junior")),
    Item("water.start_on", Kind.DATE),
    Item("water.stop_on", Kind.DATE),
    Item("water.customer_number", Kind.TEXT),
    Item("bank.name", Kind.TEXT, (), "", True),
    Item("bank.branch", Kind.TEXT, (), "", True),
    Item("bank.account_kind", Kind.CHOICE, ("ordinary", "current"), "", True),
    Item("bank.account_number", Kind.NUMBER, (), "", True),
    Item("bank.holder_kana", Kind.KANA, (), "", True),
    Item("visit.date", Kind.DATE),
    Item("visit.time", Kind.CHOICE, ("morning", "noon", "afternoon")),
    Item("consent.registers", Kind.YES_NO),
)

VOCABULARY: Final = {item.ref: item for item in (*_people(), *_MATTERS)}
"""Every shared item by its reference."""

OWN: Final = tuple(
    ref
    for ref, item in VOCABULARY.items()
    if item.subject == "applicant" and item.name != "relation"
)
"""What a resident's account keeps of its owner, to be filled in the next time."""

_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_JOINERS: Final = "\u200c\u200d"
"""Names in Indic and Persian letters need them."""
_INVISIBLE: Final = frozenset({"Mn", "Me", "Zs", "Cf"})
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fb\u30fc\u309d\u309e\u30fd\u30fe\u3000 ]+")
_HALF_WIDTH_KANA = re.compile(r"[\uff65-\uff9f]+")
_DIGITS = str.maketrans("０１２３４５６７８９－ー―‐−（）＋／\u3000", "0123456789-----()+/ ")
_WHEN_LONG: Final = {
    Kind.DATE: "date",
    Kind.POSTCODE: "postcode",
    Kind.PHONE: "phone",
    Kind.CHOICE: "choice",
    Kind.YES_NO: "choice",
}
"""Of a fixed form, its own words say more."""
_EARLIEST_YEAR: Final = 1850
"""Nobody's papers reach back further: an earlier year is a slip of the keyboard."""


def check(item: Item, text: str) -> str:
    """The value as it is kept: blanks at its ends and line breaks of other kinds are mended, digits
    of the fixed forms are made ASCII, half-width kana full-width; nothing else is touched. What was
    checked once passes unchanged. Raises Unfit."""
    value = text.replace("\r\n", "\n").replace("\r", "\n").strip(" \u3000\t\n")
    if all(unicodedata.category(sign) in _INVISIBLE for sign in value):
        raise Unfit("empty", item)
    if len(value) > LONGEST[item.kind]:
        raise Unfit(_WHEN_LONG.get(item.kind, "long"), item)
    allowed = _JOINERS + ("\n" if item.kind is Kind.LONG_TEXT else "")
    if any(sign not in allowed and not _is_printable(sign) for sign in value):
        raise Unfit("control", item)
    return _CHECKS.get(item.kind, _as_it_is)(item, value)


def _is_printable(sign: str) -> bool:
    """Kanji newer than this Python count: whatever the ideographic planes will hold."""
    category = unicodedata.category(sign)
    if category == "Cn":
        return 0x20000 <= ord(sign) < 0x40000 and ord(sign) & 0xFFFE != 0xFFFE
    return category not in _UNPRINTABLE


def _as_it_is(_item: Item, value: str) -> str:
    return value


def _kana(item: Item, value: str) -> str:
    wide = _HALF_WIDTH_KANA.sub(lambda found: unicodedata.normalize("NFKC", found[0]), value)
    if not _KANA.fullmatch(wide):
        raise Unfit("kana", item)
    return wide


def _date(item: Item, value: str) -> str:
    found = re.fullmatch(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})", value.translate(_DIGITS))
    if found is None or int(found[1]) < _EARLIEST_YEAR:
        raise Unfit("date", item)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        raise Unfit("date", item) from None


def _postcode(item: Item, value: str) -> str:
    found = re.fullmatch(r"〒?\s*([0-9]{3})-?([0-9]{4})", value.translate(_DIGITS))
    if found is None:
        raise Unfit("postcode", item)
    return f"{found[1]}-{found[2]}"


def _phone(item: Item, value: str) -> str:
    plain = value.translate(_DIGITS)
    if not re.fullmatch(r"\+?[0-9()\- ]+", plain) or not 9 <= len(re.sub(r"\D", "", plain)) <= 15:
        raise Unfit("phone", item)
    return plain


def _email(item: Item, value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@([^@\s<>,;.]+\.)+[^@\s<>,;.]+", value):
        raise Unfit("email", item)
    return value


def _number(item: Item, value: str) -> str:
    plain = value.translate(_DIGITS)
    if not re.fullmatch(r"[0-9]+", plain):
        raise Unfit("number", item)
    return plain


def _choice(item: Item, value: str) -> str:
    choices = ("yes", "no") if item.kind is Kind.YES_NO else item.choices
    if value not in choices:
        raise Unfit("choice", item)
    return value


_CHECKS: Final = {
    Kind.KANA: _kana,
    Kind.DATE: _date,
    Kind.POSTCODE: _postcode,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _choice,
}
