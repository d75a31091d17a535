"""Conditions of the rule file, read against the questions that they name."""

from collections.abc import Mapping
from typing import Final

from madoguchi.blocks.procedures.guide.fields import MEASURES, Remarks
from madoguchi.blocks.procedures.guide.model import (
    ALWAYS,
    NO,
    YES,
    All,
    AnyOf,
    Condition,
    Is,
    Kind,
    Not,
    Question,
    Within,
)
from madoguchi.blocks.procedures.guide.tree import Leaf, Node, Row, Table

_LOWER: Final = {"at_least": 0, "over": 1, "from": 0, "after": 1}
_UPPER: Final = {"at_most": 0, "under": -1, "until": 0, "before": -1}
"""By how much the bound that counts differs from the one that is written."""
_BOUNDS: Final = {
    Kind.NUMBER: frozenset({"at_least", "over", "at_most", "under"}),
    Kind.DATE: frozenset({"from", "after", "until", "before"}),
}


class Conditions:
    """Reads conditions; whatever cannot be read is remarked upon and taken for "always"."""

    def __init__(self, questions: Mapping[str, Question], remarks: Remarks) -> None:
        self._questions = questions
        self._remarks = remarks

    def read(self, node: Node | None, place: str) -> Condition:
        """A list means all of it; a table with several keys means all of them; nothing: always."""
        if node is None or (isinstance(node, Leaf) and not node.text):
            return ALWAYS
        if isinstance(node, Row):
            return All(tuple(self.read(item, place) for item in node.items), node.line)
        if isinstance(node, Leaf):
            self._remarks.add("no_condition", place, node.line, found=node.text)
            return ALWAYS
        parts = tuple(
            self._of_key(key, value, place, node.lines[key]) for key, value in node.values.items()
        )
        return parts[0] if len(parts) == 1 else All(parts, node.line)

    def _of_key(self, key: str, value: Node, place: str, line: int) -> Condition:
        if key == "not":
            return Not(self.read(value, place), line)
        if key in {"any", "all"}:
            if not isinstance(value, Row) or not value.items:
                self._remarks.add("no_list", place, line, key=key)
                return ALWAYS
            parts = tuple(self.read(item, place) for item in value.items)
            return AnyOf(parts, line) if key == "any" else All(parts, line)
        question = self._questions.get(key)
        if question is None:
            self._remarks.add("unknown_question", place, line, code=key)
            return ALWAYS
        if question.kind in _BOUNDS:
            return self._measured(question, value, place, line)
        return self._coded(question, value, place, line)

    def _coded(self, question: Question, value: Node, place: str, line: int) -> Condition:
        leaves = value.items if isinstance(value, Row) else (value,)
        known = (
            {YES, NO}
            if question.kind is Kind.YES_NO
            else {option.code for option in question.options}
        )
        codes = set()
        for leaf in leaves:
            if not isinstance(leaf, Leaf) or leaf.text not in known:
                found = leaf.text if isinstance(leaf, Leaf) else ""
                self._remarks.add(
                    "unknown_option", place, leaf.line, question=question.code, found=found
                )
            else:
                codes.add(leaf.text)
        return Is(question.code, frozenset(codes), line) if codes else ALWAYS

    def _measured(self, question: Question, value: Node, place: str, line: int) -> Condition:
        if isinstance(value, Leaf):
            exact = self._bound(question, value, place)
            return Within(question.code, exact, exact, line)
        if not isinstance(value, Table) or not value.values:
            self._remarks.add("no_bounds", place, line, question=question.code)
            return ALWAYS
        lows: list[int] = []
        highs: list[int] = []
        for name, leaf in value.values.items():
            if name not in _BOUNDS[question.kind]:
                self._remarks.add("unknown_key", place, value.lines[name], key=name)
                continue
            bound = self._bound(question, leaf, place)
            if bound is not None and name in _LOWER:
                lows.append(bound + _LOWER[name])
            elif bound is not None:
                highs.append(bound + _UPPER[name])
        low = max(lows) if lows else None
        return Within(question.code, low, min(highs) if highs else None, line)

    def _bound(self, question: Question, leaf: Node, place: str) -> int | None:
        found = leaf.text if isinstance(leaf, Leaf) else ""
        bound = MEASURES[question.kind.value](found)
        if bound is None:
            code = "no_number" if question.kind is Kind.NUMBER else "no_date"
            self._remarks.add(code, place, leaf.line, found=found)
        return bound
