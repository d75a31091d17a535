"""The rule file: what is read, and that whatever is not the format is refused with its line."""

import pytest

from madoguchi.blocks.procedures.guide import reading, tree
from madoguchi.blocks.procedures.guide.model import (
    ALWAYS,
    All,
    AnyOf,
    Bring,
    Closed,
    Counting,
    Deadline,
    Fee,
    Is,
    Kind,
    Not,
    Online,
    Option,
    Text,
    Unit,
    Within,
)
from madoguchi.blocks.procedures.guide.tree import Unreadable
from madoguchi.blocks.procedures.queries.guide_words import REMARKS
from tests.blocks.procedures.guide.samples import SMALL
from tests.guards.repository import ROOT


def remarks_of(text):
    with pytest.raises(Unreadable) as caught:
        reading.read(text)
    return [(each.code, each.place, each.line) for each in caught.value.remarks]


def changed(before, after, text=SMALL):
    assert text.count(before) >= 1
    return text.replace(before, after, 1)


def test_everything_that_the_format_knows_is_read():
    guide = reading.read(SMALL)
    assert guide.title == Text("手続きガイド")
    assert guide.counters["residents"].title == Text("住民課", "Residents' section")
    assert guide.counters["residents"].department == ("市民生活部", "住民課")
    assert guide.questions["household"].options == (
        Option("alone", Text("一人で")),
        Option("family", Text("家族と")),
    )
    assert guide.questions["children"].ask_when == Is("household", frozenset({"family"}))
    assert guide.questions["people"].is_optional
    assert (guide.questions["people"].low, guide.questions["people"].high) == (1, 20)
    notice = guide.procedures["notice"]
    assert notice.when == ALWAYS
    assert notice.bring == (Bring("id_card"),)
    assert notice.deadline == Deadline(Unit.DAYS, 14, ("moved_on",), is_statutory=True)
    assert notice.online == Online(form="moving-in-notice")
    dog = guide.procedures["dog"]
    assert dog.deadline == Deadline(
        Unit.DAYS,
        30,
        ("moved_on",),
        Counting.SAME_DAY,
        Closed.AS_IT_IS,
        True,
        Text("30日以内です。"),
    )
    assert dog.fee == Fee(300, Text("1頭"))
    assert dog.online == Online(link="https://example.org/dog", words=Text("国のサイト"))
    assert guide.procedures["big_household"].when == All((Within("people", 5, None),))
    assert guide.procedures["change_school"].after == ("notice",)
    assert [each.code for each in guide.events_in_order()] == ["moving"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{children: yes}", Is("children", frozenset({"yes"}))),
        ("{household: [alone, family]}", Is("household", frozenset({"alone", "family"}))),
        ("{people: 3}", Within("people", 3, 3)),
        ("{people: {over: 3, at_most: 9}}", Within("people", 4, 9)),
        ("{people: {at_least: 3, under: 9}}", Within("people", 3, 8)),
        ("{not: {children: no}}", Not(Is("children", frozenset({"no"})))),
        (
            "{any: [{children: no}, {things: dog}]}",
            AnyOf((Is("children", frozenset({"no"})), Is("things", frozenset({"dog"})))),
        ),
        (
            "{children: yes, things: [car]}",
            All((Is("children", frozenset({"yes"})), Is("things", frozenset({"car"})))),
        ),
        ("{all: [{children: yes}]}", All((Is("children", frozenset({"yes"})),))),
        ("{moved_on: {from: 2026-04-01, before: 2027-04-01}}", Within("moved_on", 739707, 740071)),
        ("{moved_on: {after: 2026-04-01, until: 2027-04-01}}", Within("moved_on", 739708, 740072)),
        ("{moved_on: 2026-04-01}", Within("moved_on", 739707, 739707)),
        ("", ALWAYS),
    ],
)
def test_conditions(written, read):
    guide = reading.read(changed("when: [{children: yes}]", f"when: {written}"))
    assert guide.procedures["change_school"].when == read


