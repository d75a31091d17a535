"""The content that ships: a guide without remarks, and definitions that can be published.

The deadlines are checked against days worked out by hand from the laws named beside them.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.blocks.identity.rules.vocabulary import LONGEST, VOCABULARY, Kind, check
from madoguchi.blocks.procedures.guide import asking, checking, listing, reading
from madoguchi.blocks.procedures.guide.filling import carried
from madoguchi.blocks.procedures.guide.model import Answer, Event, Guide, Question, Text
from madoguchi.blocks.procedures.guide.model import Kind as Asked
from madoguchi.blocks.procedures.rules.definition import Definition, read
from madoguchi.blocks.procedures.rules.flows import with_flow
from madoguchi.blocks.procedures.rules.items import OWN, asked_once, checked, items_of
from madoguchi.blocks.procedures.rules.problems import problems

TODAY = date(2026, 11, 30)
CONTENT = files("madoguchi.blocks.procedures.content")
EVENTS = (
    "moving_in",
    "moving_out",
    "moving_within",
    "birth",
    "death",
    "marriage",
    "divorce",
    "work",
    "school",
    "illness",
    "care",
    "water",
)
MOST_QUESTIONS = 10
OUTSIDE = "市役所の外"
FORBIDDEN = ("致しま", "くださいませ", "させていただ", "ご持参", "。。", "、、")
JAPANESE = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]")


@cache
def guide() -> Guide:
    return reading.read(CONTENT.joinpath("guide.yaml").read_text(encoding="utf-8"))


@cache
def shipped() -> Mapping[str, Mapping[str, object]]:
    folder = CONTENT.joinpath("procedures")
    return {
        entry.name.removesuffix(".yaml"): yaml.safe_load(entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda found: found.name)
        if entry.name.endswith(".yaml")
    }


@cache
def definitions() -> Mapping[str, Definition]:
    return {
        code: with_flow(read(kept["definition"]), str(kept["flow"]))  # type: ignore[arg-type] # the file says so
        for code, kept in shipped().items()
    }


def test_the_checker_has_nothing_to_say() -> None:
    assert checking.check(guide()) == []


def test_every_life_event_is_there_with_real_procedures() -> None:
    assert tuple(event.code for event in guide().events_in_order()) == EVENTS
    assert len(guide().procedures) >= 60
    for event in EVENTS:
        assert len(guide().procedures_of(event)) >= 10, event


def test_every_procedure_says_where_until_when_at_what_cost_and_by_which_law() -> None:
    for procedure in guide().procedures.values():
        assert procedure.summary, procedure.code
        assert procedure.deadline is not None, procedure.code
        assert procedure.fee is not None, procedure.code
        assert procedure.online is not None, procedure.code
        assert procedure.legal_basis, procedure.code


def test_every_counter_and_document_is_used() -> None:
    procedures = guide().procedures.values()
    assert set(guide().counters) == {procedure.counter for procedure in procedures}
    assert set(guide().documents) == {
        bring.document for procedure in procedures for bring in procedure.bring
    }


def test_counters_of_the_city_have_a_department_and_a_telephone() -> None:
    for counter in guide().counters.values():
        assert bool(counter.department) == bool(counter.phone), counter.code
        assert counter.place, counter.code
        assert counter.hours, counter.code
        assert bool(counter.department) != (OUTSIDE in str(counter.title)), counter.code


def test_what_residents_read_is_there_in_english_too() -> None:
    for text in _texts(guide()):
        assert text.en, text.ja
        assert not JAPANESE.search(text.en), text.en


def test_every_question_has_a_short_name_in_both_languages() -> None:
    for question in guide().questions.values():
        assert question.short.ja, question.code
        assert question.short.en, question.code
        assert len(question.short.ja) <= 20, question.short.ja
        assert not question.short.ja.endswith("。"), question.short.ja


def _texts(found: Guide) -> Iterator[Text]:
    for event in found.events.values():
        yield from (event.title, event.summary)
    for question in found.questions.values():
        yield from (question.text, question.short)
        yield from (option.text for option in question.options)
    for procedure in found.procedures.values():
        yield from (procedure.title, procedure.summary)
        yield from procedure.steps
    for document in found.documents.values():
        yield document.title
    for counter in found.counters.values():
        yield counter.title
    for words in (
        *(each.deadline.words for each in found.procedures.values() if each.deadline),
        *(each.online.words for each in found.procedures.values() if each.online),
        *(each.fee.words for each in found.procedures.values() if each.fee),
    ):
        if words:
            yield words


def test_every_form_that_the_guide_names_ships_and_every_one_that_ships_is_named() -> None:
    named = {
        procedure.online.form
        for procedure in guide().procedures.values()
        if procedure.online and procedure.online.form
    }
    assert named == set(shipped())
    assert len(named) >= 30


@pytest.mark.parametrize("code", sorted(shipped()))
def test_a_definition_can_be_published(code: str) -> None:
    kept, definition = shipped()[code], definitions()[code]
    assert kept["code"] == code
    assert kept["department"]
    assert problems(definition) == ()
    assert definition.form_title
    assert definition.summary
    assert definition.legal_basis
    for use in definition.items:
        assert use.ref in VOCABULARY or use.ref.startswith(OWN)
    for own in definition.own_items:
        for choice in own.choices:
            assert len(choice) <= LONGEST[Kind.CHOICE], choice


def test_no_form_asks_for_the_individual_number() -> None:
    for code, definition in definitions().items():
        labels = " ".join(own.label for own in definition.own_items)
        assert "マイナンバー" not in labels.replace("マイナンバーカード", ""), code
        assert "個人番号" not in labels, code


def test_the_file_keeps_to_the_words_of_a_plain_city_hall() -> None:
    whole = CONTENT.joinpath("guide.yaml").read_text(encoding="utf-8") + "".join(
        CONTENT.joinpath("procedures", f"{code}.yaml").read_text(encoding="utf-8")
        for code in shipped()
    )
    for word in (
        "致します",
        "致しま",
        "くださいませ",
        "させていただ",
        "印鑑をご持参",
        "。。",
        "、、",
    ):
        assert word not in whole, word


# Every way through the questions


@st.composite
def ways(draw: st.DrawFn, event: str) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    while question := asking.next_question(guide(), event, answers):
        assert question.code not in answers
        answers[question.code] = draw(_answer(question))
    return answers


def _answer(question: Question) -> st.SearchStrategy[Answer]:
    codes = [option.code for option in question.options]
    match question.kind:
        case Asked.YES_NO:
            return st.sampled_from(["yes", "no"])
        case Asked.CHOICE:
            return st.sampled_from(codes)
        case Asked.CHOICES:
            return st.lists(st.sampled_from(codes), unique=True)
        case Asked.NUMBER:
            return st.integers(question.low, question.high)
        case _:
            return st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(date.isoformat)


@pytest.mark.parametrize("event", EVENTS)
def test_every_way_ends_soon_and_leads_to_something(event: str) -> None:
    assert asking.walk(guide(), event, {}).most_left <= MOST_QUESTIONS

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(ways(event))
    def walked(answers: dict[str, Answer]) -> None:
        assert len(answers) <= MOST_QUESTIONS
        entries = listing.personal_list(guide(), event, answers, TODAY)
        assert entries
        assert {entry.code for entry in entries} <= {
            procedure.code for procedure in guide().procedures_of(event)
        }

    walked()


@pytest.mark.parametrize("event", EVENTS)
def test_what_the_guide_was_told_fits_every_form_of_the_list(event: str) -> None:
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(ways(event))
    def walked(answers: dict[str, Answer]) -> None:
        told = carried(asking.walk(guide(), event, answers))
        asked = asked_once(_forms_of(event, answers))
        kept, wrong = checked(asked, told)
        assert wrong == {}
        assert kept == {each.key: told[each.key] for each in asked if each.key in told}

    walked()


def _forms_of(event: str, answers: Mapping[str, Answer]) -> dict[str, Definition]:
    entries = listing.personal_list(guide(), event, answers, TODAY)
    forms = [entry.online.form for entry in entries if entry.online and entry.online.form]
    return {form: definitions()[form] for form in forms}


def test_every_item_that_a_question_fills_is_asked_by_a_form_that_it_leads_to() -> None:
    for event in guide().events.values():
        forms = {
            each.online.form
            for each in guide().procedures_of(event.code)
            if each.online and each.online.form
        }
        asked = {each.key for each in asked_once({form: definitions()[form] for form in forms})}
        for code in event.questions:
            for fill in guide().questions[code].fills:
                assert fill.item in asked, (event.code, code)


TOLD: list[tuple[str, dict[str, Answer], dict[str, str]]] = [
    ("moving_in", {"moved_on": "2026-11-14"}, {"move.date": "2026-11-14"}),
    (
        "moving_out",
        {"moved_on": "2026-11-14", "moved_to": "abroad"},
        {"move.date": "2026-11-14", "move.abroad": "yes"},
    ),
    (
        "moving_out",
        {"moved_on": "2026-11-14", "moved_to": "japan"},
        {"move.date": "2026-11-14", "move.abroad": "no"},
    ),
    ("moving_within", {"moved_on": "2026-11-14"}, {"move.date": "2026-11-14"}),
    ("birth", {"baby_born": "born", "born_on": "2026-11-14"}, {"child.birth_date": "2026-11-14"}),
    ("birth", {"baby_born": "expected", "born_on": "2026-11-14"}, {}),
    (
        "death",
        {
            "died_on": "2026-11-24",
            "death_reported": "yes",
            "dead_insurance": "city",
            "funeral_on": "2026-11-27",
        },
        {"death.date": "2026-11-24", "death.funeral_on": "2026-11-27"},
    ),
    (
        "death",
        {
            "died_on": "2026-11-24",
            "death_reported": "yes",
            "dead_insurance": "city",
            "funeral_on": "",
        },
        {"death.date": "2026-11-24"},
    ),
    (
        "marriage",
        {
            "married_on": "2026-11-14",
            "spouse_foreign": "no",
            "has_card": "no",
            "insurance_married": "keep",
            "new_home": "into",
            "new_home_on": "2026-11-20",
        },
        {"marriage.date": "2026-11-14", "move.date": "2026-11-20"},
    ),
    ("work", {"work_change": "left", "left_on": "2026-11-14"}, {"work.left_on": "2026-11-14"}),
    ("work", {"work_change": "joined", "joined_on": "2026-11-1"}, {}),
    (
        "work",
        {"work_change": "joined", "joined_on": "2026-11-14", "left_on": "2026-11-01"},
        {"work.joined_on": "2026-11-14"},
    ),
    ("school", {"school_stage": "junior_new"}, {"school.stage": "junior"}),
    ("school", {"school_stage": "junior_now"}, {}),
    ("water", {"water_matter": "start", "water_on": "2026-11-14"}, {}),
    ("water", {"water_matter": "stop", "water_on": "2026-11-14"}, {"water.stop_on": "2026-11-14"}),
    ("water", {"water_matter": "name", "water_on": "2026-11-14"}, {}),
]


@pytest.mark.parametrize(("event", "answers", "expected"), TOLD)
def test_what_the_guide_was_told_is_what_the_forms_ask_for(
    event: str, answers: dict[str, Answer], expected: dict[str, str]
) -> None:
    assert carried(asking.walk(guide(), event, answers)) == expected


DAYS_ASKED = [
    ("moving_in", "move.date"),
    ("moving_out", "move.date"),
    ("moving_within", "move.date"),
    ("death", "death.date"),
]


@pytest.mark.parametrize(("event", "item"), DAYS_ASKED)
def test_the_day_is_asked_once_over_the_guide_and_all_its_forms(event: str, item: str) -> None:
    """On every way through the questions, with every form of the list."""

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(ways(event))
    def walked(answers: dict[str, Answer]) -> None:
        found = asking.walk(guide(), event, answers)
        in_guide = sum(
            fill.item == item for code in found.given for fill in guide().questions[code].fills
        )
        left = {each.key for each in asked_once(_forms_of(event, answers))} - {*carried(found)}
        assert in_guide + (item in left) == 1

    walked()


def test_a_family_moving_in_answers_what_matters_and_no_more() -> None:
    event: Event = guide().events["moving_in"]
    answers: dict[str, Answer] = {
        "moved_on": "2026-11-14",
        "moved_from": "japan",
        "has_card": "no",
        "city_insurance": "no",
        "kids": [],
    }
    question = asking.next_question(guide(), event.code, answers)
    assert question is not None
    assert question.code == "people"  # nothing about nurseries without children


# Deadlines, worked out by hand

MOVED: dict[str, Answer] = {
    "moved_on": "2026-11-14",
    "moved_from": "japan",
    "has_card": "yes",
    "city_insurance": "yes",
    "kids": ["preschool", "school"],
    "planned_out": "2026-11-10",
    "child_care": [],
    "people": ["cared", "over75"],
    "things_in": ["dog", "moped", "land"],
    "water_here": "yes",
}
BORN: dict[str, Answer] = {
    "baby_born": "born",
    "born_on": "2026-12-20",
    "mother_insurance": "city",
    "parents_pension": ["mother", "father"],
    "baby_needs": [],
    "single_parent": "no",
}
DIED: dict[str, Answer] = {
    "died_on": "2026-11-24",
    "death_reported": "no",
    "dead_insurance": "late",
    "funeral_on": "2026-11-28",
    "dead_pension": "received",
    "was_head": "yes",
    "bereaved": ["spouse"],
    "dead_had": ["care", "dog", "water"],
    "estate": ["house", "debts", "taxable", "large", "forest"],
}
MARRIED: dict[str, Answer] = {
    "married_on": "2026-11-14",
    "spouse_foreign": "yes",
    "has_card": "no",
    "insurance_married": "keep",
    "new_home": "stay",
    "married_with_kids": "no",
}
DIVORCED: dict[str, Answer] = {
    "divorced_on": "2026-11-24",
    "divorce_way": "court",
    "divorce_name": "keep",
    "divorce_kids": "with_me",
    "child_name_change": "no",
    "lost_dependence": "yes",
    "has_card": "yes",
    "new_home": "stay",
}
LEFT: dict[str, Answer] = {
    "work_change": "left",
    "left_on": "2026-11-30",
    "work_age": 45,
    "insurance_plan": "undecided",
    "forced_out": "yes",
    "supports_spouse": "yes",
    "work_kids": "no",
}
DAYS = [
    # the 14th day after 14 November is a Saturday (住民基本台帳法 art. 22, 民法 art. 140, 142)
    ("moving_in", MOVED, "moving_in_notice", "2026-11-30"),
    ("moving_in", MOVED, "nhi_in", "2026-11-30"),
    ("moving_in", MOVED, "care_in", "2026-11-30"),
    # 15 days from the planned day of moving out; without it from the move, a Sunday
    # (児童手当法 art. 8)
    ("moving_in", MOVED, "child_allowance_in", "2026-11-25"),
    ("moving_in", MOVED | {"planned_out": ""}, "child_allowance_in", "2026-11-30"),
    # two years (不動産登記法 art. 76-5)
    ("moving_in", MOVED, "land_address", "2028-11-14"),
    # the 30th day (狂犬病予防法 art. 4)
    ("moving_in", MOVED, "dog_address", "2026-12-14"),
    # 90 days, wherever they end (番号法施行令 art. 14)
    ("moving_in", MOVED, "mynumber_continue", "2027-02-12"),
    # the day of birth is the first, the 14th is Saturday 2 January (戸籍法 art. 43, 49)
    ("birth", BORN, "birth_notice", "2027-01-04"),
    # the 15th day after the birth is Monday 4 January
    ("birth", BORN, "child_allowance_birth", "2027-01-04"),
    ("birth", BORN, "birth_benefit", "2028-12-20"),
    # the day itself counts: 24 to 30 November (戸籍法 art. 43, 86)
    ("death", DIED, "death_notice", "2026-11-30"),
    ("death", DIED, "head_change_death", "2026-12-08"),
    ("death", DIED, "care_death", "2026-12-08"),
    # two years from the day after the funeral (高齢者の医療の確保に関する法律 art. 160)
    ("death", DIED, "funeral_late", "2028-11-28"),
    # three months (民法 art. 915), four (所得税法 art. 125), ten (相続税法 art. 27)
    ("death", DIED, "renounce", "2027-02-24"),
    ("death", DIED, "final_tax", "2027-03-24"),
    ("death", DIED, "inheritance_tax", "2027-09-24"),
    # three years end on Saturday 24 November 2029 (不動産登記法 art. 76-2)
    ("death", DIED, "land_registration", "2029-11-26"),
    ("death", DIED, "forest_death", "2027-02-22"),
    ("death", DIED, "dog_owner", "2026-12-24"),
    # ten days, the earlier of two (厚生年金保険法施行規則 art. 41)
    ("death", DIED, "pension_death", "2026-12-04"),
    # six months, and the day of the marriage counts (戸籍法 art. 107, 43)
    ("marriage", MARRIED, "foreign_surname", "2027-05-13"),
    # the day counts: ten days from 24 November (戸籍法 art. 77, 43)
    ("divorce", DIVORCED, "divorce_notice_court", "2026-12-03"),
    # three months (民法 art. 767)
    ("divorce", DIVORCED, "keep_surname", "2027-02-24"),
    ("divorce", DIVORCED, "child_allowance_divorce", "2026-12-09"),
    # five years for divorces since April 2026 (厚生年金保険法 art. 78-2)
    ("divorce", DIVORCED, "pension_split", "2031-11-24"),
    # 20 days from the day after the last day of work (健康保険法 art. 37), a Sunday
    ("work", LEFT, "continued_insurance", "2026-12-21"),
    ("work", LEFT, "nhi_work", "2026-12-14"),
    ("work", LEFT, "pension_spouse", "2026-12-14"),
]


@pytest.mark.parametrize(("event", "answers", "code", "expected"), DAYS)
def test_a_deadline_is_the_day_that_the_law_gives(
    event: str, answers: dict[str, Answer], code: str, expected: str
) -> None:
    assert asking.next_question(guide(), event, answers) is None
    entries = listing.personal_list(guide(), event, answers, TODAY)
    found = {entry.code: entry.deadline for entry in entries}
    assert found[code] == date.fromisoformat(expected)


def test_the_pension_is_split_within_two_years_of_an_earlier_divorce() -> None:
    answers = DIVORCED | {"divorced_on": "2026-03-31"}
    found = {
        entry.code: entry.deadline
        for entry in listing.personal_list(guide(), "divorce", answers, TODAY)
    }
    assert "pension_split" not in found
    assert found["pension_split_before"] == date(2028, 3, 31)


def test_what_was_inherited_before_april_2024_has_a_last_day_of_its_own() -> None:
    answers = DIED | {"died_on": "2024-03-31", "funeral_on": "2024-04-02"}
    found = {
        entry.code: entry.deadline
        for entry in listing.personal_list(guide(), "death", answers, TODAY)
    }
    assert "land_registration" not in found
    assert found["land_registration_before"] is None


def test_the_notice_comes_first_and_what_hangs_on_it_later() -> None:
    codes = [entry.code for entry in listing.personal_list(guide(), "moving_in", MOVED, TODAY)]
    assert codes.index("moving_in_notice") < codes.index("nhi_in") < codes.index("child_medical_in")


# Asking once: three families

FATHER = {
    "applicant.name": "田中 一郎",
    "applicant.kana": "タナカ イチロウ",
    "applicant.birth_date": "1988-04-12",
    "applicant.address": "窓口市本町2丁目3番4号",
    "applicant.phone": "090-0000-1234",
    "applicant.sex": "male",
    "applicant.honseki": "窓口市本町2丁目3番地",
    "applicant.hittosha": "田中 一郎",
}
MOTHER_AND_CHILDREN = {
    "partner.name": "田中 花",
    "partner.kana": "タナカ ハナ",
    "partner.birth_date": "1990-02-03",
    "partner.sex": "female",
    "partner.phone": "090-0000-5678",
    "child.name": "田中 葵",
    "child.kana": "タナカ アオイ",
    "child.birth_date": "2017-05-06",
    "child.sex": "female",
    "child2.name": "田中 蓮",
    "child2.kana": "タナカ レン",
    "child2.birth_date": "2020-09-10",
    "child2.sex": "male",
}
ACCOUNT = {
    "bank.name": "見本銀行",
    "bank.branch": "本町支店",
    "bank.account_kind": "ordinary",
    "bank.account_number": "1234567",
    "bank.holder_kana": "タナカ イチロウ",
    "consent.registers": "yes",
}
FAMILIES = {
    "a family of four moving in": (
        (
            "moving-in-notice",
            "nhi-joining",
            "child-allowance",
            "child-medical",
            "school-transfer",
            "after-school-club",
            "water-start",
            "dog-change",
        ),
        FATHER
        | MOTHER_AND_CHILDREN
        | ACCOUNT
        | {
            "move.date": "2026-11-14",
            "move.old_address": "北海道隣市1条1丁目1番地",
            "move.old_head": "田中 一郎",
            "move.new_head": "田中 一郎",
            "visit.date": "2026-12-02",
            "visit.time": "morning",
            "insurance.kind": "national",
            "school.name": "隣市立第一小学校",
            "school.grade": "3",
            "child2.grade": "1",
            "work.name": "見本商事",
            "water.start_on": "2026-11-14",
        },
    ),
    "a bereaved son": (
        ("late-leaving", "care-leaving", "funeral-benefit-late", "heir-representative"),
        FATHER
        | ACCOUNT
        | {
            "deceased.name": "田中 ヨシ",
            "deceased.birth_date": "1940-01-02",
            "deceased.relation": "parent",
            "deceased.address": "窓口市本町2丁目3番4号",
            "death.date": "2026-11-24",
            "death.funeral_on": "2026-11-27",
            "care.number": "0000012345",
        },
    ),
    "parents of a newborn": (
        (
            "child-allowance",
            "child-medical",
            "nhi-joining",
            "nhi-maternity",
            "pension-maternity",
            "pension-childcare",
            "birth-benefit",
            "pregnant-support",
        ),
        {key: value for key, value in FATHER.items() if key != "applicant.sex"}
        | ACCOUNT
        | {
            "partner.name": "田中 花",
            "partner.kana": "タナカ ハナ",
            "partner.birth_date": "1990-02-03",
            "child.name": "田中 葵",
            "child.kana": "タナカ アオイ",
            "child.birth_date": "2026-12-20",
            "birth.due_on": "2026-12-18",
            "birth.babies": "1",
            "insurance.kind": "national",
        },
    ),
}
MEASURED = {
    "a family of four moving in": (144, 56),
    "a bereaved son": (54, 20),
    "parents of a newborn": (104, 32),
}
"""Items on all forms together, and items that are typed."""


def measured(codes: tuple[str, ...], values: Mapping[str, str]) -> tuple[int, int]:
    """Items that this family fills in: on each form for itself, and asked once. Of a form's own
    items those that are required."""
    chosen = {code: definitions()[code] for code in codes}
    one_by_one = sum(
        asked.key in values or (asked.own is not None and asked.is_required)
        for code, definition in chosen.items()
        for asked in items_of(code, definition)
    )
    once = sum(
        asked.key in values or (asked.own is not None and asked.is_required)
        for asked in asked_once(chosen)
    )
    return one_by_one, once


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_asking_once_spares_a_family_more_than_half_of_the_writing(family: str) -> None:
    codes, values = FAMILIES[family]
    for key, value in values.items():
        assert check(VOCABULARY[key], value) == value
    on_each, once = measured(codes, values)
    assert (on_each, once) == MEASURED[family]
    assert once * 2 < on_each
