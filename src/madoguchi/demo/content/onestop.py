"""The sample city's one-stop window as data, and the invented people who come to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from madoguchi.blocks.identity.service import Kind
from madoguchi.blocks.procedures.rules.items import Asked, is_of_other
from madoguchi.demo.content import read_toml


@dataclass(frozen=True, slots=True)
class Story:
    """What brings somebody here. A number in ``answers`` counts days from the day of coming;
    ``people`` are those of the family whom the forms name."""

    event: str
    share: int
    forms: tuple[str, ...]
    answers: Mapping[str, Any]
    people: tuple[str, ...] = ()

    def answers_on(self, day: date) -> dict[str, Any]:
        return {
            question: (day + timedelta(days=answer)).isoformat()
            if isinstance(answer, int)
            else answer
            for question, answer in self.answers.items()
        }


@dataclass(frozen=True, slots=True)
class SampleYear:
    """How many came to the window and how many sent theirs from home, by month, April first;
    shares are per cent."""

    visits: Sequence[int]
    online: Sequence[int]
    from_home: int
    by_operator: int
    otherwise: int


@dataclass(frozen=True, slots=True)
class SampleWindow:
    """``stories`` come to the window, ``online`` are settled from home; ``values`` is the file as
    it stands."""

    years: tuple[SampleYear, ...]
    stories: tuple[Story, ...]
    online: tuple[Story, ...]
    values: Mapping[str, Any]


@cache
def onestop() -> SampleWindow:
    found = read_toml("onestop.toml")
    return SampleWindow(
        years=tuple(SampleYear(**each) for each in found["year"]),
        stories=tuple(_story(each) for each in found["story"]),
        online=tuple(_story(each) for each in found["online"]),
        values=found,
    )


def _story(values: Mapping[str, Any]) -> Story:
    return Story(
        event=values["event"],
        share=values["share"],
        forms=tuple(values["forms"]),
        answers=values["answers"],
        people=tuple(values.get("people", ())),
    )


def one_of(stories: Sequence[Story], chance: Random) -> Story:
    return chance.choices(stories, [each.share for each in stories])[0]


class Person:
    """Somebody invented, with a family, who answers whatever an application asks."""

    def __init__(self, chance: Random, day: date) -> None:
        self._chance, self._day = chance, day
        names = read_toml("money.toml")["names"]
        self._mark = names["mark"]
        self._family = chance.choice(names["families"]).split("/")
        self._given = [each.split("/") for each in names["given"]]
        chance.shuffle(self._given)
        self._place = f"{chance.choice(names['streets'])}{chance.randint(1, 5)}丁目"
        self._lot = f"{chance.randint(1, 30)}番{chance.randint(1, 20)}号"
        self._known: dict[str, int] = {}

    def own(self) -> dict[str, str]:
        """What an account keeps of its owner."""
        return {
            "applicant.name": self._name("applicant"),
            "applicant.kana": self._kana("applicant"),
            "applicant.birth_date": self._birth_date("applicant"),
            "applicant.postcode": "999-0001",
            "applicant.address": f"窓口市{self._place}{self._lot}",
            "applicant.phone": "000-0000-0001",
        }

    def values(self, asked: Sequence[Asked], story: Story) -> dict[str, str]:
        """What is required, and everything about those of the family who are there."""
        return {
            each.key: self._value(each, story)
            for each in asked
            if each.subject in story.people or (each.is_required and not is_of_other(each.subject))
        }

    def _value(self, asked: Asked, story: Story) -> str:
        written = onestop().values["written"]
        if asked.key in written:
            return str(written[asked.key])
        subject, _dot, name = asked.key.rpartition(".")
        if name == "birth_date":
            return self._birth_date(subject)
        if asked.item.choices:
            return asked.item.choices[0]
        say = self._of_kind.get(asked.item.kind)
        return say(asked.key, story) if say else "見本"

    @property
    def _of_kind(self) -> Mapping[Kind, Callable[[str, Story], str]]:
        return {
            Kind.NAME: lambda key, _story: self._name(key.rpartition(".")[0]),
            Kind.KANA: lambda key, _story: self._kana(key.rpartition(".")[0]),
            Kind.DATE: self._date,
            Kind.POSTCODE: lambda _key, _story: "999-0001",
            Kind.ADDRESS: lambda _key, _story: f"窓口市{self._place}{self._lot}",
            Kind.PHONE: lambda _key, _story: f"000-0000-{self._chance.randint(0, 9999):04d}",
            Kind.EMAIL: lambda _key, _story: "mihon@madoguchi.example",
            Kind.NUMBER: lambda _key, _story: "1",
            Kind.YES_NO: lambda _key, _story: "no",
        }

    def _person(self, subject: str) -> list[str]:
        """The same given name for the same one; what is asked of nobody else is the applicant's."""
        is_person = subject in {"applicant", "partner", "deceased", "cared"}
        of = subject if is_person or subject.startswith(("child", "member")) else "applicant"
        place = self._known.setdefault(of, len(self._known))
        given: list[str] = self._given[place % len(self._given)]
        return given

    def _name(self, subject: str) -> str:
        return f"{self._family[0]} {self._person(subject)[0]}{self._mark}"

    def _kana(self, subject: str) -> str:
        return f"{self._family[1]} {self._person(subject)[1]}"

    def _birth_date(self, subject: str) -> str:
        ages = {"deceased": (78, 92), "cared": (76, 90)}
        if subject.startswith("child"):
            ages[subject] = (1, 5)
        youngest, oldest = ages.get(subject, (26, 58))
        year = self._day.year - self._chance.randint(youngest, oldest)
        return f"{year}-{self._chance.randint(1, 12):02d}-{self._chance.randint(1, 28):02d}"

    def _date(self, key: str, story: Story) -> str:
        """As the guide was told, else a few days ago."""
        days = story.answers.get(onestop().values["dates"].get(key, ""), -3)
        return (self._day + timedelta(days=days if isinstance(days, int) else -3)).isoformat()