SLIPS = [
    ("format: 1", "format: 2", "format", ""),
    ("format: 1\n", "", "missing", ".format"),
    ("title: 手続きガイド", "title:", "no_text", ".title"),
    ("title: 手続きガイド", "titel: 手続きガイド", "unknown_key", ".titel"),
    ("{title: 学校教育課}", "学校教育課", "not_a_table", "counters.school"),
    ("kind: yes_no", "kind: maybe", "not_one_of", "questions.children.kind"),
    (", kind: yes_no", "", "missing", "questions.children.kind"),
    ("{household: family}", "{house: family}", "unknown_question", "questions.children.ask_when"),
    ("{household: family}", "{household: cat}", "unknown_option", "questions.children.ask_when"),
    ("{household: family}", "family", "no_condition", "questions.children.ask_when"),
    ("{household: family}", "{any: family}", "no_list", "questions.children.ask_when"),
    ("{household: family}", "{people: {}}", "no_bounds", "questions.children.ask_when"),
    ("{household: family}", "{people: {from: 1}}", "unknown_key", "questions.children.ask_when"),
    ("{household: family}", "{people: {over: x}}", "no_number", "questions.children.ask_when"),
    ("{household: family}", "{moved_on: 2026-02-30}", "no_date", "questions.children.ask_when"),
    ("{household: family}", "{moved_on: 20260401}", "no_date", "questions.children.ask_when"),
    (
        "options: {alone: 一人で, family: 家族と}",
        "options: {}",
        "no_options",
        "questions.household.options",
    ),
    ("alone: 一人で", "Alone: 一人で", "bad_code", "questions.household.options"),
    ("alone: 一人で", "alone: [一人で]", "no_text", "questions.household.options"),
    ("min: 1", "min: one", "no_number", "questions.people.min"),
    ("min: 1", "min: 99", "bounds_crossed", "questions.people"),
    ("optional: true", "optional: perhaps", "no_flag", "questions.people.optional"),
    (
        "questions: [moved_on,",
        "questions: [moved_on, moved_on,",
        "repeated",
        "events.moving.questions",
    ),
    ("questions: [moved_on,", "questions: [moved,", "unknown_code", "events.moving.questions"),
    ("order: 1", "order: first", "no_number", "events.moving.order"),
    (
        "{title: Moving in}",
        "{title: Moving in, texts: x}",
        "unknown_key",
        "events.moving.english.texts",
    ),
    ("{title: Moving in}", "{summary: x, hint: y}", "unknown_key", "events.moving.english.hint"),
    ("    counter: residents\n", "", "missing", "procedures.notice.counter"),
    ("counter: residents", "counter: nowhere", "unknown_code", "procedures.notice.counter"),
    ("bring: [id_card]", "bring: id_card", "no_list", "procedures.notice.bring"),
    ("bring: [id_card]", "bring: [passport]", "unknown_code", "procedures.notice.bring"),
    ("bring: [id_card]", "bring: [id_card, id_card]", "repeated", "procedures.notice.bring"),
    (
        "bring: [id_card]",
        "bring: [{when: {children: yes}}]",
        "missing",
        "procedures.notice.bring.document",
    ),
    ("days: 14", "days: 14, months: 1", "deadline_unclear", "procedures.notice.deadline"),
    ("days: 14", "none: true", "missing", "procedures.notice.deadline.words"),
    (
        "{days: 14, from: moved_on, statutory: true}",
        "{words: x}",
        "deadline_unclear",
        "procedures.notice.deadline",
    ),
    ("days: 14", "days: 99999", "amount", "procedures.notice.deadline"),
    ("days: 14, from: moved_on", "days: 14", "missing", "procedures.notice.deadline.from"),
    (
        "days: 14, from: moved_on",
        "days: 14, from: children",
        "no_date_question",
        "procedures.notice.deadline.from",
    ),
    ("days: 30,", "days: 0,", "counting", "procedures.dog.deadline.days"),
    ("fee: {yen: 0}", "fee: {yen: -1}", "no_number", "procedures.notice.fee.yen"),
    ("fee: {yen: 0}", "fee: {}", "missing", "procedures.notice.fee.words"),
    (
        "online: {form: moving-in-notice}",
        "online: {form: a, none: true, words: x}",
        "online_unclear",
        "procedures.notice.online",
    ),
    (
        "online: {form: moving-in-notice}",
        "online: {form: Moving In}",
        "bad_code",
        "procedures.notice.online.form",
    ),
    ('"https://example.org/dog"', "javascript:alert(1)", "no_link", "procedures.dog.online.link"),
    ("legal_basis: 住民基本台帳法第22条", "law: x", "unknown_key", "procedures.notice.law"),
    ("  notice:", "  Notice:", "bad_code", "procedures.Notice"),
    ("  notice:", "  any:", "bad_code", "procedures.any"),
    ("after: [notice]", "after: {notice: 1}", "no_list", "procedures.change_school.after"),
    ("after: [notice]", "after: [[notice]]", "no_text", "procedures.change_school.after"),
]
"""What is written in the place of what, and the remark that it must bring."""


