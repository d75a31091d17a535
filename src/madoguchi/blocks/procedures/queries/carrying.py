"""What the guide was told when a case was begun from it, and what of that its forms take over."""

from collections.abc import Mapping
from dataclasses import dataclass

from madoguchi.blocks.procedures.guide.asking import walk
from madoguchi.blocks.procedures.guide.filling import carried
from madoguchi.blocks.procedures.guide.model import Answer
from madoguchi.blocks.procedures.queries.cases import guide_by_number


@dataclass(frozen=True, slots=True)
class Told:
    """``answers`` are those that count, ``items`` what they say of items, by reference."""

    answers: Mapping[str, Answer]
    items: Mapping[str, str]


def told_in_guide(number: int | None, event: str, answers: Mapping[str, Answer]) -> Told:
    """One query; none where no version of the guide is named."""
    guide = guide_by_number(number)
    if guide is None or event not in guide.events:
        return Told(answers, {})
    walked = walk(guide, event, answers)
    return Told(dict(walked.given), carried(walked))
