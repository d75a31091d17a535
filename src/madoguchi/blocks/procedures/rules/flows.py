"""The usual ways of an application, so that composing begins with something that works.

`notification` (届出) is accepted as it is, `application` (申請) is granted or refused with a
letter, `benefit` (給付) as well, and money follows. Texts are Japanese: they become part of a
definition, and whoever composes changes them. How to object (教示): 行政不服審査法 art. 18 and
82, 行政事件訴訟法 art. 14 and 46.
"""

from collections.abc import Mapping
from typing import Final

from madoguchi.blocks.procedures.rules.access import Right
from madoguchi.blocks.procedures.rules.definition import (
    Definition,
    Letter,
    State,
    StateKind,
    Step,
    read,
    written,
)

type _Way = tuple[tuple[State, ...], tuple[Step, ...], tuple[Letter, ...]]

DAYS_TO_MEND: Final = 14
"""How long an applicant has to mend what was returned."""

NOTICE: Final = (
    "1　この決定に不服がある場合は、この決定があったことを知った日の翌日から起算して3か月以内に、"
    "{city}長に対して審査請求をすることができます（決定の日の翌日から起算して1年を経過した場合を"
    "除きます。）。\n"
    "2　この決定の取消しを求める訴えは、この決定があったことを知った日の翌日から起算して6か月以内"
    "に、"
    "{city}を被告として（{city}を代表する者は{city}長となります。）提起することができます（決定の日の"
    "翌日から起算して1年を経過した場合を除きます。）。ただし、1の審査請求をした場合は、その裁決が"
    "あったことを知った日の翌日から起算して6か月以内に提起することができます。"
)
"""To be looked through by the city before it is used."""

_RETURNED: Final = State(
    "returned",
    "修正をお願いしています",
    StateKind.RETURNED,
    DAYS_TO_MEND,
    "{title}の内容に、直していただきたいところがあります。"
    "{due_on}までに直して、もう一度送ってください。",
)
_WITHDRAWN: Final = State(
    "withdrawn", "取下げ", StateKind.WITHDRAWN, None, "{title}の取下げを受け付けました。"
)


def _submitted(days: int) -> State:
    return State(
        "submitted",
        "受付",
        StateKind.OPEN,
        days,
        "{title}を受け付けました。{department}が内容を確認します。",
    )


def _applicants(*open_states: str) -> tuple[Step, ...]:
    """Returned and sent again, and withdrawn as long as nothing is decided."""
    returns = tuple(
        Step(
            f"return_{code}",
            "修正をお願いする",
            code,
            "returned",
            Right.PREPARE,
            needs_note=True,
        )
        for code in open_states
    )
    withdraws = tuple(
        Step(f"withdraw_{code}", "取り下げる", code, "withdrawn", Right.APPLICANT)
        for code in (*open_states, "returned")
    )
    resend = Step("resend", "直して送る", "returned", "submitted", Right.APPLICANT)
    return (*returns, resend, *withdraws)


_NOTIFICATION: Final[_Way] = (
    (
        _submitted(5),
        State("checked", "確認済み", StateKind.OPEN, 5),
        State(
            "accepted",
            "受理",
            StateKind.GRANTED,
            None,
            "{title}を受理しました。この手続きはこれで終わりです。",
        ),
        _RETURNED,
        _WITHDRAWN,
    ),
    (
        Step("check", "確認済みにする", "submitted", "checked", Right.PREPARE),
        Step("accept", "受理する", "checked", "accepted", Right.DECIDE),
        *_applicants("submitted", "checked"),
    ),
    (),
)

_DECIDED_MESSAGE: Final = "{title}について決定しました。通知書をご覧ください。"


def _decided(granted: str, refused: str, message: str, letters: tuple[Letter, ...]) -> _Way:
    return (
        (
            _submitted(7),
            State("examined", "審査済み", StateKind.OPEN, 14),
            State("granted", granted, StateKind.GRANTED, None, message),
            State("refused", refused, StateKind.REFUSED, None, _DECIDED_MESSAGE),
            _RETURNED,
            _WITHDRAWN,
        ),
        (
            Step("examine", "審査を終える", "submitted", "examined", Right.PREPARE),
            Step("grant", f"{granted}にする", "examined", "granted", Right.DECIDE, "granted"),
            Step(
                "refuse",
                f"{refused}にする",
                "examined",
                "refused",
                Right.DECIDE,
                "refused",
                needs_note=True,
            ),
            *_applicants("submitted", "examined"),
        ),
        letters,
    )


def _letters(granted: str, refused: str) -> tuple[Letter, ...]:
    asked = "{sent_on}に申請のあった{title}（受付番号 {number}）については、"
    return (
        Letter(
            "granted",
            f"{granted}通知書",
            f"{asked}次のとおり{granted}としたので通知します。\n\n{{note}}",
            NOTICE,
        ),
        Letter(
            "refused",
            f"{refused}通知書",
            f"{asked}次の理由により{refused}としたので通知します。\n\n理由\n{{note}}",
            NOTICE,
        ),
    )


_APPLICATION: Final = _decided(
    "承認", "不承認", _DECIDED_MESSAGE, _letters("承認決定", "不承認決定")
)
_BENEFIT: Final = _decided(
    "支給決定",
    "不支給決定",
    "{title}の支給が決まりました。通知書をご覧ください。お届けの口座に振り込みます。",
    _letters("支給決定", "不支給決定"),
)
FLOWS: Final[Mapping[str, _Way]] = {
    "notification": _NOTIFICATION,
    "application": _APPLICATION,
    "benefit": _BENEFIT,
}


class UnknownFlow(ValueError):
    """There is no usual way of that name."""


def with_flow(definition: Definition, flow: str) -> Definition:
    """The definition with states, steps and letters of a usual way where it has none of its own.

    Raises UnknownFlow.
    """
    if flow not in FLOWS:
        raise UnknownFlow(flow)
    states, steps, letters = FLOWS[flow]
    kept = written(definition)
    parts = Definition(title=definition.title, states=states, steps=steps, letters=letters)
    made = written(parts)
    for name in ("states", "steps", "letters"):
        kept[name] = kept[name] or made[name]
    return read(kept)
