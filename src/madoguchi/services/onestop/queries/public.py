"""The public page of figures: the indicators of each year beside one another."""

from datetime import date
from typing import Any

from madoguchi.services.onestop.models import Visit


def figure_page(today: date) -> dict[str, Any]:
    """The context of the page."""
    return {"any": Visit.objects.exists(), "today": today}
