"""What pages with a form share."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form that shares its address with its page."""
    return request.POST if request.method == "POST" else None
