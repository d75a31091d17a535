"""Collection files that were read, for the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from madoguchi.blocks.payments.models import CollectionFile
from madoguchi.blocks.payments.queries.collection_words import KIND_WORDS, LAYOUT_WORDS, say_notes


@dataclass(frozen=True, slots=True)
class KindLine:
    label: str
    count: int
    amount: int


def files_read() -> QuerySet[CollectionFile]:
    """All of them, the latest first, with who read them."""
    return CollectionFile.objects.select_related("read_by").order_by("-read_at", "-pk")


def layout_label(file: CollectionFile) -> str:
    return str(LAYOUT_WORDS.get(file.layout, file.layout))


def kind_lines(summary: dict[str, Any]) -> Sequence[KindLine]:
    """Counts and sums of a file by what its statements say; every kind, also those with none."""
    return [
        KindLine(str(label), *summary.get(kind.value, (0, 0))) for kind, label in KIND_WORDS.items()
    ]


def notes_of(file: CollectionFile) -> list[str]:
    return say_notes(file.summary)