@pytest.mark.parametrize(("before", "after", "code", "place"), SLIPS)
def test_what_is_not_the_format_is_named_with_its_line(before, after, code, place):
    found = remarks_of(changed(before, after))
    lines = {line for each, where, line in found if (each, where) == (code, place)}
    changed_at = SMALL.count("\n", 0, SMALL.index(before)) + 1
    longest_entry = 11
    assert any(changed_at - longest_entry < line <= changed_at + 1 for line in lines)


def test_english_steps_must_be_as_many():
    text = changed(
        "steps: [在学証明書を出します。, 入学通知書を受け取ります。]",
        "steps: [在学証明書を出します。, 入学通知書を受け取ります。]\n    english: {steps: [One.]}",
    )
    assert ("english_differs", "procedures.change_school.english.steps") in [
        each[:2] for each in remarks_of(text)
    ]


def test_every_remark_is_gathered_at_once():
    text = changed("kind: yes_no", "kind: maybe", changed("days: 14", "days: soon"))
    assert {each[0] for each in remarks_of(text)} >= {"not_one_of", "no_number"}


def test_an_event_asks_at_most_a_hundred_questions():
    many = [f"q{number}" for number in range(101)]
    added = "".join(f"  {code}: {{text: x, kind: yes_no}}\n" for code in many)
    text = changed("events:\n", f"{added}events:\n")
    text = changed("questions: [moved_on,", f"questions: [{', '.join(many)}, moved_on,", text)
    assert [each[0] for each in remarks_of(text)] == ["many_questions"]


BOMB = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(30))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (BOMB, "alias", 1),
        ("format: 1\ntitle: *x\n", "alias", 2),
        ("format: !!python/object/apply:os.system [ls]\n", "tag", 1),
        ("format: 1\ntitle: !!str x\n", "tag", 2),
        ("format: 1\ntitle: a\ntitle: b\n", "twice", 3),
        ("a: " + "[" * 5000 + "]" * 5000, "deep", 1),
        ("format: 1\n---\nformat: 1\n", "two_documents", 2),
        ("", "empty", 0),
        ("# nothing\n", "empty", 0),
        ("a: b: c\n", "syntax", 1),
        ("a: 'x\n", "syntax", 2),
        ("\ta: 1\n", "syntax", 1),
        ("a: 1\nb: \x07\n", "sign", 2),
        ("? [a, b]\n: c\n", "key", 1),
        (f"title: {'あ' * 2001}\n", "long", 1),
        ("a: [" + "x," * 200_001 + "]", "many", 1),
        ("x" * (2 * 2**20 + 1), "too_large", 0),
        ("- format\n- 1\n", "not_a_table", 1),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_hostile_files(text, code, line):
    found = remarks_of(text)
    assert (code, line) in [(each[0], each[2]) for each in found]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("format: 1\ntitle: 転入届".encode("shift_jis"), "not_utf8"),
        ("format: 1".encode("utf-16"), "not_utf8"),
        (b"x" * 10_000_000, "too_large"),
    ],
)
def test_hostile_bytes(data, code):
    with pytest.raises(Unreadable) as caught:
        tree.decode(data)
    assert [each.code for each in caught.value.remarks] == [code]


def test_wrong_bytes_are_named_with_their_line():
    with pytest.raises(Unreadable) as caught:
        tree.decode(b"format: 1\ntitle: " + "転入".encode("shift_jis"))
    assert caught.value.remarks[0].line == 2


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert reading.read(tree.decode(SMALL.encode("utf-8-sig"))) == reading.read(SMALL)
    assert reading.read("\ufeff" + SMALL) == reading.read(SMALL)


def test_variation_selectors_and_names_stay_as_they_are():
    assert (
        reading.read(changed("title: 住民課", "title: 葛\U000e0100城課"))
        .counters["residents"]
        .title.ja
        == "葛\U000e0100城課"
    )


def test_no_stays_no():
    guide = reading.read(changed("when: [{children: yes}]", "when: {children: no}"))
    assert guide.procedures["change_school"].when == Is("children", frozenset({"no"}))


def test_the_example_of_the_documents_is_read():
    text = (ROOT / "docs" / "guide-format.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    guide = reading.read(example)
    assert [*guide.procedures] == ["moving_in_notice", "child_allowance"]
    assert guide.questions["moved_on"].kind is Kind.DATE


def test_every_remark_has_words():
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src/madoguchi/blocks/procedures/guide").glob("*.py")
    )
    assert [code for code in REMARKS if f'"{code}"' not in source and "_missing" not in code] == []
