"""What is wrong with a composed procedure: each fault alone is found, and nothing else."""

from dataclasses import replace

import pytest

from madoguchi.blocks.procedures.rules import flows
from madoguchi.blocks.procedures.rules.access import Right
from madoguchi.blocks.procedures.rules.definition import (
    Definition,
    ItemUse,
    Letter,
    OwnItem,
    State,
    StateKind,
    Step,
)
from madoguchi.blocks.procedures.rules.problems import problems

PLAIN = Definition(title="申請", items=(ItemUse("applicant.name"),))
WHOLE = flows.with_flow(PLAIN, "application")


def found(**changes):
    return [
        (problem.code, problem.name, problem.other)
        for problem in problems(replace(WHOLE, **changes))
    ]


def with_step(code, **changes):
    steps = tuple(replace(s, **changes) if s.code == code else s for s in WHOLE.steps)
    return {"steps": steps}


def with_state(code, **changes):
    states = tuple(replace(s, **changes) if s.code == code else s for s in WHOLE.states)
    return {"states": states}


def without_step(*codes):
    return {"steps": tuple(s for s in WHOLE.steps if s.code not in codes)}


@pytest.mark.parametrize("flow", flows.FLOWS)
def test_the_usual_ways_have_no_problems(flow):
    assert problems(flows.with_flow(PLAIN, flow)) == ()


def test_a_way_fills_only_what_is_not_there():
    own = (Letter("granted", "別の通知", "本文"), Letter("refused", "別の通知", "本文"))
    assert flows.with_flow(replace(PLAIN, letters=own), "application").letters == own
    with pytest.raises(flows.UnknownFlow):
        flows.with_flow(PLAIN, "unknown")


SENT = "submitted"
CASES = [
    ({"title": " "}, [("no_title", "", "")]),
    ({"items": ()}, [("no_items", "", "")]),
    ({"fee": -1}, [("negative_fee", "", "")]),
    ({"items": (ItemUse("applicant.nose"),)}, [("unknown_item", "applicant.nose", "")]),
    (
        {"items": (ItemUse("applicant.name"),) * 2},
        [("repeated", "applicant.name", "")],
    ),
    ({"own_items": (OwnItem("x", "x"),)}, [("own_item_not_asked", "x", "")]),
    (with_state("examined", days=0), [("bad_days", "examined", "")]),
    (with_state("granted", days=3), [("days_at_end", "granted", "")]),
    (with_state("examined", title=""), [("no_label", "examined", "")]),
    (
        with_state("submitted", message="{name}さん"),
        [("unknown_hole", "submitted", "name")],
    ),
    (
        {"states": (*WHOLE.states, State("lost", "行方不明"))},
        [("unreachable", "lost", ""), ("dead_end", "lost", "")],
    ),
    (
        {
            "states": (*WHOLE.states, State("loop", "堂々巡り")),
            "steps": (
                *WHOLE.steps,
                Step("enter", "入る", SENT, "loop", Right.PREPARE),
                Step("stay", "回る", "loop", "loop", Right.PREPARE),
            ),
        },
        [("no_end", "loop", ""), ("same_state", "stay", "loop")],
    ),
    (
        {"steps": (*WHOLE.steps, Step("undo", "戻す", "granted", SENT, Right.DECIDE))},
        [("end_left", "granted", "")],
    ),
    (with_step("grant", right=Right.PREPARE), [("decision_without_right", "grant", "granted")]),
    (
        with_step("grant", letter="none"),
        [
            ("unknown_letter", "grant", "none"),
            ("unused_letter", "granted", ""),
        ],
    ),
    (
        with_step("withdraw_submitted", right=Right.PREPARE),
        [("withdrawn_by_others", "withdraw_submitted", "withdrawn")],
    ),
    (without_step("resend"), [("no_way_back", "returned", "")]),
    (
        {"steps": (*WHOLE.steps, Step("again", "また", "returned", SENT, Right.APPLICANT))},
        [("two_ways", "returned", "open")],
    ),
    (
        {"steps": (*WHOLE.steps, Step("jump", "飛ぶ", SENT, "examined", Right.APPLICANT))},
        [("resent_unasked", "submitted", "")],
    ),
    (
        {"steps": (*WHOLE.steps, Step("self", "自分で", SENT, "granted", Right.APPLICANT))},
        [
            ("decision_without_right", "self", "granted"),
            ("applicant_may_not", "self", "granted"),
        ],
    ),
    (
        {"steps": (*WHOLE.steps, Step("sent", "送る", SENT, "examined", Right.PREPARE))},
        [("taken_code", "sent", "")],
    ),
    ({"first": "nowhere"}, [("first_unknown", "nowhere", "")]),
    ({"first": "granted"}, [("first_not_open", "granted", "")]),
    (
        {"letters": (*WHOLE.letters, Letter("x y", "題", "{nose}"))},
        [("bad_code", "x y", ""), ("unused_letter", "x y", ""), ("unknown_hole", "x y", "nose")],
    ),
    (
        {"letters": tuple(replace(letter, body=" ") for letter in WHOLE.letters)},
        [("empty_letter", "granted", ""), ("empty_letter", "refused", "")],
    ),
]


@pytest.mark.parametrize(("changes", "wrong"), CASES)
def test_each_fault_is_found(changes, wrong):
    known = found(**changes)
    assert [problem for problem in wrong if problem not in known] == []
    if "first" not in changes:
        assert known == wrong


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (OwnItem("x", ""), "no_label"),
        (OwnItem("x", "問い", "colour"), "unknown_kind"),
        (OwnItem("x", "問い", "choice", "", ("一つ",)), "too_few_choices"),
        (OwnItem("x", "問い", "text", "", ("一つ",)), "needless_choices"),
        (OwnItem("x", "問い", "choice", "", ("同じ", "同じ")), "repeated_choice"),
    ],
)
def test_own_items_make_sense(item, code):
    uses = (*WHOLE.items, ItemUse("own.x"))
    assert [problem[0] for problem in found(items=uses, own_items=(item,))] == [code]


def test_a_procedure_that_decides_nothing_is_found():
    states = tuple(
        replace(s, kind=StateKind.WITHDRAWN) if s.code in {"granted", "refused"} else s
        for s in WHOLE.states
    )
    assert ("never_decided", "", "") in found(states=states)
