"""The shared vocabulary: what a value may be, and that nothing of a name is ever changed."""

import unicodedata
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from madoguchi.blocks.identity import service
from madoguchi.blocks.identity.rules.vocabulary import (
    LONGEST,
    OWN,
    SUBJECTS,
    VOCABULARY,
    Item,
    Kind,
    Unfit,
    check,
)

NAME = VOCABULARY["applicant.name"]
ADDRESS = VOCABULARY["applicant.address"]
LONG_TEXT = Item("own.words", Kind.LONG_TEXT)
YES_NO = Item("own.agreed", Kind.YES_NO)

letters = st.characters(categories=["L", "M", "N", "P", "S"])
names = st.text(letters, min_size=1, max_size=100)
dates = st.dates(min_value=date(1850, 1, 1))


def why(item, text):
    with pytest.raises(Unfit) as refused:
        check(item, text)
    return refused.value.code


@given(names)
def test_a_name_stays_as_it_was_written(name):
    assume(any(unicodedata.category(sign) not in {"Mn", "Me"} for sign in name))
    assert check(NAME, name) == name


@given(st.sampled_from(list(VOCABULARY.values())), st.text(max_size=300))
def test_what_was_checked_passes_unchanged_or_is_refused_in_words(item, text):
    value, problem = "", ""
    try:
        value = check(item, text)
    except Unfit as unfit:
        problem = service.reason(unfit)
    assert (value == "") is (problem != "")
    if value:
        assert value == check(item, value)
        assert len(value) <= LONGEST[item.kind]


@pytest.mark.parametrize(
    "name",
    [
        "葛\U000e0101城",  # a variation selector
        "辻\ufe00",
        "神谷",  # a compatibility ideograph, which normalising would replace
        "都",
        "\U00020bb7野家",  # outside the first plane
        "\U000323b0",  # newer than some Pythons know
        "髙﨑 〆子",
        "O’Neill-Šķēle",
        "محمد\u200cرضا",
    ],
)
def test_rare_signs_of_names_are_kept(name):
    assert check(NAME, name) == name
    assert check(NAME, f" \u3000{name}\t\r\n") == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \u3000\n", "empty"),
        ("\ufe00\U000e0101", "empty"),
        ("\u200d", "empty"),
        ("あ" * 10_000, "long"),
        ("佐藤\x00花子", "control"),
        ("佐藤\t花子", "control"),
        ("佐藤\n花子", "control"),
        ("佐藤\u2028花子", "control"),
        ("佐藤\u202e花子", "control"),
        ("佐藤\ufeff花子", "control"),
        ("佐藤\ue000", "control"),
        ("佐藤\uffff", "control"),
        ("佐藤\U0002ffff", "control"),
    ],
)
def test_what_is_no_name_is_refused(text, code):
    assert why(NAME, text) == code


def test_the_longest_name_counts_code_points():
    longest = "葛\U000e0100" * 50
    assert check(NAME, longest) == longest
    assert why(NAME, longest + "子") == "long"


def test_longer_words_keep_their_lines():
    assert check(LONG_TEXT, "一行\r\n二行\r三行") == "一行\n二行\n三行"
    assert why(LONG_TEXT, "あ" * 2001) == "long"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.POSTCODE, "０９０－８５０１", "090-8501"),
        (Kind.POSTCODE, "〒0908501", "090-8501"),
        (Kind.POSTCODE, "090ー8501", "090-8501"),
        (Kind.PHONE, "（０１５７）２３－１１１１", "(0157)23-1111"),
        (Kind.PHONE, "+81 157 23 1111", "+81 157 23 1111"),
        (Kind.NUMBER, "００１２", "0012"),
        (Kind.DATE, "２０２６／４／１", "2026-04-01"),
        (Kind.DATE, "2024-02-29", "2024-02-29"),
        (Kind.KANA, "ｻﾄｳ ﾊﾅｺﾞ", "サトウ ハナゴ"),
        (Kind.KANA, "さとう　はなこ", "さとう　はなこ"),
        (Kind.EMAIL, "a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"),
    ],
)
def test_fixed_forms_are_mended(kind, text, value):
    assert check(Item("own.it", kind), text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.POSTCODE, "090-850"),
        (Kind.POSTCODE, "090-8501 北見市"),
        (Kind.PHONE, "110"),
        (Kind.PHONE, "なし"),
        (Kind.NUMBER, "12-3"),
        (Kind.NUMBER, "-1"),
        (Kind.NUMBER, "٣"),
        (Kind.DATE, "2026-02-29"),
        (Kind.DATE, "2026-W01-1"),
        (Kind.DATE, "0026-01-01"),
        (Kind.DATE, "R8.4.1"),
        (Kind.KANA, "佐藤"),
        (Kind.KANA, "Sato"),
        (Kind.EMAIL, "hanako"),
        (Kind.EMAIL, "hanako@localhost"),
        (Kind.EMAIL, "a@b..c"),
        (Kind.EMAIL, "a@b.example,c@d.example"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason_of_its_kind(kind, text):
    assert why(Item("own.it", kind), text) == kind.value


def test_answers_are_those_on_the_list():
    sex = VOCABULARY["applicant.sex"]
    assert check(sex, "female") == "female"
    assert why(sex, "女") == "choice"
    assert check(YES_NO, "yes") == "yes"
    assert why(YES_NO, "maybe") == "choice"


@given(dates)
def test_a_day_is_kept_as_iso(day):
    assert check(VOCABULARY["death.date"], day.isoformat()) == day.isoformat()


@pytest.mark.parametrize("item", VOCABULARY.values(), ids=str)
def test_every_item_has_a_label_in_words(item):
    assert item.subject in SUBJECTS
    assert service.item_label(item)
    assert service.full_label(item)
    labels = service.choices(item)
    answers = ["yes", "no"] if item.kind is Kind.YES_NO else list(item.choices)
    assert [choice.code for choice in labels] == answers
    assert all(choice.label != choice.code for choice in labels)


def test_values_are_shown_as_their_reader_expects():
    assert service.shown(VOCABULARY["applicant.birth_date"], "1990-03-07") == "1990年3月7日（水）"
    assert service.shown(VOCABULARY["applicant.sex"], "female") == "女性"
    assert service.shown(NAME, "佐藤") == "佐藤"
    assert service.shown(YES_NO, "yes") == "はい"
    assert service.shown(NAME, "") == ""


def test_whose_it_is():
    assert service.full_label(VOCABULARY["child.name"]) == "お子さん：氏名"
    assert service.full_label(VOCABULARY["visit.time"]) == "来庁の時間帯"
    assert "3" in service.subject_label("member3")


def test_what_is_asked_has_one_order():
    asked = ["own.reason", "bank.name", "applicant.address", "member10.name", "applicant.name"]
    assert service.in_order(asked) == [
        "applicant.name",
        "applicant.address",
        "bank.name",
        "own.reason",
        "member10.name",
    ]


def test_an_account_keeps_only_what_is_its_owners():
    assert {VOCABULARY[ref].subject for ref in OWN} == {"applicant"}


def test_who_died_is_not_the_one_who_applies():
    assert "self" not in VOCABULARY["deceased.relation"].choices
    assert "self" in VOCABULARY["cared.relation"].choices
    assert why(VOCABULARY["deceased.relation"], "self") == "choice"
