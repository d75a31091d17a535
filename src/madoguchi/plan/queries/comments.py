"""Residents' comments as the office sees them."""

from django.db.models import QuerySet

from madoguchi.plan.models import ResidentComment


def waiting_comments() -> QuerySet[ResidentComment]:
    """Those that nobody has decided on, the oldest first."""
    return _loaded().filter(status=ResidentComment.Status.WAITING).order_by("at", "pk")


def decided_comments() -> QuerySet[ResidentComment]:
    """Those that were shown or refused, the latest decision first."""
    return (
        _loaded()
        .exclude(status=ResidentComment.Status.WAITING)
        .select_related("decided_by")
        .order_by("-decided_at", "-pk")
    )


def _loaded() -> QuerySet[ResidentComment]:
    return ResidentComment.objects.select_related("plan", "initiative__theme")
