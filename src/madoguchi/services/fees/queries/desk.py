"""What waits at the desk of the fees."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from madoguchi.services.fees.models import Assessment, KindChoice


@dataclass(frozen=True, slots=True)
class Waiting:
    """Decisions of a kind and year of which no bills were made yet."""

    kind: str
    fiscal_year: int
    count: int

    @property
    def label(self) -> str:
        return str(KindChoice(self.kind).label)


def waiting(kinds: Collection[str]) -> list[Waiting]:
    """Kinds and years with decisions that wait, oldest year first."""
    found = (
        Assessment.objects.filter(kind__in=kinds, billed_at=None)
        .values("kind", "fiscal_year")
        .annotate(count=Count("payer", distinct=True))
        .order_by("fiscal_year", "kind")
    )
    return [Waiting(row["kind"], row["fiscal_year"], row["count"]) for row in found]


def waiting_for(kind: str, fiscal_year: int) -> Waiting:
    found = [each for each in waiting([kind]) if each.fiscal_year == fiscal_year]
    return found[0] if found else Waiting(kind, fiscal_year, 0)
