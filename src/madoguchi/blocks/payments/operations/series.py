"""Numbers given out once each, and rows that work stands in line at."""

from madoguchi.blocks.payments.models import NumberSeries


def take(code: str, count: int) -> int:
    """The first of ``count`` numbers that nobody else gets. Others wait for the commit."""
    series = _lock(code)
    first = series.next
    series.next = first + count
    series.save(update_fields=["next"])
    return first


def stand_in_line(code: str) -> None:
    """Wait for whoever holds this until their commit, and hold it until ours."""
    _lock(code)


def _lock(code: str) -> NumberSeries:
    NumberSeries.objects.get_or_create(code=code)
    return NumberSeries.objects.select_for_update().get(code=code)
