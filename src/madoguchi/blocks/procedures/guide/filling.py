"""Answers that are items of forms: read from the rule file, fitting, and carried over.

What the guide was told is not asked again: the applications begun from it take the item over.
"""

from typing import Final

from madoguchi.blocks.identity.rules import vocabulary
from madoguchi.blocks.identity.rules.vocabulary import Item, Unfit
from madoguchi.blocks.procedures.guide.asking import Walk
from madoguchi.blocks.procedures.guide.fields import Fields, Remarks
from madoguchi.blocks.procedures.guide.model import NO, YES, Fill, Kind, Question
from madoguchi.blocks.procedures.guide.tree import Leaf, Node, Row, Table

_A_DAY: Final = "2026-04-01"
_CHOSEN: Final = frozenset({vocabulary.Kind.CHOICE, vocabulary.Kind.YES_NO})
_KINDS: Final = {
    Kind.DATE: frozenset({vocabulary.Kind.DATE}),
    Kind.NUMBER: frozenset({vocabulary.Kind.NUMBER}),
    Kind.YES_NO: _CHOSEN,
    Kind.CHOICE: _CHOSEN,
    Kind.CHOICES: frozenset[vocabulary.Kind](),
}
"""Kinds of items that a kind of question can fill."""


def carried(walked: Walk) -> dict[str, str]:
    """What the answers that count say of items, by their references."""
    return {
        fill.item: value
        for question in walked.rules.questions
        if question.code in walked.given
        for fill in question.fills
        if (value := fill.value(walked.given[question.code]))
    }


def is_fitting(question: Question, fill: Fill, item: Item) -> bool:
    """Every answer that says something of the item is a value of it."""
    if item.kind not in _KINDS[question.kind]:
        return False
    try:
        for answer in _answers(question):
            if value := fill.value(answer):
                vocabulary.check(item, value)
    except Unfit:
        return False
    return True


def _answers(question: Question) -> tuple[str | int, ...]:
    """All of them; of days and numbers, some that stand for the others."""
    match question.kind:
        case Kind.DATE:
            return (_A_DAY,)
        case Kind.NUMBER:
            return (question.low, question.high)
        case Kind.YES_NO:
            return (YES, NO)
        case _:
            return tuple(option.code for option in question.options)


def read_fills(node: Node | None, question: Question, remarks: Remarks) -> tuple[Fill, ...]:
    """One item, or a list: each its reference alone, or a table."""
    place = f"questions.{question.code}.fills"
    if node is None or (isinstance(node, Leaf) and not node.text):
        return ()
    found: dict[str, Fill] = {}
    for each in node.items if isinstance(node, Row) else (node,):
        fill = _fill(each, place, question, remarks)
        if fill.item in found:
            remarks.add("repeated", place, each.line, code=fill.item)
        found[fill.item] = fill
    return tuple(found.values())


def _fill(node: Node, place: str, question: Question, remarks: Remarks) -> Fill:
    if isinstance(node, Leaf):
        return Fill(node.text, line=node.line)
    fields = Fields(node, place, remarks)
    fill = Fill(
        item=fields.text("item", is_required=True),
        values=_values(fields, question),
        line=node.line,
    )
    fields.close()
    return fill


def _values(fields: Fields, question: Question) -> tuple[tuple[str, str], ...]:
    node = fields.take("values")
    if node is None:
        return ()
    if not isinstance(node, Table):
        fields.remark("not_a_table", "values", node.line)
        return ()
    answers = {str(answer) for answer in _answers(question)}
    found = []
    for answer, value in node.values.items():
        if answer not in answers:
            line = node.lines[answer]
            fields.remark("unknown_option", "values", line, question=question.code, found=answer)
        elif not isinstance(value, Leaf) or not value.text:
            fields.remark("no_text", "values", value.line)
        else:
            found.append((answer, value.text))
    return tuple(found)
